"""Teams: form one, change who is in it, list them.

Whoever joins a team is given the keys of its grants; whoever leaves it keeps
them until the epochs change, which `vault revoke` does.
"""

import dataclasses
from collections.abc import Sequence

from ledgervault.domain.roster import TEAM
from ledgervault.errors import Conflict, UsageInvalid
from ledgervault.ids import random_id
from ledgervault.ports.rows import TeamRow
from ledgervault.vault.authority import authorise
from ledgervault.vault.keychain import Granter
from ledgervault.vault.names import find_user, names_of
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User
from ledgervault.vault.sealing_grants import Sealing
from ledgervault.vault.stating import reload_people, state_of_people
from ledgervault.vault.teams import MARK, find_team, seal_team, team_names
from ledgervault.vault.writing import writing

MAX_NAME = 40


@dataclasses.dataclass(frozen=True, slots=True)
class TeamView:
    """A team and who is in it."""

    name: str
    members: tuple[str, ...]
    keys: int = 0  # sealed to those who joined


def list_teams(vault: Vault) -> list[TeamView]:
    """Return every team."""
    authorise(vault, "list")
    names = names_of(vault)
    known = {user.hex(): name for user, name in names.items()}
    roster = vault.people.roster
    return [
        TeamView(name, tuple(sorted(known[one] for one in roster.teams[team])))
        for team, name in sorted(team_names(vault).items(), key=lambda pair: pair[1])
    ]


def set_team(vault: Vault, name: str, people: Sequence[str]) -> TeamView:
    """Form a team of these people, or make them join it.

    Raises Conflict when all of them are in it already.
    """
    authorise(vault, "grant")
    called = name.removeprefix(MARK).strip()
    if not 0 < len(called) <= MAX_NAME or not people:
        raise UsageInvalid(
            "a team has a name and members", hint="vault team add NAME USER..."
        )
    with writing(vault, "team add"):
        users = [find_user(vault, one)[0] for one in people]
        known = find_team(vault, called)
        team = bytes.fromhex(known) if known else random_id()
        before = vault.people.roster.teams.get(team.hex(), frozenset())
        members = before | {user.id.hex() for user in users}
        if members == before:
            raise Conflict(f"they are in {called} already", code="team.unchanged")
        with vault.act() as act:
            if known is None:
                act.tx.add_team(TeamRow(team, seal_team(vault, team, called), 1))
            keys = _state(vault, act, team.hex(), members, users)
        reload_people(vault)
    view = next(one for one in list_teams(vault) if one.name == called)
    return dataclasses.replace(view, keys=keys)


def _state(
    vault: Vault, act: Act, team: str, members: frozenset[str], joined: Sequence[User]
) -> int:
    facts = {"team": team, "members": sorted(members)}
    state_of_people(vault, act, TEAM, facts, objects=(team,))
    sealing = Sealing(vault, Granter(vault.id, vault.identity, act.start))
    grants = [
        grant
        for user in joined
        for grant in (*sealing.ring_key_for(user), *sealing.owed(user))
    ]
    act.tx.add_grants(grants)
    return len(grants)
