"""Canonical JSON: the subset of RFC 8785 without floats.

Bytes that are hashed or signed are written once and never re-serialised.
"""

import json
from typing import Any

from ledgervault.errors import IntegrityViolated

ENTRY_BYTES = (64 << 10) - 1  # what a tile bundle can count
MAX_DEPTH = 32
MAX_INTEGER = (1 << 53) - 1

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=False
)


def canonical_json(value: Any) -> bytes:
    """Write a value canonically; ValueError for what the subset does not have."""
    return _ENCODER.encode(_checked(value, 0)).encode("utf-8")


def parse_canonical(raw: bytes, limit: int | None = None) -> Any:
    """Parse canonical bytes; IntegrityViolated unless they are exactly canonical."""
    if limit is not None and len(raw) > limit:
        raise _not_canonical()
    try:
        value = json.loads(raw)
        again = canonical_json(value)
    except (ValueError, RecursionError):
        raise _not_canonical() from None
    if again != raw:
        raise _not_canonical()
    return value


def _checked(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError("an integer beyond 2^53")
        return value
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        return {key: _checked(value[key], depth + 1) for key in _sorted_keys(value)}
    if isinstance(value, list | tuple):
        return [_checked(item, depth + 1) for item in value]
    raise ValueError(f"no canonical form for {type(value).__name__}")


def _sorted_keys(value: dict[Any, Any]) -> list[str]:
    try:
        is_ascii = "".join(value).isascii()
    except TypeError:
        raise ValueError("keys are strings") from None
    if is_ascii:
        return sorted(value)
    # RFC 8785 sorts by UTF-16 code units, which differs above the BMP.
    return sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _not_canonical() -> IntegrityViolated:
    return IntegrityViolated(
        "a record is not in canonical form", code="log.not-canonical"
    )
