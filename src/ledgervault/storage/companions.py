"""What token slots keep beside their identity file: `<name>.tokens`, JSON.

A record holds a slot key sealed inside a token, so it is no secret; it is read
as one all the same. Lost with it is the slot, not the identity.
"""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledgervault.errors import ConfigurationInvalid
from ledgervault.storage import durable
from ledgervault.storage.json_records import parse_record, serialise_record
from ledgervault.storage.reading import find_secret

FORMAT = "ledgervault-token-slots/1"
SEALED_BYTES = 12 + 32 + 16
_SUFFIX = ".tokens"
_MAX_BYTES = 64 << 10
_SLOT = re.compile(r"[0-9a-f]{48}", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class TokenSlot:
    """Where a slot key is sealed: token, key inside it, and the sealed bytes."""

    label: str
    key: str
    sealed: bytes


def load_token_slots(identity: Path) -> dict[bytes, TokenSlot]:
    """Read the records beside an identity file, by the salts of their slots."""
    path = identity.with_suffix(_SUFFIX)
    raw = find_secret(path, max_bytes=_MAX_BYTES, mode_code="token.mode", follow=True)
    if raw is None:
        return {}
    record = parse_record(raw)
    slots = record.get("slots") if record else None
    if not record or record.get("format") != FORMAT or not isinstance(slots, dict):
        raise _damaged(path)
    found = {salt: _parse(one) for salt, one in slots.items() if _SLOT.fullmatch(salt)}
    known = {bytes.fromhex(salt): one for salt, one in found.items() if one is not None}
    if len(known) != len(slots):
        raise _damaged(path)
    return known


def save_token_slots(identity: Path, slots: Mapping[bytes, TokenSlot]) -> None:
    """Write the records beside an identity file; remove a file that holds none."""
    path = identity.with_suffix(_SUFFIX)
    if slots:
        shapes = {
            salt.hex(): {"label": one.label, "key": one.key, "sealed": one.sealed.hex()}
            for salt, one in slots.items()
        }
        durable.replace(path, serialise_record({"format": FORMAT, "slots": shapes}))
    elif path.exists():
        durable.erase(path)
        durable.sync_directory(path.parent)


def _parse(shape: Any) -> TokenSlot | None:
    if not isinstance(shape, dict):
        return None
    label, key, sealed = (shape.get(name) for name in ("label", "key", "sealed"))
    if not (isinstance(label, str) and isinstance(key, str)):
        return None
    try:
        raw = bytes.fromhex(str(sealed))
    except ValueError:
        return None
    return TokenSlot(label, key, raw) if len(raw) == SEALED_BYTES else None


def _damaged(path: Path) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"{path.name} beside the identity is damaged",
        hint="restore it from a copy, or unlock another way and add the token again",
        code="token.record",
    )
