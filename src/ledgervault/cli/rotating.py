"""`vault key rotate`: new keys for clients, for the ring, for oneself."""

from typing import Annotated, Any

import typer

from ledgervault.cli.output import first_few, number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed, UsageInvalid


def register(parent: typer.Typer) -> None:
    """Add `rotate`."""
    parent.command("rotate")(rotate)


def rotate(
    client: Annotated[
        list[str] | None, typer.Option("--client", "-c", help="Keys of this client.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Keys of every client and of the agency.")
    ] = False,
    ring: Annotated[
        bool, typer.Option("--ring", help="The key and the anchor of the ring.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish a rotation that was cut off.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Give clients or the ring new keys, and bring what is kept under them.

    Example: vault key rotate --client C001 --reason "员工离职"
    """
    _verify_asked(client, whole=whole, ring=ring, resume=resume)
    session = current()
    with (
        session.opened_vault() as vault,
        session.output.progress("re-wrapping") as advance,
    ):
        if dry_run:
            done = _planned(vault, client or [], whole=whole)
        elif resume:
            done = _resumed(vault, advance)
        else:
            done = _rotated(
                vault, client or [], whole=whole, ring=ring, why=reason, advance=advance
            )
    value = _shape(done, is_dry_run=dry_run, is_ring=ring)
    session.output.show(value, lambda: _text(value))
    if done.problems:
        raise ItemsFailed(
            "some papers could not be brought under the new keys",
            hint="`vault verify` names what is wrong with each",
        )


def _verify_asked(
    client: list[str] | None, *, whole: bool, ring: bool, resume: bool
) -> None:
    if not (client or whole or ring or resume):
        raise UsageInvalid(
            "say whose keys to rotate", hint="name --client CLIENT, --all or --ring"
        )
    if resume and (client or whole or ring):
        raise UsageInvalid(
            "--resume takes nothing else", hint="it finishes what was begun"
        )


def _planned(vault: Any, clients: list[str], *, whole: bool) -> Any:
    from ledgervault.services.rotating import Rotated, plan_rotation

    if not (clients or whole):
        return Rotated(0, 0)
    return plan_rotation(vault, clients, whole=whole)


def _resumed(vault: Any, advance: Any) -> Any:
    from ledgervault.services.rotating import finish_rotation

    return finish_rotation(vault, advance)


def _rotated(
    vault: Any, clients: list[str], *, whole: bool, ring: bool, why: str, advance: Any
) -> Any:
    import dataclasses

    from ledgervault.services.rotating import Rotated, rotate_keys, rotate_ring

    done = Rotated(0, 0)
    if clients or whole:
        done = rotate_keys(vault, clients, whole=whole, why=why, progress=advance)
    if ring:
        flipped = rotate_ring(vault)
        done = dataclasses.replace(
            done,
            ring_epoch=flipped.ring_epoch,
            grants=done.grants + flipped.grants,
        )
    return done


def _shape(done: Any, *, is_dry_run: bool, is_ring: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "compartments": done.compartments,
        "documents": done.documents,
        "wraps": done.wraps,
        "columns": done.sealed,
        "grants": done.grants,
        "ring_epoch": done.ring_epoch or None,
        "problems": [{"row": row, "code": code} for row, code in done.problems],
    }
    if is_dry_run:
        shape["dry_run"] = True
        shape["ring"] = is_ring
    return shape


def _text(value: dict[str, Any]) -> str:
    if "dry_run" in value:
        return _dry_text(value)
    lines = []
    if value["documents"] or value["compartments"]:
        text = (
            "{documents} documents under new keys: {wraps} keys re-wrapped, "
            "{columns} records re-sealed, {grants} grants."
        )
        names = ("documents", "wraps", "columns", "grants")
        counts = {name: number_text(value[name]) for name in names}
        lines.append(phrase(text, **counts))
    if value["ring_epoch"]:
        text = "The ring is at epoch {epoch} under a new key."
        lines.append(phrase(text, epoch=value["ring_epoch"]))
    if not lines:
        return translate("No rotation was under way.")
    lines += first_few([f"{one['row']}: {one['code']}" for one in value["problems"]])
    lines.append(translate("Next: vault backup run, so that backups hold the new keys"))
    return "\n".join(lines)


def _dry_text(value: dict[str, Any]) -> str:
    lines = []
    if value["compartments"]:
        text = (
            "{compartments} compartments and {documents} documents would get new keys."
        )
        names = ("compartments", "documents")
        counts = {name: number_text(value[name]) for name in names}
        lines.append(phrase(text, **counts))
    if value["ring"]:
        lines.append(translate("The ring would get a new epoch and a new key."))
    return "\n".join(lines) or translate("No rotation was under way.")
