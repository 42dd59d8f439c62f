"""Approvals: what several people must agree to, and when they have.

A request names one act by the digest of its parameters. People in the demanded
roles answer it; each counts once, and its proposer never. An empty demand is never
met: nobody named means nobody may.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ledgervault.domain.roster import split_roles
from ledgervault.domain.rules import Approval
from ledgervault.errors import IntegrityViolated

APPROVE, REJECT = "approve", "reject"
OPEN, READY, USED = "open", "ready", "used"
REJECTED, WITHDRAWN, EXPIRED = "rejected", "withdrawn", "expired"
LIFETIME = timedelta(days=14)
# Whoever stands above a role may agree in its place.
STANDS_IN = {"partner": ("partner", "owner")}


@dataclasses.dataclass(frozen=True, slots=True)
class Demand:
    """So many people, each in one of these roles."""

    roles: tuple[str, ...]
    count: int
    is_where_possible: bool = False  # asks for as many as there are

    def as_json(self) -> dict[str, Any]:
        """Return the form that is signed."""
        return {"roles": list(self.roles), "count": self.count}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer of one person, in the roles he has now."""

    user: str
    role: str  # several are written with `+`; empty: he counts no more
    answer: str
    at: datetime

    @property
    def roles(self) -> frozenset[str]:
        """Return every role of the person."""
        return split_roles(self.role)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Exactly one act, who asks for it, who must agree, and until when."""

    vault: str
    id: str
    act: str
    client: str  # whose key seals the parameters
    digest: str  # of act, client and parameters, salted
    demands: tuple[Demand, ...]
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    sequence: int  # where in the log it stands
    barred: tuple[str, ...] = ()  # whom it favours: they do not agree for themselves

    @property
    def excluded(self) -> frozenset[str]:
        """Return everybody whose answer cannot count."""
        return frozenset({self.proposer, *self.barred})

    def as_json(self) -> dict[str, Any]:
        """Return the canonical form that is signed."""
        return {
            "vault": self.vault,
            "id": self.id,
            "act": self.act,
            "client": self.client,
            "digest": self.digest,
            "demands": [demand.as_json() for demand in self.demands],
            "proposer": self.proposer,
            "proposed_at": self.proposed_at.isoformat(timespec="seconds"),
            "expires_at": self.expires_at.isoformat(timespec="seconds"),
            "sequence": self.sequence,
            "barred": list(self.barred),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Request":
        """Rebuild from the canonical form."""
        try:
            return cls(
                vault=raw["vault"],
                id=raw["id"],
                act=raw["act"],
                client=raw["client"],
                digest=raw["digest"],
                demands=tuple(
                    Demand(tuple(one["roles"]), int(one["count"]))
                    for one in raw["demands"]
                ),
                proposer=raw["proposer"],
                proposed_at=parse_instant(raw["proposed_at"]),
                expires_at=parse_instant(raw["expires_at"]),
                sequence=int(raw["sequence"]),
                barred=tuple(raw["barred"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IntegrityViolated(
                "a request for approval is not readable", code="catalogue.damaged"
            ) from error


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands, and which approvals are still missing."""

    state: str
    missing: tuple[Demand, ...]


def demands_of(approvals: Sequence[Approval]) -> tuple[Demand, ...]:
    """Return what a rule's approvals demand of people."""
    return tuple(
        Demand(STANDS_IN.get(one.role, (one.role,)), one.count, one.is_where_possible)
        for one in approvals
    )


def together(several: Sequence[Sequence[Demand]]) -> tuple[Demand, ...]:
    """Return what all of several rules demand; the highest count of a role."""
    found: dict[tuple[str, ...], Demand] = {}
    for one in (demand for demands in several for demand in demands):
        known = found.get(one.roles)
        if known is None:
            found[one.roles] = one
            continue
        found[one.roles] = Demand(
            one.roles,
            max(one.count, known.count),
            one.is_where_possible and known.is_where_possible,
        )
    return tuple(found.values())


def possible_demands(
    demands: Sequence[Demand], others: Sequence[frozenset[str]]
) -> tuple[Demand, ...]:
    """Reduce what is asked where possible to the people there are besides the actor.

    `others` are the roles of everybody else who is active. A demand that nobody
    could meet falls away; every other demand stays as it is.
    """
    reduced = []
    for one in demands:
        able = sum(bool(roles & set(one.roles)) for roles in others)
        count = min(one.count, able) if one.is_where_possible else one.count
        if count:
            reduced.append(Demand(one.roles, count))
    return tuple(reduced)


def missing_demands(
    demands: Sequence[Demand],
    answers: Sequence[Answer],
    excluded: frozenset[str] = frozenset(),
) -> tuple[Demand, ...]:
    """Return what is still missing; each person counts once, for one demand."""
    people = {
        one.user: one.roles
        for one in answers
        if one.answer == APPROVE and one.user not in excluded
    }
    places = [index for index, one in enumerate(demands) for _ in range(one.count)]
    asked = [demands[index] for index in places]
    taken: dict[str, int] = {}  # person -> place
    for place in range(len(places)):
        _seat(place, asked, people, taken)
    filled = [places[place] for place in taken.values()]
    lacking = [
        Demand(one.roles, one.count - filled.count(index))
        for index, one in enumerate(demands)
    ]
    return tuple(one for one in lacking if one.count > 0)


def stand(
    request: Request, answers: Sequence[Answer], *, ended: str, now: datetime
) -> Standing:
    """Say where a request stands; `ended` is what the log says closed it."""
    missing = missing_demands(request.demands, answers, request.excluded) or (
        () if request.demands else (Demand(("nobody",), 1),)
    )
    if ended:
        return Standing(ended, missing)
    if any(one.answer == REJECT for one in answers):
        return Standing(REJECTED, missing)
    if is_expired(request, now):
        return Standing(EXPIRED, missing)
    return Standing(OPEN if missing else READY, missing)


def is_expired(request: Request, now: datetime) -> bool:
    """Say whether nobody may act on a request any more."""
    return now >= request.expires_at


def is_timely(at: datetime, *, asked_at: datetime, now: datetime) -> bool:
    """Say whether an answer was given after it was asked and not in the future."""
    return asked_at.replace(microsecond=0) <= at <= now


def parse_instant(text: str) -> datetime:
    """Parse an instant with its offset; ValueError for one that says none."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant


def _seat(
    start: int,
    places: Sequence[Demand],
    people: Mapping[str, frozenset[str]],
    taken: dict[str, int],
) -> bool:
    """Find somebody for a place; move others to where they may stand as well."""
    tried: set[str] = set()

    def find(place: int) -> bool:
        for user, roles in people.items():
            if user in tried or not roles & set(places[place].roles):
                continue
            tried.add(user)
            if user not in taken or find(taken[user]):
                taken[user] = place
                return True
        return False

    return find(start)
