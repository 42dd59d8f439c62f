"""Who must agree before a folder is destroyed; nobody named means nobody may."""

from fnmatch import fnmatchcase

from ledgervault.domain.policy import Approval, DestroyRule, PolicySet
from ledgervault.errors import PolicyRefusal

__all__ = ["Approval", "DestroyRule", "required_approvals"]


def required_approvals(series: str, policy: PolicySet) -> DestroyRule:
    """Return the strictest destroy rule of all packs that covers a series.

    Raises PolicyRefusal when none does, or when it names no approver and is
    not expressly automatic.
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
    strictest = max(found, key=_strictness)
    if not strictest.approvals and not strictest.is_automatic:
        raise PolicyRefusal(
            f"rule {strictest.id} names no approver",
            hint="an empty list never means that nobody needs to agree",
            code="policy.no-approver",
        )
    return strictest


def _strictness(rule: DestroyRule) -> tuple[bool, int, int, int]:
    people = sum(approval.count for approval in rule.approvals)
    return not rule.is_automatic, people, rule.witnesses, rule.grace_days
