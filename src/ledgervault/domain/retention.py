"""Retention: until when a document is kept, and what happens then.

Precedence: a hold beats everything; keeping beats destroying; the longest
minimum wins; explicit beats implicit; among maxima the shortest wins. A maximum
that has passed while a minimum runs is `restricted` (PIPL 47; GDPR 17(3)(b)).
An unknown series, trigger or date is `indeterminate` and kept.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date

from ledgervault.domain.calendar import (
    CalendarPeriod,
    add_period,
    fiscal_year_of,
    parse_filing_period,
)
from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.holds import Hold
from ledgervault.domain.policy import Pack, PolicySet, Series
from ledgervault.errors import UsageInvalid

ACTIVE = "active"
HELD = "held"
RESTRICTED = "restricted"
DUE = "due"
PERMANENT = "permanent"
INDETERMINATE = "indeterminate"
# What to do where packs differ: the first is the most careful.
_CAUTION = (
    "keep",
    "restrict",
    "appraise",
    "transfer",
    "return",
    "anonymise",
    "destroy",
)


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
class RetentionOutcome:
    """State today, the first day of disposition, the action, the reasons.

    `due` is a fact of the document: it depends on neither today nor holds.
    """

    state: str
    due: date | None
    action: str
    decision: Decision


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    pack: Pack
    series: Series
    kind: str  # dated | permanent | indeterminate
    keep_until: date | None  # first day after the minimum
    expire_on: date | None  # first day after the maximum
    trigger: str


def decide_retention(
    facts: RetentionFacts,
    policy: PolicySet,
    *,
    holds: Sequence[Hold],
    today: date,
) -> RetentionOutcome:
    """Decide how long a document is kept; the strictest pack wins."""
    answers = [
        _answer(pack, series, facts)
        for pack, series in policy.definitions(facts.series)
    ]
    if not answers:
        return _unknown(facts, holds)
    winner = max(answers, key=_strictness)
    due = _due(answers, winner)
    state, why = _state(answers, winner, due, facts, today)
    if holds:
        state, why = HELD, f"held: {', '.join(hold.hold_id for hold in holds)}"
    decision = _decision(winner, answers, state, due, why)
    action = min((one.series.then for one in answers), key=_CAUTION.index)
    return RetentionOutcome(state, due, action, decision)


def _answer(pack: Pack, series: Series, facts: RetentionFacts) -> _Answer:
    rule = series.retention
    if rule.is_permanent or series.then == "keep":
        return _Answer(pack, series, PERMANENT, None, None, "")
    cut_off = _cut_off(series, facts)
    if cut_off is None:
        return _Answer(pack, series, INDETERMINATE, None, None, rule.trigger)
    start = CalendarPeriod(days=int(rule.starts == "next_day"))
    keep = _after(cut_off, start, rule.minimum)
    expire = _after(cut_off, start, rule.maximum)
    # A minimum that ends after the calendar does is not replaced by a maximum.
    has_end = keep is not None or (rule.minimum is None and expire is not None)
    if not has_end:
        unknown = f"the end of the period from {rule.trigger}"
        return _Answer(pack, series, INDETERMINATE, None, None, unknown)
    return _Answer(pack, series, "dated", keep, expire, f"{rule.trigger} {cut_off}")


def _cut_off(series: Series, facts: RetentionFacts) -> date | None:
    trigger = series.retention.trigger
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


def _after(
    cut_off: date, start: CalendarPeriod, period: CalendarPeriod | None
) -> date | None:
    first = add_period(cut_off, start)
    return None if period is None or first is None else add_period(first, period)


def _strictness(answer: _Answer) -> tuple[int, date]:
    # Keeping beats destroying: what is permanent or not yet known outlasts a date.
    rank = {"dated": 0, INDETERMINATE: 1, PERMANENT: 2}[answer.kind]
    return rank, answer.keep_until or answer.expire_on or date.min


def _due(answers: Sequence[_Answer], winner: _Answer) -> date | None:
    if winner.kind != "dated":
        return None
    minima = [one.keep_until for one in answers if one.keep_until]
    maxima = [one.expire_on for one in answers if one.expire_on]
    if minima and maxima:
        return max(*minima, min(maxima))
    return max(minima) if minima else min(maxima)


def _state(
    answers: Sequence[_Answer],
    winner: _Answer,
    due: date | None,
    facts: RetentionFacts,
    today: date,
) -> tuple[str, str]:
    if winner.kind == INDETERMINATE:
        return INDETERMINATE, f"{winner.trigger} is not known"
    blockers = {matter for one in answers for matter in one.series.block_while}
    blocking = sorted(facts.open_matters & blockers)
    if due is not None and today >= due and not blocking:
        return DUE, "the period has ended"
    maxima = [one.expire_on for one in answers if one.expire_on]
    if maxima and today >= min(maxima):
        return RESTRICTED, "a maximum has passed while the papers must be kept"
    if due is None:
        return PERMANENT, "kept permanently"
    if today >= due:
        return ACTIVE, f"kept while open: {', '.join(blocking)}"
    return ACTIVE, "the period runs"


def _decision(
    winner: _Answer,
    answers: Sequence[_Answer],
    state: str,
    due: date | None,
    why: str,
) -> Decision:
    losers = tuple(
        Loser(one.series.id, one.pack.id, _lost(one, winner))
        for one in answers
        if one is not winner
    )
    return Decision(
        subject="retention",
        result=state if due is None else f"{state}, due {due}",
        rule=winner.series.id,
        pack=winner.pack.id,
        version=winner.pack.version,
        citation=winner.series.citation,
        facts={
            "retention": winner.series.retention.text,
            "trigger": winner.trigger or "none",
            "then": winner.series.then,
            "because": why,
        },
        losers=losers,
    )


def _lost(answer: _Answer, winner: _Answer) -> str:
    if answer.kind != winner.kind:
        return f"{winner.kind} outlasts {answer.kind}"
    return f"ends {answer.keep_until or answer.expire_on}, which is not later"


def _unknown(facts: RetentionFacts, holds: Sequence[Hold]) -> RetentionOutcome:
    state = HELD if holds else INDETERMINATE
    decision = Decision(
        subject="retention",
        result=state,
        rule="no-series",
        facts={"series": facts.series, "because": "no adopted pack has this series"},
    )
    return RetentionOutcome(state, None, "keep", decision)
