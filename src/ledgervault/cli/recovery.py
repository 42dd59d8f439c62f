"""`vault key recovery`: restore from a kit; shares among people."""

from typing import Annotated

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase

app = typer.Typer(rich_markup_mode=None)
Kit = Annotated[
    str | None,
    typer.Option("--kit", help="The kit, or a text file with both scanned codes."),
]
CodeFile = Annotated[
    str | None,
    typer.Option("--code-file", help="A file with the recovery code; - for stdin."),
]


@app.command("restore")
def restore(kit: Kit = None, code_file: CodeFile = None) -> None:
    """Rebuild a lost identity file from its recovery kit.

    Without --kit the code and the eight lines are asked for.

    Example: vault key recovery restore --kit kit.html --as owner
    """
    from ledgervault.bootstrap.kits import KitSource, rebuild_identity

    session = current()
    source = KitSource(kit, code_file, session.secret_prompt())
    made = rebuild_identity(session.settings, source, session.new_passphrase)
    value = {
        "identity": made.identity,
        "path": made.path,
        "fingerprint": made.fingerprint,
        "vault": made.vault_id,
    }
    session.output.show(
        value,
        lambda: phrase(
            "Identity {identity} is back: {path}\n"
            "Fingerprint  {fingerprint}\n"
            "Next: vault backup restore FOLDER --to NEW-FOLDER, unless the vault is here.",
            **value,
        ),
    )
