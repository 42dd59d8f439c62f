"""Exchange a passphrase: the new slot is on the disk before the old one goes."""

import dataclasses

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.key_slots import SlotView, discard, view_of
from ledgervault.bootstrap.slot_filling import Filling, SlotRequest, fill
from ledgervault.bootstrap.unlocking import (
    load_identity,
    unlock_with_asked,
    unlock_with_given,
)
from ledgervault.config import Settings
from ledgervault.crypto.identity_file import WITH_PASSPHRASE, Slot, SlotKind
from ledgervault.crypto.passphrases import verify_passphrase_strength
from ledgervault.crypto.slots import find_passphrase_slot, slots_of
from ledgervault.errors import Conflict, NotAuthorised, UsageInvalid


@dataclasses.dataclass(frozen=True, slots=True)
class Changing:
    """An identity unlocked with the old secret, and the slot that is to go."""

    filling: Filling
    old: Slot | None


def begin_change(settings: Settings, ask: Ask | None) -> Changing:
    """Unlock with the old passphrase, or a recovery code or key file in its stead.

    Never with what answers silently: a passphrase is changed by who knows a secret.
    """
    on_disk = load_identity(settings)
    given = unlock_with_given(on_disk, settings, ask)
    unlocked = given or unlock_with_asked(on_disk, settings, ask)
    if unlocked is None:
        raise NotAuthorised(
            "the old passphrase is needed and there is no terminal to ask on",
            hint="give --passphrase-file FILE with the old one",
            code="identity.locked",
        )
    slot = unlocked.slot
    if slot is None:
        slot = _only_slot(slots_of(on_disk.file, *WITH_PASSPHRASE))
    return Changing(Filling(on_disk, unlocked.identity, settings, ask), slot)


def finish_change(changing: Changing, passphrase: str, *, is_strong: bool) -> SlotView:
    """Add a slot for the new passphrase, then remove the old one.

    The cost never goes down, and a slot that needs a token keeps needing one.
    """
    verify_passphrase_strength(passphrase)
    filling, old = changing.filling, changing.old
    known = find_passphrase_slot(filling.on_disk.file, passphrase)
    if known is not None:
        return _finish_interrupted(changing, known[0])
    strong = filling.settings.passphrase_cost.strong
    was_strong = old is not None and old.cost.memory_kib >= strong.memory_kib
    request = SlotRequest(
        kind=old.kind if old else SlotKind.PASSPHRASE,
        passphrase=passphrase,
        is_strong=is_strong or was_strong,
    )
    grown, slot = fill(filling, request)
    if old is not None:
        discard(grown, old, filling.settings, filling.ask)
    return view_of(grown, slot)


def _finish_interrupted(changing: Changing, known: Slot) -> SlotView:
    """Take the old slot out where an earlier change got no further than the new."""
    filling, old = changing.filling, changing.old
    if old is None or known == old:
        raise UsageInvalid(
            "this passphrase opens the identity already",
            hint="choose another one",
            code="passphrase.same",
        )
    discard(filling.on_disk, old, filling.settings, filling.ask)
    return view_of(filling.on_disk, known)


def _only_slot(slots: list[Slot]) -> Slot | None:
    if len(slots) > 1:
        raise Conflict(
            "this identity has several passphrases, and none of them was given",
            hint="`vault key slot list` shows them; remove one, or give the old one",
            code="slot.several",
        )
    return slots[0] if slots else None
