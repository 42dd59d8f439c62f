"""What was decided of the acting person in this session; a memory, no rules."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.decisions import Decision
from ledgervault.ids import ClientId

Key = tuple[str, str, str, ClientId | None, date]


@dataclasses.dataclass(slots=True)
class Rulings:
    """Decisions by operation, level, series, client and day."""

    decisions: dict[Key, Decision] = dataclasses.field(default_factory=dict)
    unbounded: dict[tuple[str, date], bool] = dataclasses.field(default_factory=dict)
    registers: Mapping[str, date] | None = None
    home: str = ""  # the jurisdiction whose day it is

    def forget(self) -> None:
        """Forget everything: the policy or a register is another now."""
        self.decisions.clear()
        self.unbounded.clear()
        self.registers = None
        self.home = ""
