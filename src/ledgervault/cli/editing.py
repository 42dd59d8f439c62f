"""`vault edit`: say otherwise what papers are, one or many, and take it back."""

from typing import Annotated, Any

import typer

from ledgervault.cli.editing_text import (
    edited_shape,
    edited_text,
    report_shape,
    report_text,
    tell_failures,
)
from ledgervault.cli.session import current
from ledgervault.errors import ItemsFailed, UsageInvalid


def register(parent: typer.Typer) -> None:
    """Add `vault edit`."""
    parent.command("edit")(edit)


def edit(
    documents: Annotated[
        list[str] | None,
        typer.Argument(help="Document ids, or beginnings of them."),
    ] = None,
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
    keep: Annotated[
        bool, typer.Option("--keep", help="Confirm the filing as it stands.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Restore the values before the last edit.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take the suggested series and type.")
    ] = False,
    from_inbox: Annotated[
        bool, typer.Option("--from-inbox", help="Papers of the in tray.")
    ] = False,
    series_suggested: Annotated[
        str | None,
        typer.Option(
            "--series-suggested", help="Only papers this series is suggested for."
        ),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option("--min-confidence", help="Only suggestions at least so sure."),
    ] = 0.9,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Reclassify documents; their bytes never change.

    Example: vault edit D-7K3M --series cn.voucher.source --period 2026-03 --reason "发票"
    """
    from ledgervault.services.editing.requests import EditRequest, Selection

    request = EditRequest(
        reason=reason,
        client=client,
        series=series,
        level=level,
        type=type_,
        period=period,
        title=title,
        facts=_facts(fact or []),
        keeps=keep,
        undoes=undo,
        accepts=accept,
    )
    selection = Selection(
        tuple(documents or ()), from_inbox, series_suggested, min_confidence
    )
    if len(selection.names) == 1 and not from_inbox:
        _edit_one(selection, request, dry_run)
    else:
        _edit_many(selection, request, dry_run)


def _edit_one(selection: Any, request: Any, is_dry_run: bool) -> None:
    from ledgervault.services.editing.applying import edit_document

    with current().opened_vault() as vault:
        edited = edit_document(vault, selection, request, is_dry_run=is_dry_run)
    shape = edited_shape(edited)
    if is_dry_run:
        shape["dry_run"] = True
    current().output.show(shape, lambda: edited_text(edited, is_dry_run))


def _edit_many(selection: Any, request: Any, is_dry_run: bool) -> None:
    from ledgervault.services.editing.applying import edit_documents

    session = current()
    with (
        session.opened_vault() as vault,
        session.output.progress("editing") as advance,
    ):
        report = edit_documents(
            vault, selection, request, is_dry_run=is_dry_run, progress=advance
        )
    session.output.show(
        report_shape(report, is_dry_run), lambda: report_text(report, is_dry_run)
    )
    if report.failed:
        tell_failures(report)
        raise ItemsFailed("some documents stay as they are")


def _facts(pairs: list[str]) -> dict[str, str]:
    facts = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageInvalid(f"not a fact: {pair[:40]!r}", hint="--fact NAME=VALUE")
        facts[name] = value
    return facts
