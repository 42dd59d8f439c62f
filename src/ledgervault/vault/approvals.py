"""Whoever needs others to agree asks here, and is let through once.

`require_approval` finds the request for exactly the act that is about to be carried
out, or files it and says who may agree. What it returns is used inside the act's
own transaction: there everything is verified again, and the request is consumed
with the act or not at all.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledgervault.domain.approvals import (
    EXPIRED,
    READY,
    USED,
    Demand,
    possible_demands,
)
from ledgervault.errors import ApprovalMissing, NotAuthorised
from ledgervault.ids import ClientId
from ledgervault.ports.rows import RequestRow
from ledgervault.vault.approval_log import WAIVED, approval_log
from ledgervault.vault.names import names_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.requests import (
    RequestView,
    Wanted,
    approvers_of,
    close_request,
    file_request,
    open_request,
    readers_of,
)


@dataclasses.dataclass(frozen=True, slots=True)
class UsableApproval:
    """Leave to carry out one act, once."""

    vault: Vault
    wanted: Wanted
    request: RequestRow | None  # None: there is nobody who could be asked

    @property
    def code(self) -> str:
        """Return the request's id, empty where nobody could be asked."""
        return self.request.code if self.request else ""

    def use(self, act: Act) -> None:
        """Consume the approval in the transaction of the act it was given for.

        Raises ApprovalMissing or IntegrityViolated for what changed meanwhile.
        """
        if self.request is None:
            act.log(WAIVED, facts={"act": self.wanted.act})
            return
        view = _find(self.vault, self.wanted)
        if view is None or view.row != self.request:
            raise _used(self.request)
        if view.standing.state != READY:
            raise _missing(self.vault, view)
        close_request(self.vault, act, view, USED)


def require_approval(
    vault: Vault,
    act: str,
    parameters: Mapping[str, Any],
    demands: Sequence[Demand],
    *,
    client: ClientId | None = None,
    barred: Iterable[str] = (),
) -> UsableApproval:
    """Return leave for one act, or file the request for it and refuse.

    `parameters` are everything that makes the act this one, as canonical JSON
    values. They are sealed for `client`, or for the agency. `barred` are the ids
    (hex) of those whom the act favours; like the proposer they cannot agree. Only
    the proposer's own request counts. Nobody named is nobody who may: without
    demands it refuses.
    """
    if not demands:
        raise NotAuthorised(
            "nobody is named who could approve this",
            hint="an empty list never means that nobody needs to agree",
            code="approval.no-approver",
        )
    apart, sealed_for = tuple(sorted(set(barred))), client or vault.agency
    asked = possible_demands(demands, _others(vault, sealed_for, apart))
    wanted = Wanted(act, sealed_for, dict(parameters), asked, apart)
    if not asked:
        return UsableApproval(vault, wanted, None)
    view = _find(vault, wanted)
    if view is None or view.standing.state == EXPIRED:
        view = _file(vault, wanted, view)
    if view.standing.state != READY:
        raise _missing(vault, view)
    return UsableApproval(vault, wanted, view.row)


def _others(
    vault: Vault, client: ClientId, barred: Sequence[str]
) -> list[frozenset[str]]:
    # Whoever may not know of the client could not read what he would agree to.
    apart = {vault.me.id.hex(), *barred}
    return [
        user.roles for user in readers_of(vault, client) if user.id.hex() not in apart
    ]


def _find(vault: Vault, wanted: Wanted) -> RequestView | None:
    rows = [
        row
        for row in vault.catalogue.requests("open")
        if row.act == wanted.act and row.client_id == wanted.client
    ]
    if not rows:
        return None
    log = approval_log(vault, min(row.sequence for row in rows))
    for row in rows:
        view = open_request(vault, row, log)
        if (
            view.request.proposer == vault.me.id.hex()
            and view.request.demands == wanted.demands
            and view.request.barred == wanted.barred
            and view.is_for(wanted.act, wanted.client, wanted.parameters)
        ):
            return view
    return None


def _file(vault: Vault, wanted: Wanted, expired: RequestView | None) -> RequestView:
    with vault.act() as act:
        if expired is not None:
            close_request(vault, act, expired, EXPIRED)
        row = file_request(vault, act, wanted)
    return open_request(vault, row, approval_log(vault, row.sequence))


def _missing(vault: Vault, view: RequestView) -> ApprovalMissing:
    asked = [one.as_json() for one in view.standing.missing]
    names = names_of(vault)
    whom = [names[user] for user in approvers_of(vault, view)]
    wanted = ", ".join(
        f"{one.count} x {'/'.join(one.roles)}" for one in view.standing.missing
    )
    hint = f"`vault approve {view.code}`, by: {', '.join(whom)}; then run this again"
    if not whom:
        hint = "nobody here could approve it: admit somebody in that role first"
    return ApprovalMissing(
        f"others must agree first: {wanted}; the request is {view.code}",
        hint=hint,
        details={"request": view.code, "missing": asked, "approvers": whom},
    )


def _used(row: RequestRow) -> NotAuthorised:
    return NotAuthorised(
        f"the approval {row.code} was used or closed meanwhile",
        hint="run the command again; it asks anew",
        code="approval.used",
    )
