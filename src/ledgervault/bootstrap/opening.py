"""Settings become an opened vault: unlock, then verify everything it stands on."""

from ledgervault.bootstrap.adapters import open_stores, place_of
from ledgervault.bootstrap.unlocking import Ask, unlock_identity
from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.domain.building import policy_from_json
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ClientId, IdentityId, VaultId
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.checkpoints import Checkpoint
from ledgervault.ports.catalogue import Catalogue
from ledgervault.storage.layout import FILE_ANCHORS, VaultHeader, read_header
from ledgervault.vault.attested import attested_event
from ledgervault.vault.epochs import PREPARED_FACT, verify_epoch
from ledgervault.vault.journal import Journal
from ledgervault.vault.keychain import Keychain
from ledgervault.vault.lapsing import lapsed_compartments
from ledgervault.vault.opened import Stores, Vault
from ledgervault.vault.people import People, trust
from ledgervault.vault.records import Records
from ledgervault.vault.ring import Ring
from ledgervault.vault.ring_heads import read_verified_head
from ledgervault.vault.standing import PEOPLE, POLICY, counted_events, read_standing
from ledgervault.vault.statements import read_statements
from ledgervault.vault.truth import FOUNDED
from ledgervault.vault.writing import writing


def open_vault(settings: Settings, ask: Ask | None) -> Vault:
    """Unlock an identity, verify users, ring, log and policy, and open the vault.

    `ask` prompts for a passphrase; None never prompts. Raises NotAuthorised,
    IntegrityViolated, ConfigurationInvalid or NotFound, each with a next step.
    """
    header = read_header(settings.vault_dir)
    return _opened(settings, header, unlock_identity(settings, ask), ask)


def open_as(settings: Settings, identity: Identity, ask: Ask | None = None) -> Vault:
    """Open the vault with an identity that is unlocked already."""
    return _opened(settings, read_header(settings.vault_dir), identity, ask)


def _opened(
    settings: Settings, header: VaultHeader, identity: Identity, ask: Ask | None
) -> Vault:
    stores = open_stores(settings, ask)
    try:
        if header.anchors != FILE_ANCHORS:
            # A token that stays closed is told now, not taken for a missing grant.
            stores.anchors.epochs()
        vault = _assemble(header.vault, identity, stores, settings)
    except BaseException:
        stores.catalogue.close()
        raise
    return vault


def _assemble(
    vault_id: VaultId, identity: Identity, stores: Stores, settings: Settings
) -> Vault:
    catalogue = stores.catalogue
    people = trusted_people(catalogue, vault_id)
    me = people.member(identity)
    keychain = Keychain(vault_id, identity, people, catalogue)
    agency = ClientId(_fact(catalogue, "agency"))
    today = stores.clock.now().date()
    keychain.closed = lapsed_compartments(people, me, catalogue, agency, today)
    ring = _ring(vault_id, identity, people, keychain, stores)
    journal = Journal(
        vault_id, identity, people, stores.clock, stores.pins, place_of(settings)
    )
    head = journal.verify_head(catalogue)
    _verify_people(catalogue, head, people, vault_id)
    _verify_agency(catalogue, head, vault_id, agency)
    policy = adopted_policy(catalogue, head)
    journal.policy = policy.hash()
    vault = Vault(
        id=vault_id,
        place=place_of(settings),
        identity=identity,
        people=people,
        me=people.member(identity),
        stores=stores,
        keychain=keychain,
        ring=ring,
        journal=journal,
        records=Records(catalogue, keychain, ring),
        policy=policy,
        agency=agency,
    )
    _settle_epoch(vault)
    return vault


def _settle_epoch(vault: Vault) -> None:
    if vault.catalogue.fact(PREPARED_FACT):
        with writing(vault, "finishing an interrupted purge"):
            pass
    verify_epoch(vault)


def trusted_people(catalogue: Catalogue, vault_id: VaultId) -> People:
    """Return the users of a catalogue whose admissions hold."""
    founder = IdentityId(_fact(catalogue, "founder"))
    return trust(
        catalogue.users(), read_statements(catalogue), vault=vault_id, founder=founder
    )


def _verify_agency(
    catalogue: Catalogue, head: Checkpoint, vault_id: VaultId, agency: ClientId
) -> None:
    """Refuse another client in the agency's place: its own records lie there."""
    events = (
        attested_event(catalogue, head, sequence)
        for sequence in catalogue.sequences_of(vault_id.hex())[:1]
    )
    stated = [one.facts.get("agency") for one in events if one.act == FOUNDED]
    if stated != [agency.hex()]:
        raise IntegrityViolated(
            "the agency in the catalogue is not the one the vault was founded for",
            hint="run `vault log verify` and compare with a backup before going on",
            code="catalogue.edited",
        )


def _verify_people(
    catalogue: Catalogue, head: Checkpoint, people: People, vault_id: VaultId
) -> None:
    standing = read_standing(catalogue, head)
    if standing is None or standing.counts[PEOPLE] == len(people.heads):
        return
    # Another process may have stated something since the statements were read.
    people.take(trusted_people(catalogue, vault_id))
    if standing.counts[PEOPLE] > len(people.heads):
        raise IntegrityViolated(
            "statements about people were left out of the log's index",
            hint="run `vault log verify` and compare with a backup before going on",
            code="people.broken",
        )


def _ring(
    vault_id: VaultId,
    identity: Identity,
    people: People,
    keychain: Keychain,
    stores: Stores,
) -> Ring:
    head = read_verified_head(
        stores.ring,
        vault=vault_id,
        people=people,
        may_have_left=bool(stores.catalogue.fact(PREPARED_FACT)),
    )
    keys = keychain.ring_key
    return Ring(vault_id, identity, people, keys, stores.ring, stores.anchors, head)


def adopted_policy(catalogue: Catalogue, head: Checkpoint) -> PolicySet:
    """Return the adopted policy if a signed event states its hash."""
    row = catalogue.policy()
    adoptions = counted_events(catalogue, head, POLICY)
    if row is None or not adoptions:
        raise _forged_policy()
    event = adoptions[-1]
    if event.sequence != row.adopted_at_sequence:
        raise _forged_policy()
    policy = policy_from_json(parse_canonical(row.canonical))
    if event.act != "policy.adopted" or event.facts.get("hash") != policy.hash():
        raise _forged_policy()
    return policy


def _forged_policy() -> IntegrityViolated:
    return IntegrityViolated(
        "the policy in the catalogue is not the one that was adopted",
        hint="run `vault log show --act policy` and compare with a backup",
        code="policy.forged",
    )


def _fact(catalogue: Catalogue, name: str) -> bytes:
    value = catalogue.fact(name)
    if value is None:
        raise IntegrityViolated(
            f"the catalogue has no {name}", code="catalogue.damaged"
        )
    return value
