"""Anchors as files: one 32-byte secret an epoch, destroyed by overwriting.

Refuses anchors that others can read. Says openly what overwriting a file
cannot promise; hardware drivers exist for those who need more.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ledgervault.crypto.keys import Anchor
from ledgervault.errors import Conflict, IntegrityViolated
from ledgervault.storage import durable
from ledgervault.storage.reading import find_secret

ANCHOR_BYTES = 32
REMANENCE = (
    "anchor file overwritten with random bytes, synced and unlinked; a flash "
    "device, a copy-on-write or journalling file system or a snapshot may still "
    "hold the old block, and an unregistered copy is out of reach"
)
_NAME = re.compile(r"([0-9]{8})\.key", re.ASCII)
_MAX_EPOCH = 99_999_999


class FileAnchorStore:
    """The anchors in one directory."""

    name: str = "file"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def create(self, epoch: int, anchor: Anchor) -> None:
        durable.make_directory(self._directory)
        self._erase_temporaries()
        try:
            durable.write_new(self._path(epoch), anchor.raw)
        except Conflict as error:
            raise Conflict(
                f"epoch {epoch} has an anchor already", code="anchor.exists"
            ) from error

    def get(self, epoch: int) -> Anchor:
        raw = find_secret(
            self._path(epoch), max_bytes=ANCHOR_BYTES, mode_code="anchor.mode"
        )
        if raw is None:
            raise IntegrityViolated(
                f"the anchor of epoch {epoch} is missing",
                hint="restore the ring and its anchor from a mirror",
                code="anchor.missing",
            )
        if len(raw) != ANCHOR_BYTES:
            raise IntegrityViolated(
                f"the anchor of epoch {epoch} is cut short", code="anchor.damaged"
            )
        return Anchor(raw)

    def destroy(self, epoch: int) -> str:
        self._erase_temporaries()
        durable.erase(self._path(epoch), is_random=True)
        if self._directory.is_dir():
            durable.sync_directory(self._directory)
        return REMANENCE

    def epochs(self) -> Sequence[int]:
        if not self._directory.is_dir():
            return ()
        names = (_NAME.fullmatch(path.name) for path in self._directory.iterdir())
        return sorted(int(match[1]) for match in names if match)

    def _path(self, epoch: int) -> Path:
        if not 0 <= epoch <= _MAX_EPOCH:
            raise IntegrityViolated("an impossible ring epoch", code="ring.epoch")
        return self._directory / f"{epoch:08d}.key"

    def _erase_temporaries(self) -> None:
        if not self._directory.is_dir():
            return
        for path in sorted(self._directory.iterdir()):
            if durable.is_temporary(path.name):
                durable.erase(path, is_random=True)
