"""What adopting a policy would change for one document: date, level, readers."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.access import AccessQuestion, decide_access
from ledgervault.domain.deciding import ALLOW
from ledgervault.domain.policy import PolicySet, highest_level
from ledgervault.domain.vocabulary import ROLES

# Sections that are kept, shown, tested and compared, and that no command enforces.
RECORDED_SECTIONS = ("archive", "audit")


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What adopting a policy would change for one document."""

    code: str
    old_due: date | None
    new_due: date | None
    old_level: str = ""
    new_level: str = ""
    old_readers: tuple[str, ...] = ()
    new_readers: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Say whether anything is different."""
        return self.moves_date or self.raises_level or self.moves_access

    @property
    def moves_date(self) -> bool:
        """Say whether the due date is another."""
        return self.old_due != self.new_due

    @property
    def raises_level(self) -> bool:
        """Say whether a higher level is asked for."""
        return self.old_level != self.new_level

    @property
    def moves_access(self) -> bool:
        """Say whether the rules let other roles read it."""
        return self.old_readers != self.new_readers

    @property
    def is_shortened(self) -> bool:
        """Say whether the document could be destroyed earlier than before."""
        if not self.moves_date:
            return False
        return self.old_due is None or (
            self.new_due is not None and self.new_due < self.old_due
        )


def asked_level(
    series: str, level: str, detected: Mapping[str, int], policy: PolicySet
) -> str:
    """Return the level a policy asks for; never lower than the one there is."""
    asked = [one.level for _pack, one in policy.definitions(series)]
    asked += [
        find.level
        for pack in policy.packs
        for find in pack.detect
        if detected.get(find.detector, 0) >= find.at_least
    ]
    return highest_level(level, *asked)


def readers(series: str, level: str, policy: PolicySet, today: date) -> tuple[str, ...]:
    """Return the roles that the rules let read a paper, registers taken as kept."""
    rules = [rule for pack in policy.packs for rule in pack.access]
    registers = {name: date.max for rule in rules for name in rule.requires}
    return tuple(
        role
        for role in ROLES
        if decide_access(
            AccessQuestion(
                role=role,
                operation="get",
                today=today,
                level=level,
                series=series,
                registers=registers,
                granted_on=today,
            ),
            policy,
        ).result
        == ALLOW
    )


def recorded_sections(policy: PolicySet) -> tuple[str, ...]:
    """Name the sections a policy has that this version records and does not enforce."""
    packs = (*policy.packs, *policy.overrides)
    return tuple(
        section
        for section in RECORDED_SECTIONS
        if any(pack.rules(section) for pack in packs)
    )
