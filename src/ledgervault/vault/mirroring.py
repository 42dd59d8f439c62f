"""Mirrors: ring and anchor at every backup target, overwritten, without history."""

import dataclasses

from ledgervault.errors import LedgerVaultError
from ledgervault.ids import random_id
from ledgervault.ports.rows import MirrorRow
from ledgervault.vault.opened import Vault
from ledgervault.vault.standing import MIRRORS

TABLE = "mirrors"


@dataclasses.dataclass(frozen=True, slots=True)
class MirrorView:
    """A mirror's place and the epoch it is known to hold."""

    row: MirrorRow
    location: str


def mirrors_of(vault: Vault) -> list[MirrorView]:
    """Return every registered mirror."""
    return [
        MirrorView(
            row,
            vault.records.open_for_client(
                vault.agency, TABLE, row.id, row.sealed, row.row_version
            )["location"],
        )
        for row in vault.catalogue.mirrors()
    ]


def register_mirror(vault: Vault, location: str) -> MirrorView:
    """Register a mirror and fill it; the same place is registered once."""
    for known in mirrors_of(vault):
        if known.location == location:
            return refresh_mirror(vault, known)
    mirror_id = random_id()
    row = MirrorRow(mirror_id, 0, b"", 1)
    sealed = vault.records.seal_for_client(
        vault.agency, TABLE, mirror_id, {"location": location}, 1
    )
    row = dataclasses.replace(row, sealed=sealed)
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log("mirror.registered", objects=(mirror_id.hex(), MIRRORS))
    return refresh_mirror(vault, MirrorView(row, location))


def refresh_mirror(vault: Vault, mirror: MirrorView) -> MirrorView:
    """Overwrite a mirror with the live ring; raises when it cannot be reached."""
    store, anchors = vault.stores.mirrors.open(mirror.location, vault.id)
    vault.ring.copy_to(store, anchors)
    epoch = vault.ring.head.epoch
    if mirror.row.epoch == epoch:
        return mirror
    row = dataclasses.replace(mirror.row, epoch=epoch)
    with vault.act() as act:
        act.tx.put_mirror(row)
        act.log(
            "mirror.refreshed", objects=(mirror.row.id.hex(),), facts={"epoch": epoch}
        )
    return MirrorView(row, mirror.location)


def refresh_mirrors(vault: Vault) -> list[list[str]]:
    """Refresh every mirror; return location and `final` or `pending` for each."""
    states = []
    for mirror in mirrors_of(vault):
        try:
            refresh_mirror(vault, mirror)
            states.append([mirror.location, "final"])
        except LedgerVaultError:
            states.append([mirror.location, "pending"])
    return states
