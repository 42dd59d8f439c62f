"""Adapters of a vault directory, built from settings."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.tokens import token_of
from ledgervault.config import Settings
from ledgervault.formats.envelopes import AgeEnvelopes
from ledgervault.formats.reading import FormatReader
from ledgervault.ids import VaultId
from ledgervault.ports.catalogue import Catalogue
from ledgervault.ports.stores import AnchorStore
from ledgervault.storage.anchors import FileAnchorStore
from ledgervault.storage.anchors_pkcs11 import TokenAnchorStore
from ledgervault.storage.backups import (
    BackupTarget,
    create_backup_target,
    open_backup_target,
    verify_reachable,
)
from ledgervault.storage.catalogue.opening import open_catalogue
from ledgervault.storage.clock import SystemClock
from ledgervault.storage.deliveries import FileDeliveries
from ledgervault.storage.layout import (
    FILE_ANCHORS,
    VaultHeader,
    VaultPaths,
    read_header,
    vault_paths,
)
from ledgervault.storage.locks import FileWriterLock
from ledgervault.storage.mirrors import create_mirror, mirror_directory, open_mirror
from ledgervault.storage.packs import FilePackStore
from ledgervault.storage.pins import FilePinStore
from ledgervault.storage.ring_files import FileRingStore
from ledgervault.storage.snapshots import SnapshotInfo
from ledgervault.storage.sources import FileSources
from ledgervault.vault.opened import Stores

SNAPSHOT_SYSTEMS = frozenset({"btrfs", "zfs", "bcachefs", "nilfs2"})
SYNC_FOLDERS = frozenset(
    {"dropbox", "onedrive", "google drive", "nextcloud", "icloud", "坚果云", "百度网盘"}
)


@dataclasses.dataclass(frozen=True, slots=True)
class FileMirrors:
    """Mirrors in directories of backup targets."""

    def open(
        self, location: str, vault: bytes
    ) -> tuple[FileRingStore, FileAnchorStore]:
        """Open the mirror of a vault at a target."""
        return open_mirror(mirror_directory(Path(location), VaultId(vault)))

    def create(self, location: str, vault: bytes) -> None:
        """Make room for the mirror of a vault in a directory that exists."""
        verify_reachable(Path(location))
        create_mirror(mirror_directory(Path(location), VaultId(vault)))


def open_stores(settings: Settings, ask: Ask | None = None) -> Stores:
    """Build the adapters of a vault directory; `ask` prompts for a token's PIN."""
    paths = vault_paths(settings.vault_dir)
    anchors = open_anchors(read_header(settings.vault_dir), settings, ask)
    return stores_at(paths, settings, open_catalogue(paths.catalogue), anchors)


def open_anchors(
    header: VaultHeader, settings: Settings, ask: Ask | None
) -> AnchorStore:
    """Build the store of a vault's anchors with the driver it was made for."""
    directory = vault_paths(settings.vault_dir).anchor
    if header.anchors == FILE_ANCHORS:
        return FileAnchorStore(directory)
    token = token_of(settings, ask, label=header.token)
    return TokenAnchorStore(directory, header.vault, token)


def stores_at(
    paths: VaultPaths, settings: Settings, catalogue: Catalogue, anchors: AnchorStore
) -> Stores:
    """Build the adapters of a vault whose catalogue is open already."""
    return Stores(
        catalogue=catalogue,
        packs=FilePackStore(paths.packs),
        ring=FileRingStore(paths.ring),
        anchors=anchors,
        pins=FilePinStore(settings.config_dir),
        lock=FileWriterLock(paths.lock, settings.lock_wait_s),
        sources=FileSources(exclude=(settings.vault_dir, settings.config_dir)),
        deliveries=FileDeliveries(),
        mirrors=FileMirrors(),
        papers=FormatReader(reads_pictures=settings.reads_pictures),
        envelopes=AgeEnvelopes(),
        clock=SystemClock(),
    )


def place_of(settings: Settings) -> str:
    """Name the place a pin is kept for."""
    return str(settings.vault_dir.resolve())


def backup_target(settings: Settings, location: str) -> BackupTarget:
    """Prepare or open this vault's place at a backup target."""
    header = read_header(settings.vault_dir)
    return create_backup_target(Path(location), header)


def list_backups(settings: Settings, location: str) -> Sequence[SnapshotInfo]:
    """Return the whole snapshots of this vault at a target."""
    header = read_header(settings.vault_dir)
    return open_backup_target(Path(location), header.vault).snapshots()


def place_notes(settings: Settings) -> tuple[str, ...]:
    """Say what about the vault's place gives the ring a history."""
    path = settings.vault_dir.resolve()
    named = _sync_folders(path)
    notes = [
        f"the vault lies in a sync folder ({name}), which keeps versions"
        for name in named
    ]
    kind = _file_system(path)
    if kind in SNAPSHOT_SYSTEMS:
        notes.append(f"the file system ({kind}) can keep snapshots of the ring")
    return tuple(notes)


def history_of_place(location: str) -> str:
    """Name what would keep old versions of files in a directory; empty for nothing."""
    path = Path(location).resolve()
    kind = _file_system(path)
    return next(iter(_sync_folders(path)), kind if kind in SNAPSHOT_SYSTEMS else "")


def _sync_folders(path: Path) -> list[str]:
    return [part for part in path.parts if part.casefold() in SYNC_FOLDERS]


def _file_system(path: Path) -> str:
    best, kind = "", ""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for line in mounts.splitlines():
        _device, place, found, *_rest = line.split(" ")
        inside = str(path) == place or str(path).startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, found
    return kind
