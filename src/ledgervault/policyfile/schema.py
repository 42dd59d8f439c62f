"""Readers that turn nodes into plain values and note every problem on the way.

A reader returns None where it noted a problem, so one run reports them all.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.policyfile.nodes import Items, Node, Scalar, Table
from ledgervault.policyfile.problems import Problem, near_miss, shown

MAX_ITEMS = 5000
_TRUTH = re.compile(r"(?i:y|yes|n|no|on|off|true|false)")
_NOTHING = re.compile(r"(?i:~|null|)")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|\.(?:inf|nan|[0-9]+))",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclasses.dataclass(slots=True)
class Reading:
    """One file being read, and what was found wrong with it."""

    file: str
    problems: list[Problem] = dataclasses.field(default_factory=list)

    def note(self, node: Node, message: str, hint: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(self.file, node.line, node.column, message, hint))


Reader = Callable[[Node, Reading], Any]


def text(node: Node, reading: Reading) -> str | None:
    """Read text; what YAML 1.1 would read as something else must be quoted."""
    if not isinstance(node, Scalar):
        reading.note(node, "text is expected here")
        return None
    trap = _trap(node.text) if node.is_plain else ""
    if trap:
        reading.note(
            node, f"{shown(node.text)} unquoted is {trap}, not text", "quote it"
        )
        return None
    return node.text


def version(node: Node, reading: Reading) -> str | None:
    """Read a version such as 2026.1, quoted or not."""
    if not isinstance(node, Scalar) or not re.fullmatch(
        r"[0-9A-Za-z.\-]{1,32}", node.text
    ):
        reading.note(node, "a version such as 2026.1 is expected here")
        return None
    return node.text


def identifier(node: Node, reading: Reading) -> str | None:
    """Read an id of letters, digits, dots, hyphens and underscores."""
    value = text(node, reading)
    if value is None:
        return None
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", value):
        reading.note(
            node, f"{shown(value)} is no id", "small letters, digits, dots, hyphens"
        )
        return None
    return value


def truth(node: Node, reading: Reading) -> bool | None:
    """Read true or false, in no other spelling."""
    if isinstance(node, Scalar) and node.is_plain and node.text in ("true", "false"):
        return node.text == "true"
    reading.note(node, "true or false is expected here")
    return None


def day(node: Node, reading: Reading) -> str | None:
    """Read a date; returned in ISO form."""
    try:
        if isinstance(node, Scalar) and len(node.text) == len("2026-11-23"):
            return date.fromisoformat(node.text).isoformat()
    except ValueError:
        pass
    reading.note(node, "a date such as 2026-11-23 is expected here")
    return None


def period(node: Node, reading: Reading) -> str | None:
    """Read an ISO 8601 period."""
    try:
        if isinstance(node, Scalar):
            return str(CalendarPeriod.parse(node.text)) and node.text
    except ValueError:
        pass
    hint = "write P30Y, P6M or P14D"
    reading.note(node, "a period is expected here", hint)
    return None


def days(node: Node, reading: Reading) -> str | None:
    """Read a period of days only."""
    value = period(node, reading)
    if value is not None and not re.fullmatch(r"P[0-9]+D", value):
        reading.note(node, "a number of days is expected here", "such as P14D")
        return None
    return value


def integer(smallest: int, largest: int) -> Reader:
    """Make a reader of whole numbers within bounds; 010 and 1_0 are none."""

    def read(node: Node, reading: Reading) -> int | None:
        is_number = isinstance(node, Scalar) and node.is_plain
        if is_number and _INTEGER.fullmatch(node.text):  # type: ignore[union-attr]
            value = int(node.text)  # type: ignore[union-attr]
            if smallest <= value <= largest:
                return value
        reading.note(node, f"a number from {smallest} to {largest} is expected here")
        return None

    return read


def choice(options: Sequence[str], what: str) -> Reader:
    """Make a reader of one word out of several."""

    def read(node: Node, reading: Reading) -> str | None:
        value = text(node, reading)
        if value is None or value in options:
            return value
        hint = near_miss(value, options) or "one of " + ", ".join(options[:8])
        reading.note(node, f"{shown(value)} is no {what}", hint)
        return None

    return read


def items(reader: Reader, *, may_be_one: bool = False) -> Reader:
    """Make a reader of sequences; `may_be_one` also takes a bare item."""

    def read(node: Node, reading: Reading) -> list[Any] | None:
        if may_be_one and isinstance(node, Scalar):
            return [reader(node, reading)]
        if not isinstance(node, Items):
            reading.note(node, "a list is expected here")
            return None
        if len(node.items) > MAX_ITEMS:
            reading.note(node, f"more than {MAX_ITEMS} items")
            return None
        return [reader(item, reading) for item in node.items]

    return read


def table(fields: Mapping[str, Reader], required: Sequence[str] = ()) -> Reader:
    """Make a reader of mappings with known keys."""

    def read(node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, Table):
            reading.note(node, "a mapping is expected here")
            return None
        found: dict[str, Any] = {}
        for key, value in node.entries:
            reader = fields.get(key.text)
            if reader is None:
                hint = near_miss(key.text, fields)
                reading.note(key, f"unknown key {shown(key.text)}", hint)
            else:
                found[key.text] = reader(value, reading)
        for name in required:
            if name not in found:
                reading.note(node, f"the key '{name}' is missing")
        return found

    return read


def mapping(reader: Reader) -> Reader:
    """Make a reader of mappings with free keys."""

    def read(node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, Table):
            reading.note(node, "a mapping is expected here")
            return None
        return {key.text: reader(value, reading) for key, value in node.entries}

    return read


def _trap(value: str) -> str:
    kinds = (
        (_NOTHING, "nothing"),
        (_TRUTH, "a truth value"),
        (_CLOCK, "a number in base 60"),
        (_DAY, "a date"),
        (_NUMBER, "a number"),
    )
    return next((kind for pattern, kind in kinds if pattern.fullmatch(value)), "")
