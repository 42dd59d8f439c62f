"""The slots of an identity: list, add, remove, and change the passphrase.

What a slot needs outside the file (keyring, token, key file, kit) is there
before the file names it, and goes after the file has let go of it.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.kits import write_kit
from ledgervault.bootstrap.tokens import (
    find_token_slot,
    forget_token_slot,
    seal_token_slot,
    token_of,
)
from ledgervault.bootstrap.unlocking import (
    LockedIdentity,
    keyring_name,
    load_identity,
    unlock,
)
from ledgervault.config import Argon2Cost, Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    WITH_PASSPHRASE,
    WITH_TOKEN,
    IdentityFile,
    Slot,
    SlotKind,
    serialise_identity_file,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.slots import (
    NO_COST,
    SLOT_NAMES,
    add_recovery_slot,
    empty_slot,
    fill_slot,
    join_factors,
    remove_slot,
    stretch,
)
from ledgervault.errors import LedgerVaultError, NotFound, UsageInvalid
from ledgervault.ids import parse_code, short_code
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file
from ledgervault.storage.layout import read_header
from ledgervault.storage.os_keyring import forget_slot_key, keep_slot_key

KIB_A_MIB = 1024


@dataclasses.dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as people see it; `where` is the token's label."""

    id: str
    kind: str
    memory_mib: int
    where: str


@dataclasses.dataclass(frozen=True, slots=True)
class SlotRequest:
    """A slot to add; what its kind does not need stays out."""

    kind: SlotKind
    passphrase: str | None = dataclasses.field(default=None, repr=False)
    is_strong: bool = False
    path: Path | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Filling:
    """An unlocked identity that gets another slot."""

    on_disk: LockedIdentity
    identity: Identity
    settings: Settings
    ask: Ask | None


@dataclasses.dataclass(frozen=True, slots=True)
class Removed:
    """A slot that is gone, and whether its key went from keyring or token too."""

    slot: SlotView
    is_clean: bool


def list_slots(settings: Settings) -> list[SlotView]:
    """Return the ways to unlock the chosen identity; nothing is unlocked."""
    on_disk = load_identity(settings)
    return [view_of(on_disk, slot) for slot in on_disk.file.slots]


def view_of(on_disk: LockedIdentity, slot: Slot) -> SlotView:
    """Describe a slot."""
    kept = find_token_slot(on_disk.path, slot) if slot.kind in WITH_TOKEN else None
    return SlotView(
        id=short_code("K", slot.salt),
        kind=SLOT_NAMES[slot.kind],
        memory_mib=slot.cost.memory_kib // KIB_A_MIB,
        where=kept.label if kept else "",
    )


def add_slot(settings: Settings, ask: Ask | None, request: SlotRequest) -> SlotView:
    """Add a way to unlock the chosen identity, after unlocking it."""
    if request.kind in WITH_PASSPHRASE:
        verify_passphrase_strength(request.passphrase or "")
    on_disk = load_identity(settings)
    identity = unlock(on_disk, settings, ask).identity
    grown, slot = fill(Filling(on_disk, identity, settings, ask), request)
    return view_of(grown, slot)


def fill(filling: Filling, request: SlotRequest) -> tuple[LockedIdentity, Slot]:
    """Seal an unlocked identity into one slot more, durably."""
    file, identity = filling.on_disk.file, filling.identity
    if request.kind is SlotKind.RECOVERY:
        code = generate_recovery_code()
        grown = add_recovery_slot(file, identity, code)
        _keep_kit(filling, request, code)
    else:
        slot = empty_slot(request.kind, _cost(filling.settings, request))
        key = _KEEPERS.get(request.kind, _keep_nothing)(filling, slot, request)
        if request.kind in WITH_PASSPHRASE:
            stretched = stretch(file, slot, request.passphrase or "")
            key = stretched if key is None else join_factors(stretched, key)
        grown = fill_slot(file, slot, _required(key), identity)
    return write_slots(filling.settings, filling.on_disk, grown), grown.slots[-1]


def write_slots(
    settings: Settings, on_disk: LockedIdentity, file: IdentityFile
) -> LockedIdentity:
    """Exchange the identity file for one with other slots."""
    record = serialise_identity_file(file)
    store = FileIdentityStore(settings.config_dir)
    store.replace_file(on_disk.path, record, expected=on_disk.record)
    return dataclasses.replace(on_disk, record=record, file=file)


def find_slot(on_disk: LockedIdentity, code: str) -> Slot:
    """Return the slot a code names; NotFound `slot.unknown` for none or several."""
    wanted = parse_code("K", code)
    found = [
        slot
        for slot in on_disk.file.slots
        if short_code("K", slot.salt).startswith(wanted)
    ]
    if len(found) != 1:
        raise NotFound(
            f"no slot, or more than one, is {wanted}",
            hint="`vault key slot list` shows them",
            code="slot.unknown",
        )
    return found[0]


def drop_slot(
    settings: Settings, ask: Ask | None, code: str, *, is_dry: bool
) -> Removed:
    """Remove a way to unlock, after unlocking in any way; the last one stays."""
    on_disk = load_identity(settings)
    slot = find_slot(on_disk, code)
    shown = view_of(on_disk, slot)
    remove_slot(on_disk.file, slot)
    if is_dry:
        return Removed(shown, is_clean=False)
    unlock(on_disk, settings, ask)
    return Removed(shown, is_clean=discard(on_disk, slot, settings, ask))


def discard(
    on_disk: LockedIdentity, slot: Slot, settings: Settings, ask: Ask | None
) -> bool:
    """Take a slot out of the file, then its key out of keyring or token."""
    kept = find_token_slot(on_disk.path, slot) if slot.kind in WITH_TOKEN else None
    write_slots(settings, on_disk, remove_slot(on_disk.file, slot))
    if slot.kind is SlotKind.KEYRING:
        return forget_slot_key(keyring_name(on_disk.file, slot))
    if kept is None:
        return True
    forget_token_slot(on_disk.path, slot)
    try:
        token_of(settings, ask, label=kept.label).destroy_key(kept.key)
    except LedgerVaultError:
        return False
    return True


def _cost(settings: Settings, request: SlotRequest) -> Argon2Cost:
    if request.kind not in WITH_PASSPHRASE:
        return NO_COST
    cost = settings.passphrase_cost
    return cost.strong if request.is_strong else cost.new


def _keep_nothing(_filling: Filling, _slot: Slot, _request: SlotRequest) -> None:
    return None


def _keep_in_keyring(filling: Filling, slot: Slot, _request: SlotRequest) -> SlotKey:
    key = SlotKey.generate()
    keep_slot_key(keyring_name(filling.on_disk.file, slot), key.raw)
    return key


def _keep_in_token(filling: Filling, slot: Slot, _request: SlotRequest) -> SlotKey:
    key = SlotKey.generate()
    token = token_of(filling.settings, filling.ask)
    seal_token_slot(filling.on_disk.file, slot, filling.on_disk.path, key, token)
    return key


def _keep_in_file(_filling: Filling, _slot: Slot, request: SlotRequest) -> SlotKey:
    if request.path is None:
        raise UsageInvalid(
            "a key file needs a place",
            hint="add --file PATH, on a stick or in a secret store",
        )
    return SlotKey(create_key_file(request.path))


def _keep_kit(filling: Filling, request: SlotRequest, code: str) -> None:
    if request.path is None:
        raise UsageInvalid(
            "a recovery code needs a page to be printed from",
            hint="add --file PATH; print that page, then delete the file",
        )
    vault = read_header(filling.settings.vault_dir).vault
    write_kit(request.path, filling.identity, filling.on_disk.name, code, vault)


def _required(key: SlotKey | None) -> SlotKey:
    if key is None:
        raise UsageInvalid("this kind of slot cannot be added")
    return key


_KEEPERS: dict[SlotKind, Callable[[Filling, Slot, SlotRequest], SlotKey | None]] = {
    SlotKind.KEYRING: _keep_in_keyring,
    SlotKind.KEY_FILE: _keep_in_file,
    SlotKind.PKCS11: _keep_in_token,
    SlotKind.PASSPHRASE_AND_TOKEN: _keep_in_token,
}
