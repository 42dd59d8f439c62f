"""How differences between policies look, and the file plan as CSV."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from ledgervault.cli.words import phrase, translate

_MARKS = {"loosens": "!", "tightens": "+", "neutral": " "}


def differences_shape(found: Sequence[Any]) -> dict[str, Any]:
    """Return the differences with their counts."""
    return {
        "differences": [dataclasses.asdict(one) for one in found],
        "counts": _counts(found),
        "loosens": sum(one.direction == "loosens" for one in found),
    }


def differences_text(found: Sequence[Any]) -> str:
    """Write one line a difference; `!` marks what loosens, `+` what tightens."""
    if not found:
        return translate("The two policies say the same.")
    lines = [_line(one) for one in found]
    counts = _counts(found)
    lines.append(
        phrase("{added} added, {removed} removed, {changed} changed.", **counts)
    )
    loosening = sum(one.direction == "loosens" for one in found)
    if loosening:
        lines.append(phrase("{count} of them loosen (!).", count=loosening))
    return "\n".join(lines)


def plan_csv(rows: Sequence[Any]) -> str:
    """Write the file plan as CSV."""
    from ledgervault.domain.file_plan import COLUMNS
    from ledgervault.formats.tables import csv_text

    return csv_text(COLUMNS, rows)


def _line(one: Any) -> str:
    from ledgervault.formats.sanitising import printable

    head = f"{_MARKS[one.direction]} {one.section} {one.rule}"
    if one.kind != "changed":
        return f"{head}: {translate(one.kind)}"
    return printable(f"{head} {one.key}: {one.old} -> {one.new}")


def _counts(found: Sequence[Any]) -> dict[str, int]:
    return {
        "added": sum(one.kind == "added" for one in found),
        "removed": sum(one.kind == "removed" for one in found),
        "changed": len({one.rule for one in found if one.kind == "changed"}),
    }
