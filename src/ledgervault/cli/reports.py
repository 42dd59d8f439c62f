"""`vault report`: inventory, activity, destruction, as table, CSV or JSON."""

from typing import Annotated, Any

import typer

from ledgervault.cli.delivering import deliver
from ledgervault.cli.output import number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import UsageInvalid

FORMATS = ("table", "csv", "json")
_COUNTS = frozenset({"documents", "bytes", "sequence"})
_LEVELS = frozenset({"public", "internal", "confidential", "sensitive"})
_OUR_WORDS = _LEVELS | {"proposed", "approved", "destroyed", "rejected"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    kind: Annotated[str, typer.Argument(help="inventory, activity or destruction.")],
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="Only this client's.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="From this day on.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Up to this day.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="table, csv or json.")
    ] = "table",
    output_file: Annotated[
        str | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Report the holdings, the activity or the destruction.

    Example: vault report inventory --client C001 --format csv -o 库存.csv
    """
    from ledgervault.domain.clients import parse_day
    from ledgervault.services.reporting import ReportRequest, make_report

    session = current()
    if form not in FORMATS:
        raise UsageInvalid(
            f"unknown format: {form[:20]!r}", hint="one of " + ", ".join(FORMATS)
        )
    request = ReportRequest(
        kind,
        client,
        parse_day(start) if start else None,
        parse_day(end) if end else None,
    )
    with session.opened_vault() as vault:
        made = make_report(vault, request)
        value = _shape(made)
        text = _rendered(made, value, "json" if session.options.is_json else form)
        if output_file is not None:
            deliver(vault, output_file, [_encoded(output_file, text)])
    if output_file is not None:
        session.output.show(
            {"path": output_file, **value},
            lambda: phrase("Report written to {path}", path=output_file),
        )
    elif form == "json":
        session.options.is_json = True
        session.output.show(value, lambda: text)
    else:
        session.output.show(value, lambda: text.rstrip("\r\n"))


def _shape(made: Any) -> dict[str, Any]:
    return {
        "report": made.kind,
        "as_of": made.as_of,
        "checkpoint": made.checkpoint,
        "rows": list(made.rows),
        "totals": made.totals,
    }


def _rendered(made: Any, value: dict[str, Any], form: str) -> str:
    import json

    from ledgervault.formats.tables import csv_text

    if form == "json":
        return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        return csv_text(made.columns, made.rows)
    return _table(made)


def _table(made: Any) -> str:
    rows = [[_cell(row[column]) for column in made.columns] for row in made.rows]
    right = [i for i, name in enumerate(made.columns) if name in _COUNTS]
    table = (
        current().output.table(made.columns, rows, right=right)
        if rows
        else translate("Nothing to report.")
    )
    totals = "  ".join(
        f"{translate(key)} {_cell(item)}" for key, item in made.totals.items()
    )
    position = phrase(
        "As of {time}, log entry {checkpoint}",
        time=made.as_of,
        checkpoint=made.checkpoint[:40],
    )
    return "\n".join(filter(None, (table, totals, position)))


def _cell(item: Any) -> str:
    if item is None:
        return "-"
    if isinstance(item, int):
        return number_text(item)
    return translate(item) if item in _OUR_WORDS else str(item)


def _encoded(path: str, text: str) -> bytes:
    # A byte order mark, or spreadsheet programs take Chinese for another encoding.
    return text.encode("utf-8-sig" if path.endswith(".csv") else "utf-8")
