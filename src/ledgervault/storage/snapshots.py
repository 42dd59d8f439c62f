"""The record of one backup: which catalogue and packs belong together.

Knows nothing of keys; what the caller wants remembered (log size, root, epoch)
travels as text facts. Parses totally: a record is whole or it is no snapshot.
"""

import dataclasses
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledgervault.storage.json_records import parse_record, serialise_record, texts_of

FORMAT = "ledgervault-snapshot/1"
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A whole snapshot; `packs` maps names to sizes in bytes."""

    name: str
    created: datetime
    catalogue_bytes: int
    catalogue_sha256: str
    packs: Mapping[str, int]
    facts: Mapping[str, str]


def serialise_snapshot(info: SnapshotInfo) -> bytes:
    """Write a snapshot's record as JSON."""
    return serialise_record(
        {
            "format": FORMAT,
            "name": info.name,
            "created": info.created.isoformat().replace("+00:00", "Z"),
            "catalogue_bytes": info.catalogue_bytes,
            "catalogue_sha256": info.catalogue_sha256,
            "packs": dict(info.packs),
            "facts": dict(info.facts),
        }
    )


def parse_snapshot(raw: bytes) -> SnapshotInfo | None:
    """Parse a snapshot's record; None for anything that is not one."""
    record = parse_record(raw)
    if record is None or record.get("format") != FORMAT:
        return None
    name, sha256, size = (
        record.get(key) for key in ("name", "catalogue_sha256", "catalogue_bytes")
    )
    created, packs = _instant(record), _sizes(record.get("packs"))
    facts = texts_of(record.get("facts"))
    is_named = isinstance(name, str) and NAME.fullmatch(name)
    if not is_named or not isinstance(sha256, str) or type(size) is not int:
        return None
    if created is None or packs is None or facts is None:
        return None
    return SnapshotInfo(str(name), created, size, sha256, packs, facts)


def _instant(record: dict[str, Any]) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(record.get("created")))
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _sizes(packs: object) -> dict[str, int] | None:
    if not isinstance(packs, dict):
        return None
    is_sized = all(type(size) is int and size >= 0 for size in packs.values())
    return packs if is_sized else None
