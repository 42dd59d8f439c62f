"""Disposals: list, show, answer, and hand out certificates."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from ledgervault.domain.approvals import (
    APPROVE,
    REJECT,
    Answer,
    parse_instant,
)
from ledgervault.domain.disposal import (
    APPROVED,
    DESTROYED,
    EXECUTED,
    PROPOSED,
    REJECTED,
    DisposalOrder,
    missing_approvals,
)
from ledgervault.errors import Conflict, NotAuthorised, NotFound
from ledgervault.ports.rows import ApprovalRow, DisposalRow
from ledgervault.vault.authority import authorise, authorise_folder, is_folder_permitted
from ledgervault.vault.certifying import certify, find_certificate, find_period
from ledgervault.vault.evidence import gather_evidence
from ledgervault.vault.finding import choose_by_code, client_codes
from ledgervault.vault.journal import Sealer
from ledgervault.vault.opened import Vault
from ledgervault.vault.order_answers import (
    OrderAnswers,
    order_answers,
    signed_answer,
)
from ledgervault.vault.order_record import order_record
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class DisposalView:
    """A disposal as far as the acting user may know it; None is closed to him."""

    row: DisposalRow
    order: DisposalOrder
    client: str | None
    period: str | None
    certificate: dict[str, Any] | None
    approvals: tuple[ApprovalRow, ...]
    missing: tuple[tuple[str, int], ...]
    is_for_me: bool  # the acting user could give an approval that is missing


def list_disposals(vault: Vault, *, state: str | None) -> list[DisposalView]:
    """Return the disposals of clients the acting user may see."""
    authorise(vault, "disposal")
    codes = client_codes(vault)
    return [
        _view(vault, row)
        for row in vault.catalogue.disposals()
        if row.client_id in codes
        and (state is None or row.state == state)
        and is_folder_permitted(vault, "disposal", row.folder_id)
    ]


def show_disposal(vault: Vault, name: str) -> DisposalView:
    """Return one disposal."""
    authorise(vault, "disposal")
    row = _row(vault, name)
    authorise_folder(vault, "disposal", row.folder_id)
    return _view(vault, row)


def answer_disposal(
    vault: Vault, name: str, *, answer: str, reason: str = ""
) -> DisposalView:
    """Approve or reject a proposed disposal in the acting user's name and role."""
    authorise(vault, "approve")
    with writing(vault, f"disposal {answer}"):
        row = _row(vault, name)
        if row.state not in (PROPOSED, APPROVED):
            raise Conflict(f"{row.code} is {row.state}", code="disposal.state")
        order, _answers = _verified(vault, row)
        authorise_folder(vault, "approve", row.folder_id)
        _verify_may_answer(vault, order, row, answer)
        approval = signed_answer(vault, row, answer)
        with vault.act() as act:
            act.tx.update_disposal(_answered(vault, row, order, approval))
            act.tx.add_approval(approval)
            act.log(
                "disposal.answered",
                objects=(row.id.hex(),),
                facts={
                    "answer": answer,
                    "role": approval.role,
                    "signature": approval.signature.hex(),
                },
                seal=_reason_sealer(vault, row, reason),
            )
    return _view(vault, _row(vault, name))


def get_certificate(vault: Vault, name: str) -> dict[str, Any]:
    """Return the signed certificate of a finished disposal.

    One that a service carried out is certified here, in the acting user's name.
    """
    authorise(vault, "disposal")
    _certify_owed(vault, name)
    view = show_disposal(vault, name)
    if view.certificate is None and view.row.state == DESTROYED:
        raise NotAuthorised(
            f"the certificate of {view.row.code} is closed to you",
            hint="those with a confidential grant of the agency's own papers read it",
            code="grant.missing",
        )
    if view.certificate is None:
        raise NotFound(
            f"{view.row.code} has no certificate yet: it is {view.row.state}",
            hint="`vault disposal show` says what is missing",
            code="certificate.none",
        )
    vault.note("certificate.read", objects=(view.row.id.hex(),))
    return view.certificate


def _certify_owed(vault: Vault, name: str) -> None:
    owed = _row(vault, name)
    if owed.state != EXECUTED:
        return
    # Who signs for a destruction is one of those who may destroy.
    authorise_folder(vault, "purge", owed.folder_id)
    with writing(vault, "disposal certificate"):
        row = _row(vault, name)
        if row.state == EXECUTED:
            certify(vault, gather_evidence(vault), row)


def _row(vault: Vault, name: str) -> DisposalRow:
    return choose_by_code(vault, "X", name, vault.catalogue.disposals())


def _view(vault: Vault, row: DisposalRow) -> DisposalView:
    order, found = _verified(vault, row)
    missing = missing_approvals(order, found.answers, found.proposer)
    return DisposalView(
        row=row,
        order=order,
        client=client_codes(vault).get(row.client_id),
        period=find_period(vault, row),
        certificate=find_certificate(vault, row),
        approvals=tuple(vault.catalogue.approvals(row.id)),
        missing=missing if order.approvals else (),
        is_for_me=row.state == PROPOSED and _is_for_me(vault, order, found, missing),
    )


def _is_for_me(
    vault: Vault,
    order: DisposalOrder,
    found: OrderAnswers,
    missing: Sequence[tuple[str, int]],
) -> bool:
    me = vault.me.id.hex()
    has_answered = me in {one.user for one in found.answers}
    is_barred = order.keeps_proposer_apart and found.proposer == me
    wanted = {role for role, _count in missing}
    return bool(vault.me.roles & wanted) and not (has_answered or is_barred)


def _verified(vault: Vault, row: DisposalRow) -> tuple[DisposalOrder, OrderAnswers]:
    record = order_record([*vault.events_of(row.id.hex())][::-1])
    return record.verified_order(row), order_answers(vault, row, record)


def _verify_may_answer(
    vault: Vault, order: DisposalOrder, row: DisposalRow, answer: str
) -> None:
    roles = [role for role, _count in order.approvals]
    if answer == APPROVE and not vault.me.roles & set(roles):
        wanted = ", ".join(roles) or "nobody"
        raise NotAuthorised(
            f"a {vault.me.role} may not approve {row.code}",
            hint=f"the rule {order.rule} asks for: {wanted}",
            code="disposal.role",
        )
    found = order_answers(vault, row)
    me = vault.me.id.hex()
    if answer == APPROVE and order.keeps_proposer_apart and found.proposer == me:
        raise NotAuthorised(
            f"you proposed {row.code}; somebody else approves it",
            hint=f"the rule {order.rule} keeps proposer and approver apart",
            code="approval.self",
        )
    if me in {one.user for one in found.answers}:
        raise Conflict(f"you have answered {row.code} before", code="disposal.answered")


def _answered(
    vault: Vault,
    row: DisposalRow,
    order: DisposalOrder,
    approval: ApprovalRow,
) -> DisposalRow:
    found = order_answers(vault, row)
    mine = Answer(
        vault.me.id.hex(), vault.me.role, approval.answer, parse_instant(approval.at)
    )
    answers = (*found.answers, mine)
    state = row.state
    if approval.answer == REJECT:
        state = REJECTED
    elif not missing_approvals(order, answers, found.proposer):
        state = APPROVED
    return dataclasses.replace(row, state=state, row_version=row.row_version + 1)


def _reason_sealer(vault: Vault, row: DisposalRow, reason: str) -> Sealer | None:
    if not reason:
        return None
    client = row.client_id
    return lambda sequence: vault.records.seal_for_client(
        client, "events", client, {"reason": reason}, sequence
    )
