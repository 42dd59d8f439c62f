"""Mirrors: ring and anchor at every backup target, overwritten, without history.

Whoever keeps the ring refreshes its mirrors, a service that reads nothing too: so a
mirror's place is sealed under the ring key and a leaf of the agency's own folder.
"""

import contextlib
import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from ledgervault.crypto.columns import (
    ColumnPlace,
    open_columns,
    parse_column_epoch,
    ring_meta_kek,
    seal_columns,
)
from ledgervault.errors import LedgerVaultError, NotAuthorised
from ledgervault.ids import random_id
from ledgervault.ports.rows import MirrorRow
from ledgervault.ports.stores import RingStore
from ledgervault.vault.keychain import ring_compartment
from ledgervault.vault.opened import Vault
from ledgervault.vault.standing import MIRRORS

TABLE = "mirrors"
REFRESHED = "mirror.refreshed"
COLUMN_SET = "location"
FINAL = "final"
PENDING = "pending"


@dataclasses.dataclass(frozen=True, slots=True)
class MirrorView:
    """A mirror's place and the epoch it is known to hold."""

    row: MirrorRow
    location: str


def mirrors_of(vault: Vault) -> list[MirrorView]:
    """Return every registered mirror whose place can be opened.

    A place sealed under a ring key of before this user's time stays closed to
    him until somebody else has refreshed that mirror.
    """
    views = []
    for row in vault.catalogue.mirrors():
        try:
            views.append(MirrorView(row, _location(vault, row)))
        except NotAuthorised:
            continue
    return views


def register_mirror(
    vault: Vault, location: str, facts: Mapping[str, Any] | None = None
) -> MirrorView:
    """Register a mirror and fill it; the same place is registered once."""
    for known in mirrors_of(vault):
        if known.location == location:
            return refresh_mirror(vault, known)
    row = _sealed(vault, MirrorRow(random_id(), 0, b"", 1), location)
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log("mirror.registered", objects=(row.id.hex(), MIRRORS), facts=facts)
    return refresh_mirror(vault, MirrorView(row, location))


def refresh_mirror(vault: Vault, mirror: MirrorView) -> MirrorView:
    """Overwrite a mirror with the live ring; raises when it cannot be reached."""
    store, anchors = vault.stores.mirrors.open(mirror.location, vault.id)
    # First the grants: a backup older than the ring's key opens with them.
    grants = vault.catalogue.grants_in(ring_compartment(vault.id))
    store.write_grants([row.record for row in grants])
    live = vault.stores.ring.read_head() or b""
    was_live = _head_of(store) == live
    vault.ring.copy_to(store, anchors)
    epoch = vault.ring.head.epoch
    if mirror.row.epoch == epoch and was_live:
        return mirror
    # Sealed anew: an epoch may have brought another ring key.
    row = dataclasses.replace(mirror.row, epoch=epoch)
    row = _sealed(vault, row, mirror.location)
    facts = {"epoch": epoch, "head": hashlib.sha256(live).hexdigest()}
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log(REFRESHED, objects=(row.id.hex(),), facts=facts)
    return MirrorView(row, mirror.location)


def refresh_mirrors(vault: Vault) -> list[list[str]]:
    """Refresh every mirror; return id and `final` or `pending` for each."""
    views = {view.row.id: view for view in mirrors_of(vault)}
    states = []
    for row in vault.catalogue.mirrors():
        state = PENDING
        try:
            if row.id in views:
                refresh_mirror(vault, views[row.id])
                state = FINAL
        except LedgerVaultError:
            pass
        states.append([row.id.hex(), state])
    return states


def _head_of(store: RingStore) -> bytes | None:
    # A mirror whose HEAD cannot be read is refreshed like one that is behind.
    with contextlib.suppress(LedgerVaultError):
        return store.read_head()
    return None


def _sealed(vault: Vault, row: MirrorRow, location: str) -> MirrorRow:
    """Seal a place under the ring key of this epoch, which the record names."""
    epoch = vault.ring.head.epoch
    sealed = seal_columns(
        location.encode("utf-8", "surrogateescape"),
        kek=ring_meta_kek(vault.ring.ring_keys(epoch)),
        shred=vault.records.own_leaf(vault.agency),
        kek_epoch=epoch,
        place=_place(row),
    )
    return dataclasses.replace(row, sealed=sealed)


def _location(vault: Vault, row: MirrorRow) -> str:
    opened = open_columns(
        row.sealed,
        kek=ring_meta_kek(vault.ring.ring_keys(parse_column_epoch(row.sealed))),
        shred=vault.records.own_leaf(vault.agency),
        place=_place(row),
    )
    return opened.decode("utf-8", "surrogateescape")


def _place(row: MirrorRow) -> ColumnPlace:
    return ColumnPlace(TABLE, row.id, COLUMN_SET, row.row_version)
