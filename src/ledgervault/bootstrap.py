"""Composition root: settings become an opened vault; adapters meet services here."""

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import IdentityFile, parse_identity_file
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.recovery import is_recovery_code
from ledgervault.crypto.slots import (
    unlock_with_key,
    unlock_with_passphrase,
    unlock_with_recovery,
)
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.ids import ClientId, IdentityId, VaultId
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.entries import parse_event
from ledgervault.policyfile.loading import load_packs
from ledgervault.ports.catalogue import Catalogue
from ledgervault.storage.anchors import FileAnchorStore
from ledgervault.storage.backups import BackupTarget, create_backup_target
from ledgervault.storage.catalogue.opening import open_catalogue
from ledgervault.storage.clock import SystemClock
from ledgervault.storage.deliveries import FileDeliveries
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import HEADER as KEY_FILE_HEADER
from ledgervault.storage.key_files import read_key_file
from ledgervault.storage.layout import VaultPaths, read_header, vault_paths
from ledgervault.storage.locks import FileWriterLock
from ledgervault.storage.mirrors import mirror_directory, open_mirror
from ledgervault.storage.packs import FilePackStore
from ledgervault.storage.pins import FilePinStore
from ledgervault.storage.ring_files import FileRingStore
from ledgervault.storage.shipped_packs import read_pack_path, read_shipped_pack
from ledgervault.storage.sources import FileSources
from ledgervault.vault.epochs import PREPARED_FACT, verify_epoch
from ledgervault.vault.journal import Journal
from ledgervault.vault.keychain import Keychain
from ledgervault.vault.opened import Stores, Vault
from ledgervault.vault.people import People, trust
from ledgervault.vault.records import Records
from ledgervault.vault.ring import Ring, read_verified_head
from ledgervault.vault.writing import writing

SECRET_BYTES = 4096

Ask = Callable[[str], str]


@dataclasses.dataclass(frozen=True, slots=True)
class FileMirrors:
    """Mirrors in directories of backup targets."""

    def open(
        self, location: str, vault: bytes
    ) -> tuple[FileRingStore, FileAnchorStore]:
        """Open the mirror of a vault at a target."""
        return open_mirror(mirror_directory(Path(location), VaultId(vault)))


def open_vault(settings: Settings, ask: Ask | None) -> Vault:
    """Unlock an identity, verify users, ring, log and policy, and open the vault.

    `ask` prompts for a passphrase; None never prompts. Raises NotAuthorised,
    IntegrityViolated, ConfigurationInvalid or NotFound, each with a next step.
    """
    header = read_header(settings.vault_dir)
    identity = unlock_identity(settings, ask)
    stores = open_stores(settings)
    try:
        vault = _assemble(header.vault, identity, stores, settings)
    except BaseException:
        stores.catalogue.close()
        raise
    return vault


def open_stores(settings: Settings, catalogue: Catalogue | None = None) -> Stores:
    """Build the adapters of a vault directory."""
    paths = vault_paths(settings.vault_dir)
    return stores_at(paths, settings, catalogue or open_catalogue(paths.catalogue))


def stores_at(paths: VaultPaths, settings: Settings, catalogue: Catalogue) -> Stores:
    """Build the adapters of a vault whose catalogue is open already."""
    return Stores(
        catalogue=catalogue,
        packs=FilePackStore(paths.packs),
        ring=FileRingStore(paths.ring),
        anchors=FileAnchorStore(paths.anchor),
        pins=FilePinStore(settings.config_dir),
        lock=FileWriterLock(paths.lock, settings.lock_wait_s),
        sources=FileSources(exclude=(settings.vault_dir, settings.config_dir)),
        deliveries=FileDeliveries(),
        mirrors=FileMirrors(),
        clock=SystemClock(),
    )


def place_of(settings: Settings) -> str:
    """Name the place a pin is kept for."""
    return str(settings.vault_dir.resolve())


def unlock_identity(settings: Settings, ask: Ask | None) -> Identity:
    """Unlock the chosen identity with a key file, a passphrase or a recovery code."""
    store = FileIdentityStore(settings.config_dir)
    if settings.identity_file is not None:
        name, record = store.load_file(settings.identity_file)
    else:
        name, record = store.load(settings.identity_name)
    file = parse_identity_file(record, settings.passphrase_cost)
    if settings.passphrase_file is not None:
        return _unlock_with_file(file, settings)
    if ask is None:
        raise NotAuthorised(
            f"identity {name} is locked and there is no terminal to ask on",
            hint="give --passphrase-file FILE",
            code="identity.locked",
        )
    return _unlock_with_text(file, ask(name), settings)


def read_secret_file(name: str) -> bytes:
    """Read a passphrase or key file, or descriptor 0 for `-`, without its newline."""
    if name == "-":
        raw = os.read(0, SECRET_BYTES)
    else:
        from ledgervault.storage.reading import read_secret

        raw = read_secret(Path(name), max_bytes=SECRET_BYTES)
    return raw.rstrip(b"\r\n")


def load_shipped_policy(names: Sequence[str]) -> PolicySet:
    """Load packs that ship with the program."""
    return load_packs([source for name in names for source in read_shipped_pack(name)])


def load_policy_paths(paths: Sequence[str]) -> PolicySet:
    """Load packs from files or folders; all problems are reported at once."""
    return load_packs([s for path in paths for s in read_pack_path(Path(path))])


def backup_target(settings: Settings, location: str) -> BackupTarget:
    """Prepare or open this vault's place at a backup target."""
    header = read_header(settings.vault_dir)
    return create_backup_target(Path(location), header)


def _assemble(
    vault_id: VaultId, identity: Identity, stores: Stores, settings: Settings
) -> Vault:
    catalogue = stores.catalogue
    people = _people(catalogue, vault_id)
    me = people.member(identity)
    keychain = Keychain(vault_id, identity, people, catalogue)
    ring = _ring(vault_id, identity, people, keychain, stores)
    journal = Journal(
        vault_id, identity, people, stores.clock, stores.pins, place_of(settings)
    )
    journal.verify_head(catalogue)
    policy = adopted_policy(catalogue)
    journal.policy = policy.hash()
    vault = Vault(
        id=vault_id,
        place=place_of(settings),
        identity=identity,
        people=people,
        me=me,
        stores=stores,
        keychain=keychain,
        ring=ring,
        journal=journal,
        records=Records(catalogue, keychain, ring),
        policy=policy,
        agency=ClientId(_fact(catalogue, "agency")),
    )
    _settle_epoch(vault)
    return vault


def _settle_epoch(vault: Vault) -> None:
    if vault.catalogue.fact(PREPARED_FACT):
        with writing(vault, "finishing an interrupted purge"):
            pass
    verify_epoch(vault)


def _people(catalogue: Catalogue, vault_id: VaultId) -> People:
    founder = IdentityId(_fact(catalogue, "founder"))
    return trust(catalogue.users(), vault=vault_id, founder=founder)


def _ring(
    vault_id: VaultId,
    identity: Identity,
    people: People,
    keychain: Keychain,
    stores: Stores,
) -> Ring:
    head = read_verified_head(stores.ring, vault=vault_id, people=people)
    ring_key = keychain.ring_key()
    return Ring(vault_id, identity, people, ring_key, stores.ring, stores.anchors, head)


def adopted_policy(catalogue: Catalogue) -> PolicySet:
    """Return the adopted policy if a signed event states its hash."""
    row = catalogue.policy()
    sequences = catalogue.sequences_of("policy")
    if row is None or not sequences or sequences[-1] != row.adopted_at_sequence:
        raise _forged_policy()
    event = parse_event(catalogue.entry(row.adopted_at_sequence))
    policy = PolicySet.from_json(parse_canonical(row.canonical, limit=None))
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


def _unlock_with_file(file: IdentityFile, settings: Settings) -> Identity:
    name = settings.passphrase_file or ""
    raw = read_secret_file(name)
    if raw.startswith(KEY_FILE_HEADER) and name != "-":
        return unlock_with_key(file, SlotKey(read_key_file(Path(name))))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise NotAuthorised(
            "the passphrase file is not text", code="identity.locked"
        ) from error
    return _unlock_with_text(file, text, settings)


def _unlock_with_text(file: IdentityFile, text: str, settings: Settings) -> Identity:
    if is_recovery_code(text):
        return unlock_with_recovery(file, text)
    return unlock_with_passphrase(file, text, settings.passphrase_cost)
