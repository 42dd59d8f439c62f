"""Teams: names for several people, so that one grant serves them all."""

from typing import Any

from ledgervault.errors import NotFound
from ledgervault.vault.names import find_user
from ledgervault.vault.opened import Vault

TABLE = "teams"
MARK = "@"


def team_names(vault: Vault) -> dict[str, str]:
    """Return the name of every team, as the agency's own record keeps them."""
    return {team: str(facts["name"]) for team, facts in _open(vault).items()}


def find_team(vault: Vault, name: str) -> str | None:
    """Return the id of a team by its name, with or without its mark."""
    wanted = name.removeprefix(MARK)
    return next(
        (team for team, known in team_names(vault).items() if known == wanted), None
    )


def find_holder(vault: Vault, text: str) -> tuple[str, str]:
    """Find a user, or a team written `@name`; return its id and what it is called."""
    if not text.startswith(MARK):
        user, name = find_user(vault, text)
        return user.id.hex(), name
    team = find_team(vault, text)
    if team is None:
        raise NotFound(
            f"there is no team {text[:60]!r}",
            hint="`vault team list` shows them",
            code="team.not-found",
        )
    return team, text


def seal_team(vault: Vault, team: bytes, name: str) -> bytes:
    """Seal a team's name."""
    return vault.records.seal_for_client(vault.agency, TABLE, team, {"name": name}, 1)


def _open(vault: Vault) -> dict[str, Any]:
    return {
        row.id.hex(): vault.records.open_for_client(
            vault.agency, TABLE, row.id, row.sealed, row.row_version
        )
        for row in vault.catalogue.teams()
        if row.id.hex() in vault.people.roster.teams
    }
