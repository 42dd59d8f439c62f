"""`vault revoke`, `vault wall`, `vault team remove`: keys taken back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgervault.cli.granting import Holder, team
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate

if TYPE_CHECKING:
    from ledgervault.services.revoking import Revoked

Reason = Annotated[
    str, typer.Option("--reason", help="Why; sealed, it goes on the record.")
]
wall = typer.Typer(rich_markup_mode=None)

Client = Annotated[str, typer.Option("--client", help="Client code, name or id.")]
Person = Annotated[str, typer.Argument(help="A person's name or code.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("revoke")(revoke)


def revoke(
    user: Holder,
    client: Annotated[
        str | None,
        typer.Option("--client", help="Only this client, or all; else every grant."),
    ] = None,
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Take a client's keys back; whoever keeps access gets new ones.

    Example: vault revoke 陈会计 --client C001
    """
    from ledgervault.services.revoking import revoke_access

    session = current()
    with session.opened_vault() as vault, session.output.progress("re-wrapped") as seen:
        done = revoke_access(
            vault, user, client, reason=reason, is_dry_run=dry_run, progress=seen
        )
    session.output.show(_shape(done), lambda: _text(done))


@team.command("remove")
def team_remove(
    name: Annotated[str, typer.Argument(help="The team's name.")],
    users: Annotated[list[str], typer.Argument(help="Who leaves it.")],
) -> None:
    """Take people out of a team; what they held only through it gets new keys.

    Example: vault team remove 一组 陈会计
    """
    from ledgervault.services.revoking import leave_team

    session = current()
    with session.opened_vault() as vault, session.output.progress("re-wrapped") as seen:
        done = leave_team(vault, name, users, progress=seen)
    session.output.show(_shape(done), lambda: _text(done))


@wall.command("raise")
def wall_raise(user: Person, client: Client, reason: Reason = "") -> None:
    """Bar a person from a client: he cannot be granted it, nor see that it exists.

    Example: vault wall raise 陈会计 --client C001 --reason 竞业关系
    """
    from ledgervault.services.revoking import raise_wall

    session = current()
    with session.opened_vault() as vault, session.output.progress("re-wrapped") as seen:
        done = raise_wall(vault, user, client, reason=reason, progress=seen)
    value = {"wall": {"user": done.holder, "client": client}, **_shape(done)}
    session.output.show(
        value,
        lambda: (
            phrase(
                "{holder} is barred from {client}.", holder=done.holder, client=client
            )
            + "\n"
            + _text(done)
        ),
    )


@wall.command("lower")
def wall_lower(user: Person, client: Client) -> None:
    """Take a wall down; nothing is granted by that.

    Example: vault wall lower 陈会计 --client C001
    """
    from ledgervault.services.revoking import lower_wall

    with current().opened_vault() as vault:
        view = lower_wall(vault, user, client)
    value = {"user": view.user, "client": view.client}
    current().output.show(
        value,
        lambda: phrase(
            "The wall between {user} and {client} is down.\n"
            "Next, if he shall serve it: vault grant {user} --client {client}",
            **value,
        ),
    )


@wall.command("list")
def wall_list() -> None:
    """List the walls around the clients you may know of.

    Example: vault wall list
    """
    from ledgervault.services.revoking import list_walls

    output = current().output
    with current().opened_vault() as vault:
        walls = list_walls(vault)
    value = {
        "walls": [
            {
                "user": one.user,
                "client": one.client,
                "since": one.since.isoformat() if one.since else None,
                "reason": one.reason,
            }
            for one in walls
        ]
    }
    rows = [(one.user, one.client, one.since, one.reason) for one in walls]
    columns = ("user", "client", "since", "reason")
    output.show(value, lambda: output.table(columns, rows))


def _shape(done: "Revoked") -> dict[str, Any]:
    return {
        "holder": done.holder,
        "withdrawn": done.grants,
        "losing": list(done.losing),
        "compartments": done.compartments,
        "documents": done.documents,
        "dry_run": done.is_dry_run,
    }


def _text(done: "Revoked") -> str:
    if done.is_dry_run:
        return phrase(
            "{count} compartments would get new keys; losing access: {losing}.",
            count=done.compartments,
            losing=_names(done),
        )
    if not done.compartments:
        return translate("Nobody held a key through it; no key had to change.")
    return phrase(
        "{count} compartments have new keys; {documents} documents brought under them."
        "\nNo longer open to: {losing}. What was copied before stays copied.",
        count=done.compartments,
        documents=done.documents,
        losing=_names(done),
    )


def _names(done: "Revoked") -> str:
    return ", ".join(done.losing) or "-"
