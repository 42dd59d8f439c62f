"""Mirrors of ring and anchor at a backup target: `<target>/<vault hex>/mirror`.

A mirror is overwritten in place and keeps no history. A mirror that cannot be
reached is an error, never an empty new one: the disk may not be mounted.
"""

from pathlib import Path

from ledgervault.errors import StorageUnavailable
from ledgervault.ids import VaultId
from ledgervault.storage import durable
from ledgervault.storage.anchors import FileAnchorStore
from ledgervault.storage.os_errors import shown_path
from ledgervault.storage.ring_files import FileRingStore

_RING = "ring"
_ANCHOR = "anchor"


def mirror_directory(target: Path, vault: VaultId) -> Path:
    """Name the directory of a vault's mirror at a backup target."""
    return target / vault.hex() / "mirror"


def create_mirror(directory: Path) -> tuple[FileRingStore, FileAnchorStore]:
    """Create a mirror's directories unless they exist, and open it."""
    durable.make_directory(directory / _RING)
    durable.make_directory(directory / _ANCHOR)
    return open_mirror(directory)


def open_mirror(directory: Path) -> tuple[FileRingStore, FileAnchorStore]:
    """Open an existing mirror; StorageUnavailable `mirror.unreachable` otherwise."""
    ring, anchor = directory / _RING, directory / _ANCHOR
    if not (ring.is_dir() and anchor.is_dir()):
        raise StorageUnavailable(
            f"the mirror in {shown_path(directory)} cannot be reached",
            hint="mount or connect the backup target, then run the command again",
            code="mirror.unreachable",
        )
    return FileRingStore(ring), FileAnchorStore(anchor)


def copy_mirror(directory: Path, *, ring: Path, anchor: Path) -> None:
    """Copy a mirror's files durably into the ring and anchor of a new vault."""
    open_mirror(directory)
    for source, target in ((directory / _RING, ring), (directory / _ANCHOR, anchor)):
        for path in sorted(source.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            destination = target / path.relative_to(source)
            durable.make_directory(destination.parent)
            durable.copy_file(path, destination)
            durable.sync_directory(destination.parent)
