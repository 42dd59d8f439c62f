"""`vault client`: take on, list, show, correct, and state facts."""

from typing import TYPE_CHECKING, Annotated

import typer

from ledgervault.cli.clients_text import (
    client_shape,
    client_text,
    history_shape,
    restated_shape,
    restated_text,
)
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import UsageInvalid

if TYPE_CHECKING:
    from ledgervault.services.restating import Restated, Terms

app = typer.Typer(rich_markup_mode=None)

Code = Annotated[str, typer.Argument(help="Client code, name or id.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it goes on the record.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
]
Shorten = Annotated[
    bool,
    typer.Option(
        "--unsafe-shorten", help="Let papers expire earlier than was promised."
    ),
]


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
        {"client": client_shape(view)},
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
        {"clients": [client_shape(view) for view in views]},
        lambda: output.table(
            ("code", "name", "law", "year end", "documents"), rows, right=(4,)
        ),
    )


@app.command("show")
def show(code: Code) -> None:
    """Show a client, the facts in force and their history.

    Example: vault client show C001
    """
    from ledgervault.services.clients import show_client

    with current().opened_vault() as vault:
        view = show_client(vault, code)
    value = {"client": client_shape(view), "history": history_shape(view.client)}
    current().output.show(value, lambda: client_text(view))


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
    reason: Reason = "",
    dry_run: DryRun = False,
    unsafe_shorten: Shorten = False,
) -> None:
    """Correct a client's record; due dates are recomputed.

    Example: vault client edit C001 --fiscal-year-end 03-31 --dry-run
    """
    from ledgervault.services.restating import edit_client

    changes = {
        "name": name,
        "kind": kind,
        "jurisdiction": jurisdiction,
        "fiscal_year_end": fiscal_year_end,
        "folders": tuple(folder) if folder else None,
    }
    terms = _terms(reason, unsafe_shorten=unsafe_shorten, dry_run=dry_run)
    with current().opened_vault() as vault:
        restated = edit_client(vault, code, changes, terms)
    _show(restated)


@app.command("event")
def event(
    code: Code,
    fact: Annotated[
        str,
        typer.Argument(help="Such as engagement_end, contract_end, unsettled_debt."),
    ] = "",
    value: Annotated[
        str, typer.Argument(help="A date, a month and day, open, closed, or none.")
    ] = "",
    on: Annotated[
        str | None,
        typer.Option("--on", help="The day it happened or takes effect; else today."),
    ] = None,
    series: Annotated[
        str, typer.Option("--series", help="Only for papers of this series.")
    ] = "",
    period: Annotated[
        str, typer.Option("--period", help="Only for papers of this period.")
    ] = "",
    undo: Annotated[
        str, typer.Option("--undo", help="Take back this event, such as E-7K3M9Q2A.")
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    unsafe_shorten: Shorten = False,
) -> None:
    """State a fact that retention counts from, or take one back; all are kept.

    Example: vault client event C001 engagement_end 2026-06-30 --reason "notice given"
    """
    from ledgervault.domain.client_facts import parse_day
    from ledgervault.services.restating import Statement, state_event

    if bool(undo) == bool(fact) or bool(fact) != bool(value):
        raise UsageInvalid(
            "name a fact and its value, or an event to take back",
            hint="vault client event C001 engagement_end 2026-06-30",
        )
    day = parse_day(on) if on else None
    statement = Statement(fact, value, day, series, period, undo.upper())
    terms = _terms(reason, unsafe_shorten=unsafe_shorten, dry_run=dry_run)
    with current().opened_vault() as vault:
        restated = state_event(vault, code, statement, terms)
    _show(restated)


def _terms(reason: str, *, unsafe_shorten: bool, dry_run: bool) -> "Terms":
    from ledgervault.services.restating import Terms

    return Terms(reason, unsafe_shorten, dry_run)


def _show(restated: "Restated") -> None:
    current().output.show(restated_shape(restated), lambda: restated_text(restated))
