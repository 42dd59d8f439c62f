"""Small JSON records of the storage layer: written one way, parsed totally."""

import json
from collections.abc import Mapping
from typing import Any


def serialise_record(record: Mapping[str, Any]) -> bytes:
    """Write a record as sorted, indented JSON in ASCII."""
    return json.dumps(record, indent=1, sort_keys=True).encode("ascii") + b"\n"


def parse_record(raw: bytes) -> dict[str, Any] | None:
    """Parse a JSON object; None for anything that is not one."""
    try:
        record = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def texts_of(record: object) -> dict[str, str] | None:
    """Return a mapping from text to text; None for anything else."""
    if not isinstance(record, dict):
        return None
    is_text = all(isinstance(part, str) for pair in record.items() for part in pair)
    return record if is_text else None
