"""Found a vault: owner identity, agency compartments, ring, first policy, first event.

The identity file is durable before the vault refers to it, so an interrupted
init leaves nothing that looks like a vault and can be run again.
"""

import dataclasses

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import DedupKey, IdentitySeed, RingKey
from ledgervault.domain.clients import Client
from ledgervault.domain.policy import PolicySet
from ledgervault.ids import (
    ClientId,
    CompartmentId,
    FolderId,
    IdentityId,
    VaultId,
    random_id,
)
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import ClientRow, PolicyRow, UserRow
from ledgervault.vault.compartments import create_compartments
from ledgervault.vault.journal import Journal
from ledgervault.vault.keychain import RING_EPOCH, Granter, Keychain
from ledgervault.vault.opened import Act, Stores, Vault
from ledgervault.vault.overriding import client_statement
from ledgervault.vault.people import People, User, admit
from ledgervault.vault.records import Records
from ledgervault.vault.ring import found_ring
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
    owner = _owner(identity)
    people = People(owner.id, {owner.id: owner})
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


def _owner(identity: Identity) -> User:
    return User(IdentityId(identity.identity_id), identity.public, OWNER_ROLE, True)


def _write(vault: Vault, founding: Founding, ring_key: RingKey) -> None:
    own_folder = FolderId(random_id(8))
    vault.ring.open_folders({vault.agency: [own_folder]}, log_size=0)
    with vault.act() as act:
        granter = Granter(vault.id, vault.identity, act.start)
        ring = CompartmentId(bytes(vault.id))
        grant = granter.grant(
            ring_key,
            vault.me,
            compartment=ring,
            kind=GrantKind.RING,
            epoch=RING_EPOCH,
        )
        act.tx.add_grants([grant])
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
    created = create_compartments(vault.agency, granter, [vault.me])
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
    sealed = vault.records.seal_for_client(
        vault.agency, "users", vault.me.id, {"name": founding.owner_name}, 1
    )
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
    act.log("user.admitted", objects=(vault.me.id.hex(),), facts={"role": OWNER_ROLE})


def _adopt(act: Act, policy: PolicySet) -> None:
    packs = [[pack.id, pack.version, pack.source_hash] for pack in policy.packs]
    facts = {"hash": policy.hash(), "packs": packs}
    sequence = act.log("policy.adopted", objects=("policy",), facts=facts)
    act.tx.put_policy(
        PolicyRow(policy.hash(), canonical_json(policy.to_json()), sequence)
    )
