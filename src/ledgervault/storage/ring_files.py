"""The ring as files: HEAD and one page a client in a directory an epoch.

Keeps no history: whatever is replaced or discarded is overwritten, synced and
unlinked. Does not know what a page means and verifies no signature.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ledgervault.crypto.grants import GRANT_BYTES
from ledgervault.errors import IntegrityViolated
from ledgervault.storage import durable
from ledgervault.storage.os_errors import storage_errors
from ledgervault.storage.reading import find_bytes

MAX_HEAD_BYTES = 64 << 20
MAX_PAGE_BYTES = 256 << 20
_HEAD = "HEAD"
_GRANTS = "GRANTS"
_EPOCH = re.compile(r"[0-9]{8}", re.ASCII)
_MAX_EPOCH = 99_999_999
_NAMING_DIGITS = 16


class FileRingStore:
    """The ring in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read_head(self) -> bytes | None:
        return find_bytes(self._directory / _HEAD, max_bytes=MAX_HEAD_BYTES)

    def read_page(self, epoch: int, client: bytes, sha256: bytes) -> bytes:
        path = self._epoch(epoch) / page_name(client, sha256)
        page = find_bytes(path, max_bytes=MAX_PAGE_BYTES)
        if page is None:
            raise IntegrityViolated(
                "a page of the ring is missing",
                hint="restore the ring from a mirror: `vault backup restore`",
                code="ring.page-missing",
            )
        return page

    def write_pages(self, epoch: int, pages: Mapping[bytes, bytes]) -> None:
        directory = self._epoch(epoch)
        durable.make_directory(directory)
        durable.replace_all(
            directory,
            {
                page_name(client, hashlib.sha256(page).digest()): page
                for client, page in pages.items()
            },
        )

    def write_head(self, record: bytes) -> None:
        durable.make_directory(self._directory)
        durable.replace_erasing(self._directory / _HEAD, record)

    def read_grants(self) -> list[bytes]:
        raw = find_bytes(self._directory / _GRANTS, max_bytes=MAX_HEAD_BYTES) or b""
        starts = range(0, len(raw), GRANT_BYTES)
        return [raw[start : start + GRANT_BYTES] for start in starts]

    def write_grants(self, records: Sequence[bytes]) -> None:
        durable.make_directory(self._directory)
        durable.replace(self._directory / _GRANTS, b"".join(records))

    def discard_except(self, epoch: int, keep: Mapping[bytes, bytes]) -> None:
        kept = {page_name(client, sha256) for client, sha256 in keep.items()}
        live = self._epoch(epoch)
        self._erase_temporaries()
        for directory in self.epoch_directories():
            doomed = [
                path
                for path in sorted(directory.iterdir())
                if directory != live or path.name not in kept
            ]
            for path in doomed:
                durable.erase(path)
            if doomed:
                durable.sync_directory(directory)
            if directory != live or not kept:
                self._remove_empty(directory)

    def epoch_directories(self) -> Iterator[Path]:
        """Yield the directories of all epochs, oldest first."""
        if not self._directory.is_dir():
            return
        for path in sorted(self._directory.iterdir()):
            if _EPOCH.fullmatch(path.name) and path.is_dir():
                yield path

    def _epoch(self, epoch: int) -> Path:
        if not 0 <= epoch <= _MAX_EPOCH:
            raise IntegrityViolated("an impossible ring epoch", code="ring.epoch")
        return self._directory / f"{epoch:08d}"

    def _erase_temporaries(self) -> None:
        if not self._directory.is_dir():
            return
        for path in sorted(self._directory.iterdir()):
            if durable.is_temporary(path.name):
                durable.erase(path)

    def _remove_empty(self, directory: Path) -> None:
        if any(directory.iterdir()):
            return
        with storage_errors("remove", directory):
            directory.rmdir()
        durable.sync_directory(self._directory)


def page_name(client: bytes, sha256: bytes) -> str:
    """Name the file of a client's page."""
    return f"{client.hex()}.{sha256.hex()[:_NAMING_DIGITS]}.page"
