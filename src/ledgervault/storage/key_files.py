"""Key files: 32 random bytes that stand in for a passphrase.

A key file may lie on a stick or come from a secret store; it is never
overwritten, and one that others can read is refused.
"""

import base64
import binascii
import secrets
from pathlib import Path

from ledgervault.errors import ConfigurationInvalid, Conflict, NotFound
from ledgervault.storage import durable
from ledgervault.storage.os_errors import shown_path
from ledgervault.storage.reading import find_secret

KEY_BYTES = 32
HEADER = b"LEDGERVAULT-KEY-FILE-1"
_MAX_BYTES = 256
_LINES = 2


def create_key_file(path: Path) -> bytes:
    """Write a new key file, 0600; return its key."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        durable.write_new(path, HEADER + b"\n" + base64.b64encode(key) + b"\n")
    except Conflict as error:
        raise Conflict(
            f"{shown_path(path)} exists already",
            hint="a key file is never overwritten: choose another path",
            code="key-file.exists",
        ) from error
    return key


def read_key_file(path: Path) -> bytes:
    """Read the key of a key file that only its owner can read."""
    raw = find_secret(
        path, max_bytes=_MAX_BYTES, mode_code="key-file.mode", follow=True
    )
    if raw is None:
        raise NotFound(
            f"there is no key file {shown_path(path)}", code="key-file.missing"
        )
    lines = raw.split()
    if len(lines) != _LINES or lines[0] != HEADER:
        raise _invalid(path)
    try:
        key = base64.b64decode(lines[1], validate=True)
    except binascii.Error as error:
        raise _invalid(path) from error
    if len(key) != KEY_BYTES:
        raise _invalid(path)
    return key


def _invalid(path: Path) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"{shown_path(path)} is not a key file",
        hint=f"its first line reads {HEADER.decode()}",
        code="key-file.invalid",
    )
