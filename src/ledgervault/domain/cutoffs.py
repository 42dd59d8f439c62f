"""From facts to the first day of a period: cut-off, then where counting starts.

A fact that is unknown or unreadable gives no day: what counts from it is kept.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date

from ledgervault.domain.calendar import (
    CalendarPeriod,
    FilingPeriod,
    add_period,
    fiscal_year_of,
    parse_filing_period,
)
from ledgervault.domain.rules import Retention
from ledgervault.errors import UsageInvalid


@dataclasses.dataclass(frozen=True, slots=True)
class RetentionFacts:
    """What retention counts from."""

    series: str
    period: str | None
    fiscal_year_end: str | None
    created_on: date
    dates: Mapping[str, date] = dataclasses.field(default_factory=dict)
    open_matters: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class CutOff:
    """The latest trigger with its day, and the day counting starts."""

    trigger: str
    day: date
    starts_on: date


def find_cut_off(rule: Retention, facts: RetentionFacts) -> CutOff | None:
    """Return the cut-off of a rule, or None where any of its triggers is unknown."""
    days = [(find_trigger_day(name, facts), name) for name in rule.triggers]
    known = [(day, name) for day, name in days if day is not None]
    if not known or len(known) < len(days):
        return None
    day, name = max(known, key=lambda pair: pair[0])
    starts_on = _start(rule.starts, day, facts.fiscal_year_end)
    return None if starts_on is None else CutOff(name, day, starts_on)


def unknown_triggers(rule: Retention, facts: RetentionFacts) -> list[str]:
    """Name what a rule counts from and nobody has said."""
    unknown = [one for one in rule.triggers if find_trigger_day(one, facts) is None]
    if unknown or rule.starts != "next_fiscal_year":
        return unknown
    return ["fiscal_year_end"] if find_cut_off(rule, facts) is None else []


def find_trigger_day(trigger: str, facts: RetentionFacts) -> date | None:
    """Return the day of one trigger, or None."""
    if trigger == "created":
        return facts.created_on
    if trigger in facts.dates:
        return facts.dates[trigger]
    if facts.period is None:
        return None
    try:
        return _from_period(trigger, facts.period, facts.fiscal_year_end)
    except UsageInvalid:
        # An unreadable fact is an unknown one, and keeps.
        return None


def _from_period(trigger: str, text: str, year_end: str | None) -> date | None:
    period = parse_filing_period(text)
    if trigger == "fiscal_year_end" and year_end:
        return fiscal_year_of(period, year_end).end
    return period.last_day if trigger == "document_date" else None


def _start(starts: str, day: date, year_end: str | None) -> date | None:
    if starts == "same_day":
        return day
    if starts == "next_calendar_year":
        return date(day.year + 1, 1, 1) if day.year < date.max.year else None
    if starts == "next_fiscal_year":
        return _fiscal_year_after(day, year_end)
    return add_period(day, CalendarPeriod(days=1))


def _fiscal_year_after(day: date, year_end: str | None) -> date | None:
    if not year_end or not date.min.year < day.year < date.max.year:
        return None
    try:
        year = fiscal_year_of(FilingPeriod("", day, day), year_end)
    except UsageInvalid:
        return None
    return add_period(year.end, CalendarPeriod(days=1))
