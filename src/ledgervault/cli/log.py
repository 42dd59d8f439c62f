"""`vault log`: show, verify, export, checkpoint."""

from typing import Annotated, Any

import typer

from ledgervault.cli.delivering import deliver
from ledgervault.cli.exported import ExportedLines
from ledgervault.cli.output import number_text
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import IntegrityViolated

app = typer.Typer(rich_markup_mode=None)


@app.command("show")
def show(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 30,
    after: Annotated[
        int | None,
        typer.Option("--after", min=0, help="Continue behind this entry."),
    ] = None,
    act: Annotated[
        str | None, typer.Option("--act", help="Only acts that begin so.")
    ] = None,
) -> None:
    """Show the last entries of the log, or those after an entry.

    Example: vault log show --act document.shared
    """
    from ledgervault.services.log import show_log, tail_log

    with current().opened_vault() as vault:
        page = (
            tail_log(vault, count=limit, act=act)
            if after is None
            else show_log(vault, after=after, limit=limit, act=act)
        )
    value = {"entries": [_shape(event) for event in page.events], "next": page.next}
    current().output.show(value, lambda: _text(page))


@app.command("verify")
def verify(
    export: Annotated[
        str | None, typer.Argument(help="An exported log; needs no vault and no keys.")
    ] = None,
) -> None:
    """Verify every entry against every signed checkpoint.

    Example: vault log verify log-2026.txt
    """
    from ledgervault.services.log import verify_export, verify_own_log

    if export is not None:
        found = verify_export(ExportedLines(export))
    else:
        with current().opened_vault() as vault:
            found = verify_own_log(vault)
    value = {
        "ok": found.ok,
        "size": found.size,
        "root": found.root.hex(),
        "checkpoints": found.checkpoints,
    }
    if not found.ok:
        value |= {"first_bad": found.first_bad, "problem": found.problem}
    is_export = export is not None
    current().output.show(value, lambda: _verified_text(found, is_export=is_export))
    if not found.ok:
        raise IntegrityViolated(
            f"the log does not verify: {found.problem}",
            hint="keep everything as it is; compare with a backup or an export",
            code="log.violated",
        )


@app.command("export")
def export(
    output_file: Annotated[str, typer.Option("--output", "-o", help="File to write.")],
    tiles: Annotated[
        bool, typer.Option("--tiles", help="A folder in tlog-tiles layout instead.")
    ] = False,
) -> None:
    """Write the whole log so that anyone can verify it offline.

    Example: vault log export -o log-2026.txt
    """
    import os

    from ledgervault.services.log import export_log, export_tiles

    with current().opened_vault() as vault:
        size = vault.catalogue.log_size()
        if tiles:
            for path, content in export_tiles(vault):
                target = os.path.join(output_file, path)  # noqa: PTH118
                deliver(vault, target, [content], is_durable=False)
        else:
            deliver(vault, output_file, export_log(vault))
    current().output.show(
        {"path": output_file, "size": size},
        lambda: _exported_text(output_file, size, tiles=tiles),
    )


@app.command("checkpoint")
def checkpoint() -> None:
    """Print the newest signed checkpoint, to be kept elsewhere.

    Example: vault log checkpoint > checkpoint.txt
    """
    with current().opened_vault() as vault:
        head = vault.checkpoint()
        note = vault.journal.note
    value = {"size": head.size, "root": head.root.hex(), "note": note}
    current().output.show(value, lambda: note.rstrip("\n"))


def _exported_text(path: str, size: int, *, tiles: bool) -> str:
    written = phrase(
        "{count} entries written to {path}", count=number_text(size), path=path
    )
    following = (
        translate("Any reader of the tlog-tiles layout can check it.")
        if tiles
        else phrase("Verify it anywhere: vault log verify {path}", path=path)
    )
    return f"{written}\n{following}"


def _shape(event: Any) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "time_ms": event.time_ms,
        "actor": event.actor.hex(),
        "act": event.act,
        "objects": list(event.objects),
        "facts": dict(event.facts),
    }


def _text(page: Any) -> str:
    from ledgervault.domain.calendar import instant_text
    from ledgervault.ids import short_code

    rows = [
        (
            number_text(event.sequence),
            instant_text(event.time_ms),
            short_code("U", event.actor),
            event.act,
            " ".join(_object(one) for one in event.objects),
        )
        for event in page.events
    ]
    if not rows:
        return translate("No entry matches.")
    return current().output.table(
        ("entry", "time", "who", "act", "what"), rows, right=(0,)
    )


def _object(text: str) -> str:
    from ledgervault.ids import CODE_BYTES, short_code

    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return text
    # The kind is not on the record; the rest is what people know an id by.
    return short_code("", raw).lstrip("-") if len(raw) >= CODE_BYTES else text


def _verified_text(found: Any, *, is_export: bool) -> str:
    if not found.ok:
        return phrase(
            "The log is broken from entry {first}: {problem}",
            first=found.first_bad,
            problem=translate(found.problem),
        )
    text = phrase(
        "{count} entries verified against {checkpoints} signed checkpoints.\nroot {root}",
        count=number_text(found.size),
        checkpoints=number_text(found.checkpoints),
        root=found.root.hex(),
    )
    if not is_export:
        return text
    return f"{text}\n" + translate(
        "The keys are those the file names: compare the root with a checkpoint "
        "that was kept elsewhere."
    )
