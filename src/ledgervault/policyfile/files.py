"""One policy file: its tree, its plain values, and the places of its rules."""

from collections.abc import Iterator
from typing import Any

from ledgervault.domain.policy import SECTIONS
from ledgervault.policyfile.language import FILE
from ledgervault.policyfile.nodes import (
    Items,
    Node,
    Scalar,
    Table,
    find_node,
    parse_nodes,
)
from ledgervault.policyfile.problems import Problem, problem_at
from ledgervault.policyfile.readers import Reading

_NOWHERE = Scalar(1, 1, "", is_plain=True)


class PolicyFile:
    """A file that was read, with everything wrong with its form."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.root, self.problems = parse_nodes(content, name)
        self.data: dict[str, Any] = {}
        if self.root is not None:
            reading = Reading(name)
            self.data = FILE(self.root, reading) or {}
            self.problems = [*self.problems, *reading.problems]

    @property
    def pack(self) -> str | None:
        """Return the pack this file belongs to."""
        return self.data.get("pack")

    @property
    def override(self) -> str | None:
        """Return the client whose own rules these are."""
        return self.data.get("override")

    def rules(self, section: str) -> Iterator[tuple[Node, dict[str, Any]]]:
        """Yield the rules of a section with their nodes."""
        values = self.data.get(section) or ()
        for node, value in zip(self._nodes(section), values, strict=False):
            if value is not None:
                yield node, value

    def all_rules(self) -> Iterator[tuple[str, Node, dict[str, Any]]]:
        """Yield the rules of every section."""
        for section in SECTIONS:
            for node, rule in self.rules(section):
                yield section, node, rule

    def node(self, *keys: str) -> Node:
        """Return the node under keys of the file, or the nearest there is."""
        return _NOWHERE if self.root is None else find_node(self.root, *keys)

    def problem(
        self, node: Node, template: str, advice: str = "", **values: str
    ) -> Problem:
        """Return a problem at a node of this file."""
        place = (self.name, node.line, node.column)
        return problem_at(place, template, advice, **values)

    def _nodes(self, section: str) -> tuple[Node, ...]:
        if isinstance(self.root, Table):
            for key, value in self.root.entries:
                if key.text == section and isinstance(value, Items):
                    return value.items
        return ()
