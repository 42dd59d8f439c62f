"""`vault user`: invite, enrol, admit, list, show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledgervault.cli import leaving
from ledgervault.cli.people_text import (
    admitted_text,
    details_shape,
    details_text,
    enrolled_shape,
    enrolled_text,
    invited_text,
    role_words,
    state_words,
    user_shape,
    words_lines,
)
from ledgervault.cli.session import current
from ledgervault.cli.words import language, translate
from ledgervault.errors import Conflict, NotAuthorised

if TYPE_CHECKING:
    from ledgervault.vault.invitations import JoinRequest
    from ledgervault.vault.opened import Vault

app = typer.Typer(rich_markup_mode=None)
leaving.register(app)

Name = Annotated[str, typer.Argument(help="A person's name or code.")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the person is called here.")],
    role: Annotated[
        list[str], typer.Option("--role", help="A role; may be given several times.")
    ],
    expires: Annotated[
        str | None,
        typer.Option("--expires", help="Last day of the invitation; else a week."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Where the invitation goes.")
    ] = None,
) -> None:
    """Invite a person or a service; the invitation holds no secret.

    Example: vault user add 陈会计 --role bookkeeper
    """
    from ledgervault.bootstrap.enrolling import write_joining_file
    from ledgervault.domain.client_facts import parse_day
    from ledgervault.services.joining import invite_user

    session = current()
    path = Path(output or f"{name}.invitation".replace("/", "-"))
    if path.exists():
        raise Conflict(f"{path} exists", hint="choose another path with -o")
    last_day = parse_day(expires) if expires else None
    with session.opened_vault() as vault:
        invitation = invite_user(vault, name, frozenset(role), expires_on=last_day)
        write_joining_file(path, invitation.serialise(vault.identity))
    value = {
        "invitation": str(path),
        "name": invitation.name,
        "role": invitation.role,
        "expires_on": invitation.expires_on.isoformat(),
    }
    session.output.show(value, lambda: invited_text(value))


@app.command("enrol")
def enrol(
    invitation: Annotated[str, typer.Argument(help="The invitation you were sent.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Where the request goes.")
    ] = None,
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", help="Also make a key file, for unattended use."),
    ] = None,
    recovery_kit: Annotated[
        str | None,
        typer.Option("--recovery-kit", help="Where the recovery kit is written."),
    ] = None,
) -> None:
    """Make your identity on this machine and a request to be admitted.

    Example: vault user enrol 陈会计.invitation
    """
    from ledgervault.bootstrap import enrolling

    session = current()
    path = Path(invitation)
    request = enrolling.EnrolRequest(
        invitation=path,
        output=Path(output) if output else path.with_suffix(".request"),
        passphrase=session.new_passphrase(),
        key_file=key_file,
        recovery_kit=recovery_kit,
    )
    made = enrolling.enrol(session.settings, request)
    session.output.show(enrolled_shape(made), lambda: enrolled_text(made))


@app.command("admit")
def admit(
    request: Annotated[str, typer.Argument(help="The request that came back.")],
    fingerprint: Annotated[
        str,
        typer.Option(
            "--fingerprint", help="The words or code the person read out to you."
        ),
    ] = "",
) -> None:
    """Admit a person after comparing the fingerprint with him.

    Example: vault user admit 陈会计.request
    """
    from ledgervault.bootstrap.enrolling import read_joining_file
    from ledgervault.services.joining import admit_user
    from ledgervault.vault.invitations import JoinRequest

    session = current()
    asked = JoinRequest.parse(read_joining_file(Path(request)))
    with session.opened_vault() as vault:
        compared = fingerprint or _compare(vault, asked)
        admitted = admit_user(vault, asked, fingerprint=compared)
    value = {
        "user": admitted.code,
        "name": admitted.name,
        "role": admitted.role,
        "keys": admitted.keys,
    }
    session.output.show(value, lambda: admitted_text(value))


@app.command("list")
def list_(
    everybody: Annotated[
        bool, typer.Option("--all", help="Also those who have left.")
    ] = False,
) -> None:
    """List who belongs to the vault.

    Example: vault user list
    """
    from ledgervault.services.people import list_users

    output = current().output
    with current().opened_vault() as vault:
        users = list_users(vault, with_left=everybody)
    rows = [
        (
            one.code,
            one.name,
            role_words(one.role),
            state_words(one.state),
            one.since or "",
        )
        for one in users
    ]
    output.show(
        {"users": [user_shape(one) for one in users]},
        lambda: output.table(("id", "name", "role", "state", "since"), rows),
    )


@app.command("show")
def show(name: Name) -> None:
    """Show a person, the words of his keys, and what was granted him.

    Example: vault user show 陈会计
    """
    from ledgervault.services.people import show_user

    with current().opened_vault() as vault:
        details = show_user(vault, name)
    current().output.show(details_shape(details), lambda: details_text(details))


def _compare(vault: "Vault", request: "JoinRequest") -> str:
    from ledgervault.crypto.fingerprints import fingerprint_words
    from ledgervault.services.joining import invitation_of

    session = current()
    if not session.can_ask():
        raise NotAuthorised(
            "nobody has compared the fingerprint",
            hint="give --fingerprint with the words the person reads out to you",
            code="user.fingerprint",
        )
    name, role = invitation_of(vault, request)
    words = fingerprint_words(request.public, language())
    session.output.say(words_lines(name, role, words))
    if not session.confirm(translate("Do these words agree, every one?")):
        raise NotAuthorised(
            "the fingerprint was not confirmed; nobody was admitted",
            hint="call the person and compare word by word",
            code="user.fingerprint",
        )
    return words
