"""Why a paper is kept as it is: the law, the facts and their sources, the arithmetic.

Explains decisions; it makes none. Where the arithmetic of one rule does not lead to
the date that was decided, because another rule keeps longer, it says so.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.calendar import (
    CalendarPeriod,
    FilingPeriod,
    add_period,
    fiscal_year_of,
)
from ledgervault.domain.decisions import Decision
from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.domain.retention import (
    DUE,
    HELD,
    INDETERMINATE,
    PERMANENT,
    RESTRICTED,
    RetentionFacts,
    RetentionOutcome,
)

FROM_DOCUMENT = "document"  # a person said it of this document
FROM_CONTENT = "content"
FROM_NAME = "name"
FROM_FOLDERS = "folders"
FROM_CLIENT = "client"  # the client's record
FROM_EVENT = "event"  # a statement about the client
FROM_INGEST = "ingest"
UNKNOWN = "unknown"
PERIOD_TRIGGERS = ("fiscal_year_end", "document_date")


@dataclasses.dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact a decision rests on; `detail` names the event behind it."""

    name: str
    value: str
    origin: str
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Law:
    """Where a rule comes from, and who has checked it until when."""

    rule: str
    pack: str
    version: str
    citation: str
    title: Mapping[str, str] = dataclasses.field(default_factory=dict)
    verified_on: str = ""
    effective_from: str = ""
    is_confirmed: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Reckoning:
    """From the cut-off to the date: cut-off, start of counting, end of the period."""

    trigger: str
    cut_off: date
    starts: str
    starts_on: date
    period: str
    ends_on: date
    is_decisive: bool  # it leads to the date that was decided


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """Something that would change the outcome."""

    kind: str  # release | state | period | close | fact | policy | disposal
    subject: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Filed:
    """How a document was classified when that was last decided, from the signed log."""

    series: str
    rule: str
    at: str  # RFC 3339
    by: str  # identity, hex
    reason: str
    law: Law


def law_of(pack: Pack | None, rule: str, *, citation: str, section: str) -> Law:
    """Return what a pack's own source says of a rule of one of its sections."""
    if pack is None:
        return Law(rule, "", "", citation)
    rules = pack.source.get(section, ())
    said: Mapping[str, Any] = next((r for r in rules if r.get("id") == rule), {})
    return Law(
        rule=rule,
        pack=pack.id,
        version=pack.version,
        citation=citation,
        title=dict(said.get("title", {})),
        verified_on=str(said.get("verified_on", "")),
        effective_from=str(said.get("effective_from", "")),
        is_confirmed=said.get("confirmed", True) is not False,
    )


def law_behind(decision: Decision, policy: PolicySet) -> Law:
    """Return the law behind a decision of an adopted policy."""
    pack = next((one for one in policy.packs if one.id == decision.pack), None)
    section = "series" if decision.subject == "retention" else "classify"
    return law_of(pack, decision.rule, citation=decision.citation, section=section)


def triggers_of(series: str, policy: PolicySet) -> list[str]:
    """Name what any pack counts from for a series, in pack order."""
    names = [
        name
        for _pack, one in policy.definitions(series)
        for name in one.retention.trigger.split(", ")
    ]
    return [name for name in dict.fromkeys(names) if name]


def blockers_of(series: str, policy: PolicySet) -> list[str]:
    """Name the matters that keep papers of a series while they are open."""
    found = [m for _pack, one in policy.definitions(series) for m in one.block_while]
    return list(dict.fromkeys(found))


def reckon(
    outcome: RetentionOutcome, facts: RetentionFacts, policy: PolicySet
) -> Reckoning | None:
    """Return the arithmetic behind a date; None where there is no date."""
    decision = outcome.decision
    trigger, _space, day = decision.facts.get("trigger", "").partition(" ")
    length = decision.facts.get("retention", "").partition(" ")[0]
    starts = _starts(decision, policy)
    try:
        cut_off = date.fromisoformat(day)
        period = CalendarPeriod.parse(length)
    except ValueError:
        return None
    starts_on = _first_day(cut_off, starts, facts.fiscal_year_end)
    ends_on = add_period(starts_on, period) if starts_on else None
    if starts_on is None or ends_on is None or outcome.due is None:
        return None
    is_decisive = ends_on == outcome.due
    return Reckoning(trigger, cut_off, starts, starts_on, length, ends_on, is_decisive)


def changes_of(
    outcome: RetentionOutcome,
    facts: RetentionFacts,
    policy: PolicySet,
    holds: Sequence[str],
) -> list[Change]:
    """Say what would change an outcome, the nearest first."""
    changes = [Change("release", hold) for hold in holds]
    triggers = triggers_of(facts.series, policy)
    open_now = [m for m in blockers_of(facts.series, policy) if m in facts.open_matters]
    changes += [Change("close", matter) for matter in open_now]
    kind = kind_of(outcome)
    if kind == INDETERMINATE:
        changes += _missing(triggers, facts)
    elif kind == DUE:
        changes.append(Change("disposal"))
    elif kind != PERMANENT:
        changes += [_another(trigger) for trigger in triggers]
    if not triggers or kind == PERMANENT:
        changes.append(Change("series"))
    return [*dict.fromkeys(changes), Change("policy")]


def kind_of(outcome: RetentionOutcome) -> str:
    """Return the state below a hold: what it would be without one."""
    if outcome.state not in (HELD, RESTRICTED):
        return outcome.state
    if outcome.due is not None:
        return "dated"
    retention = outcome.decision.facts.get("retention", "")
    return PERMANENT if retention == PERMANENT else INDETERMINATE


def _starts(decision: Decision, policy: PolicySet) -> str:
    for pack, series in policy.definitions(decision.rule):
        if pack.id == decision.pack:
            return series.retention.starts
    return ""


def _first_day(cut_off: date, starts: str, year_end: str | None) -> date | None:
    day = CalendarPeriod(days=1)
    if starts == "same_day":
        return cut_off
    if starts == "next_day":
        return add_period(cut_off, day)
    if cut_off.year == date.max.year:
        return None
    if starts == "next_calendar_year":
        return date(cut_off.year + 1, 1, 1)
    if starts == "next_fiscal_year" and year_end:
        year = fiscal_year_of(FilingPeriod("", cut_off, cut_off), year_end)
        return add_period(year.end, day)
    return None


def _missing(triggers: Sequence[str], facts: RetentionFacts) -> list[Change]:
    changes = []
    for trigger in triggers:
        if trigger in facts.dates or trigger == "created":
            continue
        if trigger not in PERIOD_TRIGGERS:
            changes.append(Change("state", trigger))
        elif facts.period is None:
            changes.append(Change("period"))
    return changes


def _another(trigger: str) -> Change:
    if trigger in PERIOD_TRIGGERS:
        return Change("another-period")
    return Change("fact", trigger)
