"""Archiving: when a folder closes, what is checked, and until when it is handed over."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from ledgervault.domain.calendar import (
    CalendarPeriod,
    add_period,
    fiscal_year_of,
    parse_filing_period,
)
from ledgervault.domain.deciding import (
    Verdict,
    answer,
    has_permission,
    is_covered,
    refuse_without_rule,
    rules_in_force,
)
from ledgervault.domain.decisions import Decision
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.rules import ArchiveRule, HandOver, Rule
from ledgervault.errors import UsageInvalid

REFUSED = "refused"
PAPER_PLACE = "paper_location"  # the fact that names where a paper copy lies


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveQuestion:
    """A folder somebody wants to close."""

    series: str
    period: str | None
    fiscal_year_end: str | None
    today: date


@dataclasses.dataclass(frozen=True, slots=True)
class ArchiveOutcome:
    """What closing takes; dates are None where nothing says them.

    `close_from` and `hand_over_from` are first days, `hand_over_by` the last.
    """

    decision: Decision
    close_from: date | None = None
    checks: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    hand_over_to: str = ""
    hand_over_from: date | None = None
    hand_over_by: date | None = None


def decide_archive(asked: ArchiveQuestion, policy: PolicySet) -> ArchiveOutcome:
    """Decide whether a folder may close; demands of all rules add up."""
    found = [
        (pack, cast("ArchiveRule", one))
        for pack, one in rules_in_force(policy, "archive", asked.today)
        if is_covered(asked.series, cast("ArchiveRule", one).series)
    ]
    facts = {"series": asked.series, "period": asked.period or "unknown"}
    year_end = _year_end(asked)
    verdicts = [Verdict(p, rule, _problem(rule, year_end, asked)) for p, rule in found]
    if not has_permission(verdicts):
        return ArchiveOutcome(refuse_without_rule("archive", facts))
    refused = [one for one in verdicts if one.problem]
    latest = max(verdicts, key=lambda one: _close_from(one.rule, year_end) or date.min)
    decision = answer("archive", refused[0] if refused else latest, verdicts, facts)
    return _outcome(decision, [rule for _pack, rule in found], year_end)


def is_paper_needed(series: str, policy: PolicySet) -> bool:
    """Say whether papers of a series may not be kept in electronic form alone.

    Order 79, art. 8 (6): what is kept for ever has a paper copy as well.
    """
    definitions = policy.definitions(series)
    return any(one.electronic_only == REFUSED for _pack, one in definitions)


def _problem(rule: ArchiveRule, year_end: date | None, asked: ArchiveQuestion) -> str:
    close_from = _close_from(rule, year_end)
    if close_from is None:
        return "the fiscal year these papers belong to is not known"
    if close_from > asked.today:
        return f"the folder closes from {close_from} on"
    return ""


def _outcome(
    decision: Decision, rules: Sequence[ArchiveRule], year_end: date | None
) -> ArchiveOutcome:
    handed = [rule.hand_over for rule in rules if rule.hand_over]
    starts = [_first_day(year_end, one.after) for one in handed if one.after]
    ends = [_last_day(year_end, one.latest) for one in handed if one.latest]
    return ArchiveOutcome(
        decision,
        close_from=_latest([_close_from(rule, year_end) for rule in rules]),
        checks=_once(check for rule in rules for check in rule.checks),
        registers=_once(name for rule in rules for name in _registers(rule)),
        hand_over_to=handed[0].to if handed else "",
        hand_over_from=_latest(starts),
        hand_over_by=min((day for day in ends if day), default=None),
    )


def _registers(rule: ArchiveRule) -> tuple[str, ...]:
    handed: HandOver | None = rule.hand_over
    return (*rule.registers, *((handed.register,) if handed else ()))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _year_end(asked: ArchiveQuestion) -> date | None:
    if asked.period is None or not asked.fiscal_year_end:
        return None
    try:
        period = parse_filing_period(asked.period)
        return fiscal_year_of(period, asked.fiscal_year_end).end
    except UsageInvalid:
        return None


def _close_from(rule: Rule, year_end: date | None) -> date | None:
    return _first_day(year_end, cast("ArchiveRule", rule).close_after)


def _first_day(year_end: date | None, after: CalendarPeriod) -> date | None:
    day = _last_day(year_end, CalendarPeriod(days=1))
    return None if day is None else add_period(day, after)


def _last_day(year_end: date | None, period: CalendarPeriod) -> date | None:
    return None if year_end is None else add_period(year_end, period)


def _latest(days: Sequence[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
