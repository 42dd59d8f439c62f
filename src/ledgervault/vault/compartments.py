"""A client's compartments: fresh keys for every level, granted to its users."""

import dataclasses
import hashlib
from collections.abc import Callable, Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.keys import DocKek, MetaKek
from ledgervault.domain.policy import LEVELS
from ledgervault.errors import IntegrityViolated
from ledgervault.ids import ID_BYTES, ClientId, CompartmentId
from ledgervault.ports.rows import CompartmentRow, GrantRow
from ledgervault.vault.keychain import Granter
from ledgervault.vault.people import User

FIRST_EPOCH = 1
LABEL = b"ledgervault/compartment/v1\0"
Holders = Callable[[str, GrantKind], Sequence[User]]


@dataclasses.dataclass(frozen=True, slots=True)
class NewCompartments:
    """Compartments of a new client and the grants that open them."""

    rows: tuple[CompartmentRow, ...]
    grants: tuple[GrantRow, ...]


def compartment_id(client: ClientId, level: str) -> CompartmentId:
    """Name a client's compartment at a level; a name that says both cannot be lent."""
    digest = hashlib.sha256(LABEL + bytes(client) + level.encode()).digest()
    return CompartmentId(digest[:ID_BYTES])


def verified_compartments(rows: Sequence[CompartmentRow]) -> Sequence[CompartmentRow]:
    """Refuse a row that gives a compartment's keys to another client or level."""
    for row in rows:
        if row.id != compartment_id(row.client_id, row.level):
            raise IntegrityViolated(
                "a compartment stands for another client or level than its name says",
                hint="run `vault verify` and compare with a backup before going on",
                code="compartment.exchanged",
            )
    return rows


def create_compartments(
    client: ClientId, granter: Granter, holders: Holders
) -> NewCompartments:
    """Make doc and meta keys for each level; the keys exist only in the grants.

    `holders` says who gets a level's key of a kind.
    """
    rows: list[CompartmentRow] = []
    grants: list[GrantRow] = []
    for level in LEVELS:
        compartment = compartment_id(client, level)
        rows.append(
            CompartmentRow(compartment, client, level, FIRST_EPOCH, FIRST_EPOCH)
        )
        for kind, key in (
            (GrantKind.DOC, DocKek.generate()),
            (GrantKind.META, MetaKek.generate()),
        ):
            grants.extend(
                granter.grant(
                    key,
                    recipient,
                    compartment=compartment,
                    kind=kind,
                    epoch=FIRST_EPOCH,
                )
                for recipient in holders(level, kind)
            )
    return NewCompartments(tuple(rows), tuple(grants))
