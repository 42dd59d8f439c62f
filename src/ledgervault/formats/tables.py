"""Tables as text: CSV for machines, aligned columns for people."""

import csv
import io
from collections.abc import Mapping, Sequence

from ledgervault.formats.sanitising import csv_cell, display_width, fit, pad, printable

GAP = "  "
SMALLEST = 4


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Write RFC 4180 CSV; cells that look like formulas are quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(_text(row.get(column))) for column in columns])
    return out.getvalue()


def text_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    width: int,
    right: Sequence[int] = (),
) -> str:
    """Write aligned columns that fit `width`, counting Chinese width right."""
    cells = [[printable(_text(cell)) for cell in row] for row in rows]
    widths = _widths([list(columns), *cells], width)
    lines = [_line(list(columns), widths, right)]
    lines.append(GAP.join("─" * size for size in widths))
    lines += [_line(row, widths, right) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    widths = [
        max(display_width(cell) for cell in column)
        for column in zip(*rows, strict=True)
    ]
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > SMALLEST:
        # The widest column gives way first.
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    return GAP.join(
        pad(fit(cell, size), size, right=index in right)
        for index, (cell, size) in enumerate(zip(row, widths, strict=True))
    )


def _text(value: object) -> str:
    return "-" if value is None else str(value)
