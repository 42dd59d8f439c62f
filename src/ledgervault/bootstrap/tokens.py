"""The user's token, and the slot keys sealed inside it."""

import functools
from pathlib import Path

from ledgervault.bootstrap.asking import Ask, find_pin
from ledgervault.config import Settings
from ledgervault.crypto.identity_file import IdentityFile, Slot
from ledgervault.crypto.keys import SlotKey
from ledgervault.crypto.slots import token_binding
from ledgervault.errors import ConfigurationInvalid, NotAuthorised
from ledgervault.storage.companions import (
    TokenSlot,
    load_token_slots,
    save_token_slots,
)
from ledgervault.storage.token_settings import (
    TokenSettings,
    get_token_settings,
    save_token_settings,
)
from ledgervault.storage.tokens import Token, verify_token


def token_of(settings: Settings, ask: Ask | None, *, label: str = "") -> Token:
    """Return the token this user has set up, or another of the same module.

    Its PIN is asked for when it is first used.
    """
    known = get_token_settings(settings.config_dir)
    asking = functools.partial(_required_pin, settings, ask)
    return Token(known.module, label or known.label, asking)


def set_up_token(settings: Settings, module: Path, label: str) -> None:
    """Remember the token this user unlocks with, once its module sees it."""
    verify_token(module, label)
    save_token_settings(settings.config_dir, TokenSettings(module, label))


def open_token_slot(
    file: IdentityFile, slot: Slot, path: Path, settings: Settings, ask: Ask | None
) -> SlotKey:
    """Return the slot key that a token gives for a slot of the file at `path`."""
    kept = find_token_slot(path, slot)
    if kept is None:
        raise ConfigurationInvalid(
            "what the token slot keeps beside the identity file is missing",
            hint="copy the file that ends in .tokens along with the identity",
            code="token.record",
        )
    token = token_of(settings, ask, label=kept.label)
    return SlotKey(token.open(kept.key, kept.sealed, token_binding(file, slot)))


def seal_token_slot(
    file: IdentityFile, slot: Slot, path: Path, key: SlotKey, token: Token
) -> None:
    """Make a key inside the token, seal the slot's key under it, and keep that."""
    name = f"lv-slot-{file.identity_id.hex()}-{slot.salt[:8].hex()}"
    token.create_key(name)
    sealed = token.seal(name, key.raw, token_binding(file, slot))
    known = load_token_slots(path)
    save_token_slots(path, {**known, slot.salt: TokenSlot(token.label, name, sealed)})


def find_token_slot(path: Path, slot: Slot) -> TokenSlot | None:
    """Return what a token slot keeps beside its identity file."""
    return load_token_slots(path).get(slot.salt)


def forget_token_slot(path: Path, slot: Slot) -> None:
    """Remove what a token slot kept beside its identity file."""
    known = load_token_slots(path)
    if known.pop(slot.salt, None) is not None:
        save_token_slots(path, known)


def _required_pin(settings: Settings, ask: Ask | None, label: str) -> str:
    pin = find_pin(settings, ask, label)
    if pin is None:
        raise NotAuthorised(
            f"the token {label} needs its PIN and there is no terminal to ask on",
            hint="give --pin-file FILE",
            code="token.pin",
        )
    return pin
