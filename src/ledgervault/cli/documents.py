"""List, search, show, get, history, edit: documents, one verb each."""

import sys
from typing import Annotated, Any

import typer

from ledgervault.cli.documents_text import (
    history_text,
    listing_text,
    shown_shape,
    shown_text,
)
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed, UsageInvalid

Ids = Annotated[
    list[str] | None, typer.Argument(help="Document ids, or beginnings of them.")
]
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
    app.command("get")(get)
    app.command("cat", hidden=True)(cat)
    app.command("history")(history)
    app.command("edit")(edit)


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
    """Search titles, names, fields and first words; decrypted here, never by the store.

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


def get(
    documents: Ids = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="A file, a folder, or - for stdout."),
    ] = None,
    client: ClientOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every document you may read.")
    ] = False,
) -> None:
    """Get documents out, every byte checked; nothing is overwritten.

    Example: vault get D-7K3M9Q2A -o 下载/
    """
    from ledgervault.services.retrieving import find_documents

    if not (documents or client or everything):
        raise UsageInvalid("name documents", hint="vault get D-7K3M9Q2A -o FOLDER")
    with current().opened_vault() as vault:
        rows = find_documents(
            vault, documents or [], client=client, everything=everything
        )
        if output == "-":
            _to_stdout(vault, rows)
        else:
            _to_files(vault, rows, output, is_many=bool(client or everything))


def cat(document: Annotated[str, typer.Argument(help="Document id.")]) -> None:
    """Write one document to stdout."""
    from ledgervault.services.retrieving import find_documents

    with current().opened_vault() as vault:
        _to_stdout(
            vault, find_documents(vault, [document], client=None, everything=False)
        )


def history(document: Annotated[str, typer.Argument(help="Document id.")]) -> None:
    """Show every logged act on a document."""
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


def edit(
    document: Annotated[str, typer.Argument(help="Document id.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="Move to this client.")
    ] = None,
    series: Annotated[str | None, typer.Option("--series", help="New series.")] = None,
    level: Annotated[str | None, typer.Option("--level", help="New level.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="New kind.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="New period.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="New title.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="A fact as NAME=VALUE.")
    ] = None,
) -> None:
    """Reclassify a document; its bytes never change.

    Example: vault edit D-7K3M --series cn.voucher.source --period 2026-03 --reason "发票"
    """
    from ledgervault.services.editing import EditRequest, edit_document

    request = EditRequest(
        reason=reason or _default_reason(),
        client=client,
        series=series,
        level=level,
        type=type_,
        period=period,
        title=title,
        facts=_facts(fact or []),
    )
    with current().opened_vault() as vault:
        edited = edit_document(vault, document, request)
    before, after = edited.before, edited.after
    value = {
        "id": edited.code,
        "before": {
            "series": edited.old_row.series,
            "level": before.level,
            "period": before.period,
            "title": before.title,
        },
        "after": {
            "series": edited.row.series,
            "level": after.level,
            "period": after.period,
            "title": after.title,
        },
        "due": edited.row.due.isoformat() if edited.row.due else None,
    }
    current().output.show(
        value,
        lambda: phrase(
            "{id}: {series}, {level}, {period}; due {due}.",
            id=edited.code,
            series=edited.row.series,
            level=after.level,
            period=after.period or "-",
            due=edited.row.due or translate("not known"),
        ),
    )


def _default_reason() -> str:
    return ""


def _facts(pairs: list[str]) -> dict[str, str]:
    facts = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageInvalid(f"not a fact: {pair[:40]!r}", hint="--fact NAME=VALUE")
        facts[name] = value
    return facts


def _show_listing(listing: Any) -> None:
    value = {
        "documents": [view.as_json() for view in listing.documents],
        "next": listing.next,
    }
    current().output.show(value, lambda: listing_text(listing))


def _to_stdout(vault: Any, rows: list[Any]) -> None:
    from ledgervault.services.retrieving import retrieve_to_stream

    if len(rows) != 1:
        raise UsageInvalid("only one document fits on stdout", hint="-o FOLDER")
    retrieve_to_stream(vault, rows[0], sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _to_files(
    vault: Any, rows: list[Any], output: str | None, *, is_many: bool
) -> None:
    import os

    from ledgervault.services.retrieving import (
        RetrieveReport,
        retrieve_to_directory,
        retrieve_to_file,
    )

    session = current()
    target = output or "."
    is_folder = is_many or len(rows) > 1 or target.endswith("/")
    if is_folder or vault.stores.deliveries.is_directory(target):
        with session.output.progress("handing out") as advance:
            report = retrieve_to_directory(vault, rows, target, progress=advance)
    else:
        folder, name = os.path.split(target)
        report = RetrieveReport([retrieve_to_file(vault, rows[0], folder or ".", name)])
    _show_retrieved(report)


def _show_retrieved(report: Any) -> None:
    output = current().output
    value = {
        "retrieved": [
            {"id": one.id, "path": one.path, "size": one.size}
            for one in report.retrieved
        ],
        "failed": [
            {"id": code, "code": why, "message": message}
            for code, why, message in report.failed
        ],
    }
    one = report.retrieved[0] if len(report.retrieved) == 1 else None
    output.show(
        value,
        lambda: (
            phrase("{id} written to {path}", id=one.id, path=one.path)
            if one
            else phrase("{count} documents handed out.", count=len(report.retrieved))
        ),
    )
    if report.failed:
        for code, _why, message in report.failed:
            output.say(f"  {code}: {translate(message)}")
        raise ItemsFailed("some documents were not handed out")
