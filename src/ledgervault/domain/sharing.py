"""Sharing: permission needs a rule; refusal needs none.

A demand that is not met, or a fact that a rule asks and nobody has stated,
refuses and is named.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from ledgervault.domain.approvals import Demand, demands_of, together
from ledgervault.domain.calendar import add_period
from ledgervault.domain.deciding import (
    ALLOW,
    REFUSE,
    Verdict,
    answer,
    has_permission,
    is_covered,
    refuse_without_rule,
    rules_in_force,
)
from ledgervault.domain.decisions import Decision
from ledgervault.domain.destinations import is_within
from ledgervault.domain.policy import PolicySet, ShareRule
from ledgervault.domain.rules import Approval

__all__ = [
    "ALLOW",
    "REFUSE",
    "ShareQuestion",
    "decide_share",
    "share_demands",
]
_WHERE = "say in which country the recipient is"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuestion:
    """A disclosure somebody asks for; None is not stated."""

    level: str
    series: str
    purpose: str
    format: str
    expires_on: date
    today: date
    destination: str = ""  # ISO country, domestic, abroad; empty is not stated
    home: str = "CN"  # the client's jurisdiction
    has_consent: bool = False
    has_watermark: bool = False
    approvals: Mapping[str, int] = dataclasses.field(default_factory=dict)
    subjects_this_year: int | None = None
    sensitive_subjects_this_year: int | None = None


def decide_share(asked: ShareQuestion, policy: PolicySet) -> Decision:
    """Decide whether a document may leave so; every rule that applies must permit."""
    verdicts = list(_verdicts(asked, policy))
    facts = {"destination": asked.destination} if asked.destination else {}
    if not has_permission(verdicts):
        refused = [one for one in verdicts if one.problem]
        if refused:
            return answer("share", refused[0], verdicts, facts)
        return refuse_without_rule("share", facts)
    refused = [one for one in verdicts if one.problem]
    return answer("share", refused[0] if refused else verdicts[0], verdicts, facts)


def share_demands(
    asked: ShareQuestion, policy: PolicySet
) -> tuple[Decision, tuple[Demand, ...]]:
    """Decide as if everybody had agreed; return also whose agreement it takes."""
    rules = [cast("ShareRule", one.rule) for one in _verdicts(asked, policy)]
    agreed = {one.role: one.count for rule in rules for one in rule.approvals}
    for one in (one for rule in rules for one in rule.approvals):
        agreed[one.role] = max(agreed[one.role], one.count)
    decision = decide_share(dataclasses.replace(asked, approvals=agreed), policy)
    return decision, together([demands_of(rule.approvals) for rule in rules])


def _verdicts(asked: ShareQuestion, policy: PolicySet) -> Iterator[Verdict]:
    for pack, one in rules_in_force(policy, "share", asked.today):
        rule = cast("ShareRule", one)
        if asked.level not in rule.levels or not is_covered(asked.series, rule.series):
            continue
        there = is_within(asked.destination, rule.destinations, asked.home)
        if there is None:
            yield Verdict(pack, rule, _WHERE)
        elif there and not _is_of_other_purpose(asked, rule):
            yield Verdict(pack, rule, next(_problems(asked, rule), ""))


def _is_of_other_purpose(asked: ShareQuestion, rule: ShareRule) -> bool:
    is_named = not rule.purposes or is_covered(asked.purpose, rule.purposes)
    return rule.is_refusal and not is_named


def _problems(asked: ShareQuestion, rule: ShareRule) -> Iterator[str]:
    if rule.is_refusal:
        yield "papers of this kind are not shared"
    if not asked.purpose.strip():
        yield "name a purpose"
    if rule.purposes and not is_covered(asked.purpose, rule.purposes):
        yield f"name one of these purposes: {', '.join(rule.purposes)}"
    if asked.format not in rule.formats:
        yield f"share it as {' or '.join(rule.formats) or 'nothing'}"
    yield from _expiry_problems(asked, rule)
    yield from _place_problems(asked, rule)
    yield from _demand_problems(asked, rule)


def _expiry_problems(asked: ShareQuestion, rule: ShareRule) -> Iterator[str]:
    if asked.expires_on <= asked.today:
        yield "the expiry is not in the future"
    # A rule that names no longest expiry permits none.
    last = add_period(asked.today, rule.longest) if rule.longest else asked.today
    if last is not None and asked.expires_on > last:
        yield f"let it expire by {last} at the latest"


def _place_problems(asked: ShareQuestion, rule: ShareRule) -> Iterator[str]:
    if not rule.residency:
        return
    there = is_within(asked.destination, rule.residency, asked.home)
    if there is None:
        yield _WHERE
    elif not there:
        yield f"these papers stay in {', '.join(rule.residency)}"


def _demand_problems(asked: ShareQuestion, rule: ShareRule) -> Iterator[str]:
    if rule.needs_consent and not asked.has_consent:
        yield "the consent of the people concerned is not stated"
    if rule.needs_watermark and not asked.has_watermark:
        yield "a watermark is demanded and none is applied"
    yield from _counter_problems(asked, rule)
    missing = _missing(asked, rule.approvals)
    if missing:
        yield f"approvals are missing: {missing}"


def _counter_problems(asked: ShareQuestion, rule: ShareRule) -> Iterator[str]:
    counter = rule.counter
    if counter is None:
        return
    figures = [(counter.subjects, asked.subjects_this_year, "people")]
    if asked.level == "sensitive":
        sensitive = asked.sensitive_subjects_this_year
        what = "people with sensitive data"
        figures.append((counter.sensitive_subjects, sensitive, what))
    for limit, figure, what in figures:
        if limit is None:
            continue
        if figure is None:
            yield f"this year's number of {what} sent abroad is not known"
        elif figure >= limit and (counter.then == "refuse" or not rule.approvals):
            yield f"{figure:,} {what} this year reach the limit of {limit:,}"


def _missing(asked: ShareQuestion, demanded: tuple[Approval, ...]) -> str:
    lacking = [
        f"{one.count} x {one.role}"
        for one in demanded
        if asked.approvals.get(one.role, 0) < one.count
    ]
    return ", ".join(lacking)
