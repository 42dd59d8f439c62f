"""Who must agree before a folder is destroyed; nobody named means nobody may."""

import dataclasses
from collections.abc import Sequence
from fnmatch import fnmatchcase

from ledgervault.domain.policy import Approval, DestroyRule, PolicySet
from ledgervault.errors import PolicyRefusal

__all__ = ["Approval", "DestroyRule", "required_approvals"]


def required_approvals(series: str, policy: PolicySet) -> DestroyRule:
    """Return what all destroy rules that cover a series ask for together.

    The rule is named after the strictest. Raises PolicyRefusal when none covers
    the series, or when any names no approver and is not expressly automatic.
    """
    found = [
        rule
        for pack in policy.packs
        for rule in pack.destroy
        if any(fnmatchcase(series, pattern) for pattern in rule.series)
    ]
    if not found:
        raise PolicyRefusal(
            f"no rule says who may have papers of series {series} destroyed",
            hint="adopt a pack with a destroy rule for it",
            code="policy.no-destroy-rule",
        )
    for rule in found:
        if not rule.approvals and not rule.is_automatic:
            raise PolicyRefusal(
                f"rule {rule.id} names no approver",
                hint="an empty list never means that nobody needs to agree",
                code="policy.no-approver",
            )
    return _together(found)


def _together(rules: Sequence[DestroyRule]) -> DestroyRule:
    counts: dict[str, int] = {}
    for rule in rules:
        for one in rule.approvals:
            counts[one.role] = max(one.count, counts.get(one.role, 0))
    return dataclasses.replace(
        max(rules, key=_strictness),
        approvals=tuple(Approval(role, count) for role, count in counts.items()),
        is_automatic=not counts and all(rule.is_automatic for rule in rules),
        grace_days=max(rule.grace_days for rule in rules),
        witnesses=max(rule.witnesses for rule in rules),
    )


def _strictness(rule: DestroyRule) -> tuple[bool, int, int, int]:
    people = sum(approval.count for approval in rule.approvals)
    return not rule.is_automatic, people, rule.witnesses, rule.grace_days
