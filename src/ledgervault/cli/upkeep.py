"""`vault verify`, `vault doctor` and `vault backup`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ledgervault.cli.output import first_few, number_text, size_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import IntegrityViolated, ItemsFailed, UsageInvalid
from ledgervault.formats.sanitising import display_width, pad, printable

backup = typer.Typer(rich_markup_mode=None)
Target = Annotated[str, typer.Argument(help="Backup folder, on another disk.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("verify")(verify)
    app.command("doctor")(doctor)


def verify(
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Also read every stored byte.")
    ] = False,
) -> None:
    """Verify the log, every row against it, and every key.

    Example: vault verify --read-data
    """
    from ledgervault.services.verifying import verify_vault

    session = current()
    with (
        session.opened_vault() as vault,
        session.output.progress("verifying") as advance,
    ):
        report = verify_vault(vault, reads_data=read_data, progress=advance)
    value = {
        "ok": report.is_ok,
        "documents": report.documents,
        "bytes": report.bytes,
        "unopened": report.unopened,
        "bad": [
            {"id": one.id, "code": one.code, "problem": one.problem}
            for one in report.bad
        ],
    }
    session.output.show(value, lambda: _verify_text(report, read_data=read_data))
    if not report.is_ok:
        raise IntegrityViolated(
            f"documents that are not what was kept: {len(report.bad)}",
            hint="restore them from a backup; see `vault backup restore`",
            code="verify.bad",
        )


def doctor(
    reclaim: Annotated[
        bool, typer.Option("--reclaim", help="Remove packs an interrupted ingest left.")
    ] = False,
) -> None:
    """Look at the vault's health and say what to do.

    Example: vault doctor
    """
    from ledgervault.bootstrap.adapters import place_notes
    from ledgervault.services.doctoring import examine
    from ledgervault.services.doctoring import reclaim as reclaim_packs

    session = current()
    with session.opened_vault() as vault:
        freed = reclaim_packs(vault) if reclaim else None
        checks = examine(vault, place_notes=place_notes(session.settings))
    value: dict[str, Any] = {
        "checks": [
            {
                "name": one.name,
                "state": one.state,
                "finding": one.finding,
                "remedy": one.remedy,
            }
            for one in checks
        ]
    }
    if freed is not None:
        value["reclaimed_bytes"] = freed
    session.output.show(value, lambda: _doctor_text(checks, freed))
    if any(one.state == "problem" for one in checks):
        raise ItemsFailed("there are problems")


@backup.command("run")
def run(target: Target) -> None:
    """Back up what is new, and the mirror of the ring.

    Example: vault backup run /media/备份盘
    """
    from ledgervault.bootstrap.adapters import backup_target
    from ledgervault.services.backing_up import run_backup

    session = current()
    location = str(Path(target).resolve())
    if Path(location).is_relative_to(session.settings.vault_dir.resolve()):
        raise UsageInvalid(
            "a backup inside the vault is lost with it",
            hint="name a folder on another disk",
        )
    with session.opened_vault() as vault:
        done = run_backup(vault, backup_target(session.settings, location), location)
    value = {
        "backup": done.id,
        "documents": done.documents,
        "bytes": done.bytes,
        "mirror": done.mirror,
    }
    session.output.show(
        value,
        lambda: phrase(
            "Backup {id}: {count} documents, {size}; the mirror holds epoch {epoch}.",
            id=done.id,
            count=number_text(done.documents),
            size=size_text(done.bytes),
            epoch=done.epoch,
        ),
    )


@backup.command("list")
def list_(target: Target) -> None:
    """List the backups in a folder.

    Example: vault backup list /media/备份盘
    """
    from ledgervault.bootstrap.adapters import list_backups

    output = current().output
    snapshots = list_backups(current().settings, target)
    rows = [
        (one.name, one.facts.get("log_size", "-"), len(one.packs)) for one in snapshots
    ]
    output.show(
        {
            "backups": [
                {"backup": name, "log_size": size, "packs": packs}
                for name, size, packs in rows
            ]
        },
        lambda: output.table(("backup", "log size", "packs"), rows, right=(1, 2)),
    )


@backup.command("restore")
def restore(
    target: Target,
    to: Annotated[
        str, typer.Option("--to", help="A new folder for the restored vault.")
    ],
    snapshot: Annotated[
        str | None,
        typer.Option("--snapshot", help="Which backup; the newest if left out."),
    ] = None,
) -> None:
    """Build a vault from a backup; the destroyed stays destroyed.

    Example: vault backup restore /media/备份盘 --to 新资料库
    """
    from ledgervault.bootstrap.restoring import restore_backup

    session = current()
    restored = restore_backup(session.settings, target, to=Path(to), snapshot=snapshot)
    value = {
        "vault": restored.directory,
        "backup": restored.snapshot,
        "log_size": restored.log_size,
        "packs": restored.packs,
        "missing_packs": list(restored.missing_packs),
    }
    session.output.show(
        value,
        lambda: (
            phrase("{backup} restored to {vault}.", **value)
            + "\n"
            + phrase("Next: vault --vault {vault} verify --read-data", **value)
        ),
    )


def _verify_text(report: Any, *, read_data: bool) -> str:
    lines = first_few([f"{one.id}: {translate(one.problem)}" for one in report.bad])
    verdict = (
        "everything is as it was kept"
        if report.is_ok
        else "not everything is as it was kept"
    )
    said = (
        "{count} documents, {size} read: {verdict}."
        if read_data
        else "{count} documents, rows and keys: {verdict}; --read-data reads all bytes."
    )
    lines.append(
        phrase(
            said,
            count=number_text(report.documents),
            size=size_text(report.bytes),
            verdict=translate(verdict),
        )
    )
    if report.unopened:
        text = "Without a grant for {count} of them, their wrapped keys were not tried."
        lines.append(phrase(text, count=number_text(report.unopened)))
    return "\n".join(lines)


def _doctor_text(checks: list[Any], freed: int | None) -> str:
    marks = {"ok": "✓", "note": "·", "problem": "✗"}
    width = max(display_width(translate(one.name)) for one in checks)
    lines = []
    for one in checks:
        name = pad(translate(one.name), width)
        lines.append(f"{marks[one.state]} {name}  {_said(one.finding)}")
        if one.remedy:
            lines.append(f"  {' ' * width}  → {_said(one.remedy)}")
    if freed is not None:
        lines.append(phrase("{size} reclaimed.", size=size_text(freed)))
    return "\n".join(lines)


def _said(text: str) -> str:
    return printable(translate(text))
