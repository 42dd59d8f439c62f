"""Retention as somebody who could read has stated it, for those who cannot.

What a due date rests on is sealed: periods, days, facts of a client. The date itself
is not, nor whether a matter is open. That is enough to keep, and to propose what is
due; whatever would need a closer look is kept.
"""

from collections.abc import Sequence
from datetime import date

from ledgervault.domain.calendar import add_period
from ledgervault.domain.decisions import Decision
from ledgervault.domain.policy import Pack, PolicySet, Series
from ledgervault.domain.retention import (
    ACTIVE,
    DUE,
    HELD,
    INDETERMINATE,
    PERMANENT,
    RetentionOutcome,
    careful_order,
)

_ANY_DAY = date(2000, 1, 1)
KEEP = "keep"


def decide_stated(
    series: str,
    due: date | None,
    policy: PolicySet,
    *,
    held_by: Sequence[str],
    has_open_matter: bool,
    today: date,
) -> RetentionOutcome:
    """Decide from a stated due date; the rule named is the one that keeps longest.

    An open matter, whichever it is, keeps what any matter may keep.
    """
    found = policy.definitions(series)
    if not found:
        why = "no adopted pack has this series"
        decision = Decision(
            "retention", INDETERMINATE, "no-series", facts={"because": why}
        )
        return RetentionOutcome(INDETERMINATE, None, KEEP, decision)
    pack, longest = max(found, key=_length)
    action = min((one.then for _pack, one in found), key=careful_order)
    state = _state(found, due, today, has_open_matter=has_open_matter)
    state = HELD if held_by else state
    decision = Decision(
        subject="retention",
        result=state if due is None else f"{state}, due {due}",
        rule=longest.id,
        pack=pack.id,
        version=pack.version,
        citation=longest.citation,
        facts={"retention": longest.retention.text, "because": "the date was stated"},
    )
    return RetentionOutcome(state, due, action, decision)


def _state(
    found: Sequence[tuple[Pack, Series]],
    due: date | None,
    today: date,
    *,
    has_open_matter: bool,
) -> str:
    if any(one.retention.is_permanent or one.then == KEEP for _pack, one in found):
        return PERMANENT
    if due is None:
        return INDETERMINATE
    may_wait = any(one.block_while for _pack, one in found)
    is_waiting = has_open_matter and may_wait
    return DUE if today >= due and not is_waiting else ACTIVE


def _length(defined: tuple[Pack, Series]) -> date:
    rule = defined[1].retention
    length = rule.minimum or rule.maximum
    if rule.is_permanent or length is None:
        return date.max
    return add_period(_ANY_DAY, length) or date.max
