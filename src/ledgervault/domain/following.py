"""Add one signed statement after another to the roster.

A statement that its author had no right to make, or that contradicts what was
stated before, is refused: nothing else decides who somebody is.
"""

import dataclasses
from datetime import date

from ledgervault.domain.roster import (
    ACTIVE,
    ADMITTED,
    ADMITTING_ROLES,
    ALWAYS_GRANTED,
    DISABLED,
    EVERY_CLIENT,
    GIVEN,
    LOWEST_GRANT,
    PERSONAL_ROLES,
    ROTATED,
    SUCCEEDED,
    TEAM,
    WALL_LOWERED,
    WALL_RAISED,
    WITHDRAWN,
    Given,
    Roster,
    Standing,
    Statement,
    split_roles,
)
from ledgervault.domain.vocabulary import LEVELS
from ledgervault.errors import IntegrityViolated


def follow(roster: Roster, said: Statement) -> Roster:
    """Return the roster after one more statement; refuse an invalid one."""
    try:
        return _FOLDS[said.act](roster, said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _invalid("it is not readable") from error


def _admitted(roster: Roster, said: Statement) -> Roster:
    user, role = said.facts["user"], said.facts["role"]
    roles = split_roles(role)
    _require(user not in roster.people, "the person was admitted before")
    _require(bool(roles) and roles <= PERSONAL_ROLES, "the role is unknown")
    if roster.people:
        _require_admitting(roster, said)
        if roles & ALWAYS_GRANTED:
            _require_owner(roster, said)
    else:
        is_founder = said.actor == user == roster.founder
        _require(is_founder and "owner" in roles, "the founder comes first")
    standing = Standing(user, role, said.facts["public"], said.on)
    return _with_person(roster, standing)


def _disabled(roster: Roster, said: Statement) -> Roster:
    standing = _active(roster, said.facts["user"])
    _require_admitting(roster, said)
    if standing.roles & ALWAYS_GRANTED:
        _require_owner(roster, said)
        left = [one for one in roster.active() if one.user != standing.user]
        _require(any("owner" in one.roles for one in left), "no owner would be left")
    gone = dataclasses.replace(standing, state=DISABLED, ended_at=said.sequence)
    grants = {key: one for key, one in roster.grants.items() if key[0] != gone.user}
    teams = {team: who - {gone.user} for team, who in roster.teams.items()}
    return dataclasses.replace(_with_person(roster, gone), grants=grants, teams=teams)


def _succeeded(roster: Roster, said: Statement) -> Roster:
    old, new = said.facts["user"], said.facts["successor"]
    standing = _active(roster, old)
    _require(said.actor == old, "nobody changes another's keys")
    _require(new not in roster.people, "the successor is known already")
    ended = dataclasses.replace(standing, state=SUCCEEDED, ended_at=said.sequence)
    fresh = dataclasses.replace(standing, user=new, public=said.facts["public"])
    moved = _with_person(_with_person(roster, ended), fresh)
    return dataclasses.replace(
        moved,
        teams={
            team: who - {old} | ({new} if old in who else set())
            for team, who in roster.teams.items()
        },
        walls=frozenset(
            (new if user == old else user, client) for user, client in roster.walls
        ),
        grants={
            (new if holder == old else holder, client): dataclasses.replace(
                one, holder=new if holder == old else holder
            )
            for (holder, client), one in roster.grants.items()
        },
    )


def _team(roster: Roster, said: Statement) -> Roster:
    _require_admitting(roster, said)
    team, members = said.facts["team"], frozenset(said.facts["members"])
    _require(team not in roster.people, "a team is not a person")
    for member in members - roster.teams.get(team, frozenset()):
        _active(roster, member)
    return dataclasses.replace(roster, teams={**roster.teams, team: members})


def _wall_raised(roster: Roster, said: Statement) -> Roster:
    user, client = said.facts["user"], said.facts["client"]
    standing = _active(roster, user)
    _require_admitting(roster, said)
    _require(not standing.roles & ALWAYS_GRANTED, "an owner holds every key")
    grants = {key: one for key, one in roster.grants.items() if key != (user, client)}
    walls = roster.walls | {(user, client)}
    return dataclasses.replace(roster, walls=walls, grants=grants)


def _wall_lowered(roster: Roster, said: Statement) -> Roster:
    user, client = said.facts["user"], said.facts["client"]
    _require_admitting(roster, said)
    _require(said.actor != user, "nobody lowers a wall around himself")
    _require(roster.is_barred(user, client), "there is no such wall")
    return dataclasses.replace(roster, walls=roster.walls - {(user, client)})


def _given(roster: Roster, said: Statement) -> Roster:
    holder, client = said.facts["holder"], said.facts["client"]
    level = said.facts["level"]
    _require_admitting(roster, said)
    _require(level in LEVELS[LEVELS.index(LOWEST_GRANT) :], "the level is unknown")
    if client == EVERY_CLIENT:
        _require_owner(roster, said)
    _require(not roster.is_barred(holder, client), "a wall stands between them")
    if holder not in roster.teams:
        _active(roster, holder)
    until = said.facts.get("until")
    given = Given(
        holder=holder,
        client=client,
        level=level,
        reads=bool(said.facts["reads"]),
        since=said.on,
        until=date.fromisoformat(until) if until else None,
    )
    grants = {**roster.grants, (holder, client): given}
    return dataclasses.replace(roster, grants=grants)


def _withdrawn(roster: Roster, said: Statement) -> Roster:
    _require_admitting(roster, said)
    key = (said.facts["holder"], said.facts["client"])
    _require(key in roster.grants, "there is no such grant")
    grants = {known: one for known, one in roster.grants.items() if known != key}
    return dataclasses.replace(roster, grants=grants)


def _rotated(roster: Roster, said: Statement) -> Roster:
    _require_admitting(roster, said)
    fresh = {
        compartment: (int(doc), int(meta))
        for compartment, (doc, meta) in said.facts["epochs"].items()
    }
    for compartment, (doc, meta) in fresh.items():
        before = roster.epochs_of(compartment)
        is_later = doc >= before[0] and meta >= before[1] and (doc, meta) != before
        _require(is_later, "an epoch goes back")
    return dataclasses.replace(roster, epochs={**roster.epochs, **fresh})


def _with_person(roster: Roster, standing: Standing) -> Roster:
    people = {**roster.people, standing.user: standing}
    return dataclasses.replace(roster, people=people)


def _active(roster: Roster, user: str) -> Standing:
    standing = roster.people.get(user)
    if standing is None or standing.state != ACTIVE:
        raise _invalid("it is about somebody who is not of this vault")
    return standing


def _require_admitting(roster: Roster, said: Statement) -> None:
    roles = _active(roster, said.actor).roles
    _require(bool(roles & ADMITTING_ROLES), "its author had no right to make it")


def _require_owner(roster: Roster, said: Statement) -> None:
    roles = _active(roster, said.actor).roles
    _require(bool(roles & ALWAYS_GRANTED), "only an owner may state it")


def _require(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_so:
        raise _invalid(otherwise)


def _invalid(why: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"a statement about people does not count: {why}",
        hint="run `vault log verify` and compare with a backup before going on",
        code="people.invalid",
    )


_FOLDS = {
    ADMITTED: _admitted,
    DISABLED: _disabled,
    SUCCEEDED: _succeeded,
    TEAM: _team,
    WALL_RAISED: _wall_raised,
    WALL_LOWERED: _wall_lowered,
    GIVEN: _given,
    WITHDRAWN: _withdrawn,
    ROTATED: _rotated,
}
