"""`vault ingest`: a morning's pile filed in one command."""

from collections import Counter
from typing import Annotated, Any

import typer

from ledgervault.cli.output import first_few, number_text, path_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed

FEW = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(
    paths: Annotated[list[str], typer.Argument(help="Files or folders.")],
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="Whose papers these are.")
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Kind of paper.")] = None,
    series: Annotated[
        str | None, typer.Option("--series", help="Series of the file plan.")
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="At least this level.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Such as 2026, 2026-10, 2026-Q1.")
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help="Why these papers are held.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    move: Annotated[
        bool,
        typer.Option("--move", help="Remove each paper once it is safe in the vault."),
    ] = False,
    allow_duplicate: Annotated[
        bool,
        typer.Option(
            "--allow-duplicate", help="Take in papers the client already has."
        ),
    ] = False,
    ocr: Annotated[
        bool,
        typer.Option(
            "--ocr", help="Read words in pictures too; takes seconds for each page."
        ),
    ] = False,
    workers: Annotated[int | None, typer.Option("--workers", hidden=True)] = None,
) -> None:
    """Take papers in: classified, encrypted, logged.

    Example: vault ingest 2026年10月/ --client C001
    """
    import os

    from ledgervault.domain.classification import Manual
    from ledgervault.services.ingest.papers import IngestRequest
    from ledgervault.services.ingest.taking_in import ingest as take_in

    request = IngestRequest(
        paths=tuple(os.fsencode(path) for path in paths),
        client=client,
        manual=Manual(series=series, type=type_, level=level, period=period),
        purpose=purpose,
        is_dry_run=dry_run,
        does_move=move,
        allows_duplicates=allow_duplicate,
    )
    session = current()
    session.options.reads_pictures |= ocr
    with (
        session.opened_vault() as vault,
        session.output.progress("taking in") as advance,
    ):
        report = take_in(vault, request, workers=workers, progress=advance)
    session.output.show(_shape(report, dry_run), lambda: _text(report, dry_run))
    if not report.is_complete:
        _tell_problems(report)
        raise ItemsFailed("some papers were not taken in")


def _shape(report: Any, is_dry_run: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "ingested": [
            {
                "id": item.id or None,
                "path": path_text(item.path),
                "client": item.client,
                "type": item.type,
                "series": item.series,
                "level": item.level,
                "period": item.period,
                "rule": item.rule,
                "inbox": item.is_inbox,
                "unread": item.unread or None,
            }
            for item in sorted(report.ingested, key=lambda item: item.path)
        ],
        "duplicates": [
            {"path": path_text(path), "of": of or None}
            for path, of in sorted(report.duplicates)
        ],
        "skipped": [
            {"path": path_text(item.path), "code": item.code, "reason": item.reason}
            for item in report.skipped
        ],
        "failed": [
            {"path": path_text(item.path), "code": item.code, "message": item.message}
            for item in report.failed
        ],
        "warnings": [_warning_shape(item) for item in report.warnings],
        "checkpoint": report.checkpoint or None,
    }
    if is_dry_run:
        shape["dry_run"] = True
    return shape


def _text(report: Any, is_dry_run: bool) -> str:
    output = current().output
    counts = Counter((item.series, item.level) for item in report.ingested)
    inbox = Counter(
        (item.series, item.level) for item in report.ingested if item.is_inbox
    )
    rows = [
        (
            series,
            translate(level),
            number_text(counts[series, level]),
            inbox[series, level] or "",
        )
        for series, level in sorted(counts)
    ]
    lines = []
    if rows:
        lines.append(
            output.table(("series", "level", "papers", "in tray"), rows, right=(2, 3))
        )
    verb = (
        "{count} papers would be taken in."
        if is_dry_run
        else "{count} papers taken in."
    )
    lines.append(phrase(verb, count=number_text(len(report.ingested))))
    lines += _warning_lines(report)
    lines += _duplicates_text(report.duplicates)
    waiting = inbox.total()
    if waiting and not is_dry_run:
        lines.append(
            phrase("{count} wait in the in tray.", count=number_text(waiting))
            + " "
            + translate(
                "Next: vault inbox, then vault edit ID --series S --period P --reason R"
            )
        )
    elif report.ingested and not is_dry_run:
        lines.append(translate("Next: vault search WORDS, vault show ID"))
    return "\n".join(lines)


def _warning_shape(item: Any) -> dict[str, Any]:
    shape = {
        "path": path_text(item.path),
        "code": item.code,
        "message": item.message,
    }
    return {**shape, "of": item.of} if item.of else shape


def _warning_lines(report: Any) -> list[str]:
    lines = []
    unread = sum(bool(item.unread) for item in report.ingested)
    if unread:
        lines.append(
            phrase(
                "{count} could not be read whole; vault show ID says why.", count=unread
            )
        )
    if report.warnings:
        lines.append(phrase("{count} warnings:", count=len(report.warnings)))
    return lines + first_few([_warning_line(item) for item in report.warnings])


def _warning_line(item: Any) -> str:
    of = f" ({item.of})" if item.of else ""
    return f"  {path_text(item.path)}: {translate(item.message)}{of}"


def _duplicates_text(duplicates: list[tuple[bytes, str]]) -> list[str]:
    if not duplicates:
        return []
    lines = [f"  {path_text(path)} = {of or '…'}" for path, of in duplicates]
    heading = phrase("{count} were here already.", count=number_text(len(duplicates)))
    return [heading, *first_few(lines, FEW)]


def _tell_problems(report: Any) -> None:
    output = current().output
    if output.options.is_json:
        return
    problems = [(item.path, item.reason) for item in report.skipped]
    problems += [(item.path, item.message) for item in report.failed]
    output.say(
        phrase("{count} papers were not taken in:", count=number_text(len(problems)))
    )
    lines = [f"  {path_text(path)}: {translate(reason)}" for path, reason in problems]
    for line in first_few(lines):
        output.say(line)
