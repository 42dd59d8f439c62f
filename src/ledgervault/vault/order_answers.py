"""Answers to orders of destruction: rows of their own, verified as all answers are."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from ledgervault.crypto import labels
from ledgervault.domain.approvals import REJECT, Answer
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import IdentityId
from ledgervault.ledger.entries import Event
from ledgervault.ports.rows import ApprovalRow, DisposalRow
from ledgervault.vault.answers import Asked, Given, sign_answer, verify_answers
from ledgervault.vault.attested import attested_events_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_record import ANSWERED_ACT, PROPOSED_ACT

AGREEING_ACTS = frozenset({PROPOSED_ACT, ANSWERED_ACT})


@dataclasses.dataclass(frozen=True, slots=True)
class OrderAnswers:
    """Who proposed an order and what people answered; all of it verified."""

    proposer: str  # empty where a service proposed it, so no person did
    answers: tuple[Answer, ...]

    @property
    def is_rejected(self) -> bool:
        """Say whether somebody said no."""
        return any(one.answer == REJECT for one in self.answers)


def signed_answer(vault: Vault, row: DisposalRow, answer: str) -> ApprovalRow:
    """Sign the acting user's answer to exactly this order."""
    proposed = _proposal(row, logged_events(vault, row))
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
    vault: Vault, row: DisposalRow, logged: Sequence[Event] | None = None
) -> OrderAnswers:
    """Verify the answers to an order against the log.

    `logged` are the entries about it out of a log that was verified as a whole;
    without them the entries are found by its id.
    """
    events = logged_events(vault, row) if logged is None else logged
    proposed = _proposal(row, events)
    answered = [event for event in events if event.act == ANSWERED_ACT]
    rows = vault.catalogue.approvals(row.id)
    given = [Given(one.user_id, one.answer, one.at, one.signature) for one in rows]
    answers = verify_answers(vault, _asked(row, proposed), given, answered)
    _verify_roles(rows, answered)
    return OrderAnswers(_person(vault, proposed), tuple(answers))


def logged_events(vault: Vault, row: DisposalRow) -> list[Event]:
    """Return what the log says of one order."""
    head = vault.checkpoint()
    if head.size != vault.catalogue.log_size():
        head = vault.journal.verify_head(vault.catalogue)
    return attested_events_of(vault.catalogue, head, row.id.hex())


def _proposal(row: DisposalRow, events: Sequence[Event]) -> Event:
    for event in events:
        if event.act == PROPOSED_ACT and event.objects[:1] == (row.id.hex(),):
            return event
    raise IntegrityViolated(
        f"the order of {row.code} is not the one that was logged",
        code="disposal.forged",
    )


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
