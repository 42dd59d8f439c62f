"""New epochs for compartments: fresh keys, granted to those who hold the present ones.

The first transaction of a rotation: from its commit on everything new lies under
the new keys. What lies under the old ones is brought over afterwards (rewrapping).
"""

import dataclasses
from collections.abc import Iterable, Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.keys import DocKek, MetaKek, SecretKey
from ledgervault.domain.roster import ROTATED
from ledgervault.errors import NotAuthorised
from ledgervault.ids import CompartmentId, IdentityId
from ledgervault.ports.rows import CompartmentRow, GrantRow
from ledgervault.vault.forking import Copies, shares_for
from ledgervault.vault.keychain import Granter
from ledgervault.vault.opened import Act, Vault
from ledgervault.vault.people import User
from ledgervault.vault.rotation_job import (
    RotationJob,
    put_rotation,
    unfinished_rotation,
)
from ledgervault.vault.sealing_grants import holders_of
from ledgervault.vault.stating import state_of_people

STATED = 800  # compartments in one event, whose size is bounded
PORTION = 100  # grants in one answer of a copy

Key = tuple[CompartmentId, GrantKind, int, SecretKey, User]


def ring_holders(
    vault: Vault, excluded: frozenset[IdentityId] = frozenset()
) -> list[User]:
    """Return who is to hold the ring's key: everybody of the vault but some."""
    return [user for user in vault.people.active() if user.id not in excluded]


@dataclasses.dataclass(frozen=True, slots=True)
class Renewal:
    """Compartments at their next epoch, and the grants of its keys."""

    rows: tuple[CompartmentRow, ...]
    grants: tuple[GrantRow, ...]


def prepare_renewal(
    vault: Vault,
    compartments: Sequence[CompartmentRow],
    excluded: frozenset[IdentityId] = frozenset(),
) -> Renewal:
    """Make new keys and seal them to those who keep access; nothing is written.

    Raises NotAuthorised unless this identity holds every present key itself.
    """
    vault.keychain.read_ahead()
    rows = tuple(_next(row) for row in compartments)
    keys = [key for row in rows for key in _keys(vault, row, excluded)]
    return Renewal(rows, tuple(_sealed(vault, keys)))


def write_renewal(
    vault: Vault, act: Act, renewal: Renewal, why: str, *, reason: str = ""
) -> None:
    """Write new epochs, their grants and the job of bringing rows under them."""
    act.tx.update_compartments(renewal.rows)
    act.tx.add_grants(renewal.grants)
    fresh = RotationJob(
        frozenset(row.id for row in renewal.rows), why, vault.me.id.hex()
    )
    put_rotation(act.tx, fresh.joined(unfinished_rotation(act.tx)))
    for start in range(0, len(renewal.rows), STATED):
        some = renewal.rows[start : start + STATED]
        epochs = {row.id.hex(): [row.doc_epoch, row.meta_epoch] for row in some}
        facts = {"epochs": epochs, "why": why}
        state_of_people(vault, act, ROTATED, facts, objects=("keys",), reason=reason)
    vault.records.refresh()


def _next(row: CompartmentRow) -> CompartmentRow:
    return dataclasses.replace(
        row, doc_epoch=row.doc_epoch + 1, meta_epoch=row.meta_epoch + 1
    )


def _keys(
    vault: Vault, row: CompartmentRow, excluded: frozenset[IdentityId]
) -> Iterable[Key]:
    keeping = holders_of(vault, row.client_id)
    kinds = (
        (GrantKind.DOC, row.doc_epoch, DocKek.generate()),
        (GrantKind.META, row.meta_epoch, MetaKek.generate()),
    )
    for kind, epoch, key in kinds:
        if not vault.keychain.holds(row.id, kind, epoch - 1):
            raise NotAuthorised(
                "you do not hold every key that is to be renewed",
                hint="an owner holds them all and can do this",
                code="grant.missing",
            )
        for user in keeping(row.level, kind):
            if user.id not in excluded:
                yield row.id, kind, epoch, key, user


def _sealed(vault: Vault, keys: Sequence[Key]) -> Iterable[GrantRow]:
    granter = Granter(vault.id, vault.identity, vault.catalogue.log_size())

    def seal(portion: Sequence[Key]) -> list[GrantRow]:
        return [
            granter.grant(key, user, compartment=compartment, kind=kind, epoch=epoch)
            for compartment, kind, epoch, key, user in portion
        ]

    portions = [keys[at : at + PORTION] for at in range(0, len(keys), PORTION)]
    count = shares_for(len(keys))
    shares = [portions[start::count] for start in range(count)]
    with Copies(shares, seal, in_copy=vault.keychain.detach) as copies:
        for portion in copies.results():
            yield from portion
