"""`vault key recovery`: people who hold shares bring back what was shared."""

from pathlib import Path
from typing import Annotated

import typer

from ledgervault.cli.delivering import deliver
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase
from ledgervault.errors import UsageInvalid

NewFile = Annotated[str, typer.Option("--output", "-o", help="A new file to write.")]
Files = Annotated[list[str], typer.Argument(help="The files people sent.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("request")(request)
    app.command("contribute")(contribute)
    app.command("combine")(combine)


def request(
    output: NewFile,
    is_drill: Annotated[
        bool, typer.Option("--drill", help="Ask for the shares of the canary only.")
    ] = False,
) -> None:
    """Ask for shares: on the machine that recovers, beside the restored vault.

    The passphrase chosen here becomes that of the rebuilt identity.

    Example: vault key recovery request -o request.json
    """
    from ledgervault.bootstrap.recovering import ask_for_shares

    session = current()
    passphrase = None if is_drill else session.new_passphrase()
    made = ask_for_shares(
        session.settings, Path(output), passphrase=passphrase, is_drill=is_drill
    )
    value = {
        "request": made.path,
        "fingerprint": made.fingerprint,
        "words": made.words,
        "drill": made.is_drill,
    }
    session.output.show(
        value,
        lambda: phrase(
            "Request  {request}\n"
            "Fingerprint  {fingerprint}\n"
            "    {words}\n"
            "Send the file to the people who hold shares, and read the words out to each "
            "of them, by telephone or face to face.\n"
            "Next, on each one's machine: {next}",
            **value,
            next="vault key recovery contribute FILE --fingerprint WORDS -o FILE",
        ),
    )


def contribute(
    request_file: Annotated[
        str, typer.Argument(metavar="REQUEST", help="The request you were sent.")
    ],
    output: NewFile,
    fingerprint: Annotated[
        str,
        typer.Option("--fingerprint", help="What the person who recovers read out."),
    ] = "",
) -> None:
    """Give your shares to the person who recovers, sealed so that only he opens them.

    Example: vault key recovery contribute request.json --fingerprint K3M9-... -o lin.json
    """
    from ledgervault.bootstrap.recovering import read_request
    from ledgervault.services.recovery.contributing import contribute as give

    session = current()
    if not fingerprint:
        raise UsageInvalid(
            "a contribution needs the fingerprint that was read out to you",
            hint="add --fingerprint; never take it from the request itself",
        )
    content = read_request(request_file)
    with session.opened_vault() as vault:
        given = give(vault, content, fingerprint)
        deliver(vault, output, [given.content])
    value = {
        "contribution": output,
        "fingerprint": given.fingerprint,
        "drill": given.is_drill,
        "needed": given.needed,
    }
    what = (
        "This is a drill: nothing can be opened with it."
        if given.is_drill
        else "This is no drill: {needed} such files open every paper of the vault."
    )
    session.output.show(
        value,
        lambda: phrase(
            "Contribution  {contribution}\n{what}\nNext: send it to the person who recovers.",
            contribution=output,
            what=phrase(what, needed=given.needed),
        ),
    )


def combine(files: Files) -> None:
    """Rebuild the recovery identity from enough contributions.

    Example: vault key recovery combine lin.json zhao.json
    """
    from ledgervault.bootstrap.recovering import combine_seed

    session = current()
    made = combine_seed(session.settings, files, session.passphrase_prompt())
    value = {
        "identity": made.identity,
        "path": made.path,
        "fingerprint": made.fingerprint,
        "people": list(made.people),
    }
    session.output.show(
        value,
        lambda: phrase(
            "Identity {identity} is rebuilt: {path}\n"
            "Fingerprint  {fingerprint}\n"
            "It opens every paper. Next: vault --as {identity} verify --read-data, then "
            "admit a new owner, arrange recovery anew, and erase this file.",
            **value,
        ),
    )
