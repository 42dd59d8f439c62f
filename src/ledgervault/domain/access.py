"""Access: what a role may do with papers of a level; no rule, no access.

Within a pack any of its rules may permit; every pack that speaks of the role and
the operation must. Registers that a rule requires and that are missing or
lapsed deny, and are named.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from ledgervault.domain.calendar import add_period
from ledgervault.domain.deciding import (
    Verdict,
    answer,
    has_permission,
    is_covered,
    refuse_without_rule,
    rules_in_force,
)
from ledgervault.domain.decisions import Decision
from ledgervault.domain.policy import LEVELS, PolicySet
from ledgervault.domain.rules import AccessRule


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccessQuestion:
    """Something a person wants to do; empty level and series: with no paper."""

    role: str
    operation: str
    today: date
    level: str = ""
    series: str = ""
    registers: Mapping[str, date] = dataclasses.field(default_factory=dict)
    granted_on: date | None = None
    other_roles: frozenset[str] = frozenset()


def decide_access(asked: AccessQuestion, policy: PolicySet) -> Decision:
    """Decide whether a role may do something; the strictest pack wins.

    `registers` give the last day each entry counts; `granted_on` the day the
    person was given access.
    """
    verdicts = list(_verdicts(asked, policy))
    facts = {"role": asked.role, "operation": asked.operation}
    if not has_permission(verdicts):
        return refuse_without_rule("access", facts)
    refusals = [one for one in map(_refusal, _by_pack(verdicts)) if one]
    deciding = refusals[0] if refusals else _first_permitting(verdicts)
    return answer("access", deciding, verdicts, facts)


def list_separations(role: str, policy: PolicySet, today: date) -> frozenset[str]:
    """Return the roles that nobody of this role may have as well."""
    return frozenset(
        other
        for _pack, one in rules_in_force(policy, "access", today)
        for rule in [cast("AccessRule", one)]
        for other in _separated(rule, role)
    )


def _verdicts(asked: AccessQuestion, policy: PolicySet) -> Iterator[Verdict]:
    for pack, one in rules_in_force(policy, "access", asked.today):
        rule = cast("AccessRule", one)
        if asked.role != rule.role or asked.operation not in rule.operations:
            continue
        if asked.series and not is_covered(asked.series, rule.series):
            continue
        yield Verdict(pack, rule, next(_problems(asked, rule), ""))


def _problems(asked: AccessQuestion, rule: AccessRule) -> Iterator[str]:
    if asked.level and LEVELS.index(asked.level) > LEVELS.index(rule.level):
        yield f"papers above {rule.level} are not for this role"
    for name in rule.requires:
        until = asked.registers.get(name)
        if until is None:
            yield f"register {name} has no entry"
        elif until < asked.today:
            yield f"register {name} lapsed on {until}"
    yield from _grant_problems(asked, rule)
    both = sorted(asked.other_roles & set(rule.separate_from))
    if both:
        yield f"the role is kept apart from {', '.join(both)}"


def _grant_problems(asked: AccessQuestion, rule: AccessRule) -> Iterator[str]:
    if rule.valid_for is None:
        return
    if asked.granted_on is None:
        yield "nobody has stated since when the access was granted"
    elif asked.granted_on > asked.today:
        yield f"the access begins on {asked.granted_on}"
    else:
        ends = add_period(asked.granted_on, rule.valid_for)
        if ends is not None and asked.today >= ends:
            yield f"the access ended on {ends}"


def _separated(rule: AccessRule, role: str) -> Sequence[str]:
    if rule.role == role:
        return rule.separate_from
    return (rule.role,) if role in rule.separate_from else ()


def _by_pack(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    packs: dict[str, list[Verdict]] = {}
    for one in verdicts:
        packs.setdefault(one.pack.id, []).append(one)
    return list(packs.values())


def _refusal(verdicts: Sequence[Verdict]) -> Verdict | None:
    return verdicts[0] if all(one.problem for one in verdicts) else None


def _first_permitting(verdicts: Sequence[Verdict]) -> Verdict:
    return next(one for one in verdicts if not one.problem)
