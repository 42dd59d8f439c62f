"""`vault get` and `vault cat`: documents out, every byte checked."""

from typing import Annotated, Any

import typer

from ledgervault.cli.output import first_few, number_text, standard_output
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import ItemsFailed, UsageInvalid

Ids = Annotated[
    list[str] | None, typer.Argument(help="Document ids, or beginnings of them.")
]
ClientOption = Annotated[
    str | None, typer.Option("--client", "-c", help="Only this client's.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("get")(get)
    app.command("cat", hidden=True)(cat)


def get(
    documents: Ids = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="A file, a folder, or - for stdout."),
    ] = None,
    client: ClientOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every document you may read.")
    ] = False,
) -> None:
    """Get documents out, every byte checked, nothing overwritten.

    Example: vault get D-7K3M9Q2A -o 下载/
    """
    from ledgervault.services.retrieving import find_documents

    if not (documents or client or everything):
        raise UsageInvalid("name documents", hint="vault get D-7K3M9Q2A -o FOLDER")
    with current().opened_vault() as vault:
        rows, missing = find_documents(
            vault, documents or [], client=client, everything=everything
        )
        if output == "-":
            _to_stdout(vault, rows, asked=len(rows) + len(missing))
            return
        is_many = bool(client or everything or len(documents or ()) > 1)
        report = _to_files(vault, rows, output, is_many=is_many)
        report.failed += missing
        _show_retrieved(report)


def cat(document: Annotated[str, typer.Argument(help="Document id.")]) -> None:
    """Write one document to stdout.

    Example: vault cat D-7K3M9Q2A | less
    """
    from ledgervault.services.retrieving import find_documents

    with current().opened_vault() as vault:
        rows, _missing = find_documents(
            vault, [document], client=None, everything=False
        )
        _to_stdout(vault, rows, asked=1)


def _to_stdout(vault: Any, rows: list[Any], *, asked: int) -> None:
    from ledgervault.services.retrieving import retrieve_to_stream

    if asked != 1:
        raise UsageInvalid("only one document fits on stdout", hint="-o FOLDER")
    sink = standard_output().buffer
    retrieve_to_stream(vault, rows[0], sink)
    sink.flush()


def _to_files(vault: Any, rows: list[Any], output: str | None, *, is_many: bool) -> Any:
    import os

    from ledgervault.services.retrieving import (
        RetrieveReport,
        retrieve_to_directory,
        retrieve_to_file,
    )

    session = current()
    target = output or "."
    is_folder = is_many or target.endswith("/")
    if is_folder or vault.stores.deliveries.is_directory(target):
        with session.output.progress("handing out") as advance:
            return retrieve_to_directory(vault, rows, target, progress=advance)
    folder, name = os.path.split(target)
    return RetrieveReport([retrieve_to_file(vault, rows[0], folder or ".", name)])


def _show_retrieved(report: Any) -> None:
    output = current().output
    value = {
        "retrieved": [
            {"id": one.id, "path": one.path, "size": one.size}
            for one in report.retrieved
        ],
        "failed": [
            {"id": code, "code": why, "message": message}
            for code, why, message in report.failed
        ],
    }
    one = report.retrieved[0] if len(report.retrieved) == 1 else None
    output.show(
        value,
        lambda: (
            phrase("{id} written to {path}", id=one.id, path=one.path)
            if one
            else phrase(
                "{count} documents handed out.",
                count=number_text(len(report.retrieved)),
            )
        ),
    )
    if report.failed:
        lines = [
            f"  {code}: {translate(message)}" for code, _, message in report.failed
        ]
        for line in first_few(lines):
            output.say(line)
        raise ItemsFailed("some documents were not handed out")
