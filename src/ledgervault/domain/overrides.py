"""What in a client's own rules would loosen what the packs say.

An override may raise a level, lengthen a minimum, shorten a maximum where no
minimum is cut, block more, refuse more, demand more and narrow access. Anything
else is a loosening, even where a stricter pack would win over it: a rule that
has no effect misleads its reader.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ledgervault.domain.calendar import CalendarPeriod, add_period
from ledgervault.domain.deciding import is_covered
from ledgervault.domain.policy import LEVELS, Pack, PolicySet
from ledgervault.domain.retention import careful_order
from ledgervault.domain.rules import (
    AccessRule,
    ArchiveRule,
    ClassifyRule,
    DestroyRule,
    Series,
    ShareRule,
)

_ANY_DAY = date(2001, 1, 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Loosening:
    """A rule of an override that permits more than the packs, and where."""

    section: str
    number: int  # of the rule in its section
    keys: tuple[str, ...]
    template: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


Found = tuple[tuple[str, ...], str, dict[str, str]]


def list_loosenings(override: Pack, policy: PolicySet) -> Iterator[Loosening]:
    """Yield everything in an override that is not a tightening."""
    checks: dict[str, Callable[[Any, PolicySet], Iterator[Found]]] = {
        "series": _series,
        "classify": _classify,
        "access": _access,
        "share": _share,
        "destroy": _destroy,
        "archive": _archive,
    }
    for section, check in checks.items():
        for number, rule in enumerate(override.rules(section)):
            for keys, template, values in check(rule, policy):
                yield Loosening(section, number, keys, template, values)


def _series(own: Series, policy: PolicySet) -> Iterator[Found]:
    known = [one for _pack, one in policy.definitions(own.id)]
    if not known:
        yield ("id",), "the packs have no series {name}", {"name": own.id}
        return
    for one in known:
        if LEVELS.index(own.level) < LEVELS.index(one.level):
            yield ("level",), "the level is lower than {level}", {"level": one.level}
        if careful_order(own.then) > careful_order(one.then):
            yield (
                ("then",),
                "{own} is less careful than {name}",
                {
                    "own": own.then,
                    "name": one.then,
                },
            )
        if own.family != one.family:
            yield ("family",), "the family is another than {name}", {"name": one.family}
        yield from _periods(own, one)


def _periods(own: Series, one: Series) -> Iterator[Found]:
    rule, base = own.retention, one.retention
    keys = ("retention",)
    if rule.is_permanent:
        return
    if base.is_permanent:
        yield keys, "the packs keep this for ever", {}
        return
    if set(rule.triggers) != set(base.triggers) or rule.starts != base.starts:
        yield keys, "the period counts from another day", {}
        return
    if base.minimum and not _reaches(rule.minimum, base.minimum):
        values = {"period": str(base.minimum)}
        yield (*keys, "min"), "the minimum is shorter than {period}", values
    if rule.maximum and base.minimum and not _reaches(rule.maximum, base.minimum):
        values = {"period": str(base.minimum)}
        yield (*keys, "max"), "the maximum cuts the minimum of {period}", values
    if rule.maximum and base.maximum and not _reaches(base.maximum, rule.maximum):
        values = {"period": str(base.maximum)}
        yield (*keys, "max"), "the maximum is longer than {period}", values


def _classify(own: ClassifyRule, _policy: PolicySet) -> Iterator[Found]:
    if own.series or own.type or own.fields or not own.level:
        yield ("set",), "an override raises a level and files nothing elsewhere", {}


def _access(own: AccessRule, policy: PolicySet) -> Iterator[Found]:
    for operation in own.operations:
        permitting = [
            rule
            for pack in policy.packs
            for rule in pack.access
            if rule.role == own.role
            and operation in rule.operations
            and LEVELS.index(own.level) <= LEVELS.index(rule.level)
            and _is_narrower(own.series, rule.series)
        ]
        if not permitting:
            values = {"role": own.role, "operation": operation}
            yield (
                ("operations",),
                "the packs do not permit {role} so much: {operation}",
                (values),
            )
        for rule in permitting:
            yield from _fewer_approvals(own, rule)


def _share(own: ShareRule, policy: PolicySet) -> Iterator[Found]:
    if own.is_refusal:
        return
    for level in own.levels:
        permitting = [
            rule
            for pack in policy.packs
            for rule in pack.share
            if not rule.is_refusal
            and level in rule.levels
            and _is_narrower(own.series, rule.series)
        ]
        if not permitting:
            values = {"level": level}
            yield ("levels",), "the packs permit no such share at level {level}", values
            continue
        yield from _share_terms(own, permitting)


def _share_terms(own: ShareRule, permitting: Sequence[ShareRule]) -> Iterator[Found]:
    for rule in permitting:
        more = set(own.formats) - set(rule.formats)
        if more:
            values = {"names": ", ".join(sorted(more))}
            yield ("formats",), "the packs permit no format {names}", values
        if own.longest and rule.longest and not _reaches(rule.longest, own.longest):
            values = {"period": str(rule.longest)}
            yield ("longest",), "the expiry is later than {period}", values


def _destroy(own: DestroyRule, policy: PolicySet) -> Iterator[Found]:
    covering = [
        rule
        for pack in policy.packs
        for rule in pack.destroy
        if _touches(own.series, rule.series, policy)
    ]
    if not covering:
        yield ("series",), "the packs let nobody destroy this", {}
    if own.is_automatic and any(not rule.is_automatic for rule in covering):
        yield ("automatic",), "the packs ask people first", {}
    for rule in covering:
        if own.grace_days < rule.grace_days:
            values = {"count": str(rule.grace_days)}
            yield ("grace",), "the grace is shorter than {count} days", values
        if own.witnesses < rule.witnesses:
            values = {"count": str(rule.witnesses)}
            yield ("witnesses",), "fewer witnesses than {count}", values
        yield from _fewer_approvals(own, rule)


def _fewer_approvals(
    own: DestroyRule | AccessRule, rule: DestroyRule | AccessRule
) -> Iterator[Found]:
    given = {one.role: one.count for one in own.approvals}
    for one in rule.approvals:
        if one.role in given and given[one.role] < one.count:
            values = {"count": str(one.count), "role": one.role}
            yield ("approvals",), "fewer approvals than {count} x {role}", values


def _archive(own: ArchiveRule, policy: PolicySet) -> Iterator[Found]:
    covering = [
        rule
        for pack in policy.packs
        for rule in pack.archive
        if _touches(own.series, rule.series, policy)
    ]
    if not covering:
        yield ("series",), "the packs let nobody close this", {}
    for rule in covering:
        if not _reaches(own.close_after, rule.close_after):
            values = {"period": str(rule.close_after)}
            yield ("close_after",), "folders close earlier than after {period}", values
        ours = own.hand_over.latest if own.hand_over else None
        theirs = rule.hand_over.latest if rule.hand_over else None
        if ours and theirs and not _reaches(theirs, ours):
            values = {"period": str(theirs)}
            yield (
                ("hand_over", "latest"),
                "the hand-over is later than {period}",
                values,
            )


def _reaches(period: CalendarPeriod | None, other: CalendarPeriod) -> bool:
    """Say whether a period is at least as long as another."""
    if period is None:
        return False
    end = add_period(_ANY_DAY, period) or date.max
    return end >= (add_period(_ANY_DAY, other) or date.max)


def _is_narrower(patterns: Sequence[str], others: Sequence[str]) -> bool:
    # A glob is itself matched by a wider glob: cn.hr.* by cn.*
    return all(is_covered(one, others) for one in patterns)


def _touches(patterns: Sequence[str], others: Sequence[str], policy: PolicySet) -> bool:
    if any(is_covered(one, others) for one in patterns):
        return True
    return any(
        is_covered(series.id, patterns) and is_covered(series.id, others)
        for series in policy.all_series()
    )
