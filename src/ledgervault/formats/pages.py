"""A page for a terminal: title, sections, labelled rows; wrapped by display width.

Everything passes the sanitiser here. Colours and bold stand only on a terminal
that wants them.
"""

import io
import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ledgervault.formats.sanitising import display_width, printable

INDENT = 2
LEAST_LABEL = 10
MOST_LABEL = 24
LEAST_WIDTH = 40


class Page:
    """Collects lines; labels of one page stand in one column."""

    def __init__(self, width: int) -> None:
        self._width = max(width, LEAST_WIDTH)
        self._parts: list[tuple[str, str, str]] = []

    def title(self, name: str, title: str) -> None:
        """Begin with what the page is about."""
        self._parts.append(("title", name, title))

    def line(self, text: str) -> None:
        """Add a plain line."""
        self._parts.append(("line", text, ""))

    def verdict(self, text: str, aside: str) -> None:
        """Add the answer the page gives, set apart."""
        self._parts.append(("verdict", text, aside))

    def section(self, heading: str) -> None:
        """Begin a section."""
        self._parts.append(("section", heading, ""))

    def row(self, label: str, value: str) -> None:
        """Add a labelled value; an empty label continues the one above."""
        self._parts.append(("row", label, value))

    def item(self, text: str) -> None:
        """Add an item of a list."""
        self._parts.append(("item", text, ""))

    def text(self) -> str:
        """Return the page, wrapped to its width."""
        label_width = self._label_width()
        out = io.StringIO()
        console = Console(
            file=out,
            width=self._width,
            force_terminal=sys.stdout is not None and sys.stdout.isatty(),
            highlight=False,
            markup=False,
            emoji=False,
        )
        for kind, first, second in self._parts:
            _put(console, kind, printable(first), printable(second), label_width)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    def _label_width(self) -> int:
        labels = [first for kind, first, _second in self._parts if kind == "row"]
        widest = max((display_width(label) for label in labels), default=0)
        return min(max(widest, LEAST_LABEL), MOST_LABEL, self._width // 3)


def _put(console: Console, kind: str, first: str, second: str, width: int) -> None:
    if kind == "title":
        console.print(Text.assemble((first, "bold cyan"), f"  {second}"))
    elif kind == "line":
        console.print(Text(first))
    elif kind == "verdict":
        console.print()
        console.print(Text.assemble((first, "bold"), f"  ({second})"))
    elif kind == "section":
        console.print()
        console.print(Text(first, "bold"))
    else:
        mark = (first, "dim") if kind == "row" else ("-", "dim")
        body = second if kind == "row" else first
        console.print(_columns(mark, body, width if kind == "row" else 1))


def _columns(mark: tuple[str, str], body: str, width: int) -> Padding:
    grid = Table.grid(padding=(0, 2 if width > 1 else 1, 0, 0))
    grid.add_column(width=width, overflow="fold")
    grid.add_column(overflow="fold")
    grid.add_row(Text(*mark), Text(body))
    return Padding(grid, (0, 0, 0, INDENT))
