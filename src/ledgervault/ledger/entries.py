"""Events: what was done, by whom, to what. Personal details travel sealed."""

import base64
import binascii
import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.canonical import ENTRY_BYTES, canonical_json, parse_canonical

VERSION = 1
STANDING = "standing"
_KEYS = frozenset(
    {"v", "seq", "time", "actor", "act", "objects", "policy", "cipher", "facts", "enc"}
)


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One log entry. `sealed` dies with the document whose key sealed it."""

    sequence: int
    time_ms: int
    actor: bytes
    act: str
    objects: tuple[str, ...] = ()
    policy: str = ""
    cipher: str = ""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    sealed: bytes = b""
    standing: Mapping[str, Any] | None = None  # on the last event of an act


def serialise_event(event: Event) -> bytes:
    """Write the exact bytes that are hashed and stored."""
    entry = {
        "v": VERSION,
        "seq": event.sequence,
        "time": event.time_ms,
        "actor": event.actor.hex(),
        "act": event.act,
        "objects": event.objects,
        "policy": event.policy,
        "cipher": event.cipher,
        "facts": dict(event.facts),
        "enc": base64.b64encode(event.sealed).decode("ascii"),
    }
    if event.standing is not None:
        entry[STANDING] = dict(event.standing)
    return canonical_json(entry)


def parse_event(raw: bytes) -> Event:
    """Parse an entry; IntegrityViolated for anything that is not one."""
    return _event(parse_canonical(raw, ENTRY_BYTES))


def parse_verified(raw: bytes) -> Event:
    """Parse an entry whose bytes a signed tree has been found to cover."""
    try:
        return _event(json.loads(raw))
    except (ValueError, RecursionError):
        raise _not_an_event() from None


def _event(value: Any) -> Event:
    if not isinstance(value, dict) or value.keys() - {STANDING} != _KEYS:
        raise _not_an_event()
    if value["v"] != VERSION:
        raise _not_an_event()
    try:
        return Event(
            sequence=_integer(value["seq"]),
            time_ms=_integer(value["time"]),
            actor=bytes.fromhex(_text(value["actor"])),
            act=_text(value["act"]),
            objects=tuple(_text(item) for item in _list(value["objects"])),
            policy=_text(value["policy"]),
            cipher=_text(value["cipher"]),
            facts=_mapping(value["facts"]),
            sealed=base64.b64decode(_text(value["enc"]), validate=True),
            standing=_mapping(value[STANDING]) if STANDING in value else None,
        )
    except (ValueError, binascii.Error):
        raise _not_an_event() from None


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - one kind of failure for the caller
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(value)  # noqa: TRY004 - one kind of failure for the caller
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004 - one kind of failure for the caller
    return value


def _not_an_event() -> IntegrityViolated:
    return IntegrityViolated("a log entry is not readable", code="log.entry")
