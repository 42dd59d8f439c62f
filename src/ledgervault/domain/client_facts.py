"""Facts stated of a client: dated events with reasons, none of which is ever removed.

What holds is folded from the events: a later statement replaces an earlier one of
the same scope, an undone one counts for nothing, a narrower scope beats a wider.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ledgervault.domain.calendar import parse_filing_period
from ledgervault.errors import UsageInvalid

# Facts that triggers of retention rules count from, and matters that block disposal.
DATE_FACTS = (
    "engagement_start",
    "engagement_end",
    "contract_end",
    "relationship_end",
    "deregistered",
    "employment_end",
    "filed",
    "filing_deadline",
    "tax_due",
    "transaction_completed",
    "completed",
    "books_closed",
    "asset_disposed",
    "asset_scrapped",
    "last_used",
    "transferred",
    "reported",
)
OPEN_MATTERS = (
    "unsettled_debt",
    "open_matter",
    "open_assessment",
    "enquiry",
    "tax_loss",
    "litigation",
)
YEAR_END = "fiscal_year_end"
NONE = "none"
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_DAY_CHARACTERS = len("2026-11-23")


@dataclasses.dataclass(frozen=True, slots=True)
class FactEvent:
    """One statement about a client; `on` None means that it was always so."""

    id: str
    fact: str
    value: str
    on: date | None
    reason: str
    by: str  # identity, hex
    at: str  # instant it was stated, RFC 3339
    series: str = ""  # only for papers of this series, or below it
    period: str = ""  # only for papers of this period
    undoes: str = ""  # the event that counts for nothing from now on

    def as_json(self) -> dict[str, str]:
        """Return the sealed form; what is empty is left out."""
        raw = dataclasses.asdict(self)
        raw["on"] = self.on.isoformat() if self.on else ""
        return {name: value for name, value in raw.items() if value}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "FactEvent":
        """Rebuild from the sealed form; KeyError or ValueError for anything else."""
        known = {field.name: "" for field in dataclasses.fields(cls)}
        found = {name: str(raw.get(name, "")) for name in known} | {"on": None}
        if raw.get("on"):
            found["on"] = date.fromisoformat(raw["on"])  # type: ignore[assignment]
        return cls(**found)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True, slots=True)
class FactsInForce:
    """What holds for papers of one series and period, and which event says so."""

    year_end: str
    dates: Mapping[str, date]
    open_matters: frozenset[str]
    sources: Mapping[str, FactEvent]


def verify_event(event: FactEvent) -> None:
    """Refuse a statement that no rule could use."""
    if event.fact not in (*DATE_FACTS, *OPEN_MATTERS, YEAR_END):
        known = ", ".join((*DATE_FACTS, *OPEN_MATTERS, YEAR_END))
        raise UsageInvalid(f"unknown fact: {event.fact[:40]!r}", hint=f"one of {known}")
    if event.period:
        parse_filing_period(event.period)
    if event.fact == YEAR_END:
        _verify_year_end(event)
    elif event.fact in OPEN_MATTERS:
        if event.value not in ("open", "closed", NONE):
            raise UsageInvalid(
                f"{event.fact} is either open or closed, not {event.value[:20]!r}"
            )
    elif event.value != NONE:
        parse_day(event.value)


def verify_month_day(text: str) -> None:
    """Refuse what is no end of a fiscal year."""
    if not _MONTH_DAY.fullmatch(text):
        raise UsageInvalid(
            f"not a month and day: {text[:20]!r}",
            hint="write the fiscal year end as MM-DD, such as 12-31 or 03-31",
        )


def parse_day(text: str) -> date:
    """Read a day written as 2026-11-23."""
    try:
        # Other ISO forms are read by newer Pythons only: one form for all.
        return date.fromisoformat(text if len(text) == _DAY_CHARACTERS else "")
    except ValueError as error:
        raise UsageInvalid(
            f"not a date: {text[:20]!r}",
            hint="write dates as 2026-11-23",
            code="usage.date",
        ) from error


def standing(events: Sequence[FactEvent]) -> list[FactEvent]:
    """Return the statements that count, in the order in which they were made."""
    undone: set[str] = set()
    counting = []
    for event in reversed(events):
        if event.id in undone:
            continue
        if event.undoes:
            undone.add(event.undoes)
        else:
            counting.append(event)
    return counting[::-1]


def year_end_on(first: str, events: Sequence[FactEvent], day: date) -> str:
    """Return the fiscal year end in force on a day; `first` holds before any event."""
    return _year_ends(first, events, day)[0]


def facts_in_force(
    first_year_end: str,
    events: Sequence[FactEvent],
    *,
    series: str = "",
    period: str | None = None,
) -> FactsInForce:
    """Fold the events for papers of a series and period; unknown is out of scope.

    A fiscal year end is the one in force on the period's last day, so papers of
    years before a change keep the year they were filed in.
    """
    last_day = _last_day(period) or date.max
    year_end, said_by = _year_ends(first_year_end, events, last_day)
    winners = _winners(standing(events), series, period)
    sources = {event.fact: event for event in winners} | (
        {YEAR_END: said_by} if said_by else {}
    )
    return FactsInForce(
        year_end=year_end,
        dates={
            event.fact: date.fromisoformat(event.value)
            for event in winners
            if event.fact in DATE_FACTS
        },
        open_matters=frozenset(e.fact for e in winners if e.fact in OPEN_MATTERS),
        sources=sources,
    )


def former_values(events: Sequence[FactEvent], fact: str) -> list[FactEvent]:
    """Return every dated statement of a fact, undone and replaced ones included."""
    return [
        event
        for event in events
        if event.fact == fact and event.value != NONE and not event.undoes
    ]


def _verify_year_end(event: FactEvent) -> None:
    if event.value == NONE:
        raise UsageInvalid(
            "a fiscal year end is replaced or undone, never withdrawn",
            hint="take the change back with --undo EVENT",
        )
    verify_month_day(event.value)
    if event.series or event.period:
        raise UsageInvalid(
            "a fiscal year end holds for all papers of a client",
            hint="leave out --series and --period; --on says from when",
        )


def _year_ends(
    first: str, events: Sequence[FactEvent], day: date
) -> tuple[str, FactEvent | None]:
    known: dict[date, FactEvent] = {}
    for event in standing(events):
        if event.fact == YEAR_END:
            if event.on is None:
                known.clear()
            known[event.on or date.min] = event
    since = max((start for start in known if start <= day), default=None)
    return (first, None) if since is None else (known[since].value, known[since])


def _winners(
    events: Sequence[FactEvent], series: str, period: str | None
) -> list[FactEvent]:
    latest: dict[tuple[str, str, str], FactEvent] = {}
    for event in events:
        if event.fact != YEAR_END and _is_about(event, series, period):
            latest[event.fact, event.series, event.period] = event
    said = [e for e in latest.values() if e.value not in (NONE, "closed")]
    # Sorted so that the narrowest scope of a fact comes last and is the one kept.
    said.sort(key=lambda e: (bool(e.period), bool(e.series), len(e.series)))
    return list({event.fact: event for event in said}.values())


def _is_about(event: FactEvent, series: str, period: str | None) -> bool:
    if event.series and not (
        fnmatchcase(series, event.series) or series.startswith(event.series + ".")
    ):
        return False
    return not event.period or _is_within(period, event.period)


def _is_within(period: str | None, wanted: str) -> bool:
    if period is None:
        return False
    try:
        paper, whole = parse_filing_period(period), parse_filing_period(wanted)
    except UsageInvalid:
        return False
    return whole.first_day <= paper.first_day and paper.last_day <= whole.last_day


def _last_day(period: str | None) -> date | None:
    try:
        return None if period is None else parse_filing_period(period).last_day
    except UsageInvalid:
        return None
