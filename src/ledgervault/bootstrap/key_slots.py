"""The slots of an identity: list, add, remove, and change the passphrase.

What a slot needs outside the file (keyring, token, key file, kit) is there
before the file names it, and goes after the file has let go of it.
"""

import dataclasses

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.slot_filling import (
    Filling,
    SlotRequest,
    fill,
    write_slots,
)
from ledgervault.bootstrap.tokens import (
    find_token_slot,
    forget_token_slot,
    token_of,
)
from ledgervault.bootstrap.unlocking import (
    LockedIdentity,
    keyring_name,
    load_identity,
    unlock,
)
from ledgervault.config import Settings
from ledgervault.crypto.identity_file import (
    WITH_PASSPHRASE,
    WITH_TOKEN,
    Slot,
    SlotKind,
)
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.slots import (
    SLOT_NAMES,
    remove_slot,
)
from ledgervault.errors import LedgerVaultError, NotFound
from ledgervault.ids import parse_code, short_code
from ledgervault.storage.os_keyring import forget_slot_key

KIB_A_MIB = 1024


@dataclasses.dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as people see it; `where` is the token's label."""

    id: str
    kind: str
    memory_mib: int
    where: str


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
