"""Restore a backup into a new directory and remember that this was meant."""

import dataclasses
from pathlib import Path

from ledgervault.config import Settings
from ledgervault.crypto.grants import GrantKind, parse_grant_header
from ledgervault.errors import Conflict, IntegrityViolated, NotFound
from ledgervault.ids import CompartmentId, IdentityId, VaultId
from ledgervault.ports.rows import GrantRow
from ledgervault.storage.backups import find_backup_vaults, open_backup_target
from ledgervault.storage.catalogue.opening import open_catalogue
from ledgervault.storage.layout import vault_paths
from ledgervault.storage.pins import FilePinStore
from ledgervault.storage.ring_files import FileRingStore


@dataclasses.dataclass(frozen=True, slots=True)
class RestoredVault:
    """A vault brought back, at the log position of its snapshot."""

    directory: str
    snapshot: str
    log_size: int
    packs: int
    missing_packs: tuple[str, ...]


def restore_backup(
    settings: Settings, location: str, *, to: Path, snapshot: str | None
) -> RestoredVault:
    """Build a vault in a new directory from a backup target alone.

    Ring and anchor come from the mirror, so what was destroyed stays destroyed.
    """
    target = open_backup_target(Path(location), _only_vault(location, settings))
    restored = target.restore(snapshot, to)
    _take_ring_grants(to)
    facts = restored.snapshot.facts
    size, root = facts.get("log_size", "0"), facts.get("log_root", "")
    pins = FilePinStore(settings.config_dir)
    place = str(to.resolve())
    pins.save(target.header.vault, place, {"size": size, "root": root})
    return RestoredVault(
        directory=place,
        snapshot=restored.snapshot.name,
        log_size=int(size),
        packs=len(restored.snapshot.packs) - len(restored.missing_packs),
        missing_packs=restored.missing_packs,
    )


def _take_ring_grants(directory: Path) -> None:
    """Add the grants of the ring's keys that are newer than the snapshot."""
    paths = vault_paths(directory)
    rows = [_grant_row(one) for one in FileRingStore(paths.ring).read_grants()]
    catalogue = open_catalogue(paths.catalogue)
    try:
        with catalogue.transaction() as tx:
            known = {
                (one.epoch, one.recipient)
                for vault in {row.compartment_id for row in rows}
                for one in tx.grants_in(vault)
            }
            tx.add_grants(
                row for row in rows if (row.epoch, row.recipient) not in known
            )
    finally:
        catalogue.close()


def _grant_row(record: bytes) -> GrantRow:
    header = parse_grant_header(record)
    if header.kind != GrantKind.RING:
        raise IntegrityViolated(
            "the mirror holds a grant that is none of the ring", code="backup.damaged"
        )
    return GrantRow(
        CompartmentId(header.compartment),
        int(header.kind),
        header.epoch,
        IdentityId(header.recipient),
        IdentityId(header.granter),
        record,
    )


def _only_vault(location: str, settings: Settings) -> VaultId:
    vaults = find_backup_vaults(Path(location))
    if not vaults:
        raise NotFound(
            f"{location} holds no backup",
            hint="`vault backup run TARGET` makes one",
            code="backup.none",
        )
    if len(vaults) == 1:
        return vaults[0]
    from ledgervault.storage.layout import read_header

    try:
        wanted = read_header(settings.vault_dir).vault
    except NotFound:
        wanted = None
    if wanted not in vaults:
        raise Conflict(
            f"{location} holds backups of {len(vaults)} vaults",
            hint="name the folder of one vault, or give --vault",
            code="backup.several",
        )
    return wanted
