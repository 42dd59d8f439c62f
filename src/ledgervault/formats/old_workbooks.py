"""Workbooks in binary (xls, xlsb): cells as text, a row a line.

Runs only where `confined` runs it.
"""

import io
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError

MAX_SHEETS = 100
MAX_ROWS = 20_000
MAX_CHARACTERS = 1 << 20

LOCKED = "it is encrypted and asks for a password"
DAMAGED = "it is a damaged workbook"


def read_old_workbook(content: bytes) -> tuple[list[str], str]:
    """Return a text for each sheet, its name first, and what went wrong."""
    texts: list[str] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        left = MAX_CHARACTERS
        for name in book.sheet_names[:MAX_SHEETS]:
            texts.append(_sheet(book, name)[:left])
            left -= len(texts[-1])
    except PasswordError:
        return texts, LOCKED
    except BaseException:  # noqa: BLE001 - a panic of native code is no Exception
        return texts, DAMAGED
    return texts, ""


def _sheet(book: Any, name: str) -> str:
    rows = book.get_sheet_by_name(name).to_python(nrows=MAX_ROWS)
    return "\n".join((name, *map("\t".join, map(_cells, rows))))


def _cells(row: list[Any]) -> Iterator[str]:
    for value in row:
        is_whole = isinstance(value, float) and value.is_integer()
        yield str(int(value)) if is_whole else str(value)
