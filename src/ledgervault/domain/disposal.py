"""A disposal's life: proposed, approved, executing, destroyed, or rejected.

The order is what approvers sign: ids and clear facts of one folder. Anything
that changed since the order was written sends the disposal back.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ledgervault.domain.approvals import APPROVE, Answer, Demand, missing_demands
from ledgervault.domain.destruction import DestroyRule
from ledgervault.errors import IntegrityViolated

__all__ = [
    "APPROVED",
    "DESTROYED",
    "EXECUTING",
    "OPEN_STATES",
    "PROPOSED",
    "REJECTED",
    "Answer",
    "DisposalOrder",
    "Item",
    "changed_since",
    "demanded_approvals",
    "earliest_execution",
    "missing_approvals",
]

PROPOSED = "proposed"
APPROVED = "approved"
EXECUTING = "executing"  # keys gone, the rest under way
EXECUTED = "executed"  # all carried out, the certificate owed
DESTROYED = "destroyed"
REJECTED = "rejected"
OPEN_STATES = (PROPOSED, APPROVED, EXECUTING)
CLOSED_STATES = (EXECUTED, DESTROYED, REJECTED)


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """A document named by a disposal, as it stood when the order was written."""

    document: str  # hex id
    leaf: int
    row_version: int
    due: str


@dataclasses.dataclass(frozen=True, slots=True)
class DisposalOrder:
    """What is to be destroyed, why, and on whose word."""

    vault: str
    disposal: str
    client: str
    folder: str
    series: str
    rule: str
    pack: str
    citation: str
    proposed_on: date
    items: tuple[Item, ...]
    approvals: tuple[tuple[str, int], ...]  # role, how many
    grace_days: int
    separate: tuple[str, ...] = ()  # proposer, approver, witness: who is another

    @property
    def keeps_proposer_apart(self) -> bool:
        """Say whether whoever proposed it may not approve it too."""
        return {"proposer", "approver"} <= set(self.separate)

    def as_json(self) -> dict[str, Any]:
        """Return the canonical form that is signed."""
        # Orders of before say nothing of separation; their bytes stay theirs.
        apart = {"separate": list(self.separate)} if self.separate else {}
        return {
            **apart,
            "vault": self.vault,
            "disposal": self.disposal,
            "client": self.client,
            "folder": self.folder,
            "series": self.series,
            "rule": self.rule,
            "pack": self.pack,
            "citation": self.citation,
            "proposed_on": self.proposed_on.isoformat(),
            "items": [list(dataclasses.astuple(item)) for item in self.items],
            "approvals": [list(pair) for pair in self.approvals],
            "grace_days": self.grace_days,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "DisposalOrder":
        """Rebuild from the canonical form."""
        try:
            return cls(
                vault=raw["vault"],
                disposal=raw["disposal"],
                client=raw["client"],
                folder=raw["folder"],
                series=raw["series"],
                rule=raw["rule"],
                pack=raw["pack"],
                citation=raw["citation"],
                proposed_on=date.fromisoformat(raw["proposed_on"]),
                items=tuple(Item(*item) for item in raw["items"]),
                approvals=tuple((role, count) for role, count in raw["approvals"]),
                grace_days=raw["grace_days"],
                separate=tuple(raw.get("separate", ())),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityViolated(
                "a disposal order is not readable", code="catalogue.damaged"
            ) from error


def missing_approvals(
    order: DisposalOrder, answers: Sequence[Answer], proposer: str = ""
) -> tuple[tuple[str, int], ...]:
    """Return the roles and counts still missing; an empty demand is never met.

    `proposer` is the person who proposed it, empty where no person did.
    """
    if not order.approvals:
        return (("nobody may approve: the rule names no approver", 1),)
    demands = [Demand((role,), count) for role, count in order.approvals]
    apart = frozenset({proposer}) if order.keeps_proposer_apart else frozenset()
    missing = missing_demands(demands, answers, apart)
    return tuple((one.roles[0], one.count) for one in missing)


def earliest_execution(
    order: DisposalOrder, answers: Sequence[Answer], proposer: str = ""
) -> date | None:
    """Return the first day on which an approved order may be executed."""
    if missing_approvals(order, answers, proposer):
        return None
    approved = [one.at.date() for one in answers if one.answer == APPROVE]
    return max(approved) + timedelta(days=order.grace_days)


def changed_since(order: DisposalOrder, items: Sequence[Item]) -> tuple[str, ...]:
    """Say in what the folder differs from the order; empty means nothing changed."""
    then = {item.document: item for item in order.items}
    now = {item.document: item for item in items}
    added = [f"documents added: {len(now.keys() - then.keys())}"]
    gone = [f"documents gone: {len(then.keys() - now.keys())}"]
    edited = [
        f"document {document[:8]} was edited"
        for document in sorted(then.keys() & now.keys())
        if then[document] != now[document]
    ]
    return (
        *(added if now.keys() - then.keys() else ()),
        *(gone if then.keys() - now.keys() else ()),
        *edited,
    )


def demanded_approvals(rule: DestroyRule) -> tuple[tuple[str, int], ...]:
    """Return the approvals a rule asks for as plain pairs."""
    return tuple((approval.role, approval.count) for approval in rule.approvals)
