"""How an edit is told: one line for one document, a table for many."""

from typing import Any

from ledgervault.cli.output import number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import printable

SHOWN = 20
COLUMNS = ("id", "title", "series", "was", "kind", "level", "period", "due")


def edited_shape(edited: Any) -> dict[str, Any]:
    """Return the contract's shape of a reclassification: before and after."""
    return {
        "id": edited.code,
        "before": _filing_shape(edited.old_row, edited.before),
        "after": _filing_shape(edited.row, edited.after),
        "due": edited.row.due.isoformat() if edited.row.due else None,
        "inbox": edited.after.is_inbox,
    }


def edited_text(edited: Any, is_dry_run: bool) -> str:
    """Say in one line where a document stands now, or would stand."""
    line = phrase(
        "{id}: {series}, {level}, {period}; due {due}.",
        id=edited.code,
        series=edited.row.series,
        level=translate(edited.after.level),
        period=edited.after.period or "-",
        due=edited.row.due or translate("not known"),
    )
    return translate("Would be: ") + line if is_dry_run else line


def report_shape(report: Any, is_dry_run: bool) -> dict[str, Any]:
    """Return what became of every selected document."""
    shape: dict[str, Any] = {
        "edited": [edited_shape(one) for one in report.edited],
        "failed": [
            {"id": one.name, "code": one.error.code, "message": one.error.message}
            for one in report.failed
        ],
        "checkpoint": report.checkpoint or None,
    }
    if is_dry_run:
        shape["dry_run"] = True
    return shape


def report_text(report: Any, is_dry_run: bool) -> str:
    """Write the first documents that changed and how many did."""
    rows = [_row(one) for one in report.edited[:SHOWN]]
    lines = [current().output.table(COLUMNS, rows)] if rows else []
    if len(report.edited) > SHOWN:
        more = len(report.edited) - SHOWN
        lines.append(phrase("  and {count} more; --json lists them all", count=more))
    text = "{count} documents edited."
    if is_dry_run:
        text = "{count} documents would be edited."
    lines.append(phrase(text, count=number_text(len(report.edited))))
    return "\n".join(lines)


def tell_failures(report: Any) -> None:
    """Name every document that stays as it is, and why."""
    output = current().output
    if output.options.is_json:
        return
    count = number_text(len(report.failed))
    output.say(phrase("{count} documents stay as they are:", count=count))
    for one in report.failed:
        output.say(
            f"  {printable(one.name)}: {printable(translate(one.error.message))}"
        )


def _row(edited: Any) -> tuple[object, ...]:
    return (
        edited.code,
        edited.after.title,
        edited.row.series,
        edited.old_row.series,
        edited.after.type,
        translate(edited.after.level),
        edited.after.period or "-",
        edited.row.due or "-",
    )


def _filing_shape(row: Any, details: Any) -> dict[str, Any]:
    return {
        "series": row.series,
        "type": details.type,
        "level": details.level,
        "period": details.period,
        "title": details.title,
    }
