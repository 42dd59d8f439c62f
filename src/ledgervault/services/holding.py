"""Holds: place, release, list. A hold suspends every disposition it covers."""

import dataclasses

from ledgervault.domain.calendar import parse_filing_period
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.errors import Conflict, UsageInvalid
from ledgervault.ids import ClientId, HoldId, random_id, short_code
from ledgervault.ports.rows import HoldRow
from ledgervault.vault.authority import authorise, authorise_paper
from ledgervault.vault.finding import choose_by_code, get_client, get_document
from ledgervault.vault.holding import (
    PLACED,
    RELEASED,
    HoldView,
    hold_facts,
    hold_statement,
    open_hold,
    verified_holds,
)
from ledgervault.vault.opened import Vault
from ledgervault.vault.standing import HOLDS
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class HoldRequest:
    """What to hold, and why."""

    reason: str
    client: str | None = None
    series: str | None = None
    period: str | None = None
    documents: tuple[str, ...] = ()


def place_hold(vault: Vault, request: HoldRequest) -> HoldView:
    """Place a hold on a client's papers, or on documents of one client."""
    authorise(vault, "hold")
    if not request.reason.strip():
        raise UsageInvalid("a hold needs a reason", hint="add --reason TEXT")
    if request.period is not None:
        parse_filing_period(request.period)
    client_id, scope = _scope(vault, request)
    hold_id = HoldId(random_id())
    code = short_code("H", hold_id)
    placed_on = vault.now().date()
    hold = Hold(code, request.reason, scope, placed_on, None)
    row = HoldRow(hold_id, code, client_id, True, b"", 1)
    view = HoldView(row, code, scope.client or "", vault.me.id.hex(), hold)
    with writing(vault, "hold add"), vault.act() as act:
        row = _sealed(vault, view)
        act.tx.add_hold(row)
        facts = hold_statement(row, scope, vault.policy)
        act.log(PLACED, objects=(hold_id.hex(), HOLDS), facts=facts)
    return dataclasses.replace(view, row=row)


def release_hold(vault: Vault, name: str, reason: str) -> HoldView:
    """Release a hold; what it kept follows its retention again."""
    authorise(vault, "hold")
    if not reason.strip():
        raise UsageInvalid("a release needs a reason", hint="add --reason TEXT")
    row = choose_by_code(vault, "H", name, verified_holds(vault))
    if not row.is_active:
        raise Conflict(f"{row.code} was released before", code="hold.released")
    view = open_hold(vault, row)
    authorise(vault, "hold", series=view.hold.scope.series or "", client=row.client_id)
    released = dataclasses.replace(
        view,
        row=dataclasses.replace(row, is_active=False, row_version=row.row_version + 1),
        hold=dataclasses.replace(view.hold, released_on=vault.now().date()),
    )
    with writing(vault, "hold release"), vault.act() as act:
        fresh = _sealed(vault, released)
        act.tx.update_hold(fresh)
        facts = hold_statement(fresh, released.hold.scope, vault.policy)
        act.log(RELEASED, objects=(row.id.hex(), HOLDS), facts=facts)
    return dataclasses.replace(released, row=fresh)


def list_holds(vault: Vault, *, with_released: bool) -> list[HoldView]:
    """Return the holds the acting user may see."""
    authorise(vault, "hold")
    rows = [row for row in verified_holds(vault) if row.is_active or with_released]
    return [open_hold(vault, row) for row in rows]


def _scope(vault: Vault, request: HoldRequest) -> tuple[ClientId, HoldScope]:
    documents = [get_document(vault, name) for name in request.documents]
    for row in documents:
        authorise_paper(vault, "hold", row)
    authorise(vault, "hold", series=request.series or "")
    owners = {row.client_id for row in documents}
    if request.client is not None:
        owners.add(get_client(vault, request.client)[0].id)
    if len(owners) != 1:
        raise UsageInvalid(
            "a hold covers the papers of one client",
            hint="name --client, or documents of one client",
        )
    (client_id,) = owners
    client = vault.records.open_client(vault.records.client_row(client_id))
    codes = frozenset(row.code for row in documents)
    return client_id, HoldScope(
        client=client.code,
        series=request.series,
        period=request.period,
        documents=codes,
    )


def _sealed(vault: Vault, view: HoldView) -> HoldRow:
    sealed = vault.records.seal_for_client(
        view.row.client_id, "holds", view.row.id, hold_facts(view), view.row.row_version
    )
    return dataclasses.replace(view.row, sealed=sealed)
