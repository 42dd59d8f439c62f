"""The command tree: one Typer application, translated when it is asked for."""

from typing import Any

import typer

from ledgervault.cli import (
    archive,
    clients,
    demo,
    disposals,
    documents,
    founding,
    holds,
    ingest,
    log,
    policies,
    reports,
    shares,
    upkeep,
)
from ledgervault.cli.words import translate

EPILOGUE = (
    "Options of every command: --vault DIR, --as NAME, --identity FILE, "
    "--passphrase-file FILE, --lang en|zh, --json, --quiet, --no-progress."
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
    for module in (
        founding,
        demo,
        ingest,
        documents,
        shares,
        archive,
        disposals,
        upkeep,
        reports,
    ):
        module.register(app)
    for module, name, text in (
        (clients, "client", "Clients and the facts that retention counts from."),
        (shares, "shares", "The share register."),
        (holds, "hold", "Holds: suspend every disposition."),
        (policies, "policy", "Policy packs: check, show, explain, adopt."),
        (log, "log", "The tamper-evident log."),
    ):
        app.add_typer(module.app, name=name, help=text, no_args_is_help=True)
    app.add_typer(
        disposals.app,
        name="disposal",
        help="Disposals: from proposal to certificate.",
        no_args_is_help=True,
    )
    app.add_typer(
        upkeep.backup,
        name="backup",
        help="Backups with a mirror of the ring.",
        no_args_is_help=True,
    )
    return app


def command_tree() -> Any:
    """Return the command with every help text in the chosen language."""
    command = typer.main.get_command(build_app())
    _translate(command)
    return command


def _translate(command: Any) -> None:
    for name in ("help", "short_help", "epilog"):
        text = getattr(command, name, None)
        if text:
            setattr(command, name, translate(text))
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = translate(text)
    for child in getattr(command, "commands", {}).values():
        _translate(child)
