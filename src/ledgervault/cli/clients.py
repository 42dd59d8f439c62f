"""`vault client`: take on, list, show, correct, and state facts."""

from typing import Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate

app = typer.Typer(rich_markup_mode=None)

Code = Annotated[str, typer.Argument(help="Client code, name or id.")]


@app.command("add")
def add(
    code: Annotated[str, typer.Argument(help="A short code, such as C001.")],
    name: Annotated[str, typer.Option("--name", help="Full name.")],
    kind: Annotated[str, typer.Option("--kind", help="Kind of client.")] = "enterprise",
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", help="Whose law applies, such as CN.")
    ] = "CN",
    fiscal_year_end: Annotated[
        str, typer.Option("--fiscal-year-end", help="Month and day, such as 12-31.")
    ] = "12-31",
    folder: Annotated[
        list[str] | None,
        typer.Option("--folder", help="A source folder that means this client."),
    ] = None,
) -> None:
    """Take on a client.

    Example: vault client add C001 --name 青岛栎舟服饰 --folder "客户001 栎舟服饰"
    """
    from ledgervault.domain.clients import Client
    from ledgervault.services.clients import add_client

    client = Client(
        code=code,
        name=name,
        kind=kind,
        jurisdiction=jurisdiction,
        fiscal_year_end=fiscal_year_end,
        folders=tuple(folder or ()),
    )
    with current().opened_vault() as vault:
        view = add_client(vault, client)
    current().output.show(
        {"client": _shape(view)},
        lambda: (
            phrase("Client {code} {name} taken on.", code=code, name=name)
            + "\n"
            + translate("Next: vault ingest FOLDER")
        ),
    )


@app.command("list")
def list_() -> None:
    """List the clients you may see.

    Example: vault client list
    """
    from ledgervault.services.clients import list_clients

    output = current().output
    with current().opened_vault() as vault:
        views = list_clients(vault)
    rows = [
        (
            v.client.code,
            v.client.name,
            v.client.jurisdiction,
            v.client.fiscal_year_end,
            v.documents,
        )
        for v in views
    ]
    output.show(
        {"clients": [_shape(view) for view in views]},
        lambda: output.table(
            ("code", "name", "law", "year end", "documents"), rows, right=(4,)
        ),
    )


@app.command("show")
def show(code: Code) -> None:
    """Show a client and its facts.

    Example: vault client show C001
    """
    from ledgervault.services.clients import show_client

    with current().opened_vault() as vault:
        view = show_client(vault, code)
    _show(view)


@app.command("edit")
def edit(
    code: Code,
    name: Annotated[str | None, typer.Option("--name", help="Full name.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Kind of client.")] = None,
    jurisdiction: Annotated[
        str | None,
        typer.Option("--jurisdiction", help="Whose law applies, such as CN."),
    ] = None,
    fiscal_year_end: Annotated[
        str | None,
        typer.Option("--fiscal-year-end", help="Month and day, such as 12-31."),
    ] = None,
    folder: Annotated[
        list[str] | None,
        typer.Option("--folder", help="A source folder that means this client."),
    ] = None,
) -> None:
    """Correct a client's record; due dates are recomputed.

    Example: vault client edit C001 --fiscal-year-end 03-31
    """
    from ledgervault.services.clients import edit_client

    changes = {
        "name": name,
        "kind": kind,
        "jurisdiction": jurisdiction,
        "fiscal_year_end": fiscal_year_end,
        "folders": tuple(folder) if folder else None,
    }
    with current().opened_vault() as vault:
        view, moved = edit_client(vault, code, **changes)
    _show(view, moved)


@app.command("event")
def event(
    code: Code,
    fact: Annotated[
        str,
        typer.Argument(help="Such as engagement_end, contract_end, unsettled_debt."),
    ],
    value: Annotated[str, typer.Argument(help="A date, open, closed, or none.")],
) -> None:
    """State a fact that retention counts from.

    Example: vault client event C001 engagement_end 2026-06-30
    """
    from ledgervault.services.clients import state_event

    with current().opened_vault() as vault:
        view, moved = state_event(vault, code, fact=fact, value=value)
    _show(view, moved)


def _show(view: Any, moved: list[Any] | None = None) -> None:
    output = current().output
    shape = _shape(view)
    value: dict[str, Any] = {"client": shape}
    if moved is not None:
        value["redated"] = [
            {"id": one.code, "old": _day(one.old), "new": _day(one.new)}
            for one in moved
        ]
    output.show(value, lambda: _text(shape, moved))


def _shape(view: Any) -> dict[str, Any]:
    client = view.client
    return {
        "id": view.id,
        "code": client.code,
        "name": client.name,
        "kind": client.kind,
        "jurisdiction": client.jurisdiction,
        "fiscal_year_end": client.fiscal_year_end,
        "folders": list(client.folders),
        "dates": {key: day.isoformat() for key, day in client.dates.items()},
        "open_matters": sorted(client.open_matters),
        "documents": view.documents,
    }


def _text(shape: dict[str, Any], moved: list[Any] | None) -> str:
    rows = [(key, plain_text(item)) for key, item in shape.items()]
    text = current().output.pairs(rows)
    if not moved:
        return text
    return text + "\n" + phrase("{count} due dates moved.", count=len(moved))


def plain_text(item: Any) -> str:
    """Write a value of a JSON shape for people."""
    if isinstance(item, dict):
        item = [f"{key} {value}" for key, value in item.items()]
    if isinstance(item, list):
        item = ", ".join(map(str, item)) or "-"
    return "-" if item is None else str(item)


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
