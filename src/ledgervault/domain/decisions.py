"""A decision as a value: what was decided, by which rule, and what lost."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Loser:
    """A rule that applied and did not decide."""

    rule: str
    pack: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """Names the rule, its version, its citation, the facts and the losers."""

    subject: str
    result: str
    rule: str
    pack: str = ""
    version: str = ""
    citation: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    losers: tuple[Loser, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the contract's shape."""
        return {
            "subject": self.subject,
            "result": self.result,
            "rule": self.rule,
            "pack": self.pack,
            "version": self.version,
            "citation": self.citation,
            "facts": dict(self.facts),
            "losers": [dataclasses.asdict(loser) for loser in self.losers],
        }
