"""Whose agreement an operation takes that the access rules permit.

Whether it is permitted at all is for `decide_access` to say. Within a pack the
least demanding of the rules that permit decides, as any of them may permit; what
the packs and a client's own rules demand adds up, so no pack takes away what
another asks.
"""

import dataclasses
from collections.abc import Iterator
from datetime import date

from ledgervault.domain.access import AccessQuestion, decide_access
from ledgervault.domain.approvals import Demand, demands_of, together
from ledgervault.domain.deciding import ALLOW
from ledgervault.domain.policy import Pack, PolicySet
from ledgervault.domain.rules import AccessRule


def demanded_approvals(asked: AccessQuestion, policy: PolicySet) -> tuple[Demand, ...]:
    """Return the approvals that what was asked takes first; nothing for most acts."""
    return together(
        [
            demands_of(min(permitting, key=_weight).approvals)
            for pack in policy.packs
            if (permitting := list(_permitting(asked, pack)))
        ]
    )


def demanded_approvals_for(
    operation: str, level: str, policy: PolicySet, today: date, *, roles: frozenset[str]
) -> tuple[Demand, ...]:
    """Return what an operation takes by a person of these roles, whose entries are kept.

    For acts whose permission was decided before.
    """
    registers = {
        name: date.max
        for pack in policy.packs
        for rule in pack.access
        for name in rule.requires
    }
    return together(
        [
            demanded_approvals(
                AccessQuestion(
                    role=role,
                    operation=operation,
                    today=today,
                    level=level,
                    registers=registers,
                    granted_on=today,
                ),
                policy,
            )
            for role in sorted(roles)
        ]
    )


def _permitting(asked: AccessQuestion, pack: Pack) -> Iterator[AccessRule]:
    for rule in pack.access:
        # A client's own rules stand here as if they permitted: they may only add.
        alone = dataclasses.replace(pack, access=(rule,), series=(), client="")
        if decide_access(asked, PolicySet((alone,))).result == ALLOW:
            yield rule


def _weight(rule: AccessRule) -> tuple[int, int]:
    strict = sum(one.count for one in rule.approvals if not one.is_where_possible)
    return strict, sum(one.count for one in rule.approvals)
