"""`vault archive`: close the folders of a period."""

from typing import Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("archive")(archive)


def archive(
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="Only this client's.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Fiscal year, such as 2025.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Read and check folders, then close them to changes.

    Example: vault archive --client C001 --period 2025
    """
    from ledgervault.services.archiving import NOT_CHECKED, archive_folders

    output = current().output
    with current().opened_vault() as vault:
        closed = archive_folders(
            vault, client=client, period=period, is_dry_run=dry_run
        )
    value: dict[str, Any] = {
        "folders": [_shape(one) for one in closed],
        "not_checked": list(NOT_CHECKED),
    }
    if dry_run:
        value["dry_run"] = True
    output.show(value, lambda: _text(closed, dry_run))
    if any(one.problems for one in closed):
        for one in closed:
            for problem in one.problems:
                document, why = problem
                output.say(f"  {one.folder.code}, {document}: {translate(why)}")
        raise ItemsFailed("some folders stay open")


def _shape(one: Any) -> dict[str, Any]:
    return {
        "folder": one.folder.code,
        "client": one.client,
        "series": one.folder.series,
        "period": one.period,
        "documents": list(one.documents),
        "problems": [f"{document}: {why}" for document, why in one.problems],
        "state": one.folder.state,
    }


def _text(closed: list[Any], is_dry_run: bool) -> str:
    if not closed:
        return translate("No open folder matches.")
    output = current().output
    rows = [
        (
            one.folder.code,
            one.client,
            one.folder.series,
            one.period,
            len(one.documents),
            translate(one.folder.state),
        )
        for one in closed
    ]
    columns = ("folder", "client", "series", "period", "documents", "state")
    verb = (
        "{count} folders would be closed." if is_dry_run else "{count} folders closed."
    )
    count = sum(not one.problems for one in closed)
    return output.table(columns, rows, right=(4,)) + "\n" + phrase(verb, count=count)
