"""`vault init`: a vault, its owner's identity, and the recovery kit."""

from typing import Annotated

import typer

from ledgervault.cli.key_slots import Module, TokenLabel, choose_token
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    name: Annotated[str, typer.Option("--name", help="Name of the agency.")] = "",
    packs: Annotated[
        str, typer.Option("--packs", help="Policy packs to adopt, comma-separated.")
    ] = "cn,base",
    recovery_kit: Annotated[
        str | None,
        typer.Option("--recovery-kit", help="Where the recovery kit is written."),
    ] = None,
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", help="Also make a key file, for unattended use."),
    ] = None,
    anchor: Annotated[
        str,
        typer.Option(
            "--anchor", help="What keeps the ring's anchors: file, or pkcs11 (a token)."
        ),
    ] = "file",
    module: Module = None,
    token: TokenLabel = None,
) -> None:
    """Create a vault, the owner's identity and a recovery kit.

    Example: vault init --name 鹿垄财务 --packs cn,base
    """
    from ledgervault.bootstrap.creating import InitRequest, init_vault

    session = current()
    passphrase = session.new_passphrase()
    request = InitRequest(
        name=name or ("agency" if session.can_ask() else name),
        packs=tuple(pack.strip() for pack in packs.split(",") if pack.strip()),
        owner=session.options.identity_name or "owner",
        passphrase=passphrase,
        recovery_kit=recovery_kit,
        key_file=key_file,
        anchors=anchor,
    )
    choose_token(session, module, token)
    made = init_vault(session.settings, request, session.passphrase_prompt())
    value = {
        "vault": made.vault_id,
        "name": made.name,
        "identity": made.identity,
        "fingerprint": made.fingerprint,
        "recovery_kit": made.recovery_kit,
    }
    session.output.show(
        value,
        lambda: phrase(
            "Vault {vault} of {name} is ready.\n"
            "Identity      {identity}  {fingerprint}\n"
            "Recovery kit  {recovery_kit}\n"
            "              Print it, keep it away from this computer, delete the file.\n"
            "Next: {next}",
            **value,
            next=translate(
                "vault client add C001 --name NAME, then vault ingest FOLDER"
            ),
        ),
    )
