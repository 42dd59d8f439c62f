"""`vault report`: inventory, activity, destruction, as table, CSV or JSON."""

import re
from typing import Annotated, Any

import typer

from ledgervault.cli.delivering import deliver
from ledgervault.cli.output import number_text, terminal_width
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import UsageInvalid
from ledgervault.formats.sanitising import display_width

FORMATS = ("table", "csv", "json")
_COUNTS = frozenset({"documents", "bytes", "sequence"})
_LEFT_OUT = frozenset({"certificate", "proposed_on"})  # for files and programs
_DAYS = frozenset({"destroyed_at"})
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)[.\d]*(?:Z|\+00:00)")
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
    from ledgervault.domain.client_facts import parse_day
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
    columns = [name for name in made.columns if name not in _LEFT_OUT]
    rows = [[_cell(row[name], name) for name in columns] for row in made.rows]
    right = [i for i, name in enumerate(columns) if name in _COUNTS]
    table = (
        current().output.table([_heading(c) for c in columns], rows, right=right)
        if rows
        else translate("Nothing to report.")
    )
    totals = [f"{_heading(key)} {_cell(item)}" for key, item in made.totals.items()]
    position = phrase(
        "As of {time}, log entry {checkpoint}",
        time=made.as_of,
        checkpoint=made.checkpoint[:40],
    )
    return "\n".join([table, *_wrapped(totals, terminal_width()), position])


def _wrapped(items: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        longer = f"{lines[-1]}  {item}" if lines else ""
        if longer and display_width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(item)
    return lines


def _heading(name: str) -> str:
    return translate(name).replace("_", " ")


def _cell(item: Any, name: str = "") -> str:
    if name in _DAYS and item is not None:
        return str(item)[:10]
    if item is None:
        return "-"
    if isinstance(item, int):
        return number_text(item)
    if item in _OUR_WORDS:
        return translate(item)
    return _INSTANT.sub(r"\1 \2", str(item))


def _encoded(path: str, text: str) -> bytes:
    # A byte order mark, or spreadsheet programs take Chinese for another encoding.
    return text.encode("utf-8-sig" if path.endswith(".csv") else "utf-8")
