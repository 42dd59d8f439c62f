"""A document's sealed details: what a person would call information about it."""

import dataclasses
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from ledgervault.errors import IntegrityViolated


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentDetails:
    """Everything said of a document that is not a random id, a date or a size."""

    title: str
    name: str  # the file name it came with; odd bytes kept as surrogate escapes
    path: str
    type: str
    level: str
    period: str | None
    mime: str
    size: int  # true length in bytes
    rule: str
    is_inbox: bool
    has_client: bool
    ingested_at: str
    ingested_by: str
    purpose: str = ""
    modified_at: str = ""
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    detected: Mapping[str, int] = dataclasses.field(default_factory=dict)
    client_fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    unread: str = ""  # why nothing, or not all, of it was read
    confidence: float | None = (
        None  # 0 to 1; of the rule or suggestion; None when a person decided
    )
    review: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Who confirmed the filing and when: `by` (hex id), `at` (UTC), `series`."""

    def as_json(self) -> dict[str, Any]:
        """Return the sealed form."""
        sealed = dict(zip(_FIELDS, _VALUES(self), strict=True))
        for name in _MAPPINGS:
            sealed[name] = dict(sealed[name])
        return sealed

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "DocumentDetails":
        """Rebuild from the sealed form; unknown keys of later versions are dropped."""
        try:
            return cls(**{name: raw[name] for name in _FIELDS if name in raw})
        except TypeError as error:
            raise IntegrityViolated(
                "a document record is not readable", code="catalogue.damaged"
            ) from error


def decode_name(raw: bytes) -> str:
    """Read a file name; bytes that are no UTF-8 become surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


_FIELDS = tuple(field.name for field in dataclasses.fields(DocumentDetails))
_VALUES = attrgetter(*_FIELDS)
_MAPPINGS = ("fields", "facts", "detected", "client_fields", "review")
