"""Back up to a directory: a snapshot of the catalogue, new packs, and the mirror."""

import dataclasses

from ledgervault.ids import short_code
from ledgervault.ports.backups import BackupStore
from ledgervault.vault.authority import authorise
from ledgervault.vault.mirroring import register_mirror
from ledgervault.vault.opened import Vault
from ledgervault.vault.writing import require_ring_key, writing


@dataclasses.dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup."""

    id: str
    documents: int
    bytes: int
    mirror: str
    epoch: int


def run_backup(vault: Vault, store: BackupStore, location: str) -> BackedUp:
    """Copy what the target lacks, then the mirror; earlier snapshots stay."""
    authorise(vault, "backup")
    with writing(vault, "backup"):
        require_ring_key(vault)
        vault.note("backup.started")
        uses = vault.catalogue.pack_uses()
        head = vault.checkpoint()
        snapshot = store.add_snapshot(
            vault.catalogue,
            packs=vault.stores.packs,
            pack_names=[use.pack for use in uses],
            facts={
                "log_size": str(head.size),
                "log_root": head.root.hex(),
                "epoch": str(vault.ring.head.epoch),
            },
            now=vault.now(),
        )
        mirror = register_mirror(vault, location)
        vault.note("backup.finished", facts={"snapshot": snapshot.name})
    return BackedUp(
        id=snapshot.name,
        documents=sum(use.blobs for use in uses),
        bytes=snapshot.catalogue_bytes + sum(snapshot.packs.values()),
        mirror=short_code("B", mirror.row.id),
        epoch=vault.ring.head.epoch,
    )
