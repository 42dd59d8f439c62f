"""How keys are used: what lies under each, how old they are, what is left to do.

No count of wraps is too high: each has a salt of its own, and each column a key
of its own. Counts are watched so that a rotation that stopped halfway shows.
"""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime

from ledgervault.domain.roster import ROTATED
from ledgervault.ids import ClientId, CompartmentId
from ledgervault.vault.attested import attested_events, attested_events_of
from ledgervault.vault.lapsing import lapsed_grants
from ledgervault.vault.opened import Vault
from ledgervault.vault.rotation_job import unfinished_rotation

KEYS = "keys"  # the log object of everything that renews keys


@dataclasses.dataclass(frozen=True, slots=True)
class KeyHealth:
    """What there is to say of a vault's keys."""

    keys: int  # that something lies under
    wraps: int
    most: int  # wraps under one key
    behind: int  # wraps and details under an older epoch than the present one
    oldest: date | None
    is_unfinished: bool
    lapsed: int  # grants whose last day has passed


def key_health(vault: Vault) -> KeyHealth:
    """Look at the keys of every compartment; needs none of them."""
    wraps = vault.catalogue.wraps_by_key()
    details = vault.catalogue.details_by_key()
    rows = {row.id: row for row in vault.catalogue.compartments()}
    behind = sum(
        count
        for (compartment, epoch), count in wraps.items()
        if compartment in rows and epoch < rows[compartment].doc_epoch
    )
    behind += sum(
        count
        for (compartment, epoch), count in details.items()
        if compartment in rows and epoch < rows[compartment].meta_epoch
    )
    today = vault.now().date()
    return KeyHealth(
        keys=len(wraps),
        wraps=sum(wraps.values()),
        most=max(wraps.values(), default=0),
        behind=behind,
        oldest=min(_since(vault).values(), default=None),
        is_unfinished=unfinished_rotation(vault.catalogue) is not None,
        lapsed=len(lapsed_grants(vault.people.roster, today)),
    )


def _since(vault: Vault) -> Mapping[CompartmentId, date]:
    """Return since when each compartment has had its present keys."""
    catalogue, head = vault.catalogue, vault.checkpoint()
    rows = catalogue.compartments()
    first: dict[ClientId, int] = {}
    for client in {row.client_id for row in rows}:
        sequences = catalogue.sequences_of(client.hex())
        first[client] = sequences[0] if sequences else 0
    known = sorted(set(first.values()))
    events = attested_events(catalogue, head, known)
    days = {one.sequence: _day(one.time_ms) for one in events}
    since = {row.id: days[first[row.client_id]] for row in rows}
    for event in attested_events_of(catalogue, head, KEYS):
        if event.act == ROTATED:
            renewed = [bytes.fromhex(one) for one in event.facts["epochs"]]
            since |= {CompartmentId(one): _day(event.time_ms) for one in renewed}
    return since


def _day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()
