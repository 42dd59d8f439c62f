"""The only place that writes to the terminal. Results on stdout, all else on stderr."""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from ledgervault.cli.options import GlobalOptions
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import LedgerVaultError, StorageUnavailable
from ledgervault.formats.sanitising import display_width, pad, printable
from ledgervault.formats.tables import text_table

DEFAULT_WIDTH = 100
SHOWN = 20
KIB = 1024
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
Progress = Callable[[int, int], None]


class Output:
    """Writes results and messages the way the options ask."""

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options

    def show(self, value: Any, text: Callable[[], str]) -> None:
        """Write a result: one JSON document, or text for people."""
        if self.options.is_json:
            self.write(json_text(value))
        elif not self.options.is_quiet:
            self.write(text())

    def write(self, text: str) -> None:
        """Write lines to stdout; nothing in them drives a terminal."""
        if text:
            out = standard_output()
            out.write(_harmless(text) + "\n")
            out.flush()

    def say(self, text: str) -> None:
        """Write a line for people to stderr."""
        if not self.options.is_quiet and sys.stderr is not None:
            sys.stderr.write(_harmless(text) + "\n")
            sys.stderr.flush()

    def error(self, error: LedgerVaultError) -> None:
        """Write what went wrong, why, and how to go on."""
        message, hint = _lines(error.message), _lines(error.hint)
        if self.options.is_json:
            shape = {
                "code": error.code,
                "message": message,
                "hint": hint,
                "exit": error.exit_code,
                **error.details,
            }
            self._complain(json.dumps({"error": shape}, ensure_ascii=False))
            return
        message, hint = (_lines(text) for text in error.worded(translate))
        self._complain(f"vault: {translate('error')}: {message}")
        if hint:
            self._complain(f"vault: {translate('hint')}: {hint}")

    def _complain(self, line: str) -> None:
        # Where even complaining fails, the exit code still tells.
        if sys.stderr is not None:
            with contextlib.suppress(OSError):
                sys.stderr.write(line + "\n")
                sys.stderr.flush()

    def stopped(self, exit_code: int) -> None:
        """Say that a person or the system stopped the command."""
        message = "stopped before the end; nothing half done counts"
        hint = "run it again to go on"
        if self.options.is_json:
            shape = {"code": "interrupted", "message": message, "hint": hint}
            self._complain(json.dumps({"error": {**shape, "exit": exit_code}}))
        else:
            self._complain(f"\nvault: {translate(message)}; {translate(hint)}")

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        right: Sequence[int] = (),
    ) -> str:
        """Return a table that fits the terminal."""
        names = [translate(column) for column in columns]
        return text_table(names, rows, width=terminal_width(), right=right)

    def pairs(self, rows: Sequence[tuple[str, object]], *, indent: str = "") -> str:
        """Return labels and values under one another; values are untrusted."""
        labels = [translate(label) for label, _value in rows]
        width = max(map(display_width, labels), default=0) + 2
        return "\n".join(
            f"{indent}{pad(label, width)}{printable(str(value))}"
            for label, (_label, value) in zip(labels, rows, strict=True)
        )

    @contextlib.contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """Show progress on a terminal, on stderr; nothing anywhere else."""
        quiet = (
            self.options.no_progress or self.options.is_quiet or self.options.is_json
        )
        if quiet or sys.stderr is None or not sys.stderr.isatty():
            yield lambda _done, _total: None
            return
        from rich.console import Console
        from rich.progress import Progress as Bar

        # No refresh thread: an ingest forks, and forking with threads is unsafe.
        with Bar(
            console=Console(stderr=True), auto_refresh=False, transient=True
        ) as bar:
            task = bar.add_task(translate(label), total=None)

            def advance(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, refresh=True)

            yield advance


def standard_output() -> TextIO:
    """Return the open standard output; raises StorageUnavailable when it is closed."""
    if sys.stdout is None:
        raise StorageUnavailable(
            "standard output is closed", hint="send it to a file or a pipe"
        )
    return sys.stdout


def first_few(lines: Sequence[str], most: int = SHOWN) -> list[str]:
    """Return what a person still reads of a long list, and how much more there is."""
    rest = len(lines) - most
    if rest <= 0:
        return list(lines)
    more = phrase("  and {count} more; --json lists them all", count=number_text(rest))
    return [*lines[:most], more]


def json_text(value: Any) -> str:
    """Write JSON whose odd characters are escapes: exact, and harmless on a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if text.isascii():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else _escaped(char) for char in text
    )


def terminal_width() -> int:
    """Return the columns a table may take."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    if is_terminal:
        return shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns
    return int(os.environ.get("COLUMNS") or DEFAULT_WIDTH + 40)


def size_text(size: int) -> str:
    """Write a size for people."""
    value, unit = float(size), 0
    while value >= KIB and unit < len(_UNITS) - 1:
        value, unit = value / KIB, unit + 1
    if unit == 0:
        return phrase("{count} bytes", count=size)
    return f"{value:,.1f} {_UNITS[unit]}"


def number_text(number: int) -> str:
    """Write a count with its thousands grouped."""
    return f"{number:,}"


def path_text(path: bytes) -> str:
    """Write a path of any bytes."""
    return printable(path.decode("utf-8", "surrogateescape"))


def _escaped(char: str) -> str:
    # JSON writes what lies above the BMP as a pair of UTF-16 units.
    units = char.encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs)


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _harmless(text: str) -> str:
    # The last look before a terminal; CSV keeps its carriage returns.
    lines = text.split("\n")
    return "\n".join(
        printable(line.removesuffix("\r")) + "\r" * line.endswith("\r")
        for line in lines
    )
