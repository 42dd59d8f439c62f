"""The command tree: one Typer application, translated when it is asked for."""

import functools
import re
from collections.abc import Callable
from typing import Any

import typer

from ledgervault.cli import (
    approving,
    archive,
    clients,
    demo,
    disposals,
    documents,
    editing,
    founding,
    granting,
    holds,
    inbox,
    ingest,
    keys,
    log,
    people,
    policies,
    purging,
    registers,
    reports,
    retrieving,
    revoking,
    shares,
    unlocking,
    upkeep,
)
from ledgervault.cli.words import translate

EPILOGUE = (
    "Options of every command: --vault DIR, --as NAME, --identity FILE, "
    "--passphrase-file FILE, --pin-file FILE, --lang en|zh, --json, --quiet, --no-progress; "
    "they stand before the command or after it. `vault --version` prints the version."
)

# In the order in which the help page lists them.
_COMMANDS = (
    founding.register,
    unlocking.register,
    demo.register,
    ingest.register,
    inbox.register,
    documents.register,
    editing.register,
    retrieving.register,
    shares.register,
    granting.register,
    revoking.register,
    archive.register,
    approving.register,
    purging.register,
    upkeep.register,
    reports.register,
    registers.register,
)
_GROUPS = (
    (clients.app, "client", "Clients and the facts that retention counts from."),
    (people.app, "user", "People: invite, enrol, admit, list, show."),
    (revoking.wall, "wall", "Walls between a person and a client."),
    (granting.team, "team", "Teams, so that one grant serves several people."),
    (shares.app, "shares", "The share register."),
    (holds.app, "hold", "Holds: suspend every disposition."),
    (
        policies.app,
        "policy",
        "Policy packs: check, test, compare, show, explain, adopt.",
    ),
    (log.app, "log", "The tamper-evident log."),
    (
        registers.app,
        "register",
        "Registers: promises of secrecy, training, incidents, reviews.",
    ),
    (disposals.app, "disposal", "Disposals: from proposal to certificate."),
    (keys.app, "key", "Keys: what opens an identity, and what recovers it."),
    (upkeep.backup, "backup", "Backups with a mirror of the ring."),
)


def build_app() -> typer.Typer:
    """Assemble the application."""
    app = typer.Typer(
        name="vault",
        help="An encrypted document vault for bookkeeping agencies.",
        epilog=EPILOGUE,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for register in _COMMANDS:
        register(app)
    for group, name, text in _GROUPS:
        app.add_typer(group, name=name, help=text, no_args_is_help=True)
    return app


def command_tree() -> Any:
    """Return the command with every help text in the chosen language."""
    command = typer.main.get_command(build_app())
    _word(command)
    return command


def _word(command: Any) -> None:
    for name in ("help", "short_help", "epilog"):
        text = getattr(command, name, None)
        if text:
            setattr(command, name, translate(text))
    command.get_help = functools.partial(_help_page, command.get_help)
    for parameter in command.params:
        _word_parameter(parameter)
    for child in getattr(command, "commands", {}).values():
        _word(child)


def _word_parameter(parameter: Any) -> None:
    text = getattr(parameter, "help", None)
    if text:
        parameter.help = translate(text)
    is_flag = getattr(parameter, "is_flag", False)
    if parameter.metavar is None and not is_flag:
        several = "..." if parameter.nargs != 1 else ""
        longest = max(parameter.opts, key=len)
        parameter.metavar = longest.lstrip("-").upper().replace("-", "_") + several


def _help_page(make: Callable[[Any], str], context: Any) -> str:
    lines = [_headed(line) for line in make(context).split("\n")]
    return _LIBRARY_TEXT.sub(lambda note: translate(note.group()), "\n".join(lines))


def _headed(line: str) -> str:
    head, colon, rest = line.partition(":")
    return translate(f"{head}:") + rest if colon and head in _HEADINGS else line


_HEADINGS = frozenset({"Usage", "Options", "Commands", "Arguments"})
_LIBRARY_TEXT = re.compile(
    r"Show this message and exit\.|\[required\]|\[default: [^\]]+\]"
)
