"""Which keys a person is entitled to, as the roster and the day say.

Owners and the recovery identity hold every key. Everybody else holds what was
granted, never across a wall. What colleagues are called stands at the agency's
internal level; disposals and certificates at its confidential level.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date

from ledgervault.domain.roster import (
    ACTIVE,
    ALWAYS_GRANTED,
    EVERY_CLIENT,
    Roster,
    Standing,
)
from ledgervault.domain.vocabulary import LEVELS

UNATTENDED = frozenset({"service"})
# Who proves the vault as a whole and may know how much is in it.
ANSWERING_FOR_ALL = frozenset({"owner", "recovery", "auditor", "service"})
RECORD_KEEPERS = frozenset({"partner", "archivist", "auditor"})
NEVER_READING = frozenset({"auditor", "service"})
OF_COLLEAGUES, OF_RECORDS = "internal", "confidential"


@dataclasses.dataclass(frozen=True, slots=True)
class Entitlement:
    """How high somebody may open a client's papers; empty is not at all."""

    reads: str = ""  # documents
    knows: str = ""  # what is said of them

    def covers(self, level: str, *, is_content: bool) -> bool:
        """Say whether a level's key of a kind is his."""
        top = self.reads if is_content else self.knows
        return bool(top) and LEVELS.index(level) <= LEVELS.index(top)


EVERYTHING = Entitlement(LEVELS[-1], LEVELS[-1])
NOTHING = Entitlement()


def entitlement_of(
    roster: Roster, user: str, client: str, *, is_agency: bool, today: date
) -> Entitlement:
    """Return how high a user may open the papers of a client on a day."""
    standing = roster.people.get(user)
    if standing is None or standing.state != ACTIVE:
        return NOTHING
    if standing.roles & ALWAYS_GRANTED:
        return EVERYTHING
    if standing.roles <= UNATTENDED or roster.is_barred(user, client):
        return NOTHING
    # A grant of every client is none of the agency's own records.
    scope = {client} if is_agency else {client, EVERY_CLIENT}
    implied = _implied(standing) if is_agency else NOTHING
    return _highest([implied, *_granted(roster, standing, scope, today)])


def _implied(standing: Standing) -> Entitlement:
    keeps_records = bool(standing.roles & RECORD_KEEPERS)
    return Entitlement("", OF_RECORDS if keeps_records else OF_COLLEAGUES)


def _granted(
    roster: Roster, standing: Standing, scope: set[str], today: date
) -> list[Entitlement]:
    holders = {standing.user} | roster.teams_of(standing.user)
    may_read = not standing.roles <= NEVER_READING
    return [
        Entitlement(one.level if one.reads and may_read else "", one.level)
        for (holder, of), one in roster.grants.items()
        if holder in holders and of in scope and one.counts_on(today)
    ]


def _highest(found: Sequence[Entitlement]) -> Entitlement:
    return Entitlement(
        _top([one.reads for one in found]), _top([one.knows for one in found])
    )


def _top(levels: Sequence[str]) -> str:
    return max(levels, key=lambda level: LEVELS.index(level) if level else -1)
