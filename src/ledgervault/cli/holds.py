"""`vault hold`: what is held is not destroyed, whatever has expired."""

from typing import Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate

app = typer.Typer(rich_markup_mode=None)


@app.command("add")
def add(
    documents: Annotated[
        list[str] | None, typer.Argument(help="Document ids of one client.")
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="All papers of this client.")
    ] = None,
    series: Annotated[
        str | None, typer.Option("--series", help="Only this series.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Only this period.")
    ] = None,
) -> None:
    """Place a hold.

    Example: vault hold add --client C001 --period 2015 --reason "仲裁案 12 号"
    """
    from ledgervault.services.holding import HoldRequest, place_hold

    request = HoldRequest(reason, client, series, period, tuple(documents or ()))
    with current().opened_vault() as vault:
        view = place_hold(vault, request)
    current().output.show(
        {"hold": _shape(view)},
        lambda: phrase(
            "{code} placed. Release it with: vault hold release {code}", code=view.code
        ),
    )


@app.command("release")
def release(
    hold: Annotated[str, typer.Argument(help="Hold id.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
) -> None:
    """Release a hold.

    Example: vault hold release H-7K3M9Q2A --reason 结案
    """
    from ledgervault.services.holding import release_hold

    with current().opened_vault() as vault:
        view = release_hold(vault, hold, reason)
    current().output.show(
        {"hold": _shape(view)}, lambda: phrase("{code} released.", code=view.code)
    )


@app.command("list")
def list_(
    released: Annotated[
        bool, typer.Option("--all", help="Also released holds.")
    ] = False,
) -> None:
    """List holds.

    Example: vault hold list --all
    """
    from ledgervault.services.holding import list_holds

    output = current().output
    with current().opened_vault() as vault:
        views = list_holds(vault, with_released=released)
    rows = [
        (
            v.code,
            v.client,
            v.hold.scope.series or "*",
            v.hold.scope.period or "*",
            v.hold.placed_on,
            v.hold.reason,
        )
        for v in views
    ]
    columns = ("id", "client", "series", "period", "placed", "reason")
    output.show(
        {"holds": [_shape(view) for view in views]},
        lambda: output.table(columns, rows) if rows else translate("Nothing is held."),
    )


def _shape(view: Any) -> dict[str, Any]:
    scope = view.hold.scope
    released = view.hold.released_on
    return {
        "id": view.code,
        "client": view.client,
        "series": scope.series,
        "period": scope.period,
        "documents": sorted(scope.documents),
        "reason": view.hold.reason,
        "placed_on": view.hold.placed_on.isoformat(),
        "released_on": released.isoformat() if released else None,
    }
