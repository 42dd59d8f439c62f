"""Secrets that unlock: from files, from descriptors, or asked of a person."""

import os
from pathlib import Path
from typing import Protocol

from ledgervault.config import Settings
from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.storage.reading import find_secret

SECRET_BYTES = 4096


class Ask(Protocol):
    """Prompts a person, without echo; `secret` is `passphrase` or `pin`."""

    def __call__(self, name: str, /, *, secret: str = "passphrase") -> str:  # noqa: S107 - a kind of secret, none
        """Return what was typed for the identity or token of that name."""


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


def read_secret_text(name: str) -> str:
    """Read a passphrase file as text."""
    return text_of(read_secret_file(name))


def text_of(raw: bytes) -> str:
    """Return a secret as the text it must be."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotAuthorised(
            "the passphrase file is not text", code="identity.locked"
        ) from error


def find_pin(settings: Settings, ask: Ask | None, label: str) -> str | None:
    """Return a token's PIN from its file or a person; None where there is neither."""
    if settings.pin_file is not None:
        return _pin_of(settings.pin_file)
    return None if ask is None else ask(label, secret="pin")  # noqa: S106 - a kind of secret, none


def _pin_of(name: str) -> str:
    if name != "-" and Path(name).is_file():
        # A PIN is short: whoever can read the file has the whole secret.
        find_secret(
            Path(name), max_bytes=SECRET_BYTES, mode_code="token.mode", follow=True
        )
    return read_secret_text(name)


def _read_all(descriptor: int) -> bytes:
    # A pipe may deliver a secret in pieces.
    raw = b""
    while len(raw) < SECRET_BYTES:
        piece = os.read(descriptor, SECRET_BYTES - len(raw))
        if not piece:
            break
        raw += piece
    return raw
