"""Who must agree before a folder is destroyed; nobody named means nobody may."""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.deciding import is_covered
from ledgervault.domain.policy import Approval, DestroyRule, Pack, PolicySet
from ledgervault.domain.vocabulary import CERTIFICATES, OPINIONS, SIGNERS
from ledgervault.errors import PolicyRefusal

__all__ = [
    "Approval",
    "DestroyRule",
    "list_destroy_rules",
    "paper_demands",
    "required_approvals",
    "verified_demands",
]
DESTROYING = ("destroy", "appraise")


def list_destroy_rules(
    series: str, policy: PolicySet, today: date | None = None
) -> list[tuple[Pack, DestroyRule]]:
    """Return the destroy rules that cover a series, in pack order.

    With `today` only those in force that day.
    """
    return [
        (pack, rule)
        for pack in policy.packs
        for rule in pack.destroy
        if is_covered(series, rule.series)
        and (today is None or rule.about.is_in_force(today))
    ]


def required_approvals(
    series: str, policy: PolicySet, today: date | None = None
) -> DestroyRule:
    """Return what all destroy rules that cover a series ask for together.

    The rule is named after the strictest. Raises PolicyRefusal when no pack
    covers the series, or when any rule names no approver and is not expressly
    automatic.
    """
    found = list_destroy_rules(series, policy, today)
    if all(pack.is_override for pack, _rule in found):
        raise PolicyRefusal(
            f"no rule says who may have papers of series {series} destroyed",
            hint="adopt a pack with a destroy rule for it",
            code="policy.no-destroy-rule",
        )
    rules = [rule for _pack, rule in found]
    for rule in rules:
        if not rule.approvals and not rule.is_automatic:
            raise PolicyRefusal(
                f"rule {rule.id} names no approver",
                hint="an empty list never means that nobody needs to agree",
                code="policy.no-approver",
            )
    return _together(rules)


def verified_demands(
    series: str, action: str, policy: PolicySet, today: date
) -> DestroyRule:
    """Return what a destruction takes; PolicyRefusal where it cannot be met.

    Folders are destroyed after appraisal by those who approve. This version does
    not transfer, return, anonymise or restrict instead.
    """
    rule = required_approvals(series, policy, today)
    if action not in DESTROYING:
        raise PolicyRefusal(
            f"the rules ask to {action} these papers, not to destroy them; "
            "this version cannot, so the folder is kept",
            hint="see `vault policy explain`; the papers may be handed over instead",
            code="policy.unmet-demand",
        )
    return rule


def paper_demands(rule: DestroyRule) -> tuple[str, ...]:
    """Name what a rule asks for that people do on paper, beside the approvals.

    This version neither takes opinions nor the signatures of witnesses, so it
    says with every proposal what must lie in the file. Of those who are kept apart
    it knows proposer and approvers; that a witness is another the file must show.
    """
    is_apart = "witness" in rule.separate and len(rule.separate) > 1
    witnesses = f"witnesses: {rule.witnesses}"
    if rule.witness_from:
        witnesses += f" ({', '.join(rule.witness_from)})"
    return (
        *((f"opinions: {', '.join(rule.opinions)}",) if rule.opinions else ()),
        *((witnesses,) if rule.witnesses else ()),
        *((f"kept apart: {', '.join(rule.separate)}",) if is_apart else ()),
    )


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
        opinions=_any_of(OPINIONS, [rule.opinions for rule in rules]),
        witness_from=_places(rules),
        certificate=min((r.certificate for r in rules), key=CERTIFICATES.index),
        is_distinct=any(rule.is_distinct for rule in rules),
        separate=_any_of(SIGNERS, [rule.separate for rule in rules]),
    )


def _any_of(words: Sequence[str], asked: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(word for word in words if any(word in one for one in asked))


def _places(rules: Sequence[DestroyRule]) -> tuple[str, ...]:
    asked = [rule.witness_from for rule in rules if rule.witness_from]
    return tuple(dict.fromkeys(place for one in asked for place in one))


def _strictness(rule: DestroyRule) -> tuple[bool, int, int, int]:
    people = sum(approval.count for approval in rule.approvals)
    return not rule.is_automatic, people, rule.witnesses, rule.grace_days
