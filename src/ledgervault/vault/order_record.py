"""What the log says of one disposal: its order, its answers, how far it came.

A row in the catalogue may be edited, an answer removed, a state set: what counts is
what was logged, and a row that says anything else is refused.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.domain.disposal import (
    APPROVED,
    DESTROYED,
    EXECUTED,
    EXECUTING,
    PROPOSED,
    REJECTED,
    DisposalOrder,
)
from ledgervault.errors import IntegrityViolated
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import DisposalRow

PROPOSED_ACT = "disposal.proposed"
ANSWERED_ACT = "disposal.answered"
EXECUTED_ACT = "purge.executed"
FINISHED_ACT = "purge.finished"
CERTIFIED_ACT = "disposal.certified"
ORDER_ACTS = frozenset(
    {PROPOSED_ACT, ANSWERED_ACT, EXECUTED_ACT, FINISHED_ACT, CERTIFIED_ACT}
)


@dataclasses.dataclass(slots=True)
class OrderRecord:
    """One disposal as its events tell it, oldest first."""

    order: Mapping[str, Any] | None = None
    is_automatic: bool = False
    answers: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    is_executed: bool = False
    is_finished: bool = False
    is_certified: bool = False

    def take(self, event: Event) -> None:
        """Read one more event."""
        if event.act == PROPOSED_ACT and self.order is None:
            self.order = event.facts["order"]
            self.is_automatic = bool(event.facts.get("automatic"))
        elif event.act == ANSWERED_ACT:
            self.answers.append((event.facts["answer"], event.facts["signature"]))
        self.is_executed |= event.act == EXECUTED_ACT
        self.is_finished |= event.act == FINISHED_ACT
        self.is_certified |= event.act == CERTIFIED_ACT

    def verified_order(self, row: DisposalRow) -> DisposalOrder:
        """Return a row's order if row, order and state are what was logged."""
        stored = parse_canonical(row.order)
        if self.order is None or self.order != stored:
            raise _forged(f"the order of {row.code} is not the one that was logged")
        order = DisposalOrder.from_json(stored)
        ids = (row.id.hex(), row.client_id.hex(), row.folder_id.hex())
        if ids != (order.disposal, order.client, order.folder):
            raise _forged(f"the order of {row.code} names something else than its row")
        if row.state not in self._states():
            raise _forged(f"{row.code} is not {row.state} by what was logged")
        return order

    def _states(self) -> tuple[str, ...]:
        if self.is_certified:
            return (DESTROYED,)
        if self.is_finished:
            return (EXECUTED,)
        if self.is_executed:
            return (EXECUTING,)
        if any(answer == "reject" for answer, _signature in self.answers):
            return (REJECTED,)
        return (PROPOSED, APPROVED)


def order_record(events: Sequence[Event]) -> OrderRecord:
    """Read a disposal's events, oldest first."""
    record = OrderRecord()
    for event in events:
        record.take(event)
    return record


def _forged(message: str) -> IntegrityViolated:
    return IntegrityViolated(message, code="disposal.forged")
