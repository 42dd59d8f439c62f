"""Read conditions: all, any, not, and tests of what is known of a paper.

Refuses tests of facts that this version does not know: they would never hold,
or under `not` always.
"""

from typing import Any

from ledgervault.domain.conditions import (
    BRANCHES,
    GLOB_KEYS,
    MAX_DEPTH,
    REGEX_KEYS,
    SIZE_KEYS,
    is_known_key,
)
from ledgervault.domain.detectors import DETECTORS
from ledgervault.domain.patterns import find_problem
from ledgervault.policyfile.nodes import Node, Scalar, Table
from ledgervault.policyfile.problems import shown
from ledgervault.policyfile.readers import Reader, Reading, filled, items
from ledgervault.policyfile.scalars import choice, integer, text

CLIENT_FACTS = ("client.kind", "client.jurisdiction")
NOT_YET_KEYS = ("type", "source", "sender", "period")
NOT_YET_PREFIXES = ("client.", "engagement.", "field.")
_KNOWN_KEYS = (
    *BRANCHES,
    *GLOB_KEYS,
    *REGEX_KEYS,
    *SIZE_KEYS,
    *CLIENT_FACTS,
    "mime",
    "xml_root",
    "detector",
)
_MOST_BYTES = 999_999_999
MAX_PATTERNS = 300  # in one file: each takes up to 2 ms to check
CONDITION_REFERENCE = {"$ref": "#/$defs/condition"}


def _condition(node: Node, reading: Reading, depth: int = 1) -> dict[str, Any] | None:
    if not isinstance(node, Table) or not node.entries:
        message = "a condition such as {{mime: application/pdf}} is expected"
        reading.note(node, message)
        return None
    if depth > MAX_DEPTH:
        message = "a condition nested deeper than {depth} levels"
        reading.note(node, message, depth=str(MAX_DEPTH))
        return None
    return {
        key.text: _reader(key.text, depth)(value, reading)
        for key, value in node.entries
        if _is_usable(key, reading)
    }


def _pattern(node: Node, reading: Reading) -> str | None:
    value: str | None = text(node, reading)
    reading.patterns += 1
    if reading.patterns > MAX_PATTERNS:
        message = "more than {count} regular expressions in one file"
        reading.note(node, message, count=str(MAX_PATTERNS))
        return None
    problem = find_problem(value) if value is not None else None
    if problem:
        message = "no regular expression: {problem}"
        reading.note(node, message, "RE2 syntax is used", problem=problem)
    return value


condition = Reader(_condition, CONDITION_REFERENCE)
pattern = Reader(_pattern, {"type": "string"})


def condition_schema() -> dict[str, Any]:
    """Return the JSON Schema of a condition, which refers to itself."""
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {key: _reader(key, 1).schema for key in _KNOWN_KEYS},
        "additionalProperties": False,
    }


def _is_usable(key: Scalar, reading: Reading) -> bool:
    if not is_known_key(key.text):
        reading.note_unknown(key, "unknown test {word}", _KNOWN_KEYS)
        return False
    if key.text in CLIENT_FACTS:
        return True
    if key.text in NOT_YET_KEYS or key.text.startswith(NOT_YET_PREFIXES):
        message = "this version does not know {word} of a paper"
        hint = "such a test would never or always hold"
        reading.note(key, message, hint, word=shown(key.text))
        return False
    return True


def _reader(key: str, depth: int) -> Reader:
    def inner(node: Node, reading: Reading) -> dict[str, Any] | None:
        return _condition(node, reading, depth + 1)

    deeper = Reader(inner, CONDITION_REFERENCE)
    readers: dict[str, Reader] = {
        "all": filled(items(deeper)),
        "any": filled(items(deeper)),
        "not": deeper,
        "detector": _one_or_more(choice(DETECTORS, "detector")),
        **dict.fromkeys(SIZE_KEYS, integer(0, _MOST_BYTES)),
        **dict.fromkeys(REGEX_KEYS, _one_or_more(pattern)),
    }
    return readers.get(key, _one_or_more(text))


def _one_or_more(reader: Reader) -> Reader:
    return filled(items(reader, may_be_one=True))
