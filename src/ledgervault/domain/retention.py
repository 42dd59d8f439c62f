"""Retention: until when a document is kept, and what happens then.

Precedence: a hold beats everything; keeping beats destroying; the longest
minimum wins; explicit beats implicit; among maxima the shortest wins. A maximum
that has passed while a minimum runs is `restricted` (PIPL 47; GDPR 17(3)(b)).
An unknown series, trigger or date is `indeterminate` and kept.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.calendar import CalendarPeriod, add_period
from ledgervault.domain.cutoffs import (
    CutOff,
    RetentionFacts,
    find_cut_off,
    unknown_triggers,
)
from ledgervault.domain.decisions import Decision, Loser
from ledgervault.domain.holds import Hold
from ledgervault.domain.policy import Pack, PolicySet, Series

__all__ = [
    "ACTIVE",
    "DUE",
    "HELD",
    "INDETERMINATE",
    "PERMANENT",
    "RESTRICTED",
    "RetentionFacts",
    "RetentionOutcome",
    "careful_order",
    "decide_retention",
]
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
    period: str


def careful_order(action: str) -> int:
    """Rank an action by care: the lowest number is the most careful."""
    return _CAUTION.index(action)


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
    action = min((one.series.then for one in answers), key=careful_order)
    decision = _decision(winner, answers, state, due, why, action)
    return RetentionOutcome(state, due, action, decision)


def _answer(pack: Pack, series: Series, facts: RetentionFacts) -> _Answer:
    rule = series.retention
    if rule.is_permanent or series.then == "keep":
        return _Answer(pack, series, PERMANENT, None, None, "", rule.text)
    cut_off = find_cut_off(rule, facts)
    if cut_off is None:
        names = ", ".join(unknown_triggers(rule, facts))
        unknown = names or f"the end of the period from {rule.trigger}"
        return _Answer(pack, series, INDETERMINATE, None, None, unknown, rule.text)
    keep, period, is_known = _minimum(series, facts, cut_off)
    expire = None
    if rule.maximum is not None:
        expire = add_period(cut_off.starts_on, rule.maximum)
    # A minimum that ends after the calendar does is not replaced by a maximum.
    if not is_known or (keep is None and expire is None):
        unknown = f"the end of the period from {rule.trigger}"
        return _Answer(pack, series, INDETERMINATE, None, None, unknown, rule.text)
    counted = f"{cut_off.trigger} {cut_off.day}"
    return _Answer(pack, series, "dated", keep, expire, counted, period)


def _minimum(
    series: Series, facts: RetentionFacts, cut_off: CutOff
) -> tuple[date | None, str, bool]:
    """Return the first day after the minimum, its period, and whether it is known."""
    rule = series.retention
    lengths: list[tuple[CalendarPeriod, str]] = []
    if rule.minimum is not None:
        lengths.append((rule.minimum, str(rule.minimum)))
    for matter, length in rule.longer_if.items():
        if matter in facts.open_matters:
            lengths.append((length, f"{length} ({matter})"))
    if not lengths:
        return None, rule.text, True
    ends = [(add_period(cut_off.starts_on, one), text) for one, text in lengths]
    known = [(end, text) for end, text in ends if end is not None]
    if len(known) < len(ends):
        return None, rule.text, False
    end, text = max(known, key=lambda pair: pair[0])
    return end, text, True


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


def _decision(  # noqa: PLR0917 - what one decision states
    winner: _Answer,
    answers: Sequence[_Answer],
    state: str,
    due: date | None,
    why: str,
    action: str,
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
            "retention": winner.period,
            "trigger": winner.trigger or "none",
            "then": action,
            "because": why,
        },
        losers=losers,
    )


def _lost(answer: _Answer, winner: _Answer) -> str:
    if answer.kind != winner.kind:
        return f"{winner.kind} outlasts {answer.kind}"
    ends = answer.keep_until or answer.expire_on
    if ends is None:
        return f"{answer.kind} too"
    return f"ends {ends}, which is not later"


def _unknown(facts: RetentionFacts, holds: Sequence[Hold]) -> RetentionOutcome:
    state = HELD if holds else INDETERMINATE
    decision = Decision(
        subject="retention",
        result=state,
        rule="no-series",
        facts={"series": facts.series, "because": "no adopted pack has this series"},
    )
    return RetentionOutcome(state, None, "keep", decision)
