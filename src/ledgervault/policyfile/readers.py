"""Readers: each turns a node into a plain value and notes every problem on the way.

A reader returns None where it noted a problem, so one run reports them all. It
also carries the JSON Schema of what it takes, so that editors check the same.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledgervault.policyfile.nodes import Items, Node, Scalar, Table
from ledgervault.policyfile.problems import (
    DID_YOU_MEAN,
    Problem,
    near_miss,
    problem_at,
    shown,
)

MAX_ITEMS = 5000
MANY_OPTIONS = 8
MANY_PROBLEMS = 300  # looking for near misses costs time


@dataclasses.dataclass(slots=True)
class Reading:
    """One file being read, and what was found wrong with it."""

    file: str
    problems: list[Problem] = dataclasses.field(default_factory=list)
    patterns: int = 0  # regular expressions read so far

    def note(self, node: Node, message: str, hint: str = "", **values: str) -> None:
        """Note a problem at a node; `values` fill the templates."""
        place = (self.file, node.line, node.column)
        self.problems.append(problem_at(place, message, hint, **values))

    def find_close(self, word: str, known: Sequence[str]) -> str:
        """Return the word that was probably meant; a file full of errors gets none."""
        return near_miss(word, known) if len(self.problems) < MANY_PROBLEMS else ""

    def note_unknown(self, node: Scalar, message: str, known: Sequence[str]) -> None:
        """Note an unknown word, with the one that was probably meant."""
        close = self.find_close(node.text, known)
        hint = DID_YOU_MEAN if close else ""
        self.note(node, message, hint, word=shown(node.text), close=close)


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of node."""

    read: Callable[[Node, Reading], Any]
    schema: Mapping[str, Any]

    def __call__(self, node: Node, reading: Reading) -> Any:
        """Read a node; None where a problem was noted."""
        return self.read(node, reading)


def choice(options: Sequence[str], what: str, *, text: Reader) -> Reader:
    """Make a reader of one word out of several."""

    def read(node: Node, reading: Reading) -> str | None:
        value: str | None = text(node, reading)
        if value is None or value in options:
            return value
        close = reading.find_close(value, options)
        reading.note(
            node,
            "{word} is no {what}",
            DID_YOU_MEAN if close else "one of {options}",
            word=shown(value),
            what=what,
            close=close,
            options=", ".join(options[:MANY_OPTIONS]),
        )
        return None

    return Reader(read, {"enum": list(options)})


def items(reader: Reader, *, may_be_one: bool = False) -> Reader:
    """Make a reader of sequences; `may_be_one` also takes a bare item."""

    def read(node: Node, reading: Reading) -> list[Any] | None:
        if may_be_one and isinstance(node, Scalar):
            return [reader(node, reading)]
        if not isinstance(node, Items):
            reading.note(node, "a list is expected here")
            return None
        if len(node.items) > MAX_ITEMS:
            reading.note(node, "more than {count} items", count=str(MAX_ITEMS))
            return None
        return [reader(item, reading) for item in node.items]

    several = {"type": "array", "items": reader.schema, "maxItems": MAX_ITEMS}
    return Reader(read, {"anyOf": [reader.schema, several]} if may_be_one else several)


def one_or_several(reader: Reader) -> Reader:
    """Make a reader of one item, which stays bare, or of a list."""
    several = filled(items(reader))

    def read(node: Node, reading: Reading) -> Any:
        return (several if isinstance(node, Items) else reader)(node, reading)

    return Reader(read, {"anyOf": [reader.schema, several.schema]})


def filled(reader: Reader) -> Reader:
    """Make a reader that takes no empty list."""

    def read(node: Node, reading: Reading) -> Any:
        values = reader(node, reading)
        if values == []:
            reading.note(node, "an empty list would always or never hold")
        return values

    return Reader(read, reader.schema)


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
                reading.note_unknown(key, "unknown key {word}", list(fields))
            else:
                found[key.text] = reader(value, reading)
        for name in required:
            if name not in found:
                reading.note(node, "the key '{name}' is missing", name=name)
        return found

    schema = {
        "type": "object",
        "properties": {name: reader.schema for name, reader in fields.items()},
        "additionalProperties": False,
    }
    return Reader(read, {**schema, "required": list(required)} if required else schema)


def mapping(reader: Reader, *, key: Reader | None = None) -> Reader:
    """Make a reader of mappings with free keys, or with keys of one kind."""

    def read(node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, Table):
            reading.note(node, "a mapping is expected here")
            return None
        return {
            name.text: reader(value, reading)
            for name, value in node.entries
            if key is None or key(name, reading) is not None
        }

    schema: dict[str, Any] = {"type": "object", "additionalProperties": reader.schema}
    return Reader(read, {**schema, "propertyNames": key.schema} if key else schema)
