"""Unlock the chosen identity: key file, passphrase or recovery code."""

import os
from collections.abc import Callable
from pathlib import Path

from ledgervault.bootstrap.agent import find_unlocked
from ledgervault.bootstrap.choosing import Members, choose_identity
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
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.storage.key_files import HEADER as KEY_FILE_HEADER
from ledgervault.storage.key_files import read_key_file

SECRET_BYTES = 4096
Ask = Callable[[str], str]


def unlock_identity(
    settings: Settings, ask: Ask | None, members: Members | None = None
) -> Identity:
    """Unlock the chosen identity: agent, key file, passphrase or recovery code."""
    chosen = choose_identity(settings, members)
    file = parse_identity_file(chosen.record, settings.passphrase_cost)
    held = find_unlocked(settings, chosen, file)
    return held or unlock_with_secret(settings, chosen.name, file, ask)


def unlock_with_secret(
    settings: Settings, name: str, file: IdentityFile, ask: Ask | None
) -> Identity:
    """Unlock with a key file, a passphrase or a recovery code."""
    if settings.passphrase_file is not None:
        return _unlock_with_file(file, settings)
    if ask is None:
        raise NotAuthorised(
            f"identity {name} is locked and there is no terminal to ask on",
            hint="give --passphrase-file FILE, or run `vault unlock` first",
            code="identity.locked",
        )
    return _unlock_with_text(file, ask(name), settings)


def read_secret_file(name: str) -> bytes:
    """Read a passphrase or key file, or descriptor 0 for `-`, without its newline."""
    try:
        descriptor = 0 if name == "-" else os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            raw = _read_all(descriptor)
        finally:
            if descriptor:
                os.close(descriptor)
    except OSError as error:
        raise NotFound(
            f"cannot read the passphrase file: {error.strerror}",
            hint="name a file, /dev/fd/N, or - for descriptor 0",
            code="secret.missing",
        ) from error
    return raw.rstrip(b"\r\n")


def _read_all(descriptor: int) -> bytes:
    # A pipe may deliver a secret in pieces.
    raw = b""
    while len(raw) < SECRET_BYTES:
        piece = os.read(descriptor, SECRET_BYTES - len(raw))
        if not piece:
            break
        raw += piece
    return raw


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
