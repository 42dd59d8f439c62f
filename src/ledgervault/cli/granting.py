"""`vault grant`, `vault team`: who may open whose papers."""

from typing import Annotated

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase, translate
from ledgervault.domain.vocabulary import LEVELS

team = typer.Typer(rich_markup_mode=None)

Holder = Annotated[
    str, typer.Argument(help="A person's name or code, or a team written @NAME.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("grant")(grant)


def grant(
    user: Holder,
    client: Annotated[
        str, typer.Option("--client", help="A client, - for the agency's own, or all.")
    ],
    level: Annotated[
        str, typer.Option("--level", help="The highest level he may open.")
    ] = LEVELS[-1],
    until: Annotated[
        str | None, typer.Option("--until", help="The last day; else without end.")
    ] = None,
    meta_only: Annotated[
        bool,
        typer.Option("--meta-only", help="What is said of documents, not the papers."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Give a person or a team the keys of a client.

    Example: vault grant 陈会计 --client C001 --level confidential --until 2027-03-31
    """
    from ledgervault.domain.client_facts import parse_day
    from ledgervault.services.granting import GrantRequest, grant_access

    request = GrantRequest(
        holder=user,
        client=client,
        level=level,
        until=parse_day(until) if until else None,
        knows_only=meta_only,
    )
    with current().opened_vault() as vault:
        granted = grant_access(vault, request, is_dry_run=dry_run)
    given = granted.given
    value = {
        "holder": granted.holder,
        "client": granted.client,
        "level": given.level,
        "documents": given.reads,
        "until": given.until.isoformat() if given.until else None,
        "keys": granted.keys,
        "dry_run": dry_run,
    }
    said = (
        "{holder} would be able to open {client} up to {level}."
        if dry_run
        else "{holder} may open {client} up to {level}; {keys} keys sealed.\n"
        "Next: {next}"
    )
    is_team = granted.holder.startswith("@")
    after = "vault team list" if is_team else f"vault user show {granted.holder}"
    shown = {**value, "level": translate(given.level), "next": after}
    current().output.show(value, lambda: phrase(said, **shown))


@team.command("add")
def team_add(
    name: Annotated[str, typer.Argument(help="The team's name.")],
    users: Annotated[list[str], typer.Argument(help="Who is in it, or joins it.")],
) -> None:
    """Form a team, or let people join one; they get the keys of its grants.

    Example: vault team add 一组 陈会计 王会计
    """
    from ledgervault.services.teams import set_team

    with current().opened_vault() as vault:
        view = set_team(vault, name, users)
    value = {"team": view.name, "members": list(view.members), "keys": view.keys}
    current().output.show(
        value,
        lambda: phrase(
            "Team {team}: {members}. Keys sealed: {keys}.\n"
            "Next: vault grant @{team} --client C001",
            **{**value, "members": ", ".join(view.members)},
        ),
    )


@team.command("list")
def team_list() -> None:
    """List the teams and who is in them.

    Example: vault team list
    """
    from ledgervault.services.teams import list_teams

    output = current().output
    with current().opened_vault() as vault:
        teams = list_teams(vault)
    value = {"teams": [{"team": t.name, "members": list(t.members)} for t in teams]}
    rows = [(f"@{one.name}", ", ".join(one.members)) for one in teams]
    output.show(value, lambda: output.table(("team", "members"), rows))
