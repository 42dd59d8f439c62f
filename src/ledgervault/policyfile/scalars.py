"""Readers of leaves: text, ids, dates, periods, numbers, truth values.

What YAML 1.1 would read as something else than it looks must be quoted.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.destinations import GROUPS, is_destination, is_place
from ledgervault.policyfile import readers
from ledgervault.policyfile.nodes import Node, Scalar
from ledgervault.policyfile.problems import shown
from ledgervault.policyfile.readers import Reader, Reading

_TRUTH = re.compile(r"(?i:y|yes|n|no|on|off|true|false)")
_NOTHING = re.compile(r"(?i:~|null|)")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|\.(?:inf|nan|[0-9]+))",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_PERIOD = r"^P(?=[0-9])([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?$"
_HOURS = re.compile(r"PT[0-9]{1,4}H")
_VERSION = r"[0-9A-Za-z.\-]{1,32}"
_IDENTIFIER = r"[a-z0-9][a-z0-9._-]{0,79}"
_CODE = r"[\w.\-]{1,32}"


def _text(node: Node, reading: Reading) -> str | None:
    if not isinstance(node, Scalar):
        reading.note(node, "text is expected here")
        return None
    trap = _trap(node.text) if node.is_plain else ""
    if trap:
        message = "{word} unquoted is {trap}, not text"
        reading.note(node, message, "quote it", word=shown(node.text), trap=trap)
        return None
    return node.text


def _version(node: Node, reading: Reading) -> str | None:
    if not isinstance(node, Scalar) or not re.fullmatch(_VERSION, node.text):
        reading.note(node, "a version such as 2026.1 is expected here")
        return None
    return node.text


def _identifier(node: Node, reading: Reading) -> str | None:
    value = _text(node, reading)
    if value is None or re.fullmatch(_IDENTIFIER, value):
        return value
    hint = "small letters, digits, dots, hyphens"
    reading.note(node, "{word} is no id", hint, word=shown(value))
    return None


def _code(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar) and re.fullmatch(_CODE, node.text):
        return node.text
    reading.note(node, "a client code such as C001 is expected here")
    return None


def _truth(node: Node, reading: Reading) -> bool | None:
    if isinstance(node, Scalar) and node.is_plain and node.text in ("true", "false"):
        return node.text == "true"
    reading.note(node, "true or false is expected here")
    return None


def _day(node: Node, reading: Reading) -> str | None:
    try:
        if isinstance(node, Scalar) and len(node.text) == len("2026-11-23"):
            return date.fromisoformat(node.text).isoformat()
    except ValueError:
        pass
    reading.note(node, "a date such as 2026-11-23 is expected here")
    return None


def _instant(node: Node, reading: Reading) -> str | None:
    try:
        if isinstance(node, Scalar):
            at = datetime.fromisoformat(node.text)
            if at.utcoffset() == timedelta(0):
                return at.isoformat()
    except ValueError:
        pass
    reading.note(
        node, "an instant in UTC such as 2026-12-31T16:30:00Z is expected here"
    )
    return None


def _period(node: Node, reading: Reading) -> str | None:
    try:
        if isinstance(node, Scalar):
            return str(CalendarPeriod.parse(node.text)) and node.text
    except ValueError:
        pass
    reading.note(node, "a period is expected here", "write P30Y, P6M or P14D")
    return None


def _days(node: Node, reading: Reading) -> str | None:
    value = _period(node, reading)
    if value is not None and not re.fullmatch(r"P[0-9]+D", value):
        reading.note(node, "a number of days is expected here", "such as P14D")
        return None
    return value


def _delay(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar) and _HOURS.fullmatch(node.text):
        return node.text
    return _period(node, reading)


def _destination(node: Node, reading: Reading) -> str | None:
    return _place_of(node, reading, is_known=is_destination(_raw(node)))


def _place(node: Node, reading: Reading) -> str | None:
    return _place_of(node, reading, is_known=is_place(_raw(node)))


def _place_of(node: Node, reading: Reading, *, is_known: bool) -> str | None:
    value = _text(node, reading)
    if value is None or is_known:
        return value
    hint = "domestic, abroad, any, or a country such as US"
    reading.note(node, "{word} is no destination", hint, word=shown(value))
    return None


def _raw(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _trap(value: str) -> str:
    kinds = (
        (_NOTHING, "nothing"),
        (_TRUTH, "a truth value"),
        (_CLOCK, "a number in base 60"),
        (_DAY, "a date"),
        (_NUMBER, "a number"),
    )
    return next((kind for pattern, kind in kinds if pattern.fullmatch(value)), "")


_STRING = {"type": "string"}
text = Reader(_text, _STRING)
version = Reader(_version, {"type": ["string", "number"]})
identifier = Reader(_identifier, {**_STRING, "pattern": f"^{_IDENTIFIER}$"})
code = Reader(_code, {"type": ["string", "integer"]})
truth = Reader(_truth, {"type": "boolean"})
day = Reader(_day, {**_STRING, "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
instant = Reader(_instant, _STRING)
period = Reader(_period, {**_STRING, "pattern": _PERIOD})
days = Reader(_days, {**_STRING, "pattern": "^P[0-9]+D$"})
delay = Reader(
    _delay,
    {"anyOf": [{**_STRING, "pattern": _PERIOD}, {**_STRING, "pattern": "^PT[0-9]+H$"}]},
)
_COUNTRY = {**_STRING, "pattern": "^[A-Z]{2}$"}
_WORDS = ["domestic", "abroad", "any"]
destination = Reader(_destination, {"anyOf": [{"enum": _WORDS}, _COUNTRY]})
place = Reader(_place, {"anyOf": [{"enum": [*_WORDS, *GROUPS]}, _COUNTRY]})


def choice(options: Sequence[str], what: str) -> Reader:
    """Make a reader of one word out of several."""
    return readers.choice(options, what, text=text)


def integer(smallest: int, largest: int) -> Reader:
    """Make a reader of whole numbers within bounds; 010 and 1_0 are none."""

    def read(node: Node, reading: Reading) -> int | None:
        if isinstance(node, Scalar) and node.is_plain and _INTEGER.fullmatch(node.text):
            value = int(node.text)
            if smallest <= value <= largest:
                return value
        message = "a number from {smallest} to {largest} is expected here"
        reading.note(node, message, smallest=str(smallest), largest=str(largest))
        return None

    return Reader(read, {"type": "integer", "minimum": smallest, "maximum": largest})
