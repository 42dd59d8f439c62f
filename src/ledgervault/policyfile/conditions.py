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
from ledgervault.policyfile.problems import near_miss, shown
from ledgervault.policyfile.schema import Reader, Reading, choice, integer, items, text

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


def condition(node: Node, reading: Reading, depth: int = 1) -> dict[str, Any] | None:
    """Read a condition; every key of a mapping must hold."""
    if not isinstance(node, Table) or not node.entries:
        reading.note(node, "a condition such as {mime: application/pdf} is expected")
        return None
    if depth > MAX_DEPTH:
        reading.note(node, f"a condition nested deeper than {MAX_DEPTH} levels")
        return None
    return {
        key.text: _reader(key, depth)(value, reading)
        for key, value in node.entries
        if _is_usable(key, reading)
    }


def pattern(node: Node, reading: Reading) -> str | None:
    """Read a regular expression of the linear kind."""
    value = text(node, reading)
    problem = find_problem(value) if value is not None else None
    if problem:
        reading.note(node, f"no regular expression: {problem}", "RE2 syntax is used")
    return value


def _is_usable(key: Scalar, reading: Reading) -> bool:
    if not is_known_key(key.text):
        hint = near_miss(key.text, _KNOWN_KEYS)
        reading.note(key, f"unknown test {shown(key.text)}", hint)
        return False
    if key.text in CLIENT_FACTS:
        return True
    if key.text in NOT_YET_KEYS or key.text.startswith(NOT_YET_PREFIXES):
        message = f"this version does not know {shown(key.text)} of a paper"
        reading.note(key, message, "such a test would never or always hold")
        return False
    return True


def _reader(key: Scalar, depth: int) -> Reader:
    def inner(node: Node, reading: Reading) -> dict[str, Any] | None:
        return condition(node, reading, depth + 1)

    readers: dict[str, Reader] = {
        "all": _some(inner),
        "any": _some(inner),
        "not": inner,
        "detector": _one_or_more(choice(DETECTORS, "detector")),
        **dict.fromkeys(SIZE_KEYS, integer(0, _MOST_BYTES)),
        **dict.fromkeys(REGEX_KEYS, _one_or_more(pattern)),
    }
    return readers.get(key.text, _one_or_more(text))


def _some(reader: Reader) -> Reader:
    return _filled(items(reader))


def _one_or_more(reader: Reader) -> Reader:
    return _filled(items(reader, may_be_one=True))


def _filled(reader: Reader) -> Reader:
    def read(node: Node, reading: Reading) -> Any:
        values = reader(node, reading)
        if values == []:
            reading.note(node, "an empty list would always or never hold")
        return values

    return read
