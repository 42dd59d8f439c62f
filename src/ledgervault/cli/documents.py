"""List, search, show, history: documents, one verb each."""

from typing import Annotated, Any

import typer

from ledgervault.cli.documents_text import (
    history_text,
    listing_text,
    shown_shape,
    shown_text,
)
from ledgervault.cli.session import current

ClientOption = Annotated[
    str | None, typer.Option("--client", "-c", help="Only this client's.")
]
SeriesOption = Annotated[str | None, typer.Option("--series", help="Only this series.")]
LevelOption = Annotated[str | None, typer.Option("--level", help="Only this level.")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="Only this period.")]
TypeOption = Annotated[
    str | None, typer.Option("--type", help="Only this kind of paper.")
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=0, help="At most so many; 0 for all.")
]
AfterOption = Annotated[
    str | None, typer.Option("--after", help="Continue behind this cursor.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("ls", hidden=True)(list_)
    app.command("search")(search)
    app.command("show")(show)
    app.command("history")(history)


def list_(
    client: ClientOption = None,
    series: SeriesOption = None,
    level: LevelOption = None,
    period: PeriodOption = None,
    type_: TypeOption = None,
    inbox: Annotated[
        bool, typer.Option("--inbox", help="Only what waits in the in tray.")
    ] = False,
    destroyed: Annotated[
        bool, typer.Option("--destroyed", help="Also what was destroyed.")
    ] = False,
    limit: LimitOption = 100,
    after: AfterOption = None,
) -> None:
    """List documents, oldest ingest first.

    Example: vault list --client C001 --period 2026
    """
    from ledgervault.services.listing import ListRequest, list_documents

    request = ListRequest(
        client, series, level, period, type_, inbox, destroyed, limit, after
    )
    with current().opened_vault() as vault:
        listing = list_documents(vault, request)
    _show_listing(listing)


def search(
    query: Annotated[list[str], typer.Argument(help="Words that must all occur.")],
    client: ClientOption = None,
    series: SeriesOption = None,
    level: LevelOption = None,
    period: PeriodOption = None,
    type_: TypeOption = None,
    limit: LimitOption = 100,
    after: AfterOption = None,
) -> None:
    """Search titles, names, fields and texts; decrypted here, never by the store.

    Example: vault search 发票 2026-03 --client C001
    """
    from ledgervault.services.listing import ListRequest, search_documents

    request = ListRequest(
        client=client,
        series=series,
        level=level,
        period=period,
        type=type_,
        limit=limit,
        after=after,
    )
    with current().opened_vault() as vault:
        listing = search_documents(vault, request, " ".join(query))
    _show_listing(listing)


def show(document: Annotated[str, typer.Argument(help="Document id.")]) -> None:
    """Show a document with its facts, holds and retention.

    Example: vault show D-7K3M9Q2A
    """
    from ledgervault.services.showing import show_document

    with current().opened_vault() as vault:
        shown = show_document(vault, document)
    current().output.show(shown_shape(shown), lambda: shown_text(shown))


def history(document: Annotated[str, typer.Argument(help="Document id.")]) -> None:
    """Show every logged act on a document.

    Example: vault history D-7K3M9Q2A
    """
    from ledgervault.services.showing import history_of

    with current().opened_vault() as vault:
        lines = history_of(vault, document)
    value = [
        {
            "sequence": line.event.sequence,
            "time_ms": line.event.time_ms,
            "act": line.event.act,
            "actor": line.actor,
            "facts": dict(line.event.facts),
            "details": dict(line.details),
        }
        for line in lines
    ]
    current().output.show(
        {"document": document, "events": value}, lambda: history_text(lines)
    )


def _show_listing(listing: Any) -> None:
    value = {
        "documents": [view.as_json() for view in listing.documents],
        "next": listing.next,
    }
    current().output.show(value, lambda: listing_text(listing))
