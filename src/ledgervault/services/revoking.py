"""Revoke: take a client's keys back from a user or a team; raise and lower walls.

Whoever loses access loses it by mathematics: the client's keys change, and what
is stored comes under the new ones. What he copied while he could stays his.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.roster import (
    ALWAYS_GRANTED,
    EVERY_CLIENT,
    TEAM,
    WALL_LOWERED,
    WALL_RAISED,
    WITHDRAWN,
)
from ledgervault.errors import Conflict, NotAuthorised, NotFound
from ledgervault.ids import ClientId
from ledgervault.vault.authority import authorise
from ledgervault.vault.finding import ClientCodes, client_codes, get_client
from ledgervault.vault.names import find_user, names_of
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User
from ledgervault.vault.rewrapping import Progress
from ledgervault.vault.stating import reason_of, reload_people, state_of_people
from ledgervault.vault.teams import find_holder, find_team
from ledgervault.vault.withdrawing import Loss, Said, Withdrawal, loss_of, withdraw
from ledgervault.vault.writing import writing


@dataclasses.dataclass(frozen=True, slots=True)
class Revoked:
    """What was taken back, or would be."""

    holder: str
    grants: int  # statements withdrawn
    losing: tuple[str, ...]  # names of those who lose keys
    compartments: int
    documents: int  # re-wrapped
    is_dry_run: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class WallView:
    """A wall as a partner sees it."""

    user: str
    client: str
    since: date | None = None
    reason: str = ""


def revoke_access(
    vault: Vault,
    holder: str,
    client: str | None,
    *,
    reason: str = "",
    is_dry_run: bool = False,
    progress: Progress | None = None,
) -> Revoked:
    """Withdraw a user's or a team's grants, of one client or all of them.

    Raises NotFound `grant.none` where there is nothing to withdraw.
    """
    authorise(vault, "grant")
    with writing(vault, "revoke"):
        found, name = find_holder(vault, holder)
        said = [
            dataclasses.replace(one, reason=reason)
            for one in _withdrawals(vault, found, name, client)
        ]
        losing = _reached(vault, found)
        loss = loss_of(vault, losing, said)
        if is_dry_run:
            return _revoked(vault, name, said, loss, None)
        done = withdraw(vault, said, loss, why="access was revoked", progress=progress)
    return _revoked(vault, name, said, loss, done)


def leave_team(
    vault: Vault, team: str, people: Sequence[str], *, progress: Progress | None = None
) -> Revoked:
    """Take people out of a team; what they held through it alone gets new keys."""
    authorise(vault, "grant")
    with writing(vault, "team remove"):
        found = find_team(vault, team)
        members = vault.people.roster.teams.get(found or "", frozenset())
        users = [find_user(vault, one)[0] for one in people]
        gone = {user.id.hex() for user in users}
        if found is None or not gone <= members:
            raise NotFound("they are not in this team", hint="`vault team list`")
        left = sorted(members - gone)
        said = [Said(TEAM, {"team": found, "members": left}, (found,))]
        loss = loss_of(vault, users, said)
        done = withdraw(vault, said, loss, why="a team was left", progress=progress)
    return _revoked(vault, team, said, loss, done)


def raise_wall(
    vault: Vault,
    user: str,
    client: str,
    *,
    reason: str = "",
    progress: Progress | None = None,
) -> Revoked:
    """Bar a user from a client: nothing of it can be granted him, or seen by him.

    Raises Conflict `wall.exists`, NotAuthorised `wall.owner` for an owner.
    """
    authorise(vault, "grant")
    with writing(vault, "wall raise"):
        barred, name = find_user(vault, user)
        row, _client = get_client(vault, client)
        if barred.roles & ALWAYS_GRANTED:
            raise NotAuthorised(
                "an owner holds every key; no wall keeps him out",
                hint="let him be a partner instead",
                code="wall.owner",
            )
        if vault.people.roster.is_barred(barred.id.hex(), row.id.hex()):
            raise Conflict("this wall stands already", code="wall.exists")
        facts = {"user": barred.id.hex(), "client": row.id.hex()}
        objects = (barred.id.hex(), row.id.hex())
        said = [Said(WALL_RAISED, facts, objects, reason)]
        loss = loss_of(vault, [barred], said)
        done = withdraw(vault, said, loss, why="a wall was raised", progress=progress)
    return _revoked(vault, name, said, loss, done)


def lower_wall(vault: Vault, user: str, client: str) -> WallView:
    """Take a wall down; nothing is granted by that."""
    authorise(vault, "grant")
    with writing(vault, "wall lower"):
        barred, name = find_user(vault, user)
        row, known = get_client(vault, client)
        facts = {"user": barred.id.hex(), "client": row.id.hex()}
        if not vault.people.roster.is_barred(barred.id.hex(), row.id.hex()):
            raise NotFound(
                "there is no such wall", hint="`vault wall list`", code="wall.none"
            )
        with vault.act() as act:
            objects = (barred.id.hex(), row.id.hex())
            state_of_people(vault, act, WALL_LOWERED, facts, objects=objects)
        reload_people(vault)
    return WallView(name, known.code)


def list_walls(vault: Vault) -> list[WallView]:
    """Return the walls around clients that the acting user may know of."""
    authorise(vault, "grant")
    names = {user.hex(): name for user, name in names_of(vault).items()}
    codes = client_codes(vault)
    found = [
        _wall(vault, names[user], user, client, code)
        for user, client in vault.people.roster.walls
        if (code := codes.get(ClientId(bytes.fromhex(client)))) is not None
    ]
    return sorted(found, key=lambda one: (one.client, one.user))


def _wall(vault: Vault, name: str, user: str, client: str, code: str) -> WallView:
    raised = next(
        event
        for event in vault.events_of(user)
        if event.act == WALL_RAISED and event.facts["client"] == client
    )
    since = date.fromisoformat(raised.facts["on"])
    return WallView(name, code, since, reason_of(vault, raised))


def _withdrawals(
    vault: Vault, holder: str, name: str, client: str | None
) -> list[Said]:
    wanted = _client(vault, client)
    codes = client_codes(vault)
    keys = [
        (who, of)
        for who, of in vault.people.roster.grants
        if who == holder and wanted in (None, of) and _is_known(codes, of)
    ]
    if not keys:
        raise NotFound(
            f"{name} holds no such grant",
            hint="`vault user show` lists what he holds; a grant for all clients "
            "is taken back with --client all",
            code="grant.none",
        )
    return [
        Said(
            WITHDRAWN,
            {"holder": who, "client": of},
            (who, of) if of != EVERY_CLIENT else (who,),
        )
        for who, of in keys
    ]


def _is_known(codes: ClientCodes, client: str) -> bool:
    return client == EVERY_CLIENT or ClientId(bytes.fromhex(client)) in codes


def _client(vault: Vault, client: str | None) -> str | None:
    if client is None:
        return None
    if client == "all":
        return EVERY_CLIENT
    row, _known = get_client(vault, client)
    return row.id.hex()


def _reached(vault: Vault, holder: str) -> list[User]:
    members = vault.people.roster.teams.get(holder, frozenset({holder}))
    return [user for user in vault.people.active() if user.id.hex() in members]


def _revoked(
    vault: Vault, holder: str, said: Sequence[Said], loss: Loss, done: Withdrawal | None
) -> Revoked:
    names = names_of(vault)
    losing = [names[user.id] for user in loss.users] if loss.compartments else []
    return Revoked(
        holder=holder,
        grants=len(said),
        losing=tuple(sorted(losing)),
        compartments=len(loss.compartments),
        documents=done.rewrapped.documents if done else 0,
        is_dry_run=done is None,
    )
