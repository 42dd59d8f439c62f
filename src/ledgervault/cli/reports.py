"""`vault report`: inventory, activity, destruction, as table, CSV or JSON."""

from typing import Annotated, Any

import typer

from ledgervault.cli.output import number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase
from ledgervault.errors import UsageInvalid

FORMATS = ("table", "csv", "json")


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
    """Report what the vault holds, what was done, or what was destroyed.

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
            _write(vault, output_file, text)
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
    rows = [[_cell(row[column]) for column in made.columns] for row in made.rows]
    right = [
        i
        for i, name in enumerate(made.columns)
        if name in ("documents", "bytes", "sequence")
    ]
    totals = "  ".join(f"{key} {_cell(item)}" for key, item in made.totals.items())
    table = current().output.table(made.columns, rows, right=right)
    return f"{table}\n{totals}\n{made.as_of}  {made.checkpoint[:40]}"


def _cell(item: Any) -> str:
    return number_text(item) if isinstance(item, int) else str(item)


def _write(vault: Any, path: str, text: str) -> None:
    import os

    folder, name = os.path.split(path)
    delivery = vault.stores.deliveries.create(
        folder or ".", name, may_number=False, is_durable=True
    )
    # A byte order mark, or spreadsheet programs take Chinese for another encoding.
    delivery.write(text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))
    delivery.finish()
