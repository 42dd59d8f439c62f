"""Fill a slot of an identity: whatever holds its key is there before it.

The key of a slot goes to keyring, token, key file or kit first, and only then
does the identity file name the slot.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.kits import write_kit
from ledgervault.bootstrap.tokens import (
    seal_token_slot,
    token_of,
)
from ledgervault.bootstrap.unlocking import (
    LockedIdentity,
    keyring_name,
)
from ledgervault.config import Argon2Cost, Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import (
    WITH_PASSPHRASE,
    IdentityFile,
    Slot,
    SlotKind,
    serialise_identity_file,
)
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.recovery import generate_recovery_code
from ledgervault.crypto.slots import (
    NO_COST,
    add_recovery_slot,
    empty_slot,
    fill_slot,
    join_factors,
    stretch,
)
from ledgervault.errors import UsageInvalid
from ledgervault.storage.identities import FileIdentityStore
from ledgervault.storage.key_files import create_key_file
from ledgervault.storage.layout import read_header
from ledgervault.storage.os_keyring import keep_slot_key


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
