"""YAML text as a tree with places; everything clever in YAML is refused.

Refuses anchors, aliases, merges, tags, several documents, deep nesting, large
files and repeated keys. Never constructs an object and never recurses deeply.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import yaml

from ledgervault.policyfile.problems import Problem, problem_at, shown

MAX_BYTES = 256 << 10
MAX_DEPTH = 20
MAX_KEYS = 2000  # in one mapping
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclasses.dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: its text and whether it was written without quotes."""

    line: int
    column: int
    text: str
    is_plain: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    line: int
    column: int
    items: tuple["Node", ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A mapping with distinct text keys."""

    line: int
    column: int
    entries: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Items | Table


class _Refused(Exception):
    def __init__(self, mark: Any, message: str, hint: str = "", **values: str) -> None:
        super().__init__(message)
        self.line = getattr(mark, "line", 0) + 1
        self.column = getattr(mark, "column", 0) + 1
        self.message = message
        self.hint = hint
        self.values = values


def parse_nodes(text: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """Parse one file; either a tree or the problem that stopped it, plus others."""
    if len(text) > MAX_BYTES:
        size = str(MAX_BYTES >> 10)
        return None, [problem_at((file, 1, 1), "larger than {size} KiB", size=size)]
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, 1, "not UTF-8 text")]
    builder = _Builder(file)
    try:
        root = builder.build(decoded)
    except _Refused as refused:
        place = (file, refused.line, refused.column)
        problem = problem_at(place, refused.message, refused.hint, **refused.values)
        return None, [*builder.problems, problem]
    return root, builder.problems


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def build(self, text: str) -> Node:
        events = self._events(text)
        event = next(events, None)
        while event is not None and isinstance(
            event, yaml.StreamStartEvent | yaml.DocumentStartEvent
        ):
            event = next(events, None)
        if event is None or isinstance(event, yaml.StreamEndEvent):
            raise _Refused(None, "the file is empty")
        root = self._node(event, events, 1)
        for rest in events:
            if isinstance(rest, yaml.DocumentStartEvent):
                raise _Refused(rest.start_mark, "a second document in one file")
        return root

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            reason = error.problem or error.context
            # Newer parsers stop at a depth of their own before ours is reached.
            if "nesting" in str(reason):
                raise _too_deep(mark) from None
            raise _Refused(mark, "not YAML: {reason}", reason=str(reason)) from None
        except yaml.YAMLError:
            raise _Refused(None, "not YAML: a character that is not allowed") from None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._verify_plain(event, depth)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style in (None, "")
            return Scalar(line, column, event.value, is_plain)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(line, column, tuple(self._items(events, depth)))
        return Table(line, column, tuple(self._entries(events, depth)))

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _entries(
        self, events: Iterator[Any], depth: int
    ) -> Iterator[tuple[Scalar, Node]]:
        seen: set[str] = set()
        for number, event in enumerate(events):
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                raise _Refused(event.start_mark, "a key that is not text")
            if key.is_plain and key.text == "<<":
                raise _Refused(event.start_mark, "merge keys are not allowed")
            if number >= MAX_KEYS:
                count = str(MAX_KEYS)
                raise _Refused(event.start_mark, "more than {count} keys", count=count)
            if key.text in seen:
                message = "the key {word} stands twice"
                place = (self.file, key.line, key.column)
                word = shown(key.text)
                self.problems.append(problem_at(place, message, word=word))
            seen.add(key.text)
            yield key, value

    def _verify_plain(self, event: Any, depth: int) -> None:
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(mark, "aliases are not allowed", "write it out")
        if event.anchor is not None:
            raise _Refused(mark, "anchors are not allowed", "write it out")
        if event.tag is not None:
            raise _Refused(mark, "tags are not allowed")
        if depth > MAX_DEPTH:
            raise _too_deep(mark)


def _too_deep(mark: Any) -> _Refused:
    return _Refused(mark, "nested deeper than {depth} levels", depth=str(MAX_DEPTH))


def find_node(node: Node, *keys: str) -> Node:
    """Return the node under keys, or the last one on the way that there is."""
    for key in keys:
        entries = node.entries if isinstance(node, Table) else ()
        found = next((value for name, value in entries if name.text == key), None)
        if found is None:
            return node
        node = found
    return node
