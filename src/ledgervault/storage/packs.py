"""Packs of ciphertext as files: written once, synced, renamed, never changed.

A pack lies at `<first 2 hex>/<32 hex>.pack`; while it is written it ends in
`.part` and nobody reads it. Holds no descriptor between calls, so a store may
be used on both sides of a fork. Believes no name or extent it is given.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ledgervault.errors import IntegrityViolated
from ledgervault.ports.stores import Extent
from ledgervault.storage import durable
from ledgervault.storage.os_errors import storage_error, storage_errors

BUFFER_BYTES = 1 << 20
PIECE_BYTES = 1 << 20
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FAN = re.compile(r"[0-9a-f]{2}", re.ASCII)
_NAME_BYTES = 16
_DONE = ".pack"
_UNDONE = ".part"


class FilePackWriter:
    """An unfinished pack file; `close` makes it durable under its name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_suffix(_UNDONE)
        self._buffer = bytearray()
        self._size = 0
        durable.make_directory(path.parent)
        with storage_errors("create", self._part):
            self._descriptor = durable.open_new(self._part)

    @property
    def size(self) -> int:
        return self._size

    def append(self, chunks: Iterable[bytes]) -> Extent:
        start = self._size
        for chunk in chunks:
            self._add(chunk)
        return Extent(self._path.stem, start, self._size - start)

    def close(self) -> None:
        if self._descriptor < 0:
            return
        with storage_errors("write", self._part):
            self._flush()
            os.fsync(self._descriptor)
            if hasattr(os, "posix_fadvise"):
                # What was just written will not be read soon: free its cache.
                os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            self._release()
            self._part.rename(self._path)
        durable.sync_directory(self._path.parent)
        durable.sync_directory(self._path.parent.parent)

    def abandon(self) -> None:
        if self._descriptor >= 0:
            self._release()
        with storage_errors("remove", self._part):
            self._part.unlink(missing_ok=True)

    def _add(self, chunk: bytes) -> None:
        if len(self._buffer) + len(chunk) > BUFFER_BYTES:
            with storage_errors("write", self._part):
                self._flush()
                if len(chunk) >= BUFFER_BYTES:
                    durable.write_fully(self._descriptor, chunk)
                    self._size += len(chunk)
                    return
        self._buffer += chunk
        self._size += len(chunk)

    def _flush(self) -> None:
        if self._buffer:
            durable.write_fully(self._descriptor, self._buffer)
            self._buffer = bytearray()

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


class FilePackStore:
    """The packs in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def create(self) -> FilePackWriter:
        return FilePackWriter(self._path(secrets.token_hex(_NAME_BYTES)))

    def read(self, pack: str, offset: int, length: int) -> bytes:
        return b"".join(self.chunks(Extent(pack, offset, length)))

    def chunks(self, extent: Extent) -> Iterator[bytes]:
        path = self._path(extent.pack)
        descriptor = _open_pack(path, extent.pack)
        try:
            _verify_extent(extent, os.fstat(descriptor).st_size)
            yield from _read_extent(descriptor, extent)
        except OSError as error:
            raise storage_error("read", path, error) from error
        finally:
            os.close(descriptor)

    def packs(self) -> Mapping[str, int]:
        with storage_errors("list", self._directory):
            return {
                path.stem: path.stat().st_size
                for path in sorted(self._files(_DONE))
                if _NAME.fullmatch(path.stem)
            }

    def remove(self, packs: Iterable[str]) -> None:
        touched = set()
        for pack in packs:
            path = self._path(pack)
            with storage_errors("remove", path):
                path.unlink(missing_ok=True)
            touched.add(path.parent)
        for directory in sorted(touched):
            if directory.is_dir():
                durable.sync_directory(directory)

    def sweep(self) -> int:
        removed = 0
        with storage_errors("sweep", self._directory):
            for path in self._files(_UNDONE):
                path.unlink()
                removed += 1
        return removed

    def copy_to(self, directory: str, packs: Iterable[str]) -> int:
        target = FilePackStore(Path(directory))
        copied = 0
        touched = set()
        for pack in packs:
            source, destination = self._path(pack), target._path(pack)
            if _is_copied(source, destination, pack):
                continue
            durable.make_directory(destination.parent)
            copied += durable.copy_file(source, destination)
            touched.add(destination.parent)
        for parent in sorted(touched):
            durable.sync_directory(parent)
        return copied

    def _path(self, pack: str) -> Path:
        if not _NAME.fullmatch(pack):
            raise IntegrityViolated(
                "the catalogue names an impossible pack", code="pack.name"
            )
        return self._directory / pack[:2] / f"{pack}{_DONE}"

    def _files(self, suffix: str) -> Iterator[Path]:
        if not self._directory.is_dir():
            return
        for fan in sorted(self._directory.iterdir()):
            if _FAN.fullmatch(fan.name) and fan.is_dir():
                yield from fan.glob(f"*{suffix}")


def _open_pack(path: Path, pack: str) -> int:
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(path, flags)
    except FileNotFoundError:
        raise _missing(pack) from None
    except OSError as error:
        raise storage_error("read", path, error) from error


def _verify_extent(extent: Extent, size: int) -> None:
    if extent.offset < 0 or extent.length < 0 or extent.offset + extent.length > size:
        raise _truncated(extent.pack)


def _read_extent(descriptor: int, extent: Extent) -> Iterator[bytes]:
    offset, end = extent.offset, extent.offset + extent.length
    while offset < end:
        piece = os.pread(descriptor, min(PIECE_BYTES, end - offset), offset)
        if not piece:
            raise _truncated(extent.pack)
        offset += len(piece)
        yield piece


def _is_copied(source: Path, destination: Path, pack: str) -> bool:
    try:
        size = source.stat().st_size
    except FileNotFoundError:
        raise _missing(pack) from None
    with storage_errors("read", destination):
        return destination.is_file() and destination.stat().st_size == size


def _missing(pack: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"the pack {pack} is missing",
        hint="restore it from a backup: `vault backup restore`",
        code="pack.missing",
    )


def _truncated(pack: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"the pack {pack} is shorter than the catalogue says",
        hint="restore it from a backup: `vault backup restore`",
        code="pack.truncated",
    )
