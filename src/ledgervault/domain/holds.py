"""Holds: what suspends disposition, and what it covers."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase

from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.rules import Series
from ledgervault.errors import UsageInvalid


@dataclasses.dataclass(frozen=True, slots=True)
class HoldScope:
    """What a hold covers; a field that is None or empty does not narrow it."""

    client: str | None = None
    series: str | None = None
    period: str | None = None
    documents: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Hold:
    """A suspension of disposition, with its reason."""

    hold_id: str
    reason: str
    scope: HoldScope
    placed_on: date
    released_on: date | None = None


def holds_covering(
    holds: Sequence[Hold],
    *,
    client: str,
    series: str,
    period: str | None,
    document: str,
) -> list[Hold]:
    """Return the holds that keep a document; an unknown period is covered."""
    return [
        hold
        for hold in holds
        if hold.released_on is None
        and _covers(hold.scope, client, series, period, document)
    ]


def is_any_within(series: Iterable[Series], wanted: str) -> bool:
    """Say whether a hold on series called `wanted` covers any of these."""
    return any(_is_within(one.id, wanted) for one in series)


def _covers(
    scope: HoldScope, client: str, series: str, period: str | None, document: str
) -> bool:
    if scope.client is not None and scope.client != client:
        return False
    if scope.documents and document not in scope.documents:
        return False
    if scope.series is not None and not _is_within(series, scope.series):
        return False
    return scope.period is None or _may_overlap(period, scope.period)


def _is_within(series: str, wanted: str) -> bool:
    return fnmatchcase(series, wanted) or series.startswith(wanted + ".")


def _may_overlap(period: str | None, wanted: str) -> bool:
    # Fail closed: a paper without a readable period may be of any period.
    if period is None:
        return True
    try:
        paper, held = parse_filing_period(period), parse_filing_period(wanted)
    except UsageInvalid:
        return True
    return paper.first_day <= held.last_day and held.first_day <= paper.last_day
