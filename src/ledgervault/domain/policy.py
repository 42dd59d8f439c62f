"""Policy as values: packs of series and rules, and the canonical form they share."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod
from ledgervault.domain.conditions import Condition
from ledgervault.errors import ConfigurationInvalid, UsageInvalid

LANGUAGE = "ledgervault-policy/1"
LEVELS = ("public", "internal", "confidential", "sensitive")
FAMILIES = ("custody", "processing", "own")
ACTIONS = ("appraise", "transfer", "return", "destroy", "anonymise", "restrict", "keep")
TRIGGERS = (
    "fiscal_year_end",
    "document_date",
    "created",
    "engagement_end",
    "contract_end",
    "relationship_end",
    "asset_scrapped",
    "completed",
    "deregistered",
)
PERMANENT = "permanent"
UNCLASSIFIED = "unclassified"


@dataclasses.dataclass(frozen=True, slots=True)
class Retention:
    """How long: minimum and maximum from a trigger; None is open."""

    minimum: CalendarPeriod | None
    maximum: CalendarPeriod | None
    trigger: str
    starts: str  # same_day | next_day
    is_permanent: bool = False

    @property
    def text(self) -> str:
        """Write the period for registers."""
        if self.is_permanent:
            return PERMANENT
        return str(self.minimum or self.maximum or "-")


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """A line of the file plan."""

    id: str
    title: Mapping[str, str]
    family: str
    level: str
    retention: Retention
    then: str
    citation: str
    block_while: tuple[str, ...] = ()
    electronic_only: str = "allowed"
    is_confirmed: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class ClassifyRule:
    """When a paper looks so, it is that."""

    id: str
    when: Condition
    series: str | None
    type: str | None
    level: str | None
    fields: Mapping[str, Mapping[str, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class DetectRule:
    """A find that raises the level."""

    id: str
    detector: str
    at_least: int
    level: str


@dataclasses.dataclass(frozen=True, slots=True)
class ShareRule:
    """What may leave, in which form, for how long."""

    id: str
    levels: tuple[str, ...]
    series: tuple[str, ...]
    formats: tuple[str, ...]
    longest: CalendarPeriod | None
    is_refusal: bool
    citation: str


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """How many people of a role must agree."""

    role: str
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class DestroyRule:
    """Who must agree before a folder of these series is destroyed."""

    id: str
    series: tuple[str, ...]
    approvals: tuple[Approval, ...]
    is_automatic: bool
    grace_days: int
    witnesses: int
    citation: str

    @property
    def needs_approval(self) -> bool:
        """Say whether people must agree first."""
        return not self.is_automatic


@dataclasses.dataclass(frozen=True, slots=True)
class Pack:
    """Rules published together."""

    id: str
    version: str
    title: Mapping[str, str]
    jurisdiction: str
    series: tuple[Series, ...]
    classify: tuple[ClassifyRule, ...]
    detect: tuple[DetectRule, ...]
    share: tuple[ShareRule, ...]
    destroy: tuple[DestroyRule, ...]
    source: Mapping[str, Any] = dataclasses.field(repr=False, default_factory=dict)

    @property
    def source_hash(self) -> str:
        """Return the SHA-256 of the pack's canonical source."""
        return hashlib.sha256(canonical_source(self.source)).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class PolicySet:
    """The packs a vault has adopted, in order; all apply."""

    packs: tuple[Pack, ...]
    _series: dict[str, tuple[Pack, Series]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the file plan."""
        for pack in self.packs:
            for series in pack.series:
                self._series.setdefault(series.id, (pack, series))

    def hash(self) -> str:
        """Return the SHA-256 of the canonical form."""
        return hashlib.sha256(canonical_source(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the canonical form that is adopted."""
        return {
            "language": LANGUAGE,
            "packs": [dict(pack.source) for pack in self.packs],
        }

    def find_series(self, series_id: str) -> tuple[Pack, Series] | None:
        """Return a series with the pack that defines it first, or None."""
        return self._series.get(series_id)

    def definitions(self, series_id: str) -> list[tuple[Pack, Series]]:
        """Return every pack's definition of a series."""
        return [
            (pack, series)
            for pack in self.packs
            for series in pack.series
            if series.id == series_id
        ]

    def get_series(self, series_id: str) -> Series:
        """Return a series; UsageInvalid with the nearest names otherwise."""
        found = self._series.get(series_id)
        if found is None:
            near = [known for known in sorted(self._series) if series_id[:5] in known]
            raise UsageInvalid(
                f"the adopted policy has no series {series_id[:60]!r}",
                hint="such as " + ", ".join(near[:5] or sorted(self._series)[:5]),
                code="policy.series",
            )
        return found[1]

    def all_series(self) -> list[Series]:
        """Return the file plan in pack order."""
        return [series for _pack, series in self._series.values()]


def highest_level(*levels: str) -> str:
    """Return the highest of the levels; none is the lowest there is."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


def canonical_source(source: Mapping[str, Any]) -> bytes:
    """Write a source so that equal rules hash alike."""
    text = json.dumps(source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def list_unconfirmed(policy: PolicySet) -> Sequence[tuple[str, str]]:
    """Return pack and series whose source has not been confirmed."""
    return [
        (pack.id, series.id)
        for pack in policy.packs
        for series in pack.series
        if not series.is_confirmed
    ]


def malformed(what: str) -> ConfigurationInvalid:
    """Return the error for an adopted policy that cannot be read."""
    return ConfigurationInvalid(
        f"the adopted policy is not readable: {what}", code="policy.malformed"
    )
