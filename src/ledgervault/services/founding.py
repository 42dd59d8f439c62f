"""Found a vault: owner identity, agency compartments, ring, first policy, first event.

The identity file is durable before the vault refers to it, so an interrupted
init leaves nothing that looks like a vault and can be run again.
"""

import dataclasses
from datetime import date

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import DedupKey, IdentitySeed, RingKey
from ledgervault.domain.clients import Client
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.roster import ADMITTED, Roster
from ledgervault.ids import (
    ClientId,
    FolderId,
    IdentityId,
    VaultId,
    random_id,
)
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import ClientRow, PolicyRow, UserRow
from ledgervault.vault.compartments import create_compartments
from ledgervault.vault.journal import Journal
from ledgervault.vault.keychain import (
    FIRST_RING_EPOCH,
    Granter,
    Keychain,
    ring_compartment,
)
from ledgervault.vault.names import seal_name
from ledgervault.vault.opened import Act, Stores, Vault
from ledgervault.vault.overriding import client_statement
from ledgervault.vault.people import People, User, admit
from ledgervault.vault.records import Records
from ledgervault.vault.ring import found_ring
from ledgervault.vault.sealing_grants import holders_of
from ledgervault.vault.stating import state_of_people
from ledgervault.vault.truth import FOUNDED

OWNER_ROLE = "owner"
AGENCY_CODE = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Founding:
    """What a new vault is made of."""

    vault: VaultId
    agency_name: str
    owner_name: str
    policy: PolicySet
    place: str


def new_identity() -> Identity:
    """Make an identity from fresh randomness, never from a passphrase."""
    return Identity(random_id(), IdentitySeed.generate())


def found_vault(founding: Founding, identity: Identity, stores: Stores) -> Vault:
    """Write the first rows, keys and events of a vault; return it open."""
    on = stores.clock.now().date()
    owner = _owner(identity, on)
    people = People(owner.id, {owner.id: owner}, Roster(owner.id.hex()))
    ring_key = RingKey.generate()
    ring = found_ring(
        founding.vault,
        identity,
        people,
        ring_key=ring_key,
        store=stores.ring,
        anchors=stores.anchors,
    )
    keychain = Keychain(founding.vault, identity, people, stores.catalogue)
    journal = Journal(
        founding.vault, identity, people, stores.clock, stores.pins, founding.place
    )
    vault = Vault(
        id=founding.vault,
        place=founding.place,
        identity=identity,
        people=people,
        me=owner,
        stores=stores,
        keychain=keychain,
        ring=ring,
        journal=journal,
        records=Records(stores.catalogue, keychain, ring),
        policy=founding.policy,
        agency=ClientId(random_id()),
    )
    _write(vault, founding, ring_key)
    return vault


def _owner(identity: Identity, on: date) -> User:
    return User(IdentityId(identity.identity_id), identity.public, OWNER_ROLE, True, on)


def _write(vault: Vault, founding: Founding, ring_key: RingKey) -> None:
    own_folder = FolderId(random_id(8))
    vault.ring.open_folders({vault.agency: [own_folder]}, log_size=0)
    with vault.act() as act:
        granter = Granter(vault.id, vault.identity, act.start)
        grant = granter.grant(
            ring_key,
            vault.me,
            compartment=ring_compartment(vault.id),
            kind=GrantKind.RING,
            epoch=FIRST_RING_EPOCH,
        )
        act.tx.add_grants([grant])
        facts = {
            "user": vault.me.id.hex(),
            "role": OWNER_ROLE,
            "public": vault.me.public.digest().hex(),
        }
        state_of_people(vault, act, ADMITTED, facts, objects=(vault.me.id.hex(),))
        agency = _add_agency(vault, act, founding, own_folder)
        _add_owner(vault, act, founding)
        _adopt(act, founding.policy)
        act.tx.put_fact("founder", vault.identity.identity_id)
        act.tx.put_fact("agency", vault.agency)
        act.tx.put_fact("ring_epoch", (1).to_bytes(4, "big"))
        stated = {"agency": vault.agency.hex(), **client_statement(agency, 1)}
        act.log(FOUNDED, objects=(vault.id.hex(),), facts=stated)


def _add_agency(
    vault: Vault, act: Act, founding: Founding, own_folder: FolderId
) -> Client:
    granter = Granter(vault.id, vault.identity, act.start)
    holders = holders_of(vault, vault.agency)
    created = create_compartments(vault.agency, granter, holders)
    act.tx.add_compartments(created.rows)
    act.tx.add_grants(created.grants)
    vault.records.remember(created.rows)
    row = ClientRow(vault.agency, own_folder, "active", True, b"", 1)
    vault.records.remember_client(row)
    agency = Client(
        code=AGENCY_CODE,
        name=founding.agency_name,
        kind="own",
        token_key=DedupKey.generate().raw,
    )
    sealed = vault.records.seal_for_client(
        vault.agency, "clients", vault.agency, agency.as_json(), 1
    )
    act.tx.add_client(dataclasses.replace(row, sealed=sealed))
    return agency


def _add_owner(vault: Vault, act: Act, founding: Founding) -> None:
    admission = admit(
        vault.identity,
        vault=vault.id,
        user=vault.me.id,
        public=vault.me.public,
        role=OWNER_ROLE,
    )
    sealed = seal_name(vault, vault.me.id, founding.owner_name)
    act.tx.add_user(
        UserRow(
            id=vault.me.id,
            public=vault.me.public.serialise(),
            role=OWNER_ROLE,
            state="active",
            admitted_by=vault.me.id,
            admission=admission,
            sealed=sealed,
            row_version=1,
        )
    )


def _adopt(act: Act, policy: PolicySet) -> None:
    packs = [[pack.id, pack.version, pack.source_hash] for pack in policy.packs]
    facts = {"hash": policy.hash(), "packs": packs}
    sequence = act.log("policy.adopted", objects=("policy",), facts=facts)
    act.tx.put_policy(
        PolicyRow(policy.hash(), canonical_json(policy.to_json()), sequence)
    )
