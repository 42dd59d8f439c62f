"""Recover by several people: ask on a machine without an identity, then combine.

The asking identity is kept apart from the others, under a passphrase; that of a
drill under a key file beside it, since a canary is worth nothing. It is erased when
it has served.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ledgervault.bootstrap.adapters import open_stores, place_of
from ledgervault.bootstrap.kits import free_name
from ledgervault.bootstrap.opening import open_as, trusted_people
from ledgervault.bootstrap.unlocking import Ask, unlock_file
from ledgervault.config import Settings
from ledgervault.crypto.fingerprints import fingerprint_words
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    create_identity_file,
    parse_identity_file,
    serialise_identity_file,
)
from ledgervault.crypto.keys import IdentitySeed, SlotKey
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.recovery_shares import SharedKind
from ledgervault.crypto.slots import (
    add_key_file_slot,
    add_passphrase_slot,
    unlock_with_key,
)
from ledgervault.errors import Conflict, IntegrityViolated, NotFound, UsageInvalid
from ledgervault.ids import VaultId, random_id
from ledgervault.storage import durable
from ledgervault.storage.identities import (
    MAX_IDENTITY_BYTES,
    MODE_CODE,
    FileIdentityStore,
)
from ledgervault.storage.key_files import create_key_file, read_key_file
from ledgervault.storage.layout import read_header
from ledgervault.storage.reading import find_bytes, find_secret
from ledgervault.vault.combining import Combined, combine_contributions
from ledgervault.vault.journal import Journal
from ledgervault.vault.recovery_papers import (
    MAX_PAPER_BYTES,
    parse_contribution,
    sign_request,
)
from ledgervault.vault.recovery_set import COMBINED, OBJECT, read_arrangement

MAX_FILE_BYTES = 4 * MAX_PAPER_BYTES


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be handed to the people who hold shares."""

    path: str
    fingerprint: str
    words: str
    is_drill: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Recovered:
    """A recovery identity that exists again."""

    identity: str
    path: str
    fingerprint: str
    people: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Rehearsed:
    """A canary that came out of its shares."""

    set_id: bytes
    members: tuple[bytes, ...]


def ask_for_shares(
    settings: Settings, path: Path, *, passphrase: str | None, is_drill: bool
) -> Asked:
    """Make an identity to seal shares to, and write its request."""
    vault = read_header(settings.vault_dir).vault
    if path.exists():
        raise Conflict(f"{path} exists", hint="choose another path with -o")
    identity = Identity(random_id(), IdentitySeed.generate())
    kind = SharedKind.CANARY if is_drill else SharedKind.SEED
    _keep(settings, identity, None if is_drill else _strong(passphrase))
    durable.write_new(path, sign_request(identity, vault, kind))
    public = identity.public
    words = fingerprint_words(public, settings.language)
    return Asked(str(path), public.fingerprint(), words, is_drill)


def combine_seed(
    settings: Settings, files: Sequence[str], ask: Ask | None
) -> Recovered:
    """Rebuild the recovery identity, under the passphrase chosen with the request."""
    papers = _papers(files)
    asker, passphrase = _unlock_asker(settings, papers, ask)
    vault = read_header(settings.vault_dir).vault
    combined = _combine(settings, vault, asker, papers, SharedKind.SEED)
    user = combined.arrangement.shares.user
    identity = Identity(user, IdentitySeed(combined.secret))
    if identity.public != combined.user.public:
        raise IntegrityViolated(
            "the shares give another identity than the one that was arranged",
            code="recovery.swapped",
        )
    file = create_identity_file(identity)
    file = add_passphrase_slot(file, identity, passphrase, settings.passphrase_cost)
    store = FileIdentityStore(settings.config_dir)
    name = settings.identity_name or free_name(store, "recovery")
    path = store.save(name, serialise_identity_file(file))
    _note(settings, identity, combined)
    _forget(settings, asker)
    members = tuple(member.hex() for member in combined.members)
    return Recovered(name, path, identity.public.fingerprint(), members)


def combine_canary(settings: Settings, files: Sequence[str]) -> Rehearsed:
    """Walk the whole way on the canary: nothing that opens anything comes out."""
    papers = _papers(files)
    digest = parse_contribution(papers[0]).request
    place = _place(settings, digest)
    key = SlotKey(read_key_file(place.with_suffix(".key")))
    file = parse_identity_file(_kept(place), settings.passphrase_cost)
    asker = unlock_with_key(file, key)
    vault = read_header(settings.vault_dir).vault
    combined = _combine(settings, vault, asker, papers, SharedKind.CANARY)
    _forget(settings, asker)
    return Rehearsed(combined.arrangement.shares.set_id, combined.members)


def _combine(
    settings: Settings,
    vault: VaultId,
    asker: Identity,
    papers: Sequence[bytes],
    kind: SharedKind,
) -> Combined:
    stores = open_stores(settings)
    try:
        people = trusted_people(stores.catalogue, vault)
        place = place_of(settings)
        journal = Journal(vault, asker, people, stores.clock, stores.pins, place)
        journal.verify_head(stores.catalogue)
        arrangement = read_arrangement(stores.catalogue, vault=vault, people=people)
        return combine_contributions(papers, arrangement, people, asker, kind)
    finally:
        stores.catalogue.close()


def _note(settings: Settings, identity: Identity, combined: Combined) -> None:
    vault = open_as(settings, identity)
    try:
        facts = {
            "set": combined.arrangement.shares.set_id.hex(),
            "people": [member.hex() for member in combined.members],
        }
        vault.note(COMBINED, objects=(OBJECT,), facts=facts)
    finally:
        vault.catalogue.close()


def _strong(passphrase: str | None) -> str:
    if passphrase is None:
        raise UsageInvalid(
            "the request needs a passphrase: it becomes that of the rebuilt identity",
            hint="give --passphrase-file FILE",
        )
    verify_passphrase_strength(passphrase)
    return passphrase


def _place(settings: Settings, digest: bytes) -> Path:
    folder = settings.config_dir / "recovery-requests"
    return folder / f"{digest[:8].hex()}.identity"


def _keep(settings: Settings, identity: Identity, passphrase: str | None) -> None:
    place = _place(settings, identity.public.digest())
    durable.make_directory(place.parent)
    file = create_identity_file(identity)
    if passphrase is None:
        key = SlotKey(create_key_file(place.with_suffix(".key")))
        file = add_key_file_slot(file, identity, key)
    else:
        file = add_passphrase_slot(file, identity, passphrase, settings.passphrase_cost)
    durable.write_new(place, serialise_identity_file(file))


def _forget(settings: Settings, asker: Identity) -> None:
    place = _place(settings, asker.public.digest())
    for path in (place, place.with_suffix(".key")):
        durable.erase(path)
    durable.sync_directory(place.parent)


def _kept(place: Path) -> bytes:
    raw = find_secret(place, max_bytes=MAX_IDENTITY_BYTES, mode_code=MODE_CODE)
    if raw is None:
        raise NotFound(
            "this machine made no such request, or it has served",
            hint="combine where `vault key recovery request` was run",
            code="recovery.request",
        )
    return raw


def _unlock_asker(
    settings: Settings, papers: Sequence[bytes], ask: Ask | None
) -> tuple[Identity, str]:
    digest = parse_contribution(papers[0]).request
    file = parse_identity_file(
        _kept(_place(settings, digest)), settings.passphrase_cost
    )
    return unlock_file(file, settings, ask)


def _papers(files: Sequence[str]) -> list[bytes]:
    papers = []
    for name in files:
        raw = find_bytes(Path(name), max_bytes=MAX_FILE_BYTES, follow=True)
        if raw is None:
            raise NotFound(f"there is no file {name[:200]}", code="recovery.no-file")
        papers.append(raw)
    return papers


def read_request(name: str) -> bytes:
    """Read a request file."""
    return _papers([name])[0]
