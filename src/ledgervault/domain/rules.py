"""Rules as values: one type for each section of a pack."""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.conditions import Condition
from ledgervault.domain.vocabulary import PERMANENT


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """Where a rule comes from and since when; every rule may say so."""

    title: Mapping[str, str] = dataclasses.field(default_factory=dict)
    citation: str = ""
    url: str = ""
    effective_from: date | None = None
    effective_to: date | None = None  # the last day
    superseded_by: str = ""
    verified_on: date | None = None
    is_confirmed: bool = True
    note: str = ""

    def is_in_force(self, on: date) -> bool:
        """Say whether the rule is in force on a day."""
        is_begun = self.effective_from is None or self.effective_from <= on
        return is_begun and (self.effective_to is None or on <= self.effective_to)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the rules of every section have."""

    id: str
    about: About = About()

    @property
    def citation(self) -> str:
        """Return the law as one line."""
        return self.about.citation

    @property
    def is_confirmed(self) -> bool:
        """Say whether somebody has checked the source."""
        return self.about.is_confirmed

    @property
    def title(self) -> Mapping[str, str]:
        """Return the title by language."""
        return self.about.title


@dataclasses.dataclass(frozen=True, slots=True)
class Retention:
    """How long: minimum and maximum from the latest trigger; None is open."""

    minimum: CalendarPeriod | None
    maximum: CalendarPeriod | None
    triggers: tuple[str, ...]
    starts: str
    is_permanent: bool = False
    longer_if: Mapping[str, CalendarPeriod] = dataclasses.field(default_factory=dict)

    @property
    def trigger(self) -> str:
        """Write what the period counts from; empty where it counts from nothing."""
        return ", ".join(self.triggers)

    @property
    def text(self) -> str:
        """Write the period for registers."""
        if self.is_permanent:
            return PERMANENT
        return str(self.minimum or self.maximum or "-")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Series(Rule):
    """A line of the file plan."""

    family: str
    level: str
    retention: Retention
    then: str
    block_while: tuple[str, ...] = ()
    electronic_only: str = "allowed"
    role: str = ""  # the agency's: processor or controller


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyRule(Rule):
    """When a paper looks so, it is that."""

    when: Condition
    series: str | None
    type: str | None
    level: str | None
    fields: Mapping[str, Mapping[str, str]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DetectRule(Rule):
    """A find that raises the level."""

    detector: str
    at_least: int
    level: str


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """How many people of a role must agree."""

    role: str
    count: int
    is_where_possible: bool = False  # as many as there are besides the actor


@dataclasses.dataclass(frozen=True, slots=True)
class Counter:
    """People whose data went abroad in a year; from these figures on it ends."""

    subjects: int | None
    sensitive_subjects: int | None
    per: str
    then: str  # refuse | approve


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShareRule(Rule):
    """What may leave, where to, in which form, for how long, on whose word."""

    levels: tuple[str, ...]
    series: tuple[str, ...]
    formats: tuple[str, ...]
    longest: CalendarPeriod | None
    is_refusal: bool
    destinations: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    needs_consent: bool = False
    needs_watermark: bool = False
    residency: tuple[str, ...] = ()
    counter: Counter | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DestroyRule(Rule):
    """Who must agree before a folder of these series is destroyed."""

    series: tuple[str, ...]
    approvals: tuple[Approval, ...]
    is_automatic: bool
    grace_days: int
    witnesses: int
    opinions: tuple[str, ...] = ()
    witness_from: tuple[str, ...] = ()
    certificate: str = "plain"
    is_distinct: bool = False
    separate: tuple[str, ...] = ()

    @property
    def needs_approval(self) -> bool:
        """Say whether people must agree first."""
        return not self.is_automatic


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule(Rule):
    """What a role may do, up to which level, and which registers it takes."""

    role: str
    operations: tuple[str, ...]
    level: str
    series: tuple[str, ...] = ("*",)
    requires: tuple[str, ...] = ()
    valid_for: CalendarPeriod | None = None
    separate_from: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class HandOver:
    """To whom closed folders go, from when on and until when."""

    to: str
    after: CalendarPeriod | None
    latest: CalendarPeriod | None
    register: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRule(Rule):
    """When folders close, what is checked, where they are entered."""

    series: tuple[str, ...]
    close_after: CalendarPeriod
    checks: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    hand_over: HandOver | None = None
    electronic_only: str = "allowed"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AuditRule(Rule):
    """What is looked into, how grave a finding is, and how often."""

    check: str
    severity: str
    every: CalendarPeriod | None


@dataclasses.dataclass(frozen=True, slots=True)
class RegisterField:
    """One thing an entry of a register states."""

    name: str
    type: str
    is_required: bool
    options: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """How soon after a state or a dated field an entry must move on."""

    state: str
    after: str
    within: str  # P3D, or PT4H for hours


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RegisterKind(Rule):
    """A kind of register: what its entries state and how they move."""

    fields: tuple[RegisterField, ...]
    states: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    satisfies: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()  # the states in which an entry satisfies
    keep: str = ""  # the series its entries are kept under
