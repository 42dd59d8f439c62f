"""A backup target: packs once, a catalogue a snapshot, and the mirror beside them.

`<target>/<vault hex>/{vault.json, packs/, snapshots/<name>/, mirror/}`. A
snapshot's record is written last, so a crash leaves no snapshot that looks
whole; the next backup removes what such a crash left.
"""

import dataclasses
import hashlib
import secrets
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ledgervault.errors import IntegrityViolated, NotFound, StorageUnavailable
from ledgervault.ids import VaultId
from ledgervault.ports.catalogue import Catalogue
from ledgervault.ports.stores import PackStore
from ledgervault.storage import durable
from ledgervault.storage.layout import (
    FILE_ANCHORS,
    HEADER_NAME,
    VaultHeader,
    create_layout,
    read_header,
    serialise_header,
)
from ledgervault.storage.mirrors import copy_mirror, create_mirror
from ledgervault.storage.os_errors import shown_path, storage_errors
from ledgervault.storage.packs import FilePackStore
from ledgervault.storage.reading import find_bytes
from ledgervault.storage.snapshots import (
    NAME,
    SnapshotInfo,
    parse_snapshot,
    serialise_snapshot,
)

RECORD_NAME = "SNAPSHOT.json"
CATALOGUE_NAME = "catalogue.sqlite"
_MAX_RECORD_BYTES = 64 << 20
_HASHED_AT_ONCE = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back; `missing_packs` are gone from the target."""

    snapshot: SnapshotInfo
    copied_bytes: int
    missing_packs: tuple[str, ...]


class BackupTarget:
    """One vault's place at a backup target."""

    def __init__(self, directory: Path, header: VaultHeader) -> None:
        self.directory = directory
        self.header = header
        self.packs = FilePackStore(directory / "packs")
        self.mirror = directory / "mirror"
        self._snapshots = directory / "snapshots"

    def snapshots(self) -> list[SnapshotInfo]:
        """List whole snapshots, oldest first."""
        with storage_errors("list", self._snapshots):
            names = sorted(path.name for path in self._snapshots.iterdir())
        found = (self._find(name) for name in names if NAME.fullmatch(name))
        return [info for info in found if info is not None]

    def add_snapshot(
        self,
        catalogue: Catalogue,
        *,
        packs: PackStore,
        pack_names: Iterable[str],
        facts: Mapping[str, str],
        now: datetime,
    ) -> SnapshotInfo:
        """Copy the catalogue and the packs that are not here yet, durably."""
        self._sweep()
        names = sorted(set(pack_names))
        packs.copy_to(str(self.directory / "packs"), names)
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        place = self._snapshots / name
        durable.make_directory(place)
        catalogue.copy_to(str(place / CATALOGUE_NAME))
        sizes = self.packs.packs()
        info = SnapshotInfo(
            name=name,
            created=now.astimezone(UTC),
            catalogue_bytes=_size(place / CATALOGUE_NAME),
            catalogue_sha256=_sha256(place / CATALOGUE_NAME),
            packs={pack: sizes[pack] for pack in names},
            facts=dict(facts),
        )
        durable.write_new(place / RECORD_NAME, serialise_snapshot(info))
        return info

    def get(self, snapshot_name: str | None) -> SnapshotInfo:
        """Return a snapshot by name, or the latest; NotFound `backup.unknown`."""
        known = self.snapshots()
        chosen = [info for info in known if snapshot_name in {None, info.name}]
        if not chosen:
            raise NotFound(
                f"there is no such backup in {shown_path(self.directory)}",
                hint="`vault backup list` shows what there is",
                code="backup.unknown",
            )
        return chosen[-1]

    def verify_catalogue(self, info: SnapshotInfo) -> None:
        """Compare a snapshot's catalogue with its record; IntegrityViolated if not."""
        path = self._snapshots / info.name / CATALOGUE_NAME
        if not path.is_file() or _sha256(path) != info.catalogue_sha256:
            raise IntegrityViolated(
                f"the catalogue of the backup {info.name} is damaged",
                hint="restore an older backup and check the target's disk",
                code="backup.damaged",
            )

    def restore(self, snapshot_name: str | None, to: Path) -> Restored:
        """Build a vault in the new or empty directory `to`.

        Takes catalogue and packs from the snapshot (the latest for None), ring
        and anchor from the mirror. Packs that were purged since are reported.
        """
        info = self.get(snapshot_name)
        self.verify_catalogue(info)
        present = self.packs.packs()
        missing = tuple(pack for pack in info.packs if pack not in present)
        # A mirror has its anchor in a file, whatever holds that of the vault.
        header = dataclasses.replace(self.header, anchors=FILE_ANCHORS, token="")
        with create_layout(to, header) as paths:
            wanted = [pack for pack in info.packs if pack in present]
            copied = self.packs.copy_to(str(paths.packs), wanted)
            copy_mirror(self.mirror, ring=paths.ring, anchor=paths.anchor)
            source = self._snapshots / info.name / CATALOGUE_NAME
            copied += durable.copy_file(source, paths.catalogue)
            durable.sync_directory(paths.directory)
        return Restored(info, copied, missing)

    def _find(self, name: str) -> SnapshotInfo | None:
        record = self._snapshots / name / RECORD_NAME
        raw = find_bytes(record, max_bytes=_MAX_RECORD_BYTES)
        info = parse_snapshot(raw) if raw is not None else None
        return info if info is not None and info.name == name else None

    def _sweep(self) -> None:
        self.packs.sweep()
        with storage_errors("sweep", self._snapshots):
            for place in sorted(self._snapshots.iterdir()):
                if NAME.fullmatch(place.name) and not (place / RECORD_NAME).exists():
                    shutil.rmtree(place)


def create_backup_target(path: Path, header: VaultHeader) -> BackupTarget:
    """Prepare a vault's place at a target, unless it is there, and open it.

    `path` must exist: a target that is not mounted must not turn into a folder.
    """
    verify_reachable(path)
    directory = path / header.vault.hex()
    for part in ("packs", "snapshots"):
        durable.make_directory(directory / part)
    create_mirror(directory / "mirror")
    durable.replace(directory / HEADER_NAME, serialise_header(header))
    return open_backup_target(path, header.vault)


def open_backup_target(path: Path, vault_id: VaultId) -> BackupTarget:
    """Open a vault's place at a target; NotFound `backup.none` if it has none."""
    verify_reachable(path)
    directory = path / vault_id.hex()
    if not (directory / "snapshots").is_dir():
        raise NotFound(
            f"{shown_path(path)} holds no backup of this vault",
            hint="`vault backup run` makes one",
            code="backup.none",
        )
    header = read_header(directory)
    if header.vault != vault_id:
        raise IntegrityViolated(
            f"{shown_path(directory)} holds another vault's header",
            code="backup.damaged",
        )
    return BackupTarget(directory, header)


def find_backup_vaults(path: Path) -> list[VaultId]:
    """List the vaults that have a place at a target."""
    verify_reachable(path)
    with storage_errors("list", path):
        places = sorted(place for place in path.iterdir() if place.is_dir())
    headers = [
        read_header(place) for place in places if (place / HEADER_NAME).is_file()
    ]
    named = {place.name for place in places}
    return [header.vault for header in headers if header.vault.hex() in named]


def verify_reachable(path: Path) -> None:
    """Refuse a target that is no directory: it may not be mounted."""
    if not path.is_dir():
        raise StorageUnavailable(
            f"the backup target {shown_path(path)} cannot be reached",
            hint="mount or connect it, or create the folder",
            code="backup.unreachable",
        )


def _size(path: Path) -> int:
    with storage_errors("read", path):
        return path.stat().st_size


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with storage_errors("read", path), path.open("rb") as file:
        while piece := file.read(_HASHED_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
