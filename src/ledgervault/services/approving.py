"""Requests for approval: list what waits, answer it, or withdraw what one asked."""

import dataclasses
from collections.abc import Mapping, Sequence

from ledgervault.domain.approvals import (
    OPEN,
    READY,
    REJECT,
    REJECTED,
    WITHDRAWN,
)
from ledgervault.domain.roster import split_roles
from ledgervault.errors import Conflict, NotAuthorised, NotFound, UsageInvalid
from ledgervault.ids import IdentityId
from ledgervault.ports.rows import AnswerRow, RequestRow
from ledgervault.vault.answers import Given, sign_answer
from ledgervault.vault.approval_log import ANSWERED, ApprovalLog, approval_log
from ledgervault.vault.authority import authorise
from ledgervault.vault.finding import choose_by_code, client_codes, visible
from ledgervault.vault.names import names_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.requests import (
    RequestView,
    approvers_of,
    asked_of,
    close_request,
    hash_of,
    open_request,
)
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """A colleague as lists name him."""

    id: IdentityId
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class RequestPage:
    """A request with the names of those who have to do with it."""

    view: RequestView
    client: str | None
    proposer: Person
    answered: tuple[Person, ...]  # in the order of the answers
    approvers: tuple[str, ...]
    is_mine: bool
    is_for_me: bool  # the acting user may answer it


def list_requests(vault: Vault) -> list[RequestPage]:
    """Return the open requests the acting user may read, oldest first."""
    authorise(vault, "list")
    rows = visible(vault, vault.catalogue.requests(OPEN))
    log = _log(vault, rows)
    names = names_of(vault)
    views = [_readable(vault, row, log) for row in rows]
    return [_page(vault, view, names) for view in views if view is not None]


def show_request(vault: Vault, name: str) -> RequestPage:
    """Return one request, open or closed."""
    authorise(vault, "show")
    return _page(vault, _view(vault, name), names_of(vault))


def answer_request(
    vault: Vault, name: str, *, answer: str, reason: str = ""
) -> RequestPage:
    """Approve or reject a request in the acting user's name; it is signed."""
    authorise(vault, "approve")
    if answer == REJECT and not reason.strip():
        raise UsageInvalid("a rejection says why", hint="add --reason TEXT")
    with writing(vault, f"request {answer}"), vault.act() as act:
        view = _view(vault, name)
        _verify_may_answer(vault, view)
        given = sign_answer(vault, asked_of(view.row, view.request), answer)
        _record(act, view.row, given)
        if answer == REJECT:
            close_request(vault, act, view, REJECTED, reason)
    return show_request(vault, view.code)


def withdraw_request(vault: Vault, name: str, *, reason: str = "") -> RequestPage:
    """Withdraw what the acting user asked for himself."""
    authorise(vault, "show")
    with writing(vault, "request withdraw"), vault.act() as act:
        view = _view(vault, name)
        if view.request.proposer != vault.me.id.hex():
            raise NotAuthorised(
                f"{view.code} was asked for by somebody else",
                hint=f"`vault approve {view.code} --reject --reason TEXT` says no",
                code="approval.not-yours",
            )
        _verify_open(view)
        close_request(vault, act, view, WITHDRAWN, reason)
    return show_request(vault, view.code)


def _record(act: Act, row: RequestRow, given: Given) -> None:
    act.tx.add_answer(
        AnswerRow(row.id, given.user_id, given.answer, given.at, given.signature)
    )
    act.log(
        ANSWERED,
        objects=(row.id.hex(),),
        facts={
            "hash": hash_of(row),
            "answer": given.answer,
            "at": given.at,
            "signature": given.signature.hex(),
        },
    )


def _verify_may_answer(vault: Vault, view: RequestView) -> None:
    _verify_open(view)
    me = vault.me.id.hex()
    if view.request.proposer == me:
        raise NotAuthorised(
            f"you asked for {view.code}; others approve it",
            hint=f"`vault approve {view.code} --withdraw` takes it back",
            code="approval.self",
        )
    if me in view.request.barred:
        raise NotAuthorised(
            f"{view.code} favours you; others approve it",
            hint="see `vault approve` for who may",
            code="approval.self",
        )
    if me in {one.user for one in view.answers}:
        raise Conflict(
            f"you have answered {view.code} before", code="approval.answered"
        )
    if not _has_role(vault, view):
        asked = [" or ".join(one.roles) for one in view.request.demands]
        raise NotAuthorised(
            f"a {vault.me.role} may not answer {view.code}",
            hint=f"it asks for: {', '.join(asked)}",
            code="approval.role",
        )


def _verify_open(view: RequestView) -> None:
    if view.standing.state not in (OPEN, READY):
        raise NotAuthorised(
            f"{view.code} is {view.standing.state}",
            hint="whoever needs it runs the command again, which asks anew",
            code="approval.closed",
        )


def _has_role(vault: Vault, view: RequestView) -> bool:
    asked = {role for one in view.request.demands for role in one.roles}
    return bool(asked & split_roles(vault.me.role))


def _log(vault: Vault, rows: Sequence[RequestRow]) -> ApprovalLog:
    starts = [row.sequence for row in rows]
    return approval_log(vault, min(starts)) if starts else ApprovalLog((), 0)


def _view(vault: Vault, name: str) -> RequestView:
    row = choose_by_code(vault, "A", name, vault.catalogue.requests(None))
    return open_request(vault, row, _log(vault, [row]))


def _readable(vault: Vault, row: RequestRow, log: ApprovalLog) -> RequestView | None:
    try:
        return open_request(vault, row, log)
    except NotFound:
        return None
    except NotAuthorised as error:
        if error.code == "grant.missing":
            return None
        raise


def _page(
    vault: Vault, view: RequestView, names: Mapping[IdentityId, str]
) -> RequestPage:
    proposer = IdentityId(bytes.fromhex(view.request.proposer))
    me = vault.me.id.hex()
    users = [IdentityId(bytes.fromhex(one.user)) for one in view.answers]
    is_open = view.standing.state in (OPEN, READY)
    is_mine = view.request.proposer == me
    has_answered = me in {one.user for one in view.answers}
    return RequestPage(
        view=view,
        client=client_codes(vault).get(view.row.client_id),
        proposer=Person(proposer, names[proposer]),
        answered=tuple(Person(user, names[user]) for user in users),
        approvers=tuple(names[user] for user in approvers_of(vault, view))
        if is_open
        else (),
        is_mine=is_mine,
        is_for_me=is_open
        and not (has_answered or me in view.request.excluded)
        and _has_role(vault, view),
    )
