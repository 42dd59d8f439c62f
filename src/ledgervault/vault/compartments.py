"""A client's compartments: fresh keys for every level, granted to its users."""

import dataclasses
from collections.abc import Callable, Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.keys import DocKek, MetaKek
from ledgervault.domain.policy import LEVELS
from ledgervault.ids import ClientId, CompartmentId, random_id
from ledgervault.ports.rows import CompartmentRow, GrantRow
from ledgervault.vault.keychain import Granter
from ledgervault.vault.people import User

FIRST_EPOCH = 1
Holders = Callable[[str, GrantKind], Sequence[User]]


@dataclasses.dataclass(frozen=True, slots=True)
class NewCompartments:
    """Compartments of a new client and the grants that open them."""

    rows: tuple[CompartmentRow, ...]
    grants: tuple[GrantRow, ...]


def create_compartments(
    client: ClientId, granter: Granter, holders: Holders
) -> NewCompartments:
    """Make doc and meta keys for each level; the keys exist only in the grants.

    `holders` says who gets a level's key of a kind.
    """
    rows: list[CompartmentRow] = []
    grants: list[GrantRow] = []
    for level in LEVELS:
        compartment = CompartmentId(random_id())
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
