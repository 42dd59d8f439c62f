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

    proposed: Event | None = None
    answered: list[Event] = dataclasses.field(default_factory=list)
    is_executed: bool = False
    is_finished: bool = False
    is_certified: bool = False

    def take(self, event: Event) -> None:
        """Read one more event."""
        if event.act == PROPOSED_ACT and self.proposed is None:
            self.proposed = event
        elif event.act == ANSWERED_ACT:
            self.answered.append(event)
        self.is_executed |= event.act == EXECUTED_ACT
        self.is_finished |= event.act == FINISHED_ACT
        self.is_certified |= event.act == CERTIFIED_ACT

    @property
    def order(self) -> Mapping[str, Any] | None:
        """Return the order that was logged, None where there was none."""
        return self.proposed.facts["order"] if self.proposed else None

    @property
    def is_automatic(self) -> bool:
        """Say whether the logged order needs no approval."""
        return bool(self.proposed and self.proposed.facts.get("automatic"))

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
        if any(one.facts.get("answer") == "reject" for one in self.answered):
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
