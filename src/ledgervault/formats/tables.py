"""Tables as text: CSV for machines, aligned columns for people."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from ledgervault.formats.sanitising import csv_cell, display_width, fit, pad, printable

GAP = "  "
SMALLEST = 4
# An id, a date, an instant, a number, or nothing.
_COMPACT = re.compile(
    r"(?:[A-Z]-)?[0-9A-Z]{8}|(?:FY)?[0-9][0-9TQHZ:.,+ -]*|-?", re.ASCII
)


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Write RFC 4180 CSV; cells that look like formulas are quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = (row.get(column) for column in columns)
        writer.writerow(["" if one is None else csv_cell(str(one)) for one in cells])
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
    columns = list(zip(*rows, strict=True))
    widths = [max(map(display_width, column)) for column in columns]
    room = width - len(GAP) * (len(widths) - 1)
    wordy = [i for i, column in enumerate(columns) if not _is_compact(column[1:])]
    # Words give way before ids, dates and numbers, the widest column first.
    for yielding in (wordy, range(len(widths))):
        while sum(widths) > room:
            widest = max(yielding, key=widths.__getitem__, default=0)
            if not yielding or widths[widest] <= SMALLEST:
                break
            widths[widest] -= 1
    return widths


def _is_compact(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(_COMPACT.fullmatch, cells))


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    return GAP.join(
        pad(fit(cell, size), size, right=index in right)
        for index, (cell, size) in enumerate(zip(row, widths, strict=True))
    )


def _text(value: object) -> str:
    return "-" if value is None else str(value)
