"""Write docs/reference/cli.md from the program: `python -m ledgervault.cli.reference`."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from ledgervault.cli.tree import EPILOGUE, build_app


def reference_text() -> str:
    """Return the reference page: every command, its arguments and options."""
    command = typer.main.get_command(build_app())
    lines = ["# The command line", "", EPILOGUE, ""]
    lines += [
        "Generated from the program by `python -m ledgervault.cli.reference`.",
        "",
    ]
    for path, one in _walk(command, ["vault"]):
        lines += _section(path, one)
    return "\n".join(lines).rstrip() + "\n"


def _walk(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    for name, child in command.commands.items():
        if child.hidden:
            continue
        if hasattr(child, "commands"):
            own = [
                one.name.upper()
                for one in child.params
                if one.param_type_name == "argument"
            ]
            yield from _walk(child, [*path, name, *own])
        else:
            yield [*path, name], child


def _section(path: list[str], command: Any) -> list[str]:
    text, _separator, example = (command.help or "").partition("\n\nExample: ")
    lines = [f"## {' '.join(path)}", "", text, ""]
    if example:
        lines += ["```sh", example, "```", ""]
    rows = [row for row in map(_row, command.params) if row]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    return lines


def _row(parameter: Any) -> str:
    text = getattr(parameter, "help", None) or ""
    if not text or getattr(parameter, "hidden", False):
        return ""
    if parameter.param_type_name == "argument":
        name = parameter.name.upper()
    else:
        name = ", ".join(sorted(parameter.opts, key=len))
    return f"| `{name}` | {text} |"


if __name__ == "__main__":
    sys.stdout.write(reference_text())
