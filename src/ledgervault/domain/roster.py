"""The roster: who belongs to a vault, and what signed statements gave to whom.

Values only; `following` adds a statement to a roster. Ids are hex here.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledgervault.domain.vocabulary import ROLES

ADMITTED, DISABLED, SUCCEEDED = "user.admitted", "user.disabled", "user.succeeded"
TEAM = "team.stated"
WALL_RAISED, WALL_LOWERED = "wall.raised", "wall.lowered"
GIVEN, WITHDRAWN = "grant.given", "grant.withdrawn"
ROTATED = "keys.rotated"
ROSTER_ACTS = frozenset(
    {
        ADMITTED,
        DISABLED,
        SUCCEEDED,
        TEAM,
        WALL_RAISED,
        WALL_LOWERED,
        GIVEN,
        WITHDRAWN,
        ROTATED,
    }
)
ADMITTING_ROLES = frozenset({"owner", "partner", "recovery"})
ALWAYS_GRANTED = frozenset({"owner", "recovery"})
RECOVERY = "recovery"  # no role of the policy language: rules permit it nothing
STANDING_ROLES = (*(role for role in ROLES if role != "client"), RECOVERY)
PERSONAL_ROLES = frozenset(STANDING_ROLES)
EVERY_CLIENT = "*"
ACTIVE = "active"
LOWEST_GRANT = "internal"  # what is said of a client at all
FIRST_EPOCHS = (1, 1)
_ROLE_SEPARATOR = "+"


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """One person's or service's place in the vault."""

    user: str
    role: str
    public: str  # SHA-256 of the public keys
    since: date
    state: str = ACTIVE
    ended_at: int | None = None  # log sequence of the statement that ended it

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles one by one."""
        return split_roles(self.role)


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A grant as it was stated; `client` may be every client."""

    holder: str  # a user or a team
    client: str
    level: str
    reads: bool  # documents, not only what is said of them
    since: date
    until: date | None = None  # the last day

    def counts_on(self, today: date) -> bool:
        """Say whether the grant holds on a day."""
        return self.until is None or today <= self.until


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """One statement whose signature has been verified."""

    act: str
    actor: str
    sequence: int
    on: date
    facts: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Roster:
    """What all statements so far add up to."""

    founder: str
    people: Mapping[str, Standing] = dataclasses.field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    walls: frozenset[tuple[str, str]] = frozenset()
    grants: Mapping[tuple[str, str], Given] = dataclasses.field(default_factory=dict)
    epochs: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)

    def is_barred(self, user: str, client: str) -> bool:
        """Say whether a wall stands between a user and a client."""
        return (user, client) in self.walls

    def teams_of(self, user: str) -> frozenset[str]:
        """Return the teams a user is a member of."""
        return frozenset(team for team, who in self.teams.items() if user in who)

    def epochs_of(self, compartment: str) -> tuple[int, int]:
        """Return the doc and meta epochs a compartment has reached."""
        return self.epochs.get(compartment, FIRST_EPOCHS)

    def active(self) -> list[Standing]:
        """Return everybody who belongs to the vault now."""
        return [one for one in self.people.values() if one.state == ACTIVE]


def split_roles(role: str) -> frozenset[str]:
    """Return the single roles of `bookkeeper+archivist`."""
    return frozenset(role.split(_ROLE_SEPARATOR))


def join_roles(roles: frozenset[str]) -> str:
    """Write several roles as one text, in the order of the vocabulary."""
    return _ROLE_SEPARATOR.join(role for role in STANDING_ROLES if role in roles)
