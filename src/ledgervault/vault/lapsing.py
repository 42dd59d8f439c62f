"""Grants whose last day has passed: their keys are there still, but closed.

A key that somebody holds cannot be taken back by a date. Until the next epoch
of the compartment, the product itself keeps it shut.
"""

from collections.abc import Mapping
from datetime import date

from ledgervault.domain.entitlement import entitlement_of
from ledgervault.domain.roster import Given, Roster
from ledgervault.ids import ClientId, CompartmentId
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.vault.compartments import verified_compartments
from ledgervault.vault.people import People, User


def lapsed_grants(roster: Roster, today: date) -> list[Given]:
    """Return every grant whose last day has passed."""
    return [one for one in roster.grants.values() if not one.counts_on(today)]


def lapsed_compartments(
    people: People, user: User, reads: CatalogueReads, agency: ClientId, today: date
) -> Mapping[CompartmentId, date]:
    """Return the compartments closed to a user by a lapsed grant, and since when."""
    mine = {user.id.hex()} | people.roster.teams_of(user.id.hex())
    lapsed = {
        one.client: one.until
        for one in lapsed_grants(people.roster, today)
        if one.holder in mine and one.until is not None
    }
    if not lapsed:
        return {}
    closed: dict[CompartmentId, date] = {}
    for row in verified_compartments(reads.compartments()):
        until = lapsed.get(row.client_id.hex()) or lapsed.get("*")
        entitled = entitlement_of(
            people.roster,
            user.id.hex(),
            row.client_id.hex(),
            is_agency=row.client_id == agency,
            today=today,
        )
        if until and not entitled.covers(row.level, is_content=False):
            closed[row.id] = until
    return closed
