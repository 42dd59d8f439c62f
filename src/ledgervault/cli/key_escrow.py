"""`vault key escrow`: copies of ring and anchor, kept without history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed, UsageInvalid

if TYPE_CHECKING:
    from ledgervault.vault.escrows import Escrow

escrow = typer.Typer(rich_markup_mode=None)
COLUMNS = ("copy", "state", "epoch", "live", "contents", "acknowledged")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(
        escrow,
        name="escrow",
        help="Copies of the ring on other disks, without history.",
        no_args_is_help=True,
    )


@escrow.command("add")
def add(
    directory: Annotated[
        str, typer.Argument(help="A folder on another disk; it must exist.")
    ],
    unsafe_keeps_history: Annotated[
        bool,
        typer.Option(
            "--unsafe-keeps-history",
            help="Accept a place that may keep old versions of files.",
        ),
    ] = False,
) -> None:
    """Keep a copy of ring and anchor in a folder, and fill it now.

    Example: vault key escrow add /media/保险柜
    """
    from ledgervault.bootstrap.adapters import history_of_place
    from ledgervault.services.escrow import add_escrow

    session = current()
    location = str(Path(directory).resolve())
    if Path(location).is_relative_to(session.settings.vault_dir.resolve()):
        raise UsageInvalid(
            "a copy inside the vault is lost with it",
            hint="name a folder on another disk",
        )
    with session.opened_vault() as vault:
        made = add_escrow(
            vault,
            location,
            history=history_of_place(location),
            accepts_history=unsafe_keeps_history,
        )
    session.output.show(
        {"escrow": escrow_value(made)},
        lambda: phrase(
            "{place} holds the ring of epoch {epoch}. With an identity and the "
            "ciphertext it opens the vault: lock it away.",
            place=made.location,
            epoch=made.epoch,
        ),
    )


@escrow.command("list")
def list_() -> None:
    """List the copies of the ring, with what each holds.

    Example: vault key escrow list
    """
    from ledgervault.services.escrow import list_escrows

    session = current()
    with session.opened_vault() as vault:
        found = list_escrows(vault)
    session.output.show(
        {"escrows": [escrow_value(one) for one in found]}, lambda: _list_text(found)
    )


@escrow.command("refresh")
def refresh(
    directories: Annotated[
        list[str] | None,
        typer.Argument(help="Places of copies; those that are behind if left out."),
    ] = None,
    takes_all: Annotated[
        bool, typer.Option("--all", help="Every copy, also those that are current.")
    ] = False,
) -> None:
    """Bring copies of the ring up to date; what was destroyed leaves them.

    Example: vault key escrow refresh --all
    """
    from ledgervault.services.escrow import refresh_escrows

    session = current()
    locations = [str(Path(one).resolve()) for one in directories or ()]
    with session.opened_vault() as vault:
        report = refresh_escrows(vault, locations, takes_all=takes_all)
    value = {
        "refreshed": [escrow_value(one) for one in report.done],
        "unreached": [
            {**escrow_value(one.escrow), "problem": one.problem}
            for one in report.unreached
        ],
    }
    session.output.show(
        value, lambda: phrase("Copies refreshed: {count}.", count=len(report.done))
    )
    if report.unreached:
        for one in report.unreached:
            place = one.escrow.location or one.escrow.id
            session.output.say(f"{place}: {translate(one.problem)}")
        raise ItemsFailed("some copies could not be reached")


def escrow_value(one: "Escrow") -> dict[str, Any]:
    """Return a copy as JSON shows it."""
    return {
        "id": one.id,
        "location": one.location,
        "state": one.state,
        "epoch": one.epoch,
        "live_epoch": one.live_epoch,
        "contents": one.contents,
        "acknowledged": _instant(one),
    }


def escrow_table(found: "Sequence[Escrow]") -> str:
    """Return copies as a table, and their places."""
    rows = [
        (
            one.id,
            translate(one.state),
            one.epoch,
            one.live_epoch,
            translate(one.contents),
            _instant(one) or "-",
        )
        for one in found
    ]
    output = current().output
    # Places stand below, whole: the end of a path is what tells it from another.
    places = output.pairs([(one.id, one.location or "-") for one in found])
    return output.table(COLUMNS, rows, right=(2, 3)) + "\n\n" + places


def _list_text(found: "list[Escrow]") -> str:
    if not found:
        return translate(
            "There is no copy of the ring: losing this disk loses the vault.\n"
            "Next: vault key escrow add FOLDER, or vault backup run FOLDER"
        )
    return escrow_table(found)


def _instant(one: "Escrow") -> str | None:
    if one.acknowledged_ms is None:
        return None
    return datetime.fromtimestamp(one.acknowledged_ms // 1000, UTC).isoformat()
