"""Who is of this vault: everybody, or one person with all that was granted him."""

import dataclasses
from datetime import date

from ledgervault.crypto.fingerprints import fingerprint_words
from ledgervault.domain.roster import EVERY_CLIENT, Given
from ledgervault.errors import NotFound
from ledgervault.ids import ClientId
from ledgervault.vault.authority import authorise
from ledgervault.vault.finding import client_codes
from ledgervault.vault.names import find_user, names_of, user_code
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User
from ledgervault.vault.teams import team_names


@dataclasses.dataclass(frozen=True, slots=True)
class UserView:
    """A user as people see him."""

    code: str
    name: str
    role: str
    state: str
    since: date | None
    fingerprint: str
    is_me: bool


@dataclasses.dataclass(frozen=True, slots=True)
class GrantView:
    """A grant as people see it; a client closed to the reader is left out."""

    client: str
    level: str
    reads: bool
    since: date
    until: date | None
    is_lapsed: bool
    through: str  # a team, or empty


@dataclasses.dataclass(frozen=True, slots=True)
class UserDetails:
    """One user with grants, teams and words to compare."""

    user: UserView
    words: dict[str, str]
    grants: tuple[GrantView, ...]
    teams: tuple[str, ...]
    walls: tuple[str, ...]


def list_users(vault: Vault, *, with_left: bool = False) -> list[UserView]:
    """Return everybody who belongs to the vault, on request who did too."""
    authorise(vault, "list")
    names = names_of(vault)
    found = [
        _view(vault, user, names[user.id])
        for user in vault.people.users.values()
        if user.is_active or with_left
    ]
    vault.note("users.listed", facts={"count": len(found)})
    return sorted(found, key=lambda one: (one.since or date.min, one.name))


def show_user(vault: Vault, name: str) -> UserDetails:
    """Return one user and what he may open."""
    authorise(vault, "show")
    user, called = find_user(vault, name)
    teams = {
        team: known
        for team, known in team_names(vault).items()
        if user.id.hex() in vault.people.roster.teams[team]
    }
    roster = vault.people.roster
    grants = [
        _grant(vault, one, teams.get(one.holder, ""))
        for one in roster.grants.values()
        if one.holder == user.id.hex() or one.holder in teams
    ]
    walls = [
        _client(vault, client)
        for barred, client in roster.walls
        if barred == user.id.hex() and user.id != vault.me.id
    ]
    vault.note("user.read", objects=(user.id.hex(),))
    return UserDetails(
        user=_view(vault, user, called),
        words={word: fingerprint_words(user.public, word) for word in ("en", "zh")},
        grants=tuple(sorted(filter(None, grants), key=lambda one: one.client)),
        teams=tuple(sorted(teams.values())),
        walls=tuple(sorted(filter(None, walls))),
    )


def _view(vault: Vault, user: User, name: str) -> UserView:
    return UserView(
        code=user_code(user.id),
        name=name,
        role=user.role,
        state="active" if user.is_active else "disabled",
        since=user.admitted_on,
        fingerprint=user.public.fingerprint(),
        is_me=user.id == vault.me.id,
    )


def _grant(vault: Vault, given: Given, team: str) -> GrantView | None:
    client = _client(vault, given.client)
    if client is None:
        return None
    return GrantView(
        client=client,
        level=given.level,
        reads=given.reads,
        since=given.since,
        until=given.until,
        is_lapsed=not given.counts_on(vault.now().date()),
        through=team,
    )


def _client(vault: Vault, client: str) -> str | None:
    if client == EVERY_CLIENT:
        return EVERY_CLIENT
    client_id = ClientId(bytes.fromhex(client))
    if client_id == vault.agency:
        return "-"
    try:
        return client_codes(vault).get(client_id)
    except NotFound:
        return None
