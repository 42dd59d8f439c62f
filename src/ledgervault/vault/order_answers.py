"""Answers to disposal orders: signed by the person, verified before use."""

from datetime import datetime

from ledgervault.crypto import labels
from ledgervault.crypto.signing import sign_labelled, verify_labelled
from ledgervault.domain.disposal import Answer
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import DisposalId
from ledgervault.ledger.canonical import canonical_json
from ledgervault.ports.rows import ApprovalRow, DisposalRow
from ledgervault.vault.opened import Vault


def signed_answer(vault: Vault, row: DisposalRow, answer: str) -> ApprovalRow:
    """Sign the acting user's answer to exactly this order."""
    at = vault.now().isoformat(timespec="seconds")
    message = _message(row, answer, at)
    return ApprovalRow(
        disposal_id=row.id,
        user_id=vault.me.id,
        role=vault.me.role,
        answer=answer,
        at=at,
        signature=sign_labelled(vault.identity, labels.APPROVAL, message),
    )


def verified_answers(vault: Vault, row: DisposalRow) -> list[Answer]:
    """Return the answers to an order; a forged or foreign one is refused."""
    return [
        verified_answer(vault, row, approval)
        for approval in vault.catalogue.approvals(DisposalId(row.id))
    ]


def verified_answer(vault: Vault, row: DisposalRow, approval: ApprovalRow) -> Answer:
    """Check one answer: an admitted user, in his own role, to this order."""
    user = vault.people.user(approval.user_id)
    if user.role != approval.role:
        raise IntegrityViolated(
            "an approval claims a role its author does not have",
            code="approval.forged",
        )
    message = _message(row, approval.answer, approval.at)
    verify_labelled(user.public.ed25519, labels.APPROVAL, message, approval.signature)
    on = datetime.fromisoformat(approval.at).date()
    return Answer(user.id.hex(), user.role, approval.answer, on)


def _message(row: DisposalRow, answer: str, at: str) -> bytes:
    return canonical_json({"order": row.order.decode(), "answer": answer, "at": at})
