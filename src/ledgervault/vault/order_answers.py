"""Answers to orders of destruction: rows of their own, verified as all answers are."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from ledgervault.crypto import labels
from ledgervault.domain.approvals import Answer
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import IdentityId
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import ApprovalRow, DisposalRow
from ledgervault.vault.answers import Asked, Given, sign_answer, verify_answers
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_record import OrderRecord, order_record


@dataclasses.dataclass(frozen=True, slots=True)
class OrderAnswers:
    """Who proposed an order and what people answered; all of it verified."""

    proposer: str  # empty where a service proposed it, so no person did
    answers: tuple[Answer, ...]


def signed_answer(vault: Vault, row: DisposalRow, answer: str) -> ApprovalRow:
    """Sign the acting user's answer to exactly this order."""
    proposed = _proposal(row, _record(vault, row))
    given = sign_answer(vault, _asked(row, proposed), answer)
    return ApprovalRow(
        disposal_id=row.id,
        user_id=given.user_id,
        role=vault.me.role,
        answer=answer,
        at=given.at,
        signature=given.signature,
    )


def order_answers(
    vault: Vault, row: DisposalRow, record: OrderRecord | None = None
) -> OrderAnswers:
    """Verify the answers to an order against the log.

    `record` is what a log says of it that was verified as a whole; without it the
    entries are found by its id.
    """
    record = record or _record(vault, row)
    proposed = _proposal(row, record)
    rows = vault.catalogue.approvals(row.id)
    given = [Given(one.user_id, one.answer, one.at, one.signature) for one in rows]
    asked = _asked(row, proposed)
    answers = verify_answers(vault, asked, given, record.answered)
    _verify_roles(rows, record.answered)
    return OrderAnswers(_person(vault, proposed), tuple(answers))


def _record(vault: Vault, row: DisposalRow) -> OrderRecord:
    return order_record([*vault.events_of(row.id.hex())][::-1])


def _proposal(row: DisposalRow, record: OrderRecord) -> Event:
    if record.proposed is None:
        raise IntegrityViolated(
            f"the order of {row.code} is not the one that was logged",
            code="disposal.forged",
        )
    return record.proposed


def _asked(row: DisposalRow, proposed: Event) -> Asked:
    asked_at = datetime.fromtimestamp(proposed.time_ms // 1000, UTC)
    return Asked(row.code, labels.APPROVAL, {"order": row.order.decode()}, asked_at)


def _person(vault: Vault, proposed: Event) -> str:
    user = vault.people.user(IdentityId(proposed.actor))
    return "" if user.roles <= {"service"} else user.id.hex()


def _verify_roles(rows: Sequence[ApprovalRow], answered: Sequence[Event]) -> None:
    # The role a certificate will name is the one he had when he answered.
    stated = {event.actor: event.facts.get("role") for event in answered}
    if any(stated.get(row.user_id) != row.role for row in rows):
        raise IntegrityViolated(
            "an approval claims a role its author does not have",
            code="approval.forged",
        )
