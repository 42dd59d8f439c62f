"""`vault key recovery`: restore from a kit; shares among people."""

from typing import Annotated

import typer

from ledgervault.cli import recovering
from ledgervault.cli.recovery_text import status_text, status_value
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.errors import UsageInvalid

app = typer.Typer(rich_markup_mode=None)
recovering.register(app)
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


@app.command("arrange")
def arrange(
    people: Annotated[
        list[str], typer.Argument(help="Names or codes of the people who get shares.")
    ],
    needed: Annotated[
        int, typer.Option("--of", help="How many of them must come together.")
    ] = 2,
) -> None:
    """Share a recovery identity among people, so that any few of them rebuild it.

    Arranging anew replaces the shares, lets the identity before go and renews every
    key; run it when somebody joins or leaves.

    Example: vault key recovery arrange --of 2 Lin Zhao Chen
    """
    from ledgervault.services.leaving import disable_user
    from ledgervault.services.recovery.arranging import arrange_recovery

    session = current()
    with session.opened_vault() as vault:
        made = arrange_recovery(vault, needed, people)
        for code in made.earlier:
            disable_user(vault, code, why="recovery was arranged anew")
    value = {
        "set": made.set_id,
        "needed": made.needed,
        "people": list(made.people),
        "fingerprint": made.fingerprint,
        "shares": made.shares,
        "replaced": list(made.earlier),
    }
    session.output.show(
        value,
        lambda: phrase(
            "Any {needed} of {people} people recover every key of the vault.\n"
            "Fingerprint of the recovery identity  {fingerprint}\n"
            "Next: vault backup run FOLDER, then rehearse: vault key recovery request "
            "--drill -o FILE",
            needed=made.needed,
            people=len(made.people),
            fingerprint=made.fingerprint,
        ),
    )


@app.command("status")
def status() -> None:
    """Say who recovers the vault, how many are needed, and what is lacking.

    Example: vault key recovery status
    """
    from ledgervault.services.recovery.standing import recovery_status

    session = current()
    with session.opened_vault() as vault:
        found = recovery_status(vault)
    session.output.show(status_value(found), lambda: status_text(session.output, found))


@app.command("drill")
def drill(
    files: Annotated[
        list[str] | None, typer.Argument(help="Contributions to a request --drill.")
    ] = None,
    kit: Kit = None,
    code_file: CodeFile = None,
) -> None:
    """Rehearse recovery: with people, on a canary; or with your own kit.

    Nothing is printed and nothing is rebuilt.

    Example: vault key recovery drill --kit kit.html
    """
    if bool(files) == bool(kit or code_file):
        raise UsageInvalid(
            "a drill takes contributions, or a kit",
            hint="name the files people sent, or --kit FILE",
        )
    if files:
        _drill_shares(files)
    else:
        _drill_kit(kit, code_file)


def _drill_shares(files: list[str]) -> None:
    from ledgervault.bootstrap.recovering import combine_canary
    from ledgervault.services.recovery.standing import note_drill

    session = current()
    with session.opened_vault() as vault:
        done = combine_canary(session.settings, files)
        names = note_drill(vault, done.set_id, done.members)
    session.output.show(
        {"ok": True, "set": done.set_id.hex(), "people": names},
        lambda: phrase(
            "The canary came out whole. Took part: {people}", people=", ".join(names)
        ),
    )


def _drill_kit(kit: str | None, code_file: str | None) -> None:
    from ledgervault.bootstrap.kits import KitSource, check_kit
    from ledgervault.services.recovery.standing import note_kit_drill

    session = current()
    source = KitSource(kit, code_file, session.secret_prompt())
    with session.opened_vault() as vault:
        opens_file = check_kit(session.settings, source, vault.identity)
        note_kit_drill(vault)
    file = (
        "The code opens the identity file too."
        if opens_file
        else "The identity file has no slot for the code; the kit alone rebuilds it."
    )
    session.output.show(
        {"ok": True, "opens_file": opens_file},
        lambda: phrase("The kit opens your identity. {file}", file=translate(file)),
    )
