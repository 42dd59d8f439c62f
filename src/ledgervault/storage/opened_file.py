"""A paper being read once, from a descriptor that was checked when it was opened.

Refuses a file that grows, shrinks or is written to while it is read.
"""

import errno
import os
from collections.abc import Iterator

from ledgervault.errors import Conflict, StorageUnavailable
from ledgervault.storage.os_errors import shown_path

GONE = {errno.ENOENT, errno.ENOTDIR}
_MAX_READ_BYTES = 1 << 30


class OpenedFile:
    """A regular file being read once."""

    def __init__(self, descriptor: int, path: bytes, status: os.stat_result) -> None:
        self._descriptor = descriptor
        self._path = path
        self._status = status
        self._read = 0

    def read_all(self) -> bytes:
        expected = self._status.st_size
        # One byte more than expected tells growth and the end in the same call.
        content = self._piece(min(expected + 1, _MAX_READ_BYTES))
        if len(content) < expected:
            content = b"".join([content, *self.chunks(_MAX_READ_BYTES)])
        if len(content) != expected:
            raise changed(self._path)
        return content

    def chunks(self, size: int) -> Iterator[bytes]:
        while piece := self._piece(size):
            yield piece
        if self._read != self._status.st_size:
            raise changed(self._path)

    def verify_unchanged(self) -> None:
        now = os.fstat(self._descriptor)
        if _state(now) != _state(self._status) or self._read != now.st_size:
            raise changed(self._path)

    def close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    def _piece(self, size: int) -> bytes:
        left = self._status.st_size - self._read
        if left < 0:
            raise changed(self._path)
        try:
            piece = os.read(self._descriptor, min(size, left + 1))
        except OSError as error:
            raise unreadable(self._path, error) from error
        self._read += len(piece)
        return piece


def unreadable(path: bytes, error: OSError) -> StorageUnavailable:
    """Say that a paper cannot be read, or is no longer there."""
    is_gone = error.errno in GONE
    return StorageUnavailable(
        f"cannot read {shown_path(path)}: {error.strerror}",
        hint="check that it still exists and that you may read it",
        code="source.vanished" if is_gone else "source.unreadable",
    )


def changed(path: bytes) -> Conflict:
    """Say that a paper is not the one that was found, or not as it was."""
    return Conflict(
        f"{shown_path(path)} changed while it was read",
        hint="take it in again when nobody writes to it",
        code="source.changed",
    )


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
