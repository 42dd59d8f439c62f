"""Unlock the chosen identity: every way in turn, the quietest first.

What the user named goes before everything. A way that has no slot, or whose
device does not answer, passes on to the next; a wrong secret does not.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from ledgervault.bootstrap.agent import find_unlocked
from ledgervault.bootstrap.asking import (
    Ask,
    read_secret_file,
    read_secret_text,
    text_of,
)
from ledgervault.bootstrap.choosing import LockedIdentity, load_identity
from ledgervault.bootstrap.tokens import open_token_slot
from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    WITH_PASSPHRASE,
    IdentityFile,
    Slot,
    SlotKind,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.recovery import is_recovery_code
from ledgervault.crypto.slots import (
    find_passphrase_slot,
    join_factors,
    locked,
    open_slot,
    slots_of,
    stretch,
    unlock_with_key,
    unlock_with_passphrase,
    unlock_with_recovery,
)
from ledgervault.errors import NotAuthorised, StorageUnavailable
from ledgervault.storage.key_files import HEADER as KEY_FILE_HEADER
from ledgervault.storage.key_files import read_key_file
from ledgervault.storage.os_keyring import find_slot_key

__all__ = [
    "Ask",
    "LockedIdentity",
    "load_identity",
    "read_secret_file",
    "unlock_file",
    "unlock_identity",
]


@dataclasses.dataclass(frozen=True, slots=True)
class Unlocked:
    """An identity, and the slot that opened it where that is known."""

    identity: Identity
    slot: Slot | None = None


Unlocker = Callable[[LockedIdentity, Settings, Ask | None], Unlocked | None]


def unlock_identity(settings: Settings, ask: Ask | None) -> Identity:
    """Unlock the chosen identity: ask the session agent, then every way in order."""
    on_disk = load_identity(settings)
    held = find_unlocked(on_disk, settings)
    return held or unlock(on_disk, settings, ask).identity


def unlock(on_disk: LockedIdentity, settings: Settings, ask: Ask | None) -> Unlocked:
    """Try every way but the agent; NotAuthorised `identity.locked` when none answers."""
    for unlocker in UNLOCKERS:
        found = unlocker(on_disk, settings, ask)
        if found is not None:
            return found
    raise NotAuthorised(
        f"identity {on_disk.name} is locked and there is no terminal to ask on",
        hint="give --passphrase-file FILE, or run `vault unlock` first",
        code="identity.locked",
    )


def unlock_file(
    file: IdentityFile, settings: Settings, ask: Ask | None
) -> tuple[Identity, str]:
    """Unlock an identity file with a passphrase; return that as well."""
    if settings.passphrase_file is not None:
        passphrase = read_secret_text(settings.passphrase_file)
    elif ask is not None:
        passphrase = ask("recovery")
    else:
        raise NotAuthorised(
            "the request is locked and there is no terminal to ask on",
            hint="give --passphrase-file FILE",
            code="identity.locked",
        )
    cost = settings.passphrase_cost
    return unlock_with_passphrase(file, passphrase, cost), passphrase


def unlock_with_given(
    on_disk: LockedIdentity, settings: Settings, ask: Ask | None
) -> Unlocked | None:
    """Unlock with the passphrase file or key file that the user named."""
    name = settings.passphrase_file
    if name is None:
        return None
    raw = read_secret_file(name)
    if raw.startswith(KEY_FILE_HEADER) and name != "-":
        key = SlotKey(read_key_file(Path(name)))
        return Unlocked(unlock_with_key(on_disk.file, key))
    return unlock_with_text(on_disk, text_of(raw), settings, ask)


def unlock_with_keyring(
    on_disk: LockedIdentity, _settings: Settings, _ask: Ask | None
) -> Unlocked | None:
    """Unlock silently with a key that the desktop's keyring gives."""
    for slot in slots_of(on_disk.file, SlotKind.KEYRING):
        key = find_slot_key(keyring_name(on_disk.file, slot))
        identity = open_slot(on_disk.file, slot, SlotKey(key)) if key else None
        if identity is not None:
            return Unlocked(identity, slot)
    return None


def unlock_with_token(
    on_disk: LockedIdentity, settings: Settings, ask: Ask | None
) -> Unlocked | None:
    """Unlock with a token and its PIN; pass on when the token is not connected."""
    file = on_disk.file
    if settings.pin_file is None and ask is None:
        return None
    for slot in slots_of(file, SlotKind.PKCS11):
        try:
            key = open_token_slot(file, slot, on_disk.path, settings, ask)
        except StorageUnavailable:
            if slots_of(file, *WITH_PASSPHRASE):
                return None
            raise
        identity = open_slot(file, slot, key)
        if identity is not None:
            return Unlocked(identity, slot)
    return None


def unlock_with_asked(
    on_disk: LockedIdentity, settings: Settings, ask: Ask | None
) -> Unlocked | None:
    """Unlock with what a person types: a passphrase or a recovery code."""
    if ask is None:
        return None
    return unlock_with_text(on_disk, ask(on_disk.name), settings, ask)


def unlock_with_text(
    on_disk: LockedIdentity, text: str, settings: Settings, ask: Ask | None
) -> Unlocked:
    """Unlock with a recovery code, a passphrase, or a passphrase and a token."""
    file = on_disk.file
    if is_recovery_code(text):
        return Unlocked(unlock_with_recovery(file, text))
    found = find_passphrase_slot(file, text)
    if found is not None:
        slot, identity = found
        return Unlocked(identity, slot)
    for slot in slots_of(file, SlotKind.PASSPHRASE_AND_TOKEN):
        stretched = stretch(file, slot, text)
        key = open_token_slot(file, slot, on_disk.path, settings, ask)
        both = open_slot(file, slot, join_factors(stretched, key))
        if both is not None:
            return Unlocked(both, slot)
    raise locked(file, "this passphrase does not open it")


def keyring_name(file: IdentityFile, slot: Slot) -> str:
    """Return the name under which the keyring has a slot's key."""
    return f"{file.identity_id.hex()}/{slot.salt[:8].hex()}"


UNLOCKERS: tuple[Unlocker, ...] = (
    unlock_with_given,
    unlock_with_keyring,
    unlock_with_token,
    unlock_with_asked,
)
