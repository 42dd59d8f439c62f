"""Writes that are on the disk when they return, and erasure of small files.

A file appears under its name whole or not at all: it is written beside it,
synced, renamed, and its directory synced. A failed fsync is never retried.
"""

import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from ledgervault.errors import Conflict
from ledgervault.storage.os_errors import shown_path, storage_errors

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
PIECE_BYTES = 1 << 20
_TEMPORARY_SUFFIX = ".tmp"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet; Conflict `storage.exists` if it does."""
    with storage_errors("write", path):
        temporary = _write_temporary(path, content)
        try:
            _link_new(temporary, path)
        except FileExistsError:
            raise Conflict(
                f"{shown_path(path)} exists already", code="storage.exists"
            ) from None
        finally:
            temporary.unlink(missing_ok=True)
    sync_directory(path.parent)


def replace(path: Path, content: bytes) -> None:
    """Put `content` in the place of whatever `path` holds, atomically."""
    replace_all(path.parent, {path.name: content})


def replace_all(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Replace several files of one directory, each atomically; sync it once."""
    for name, content in contents.items():
        path = directory / name
        with storage_errors("write", path):
            temporary = _write_temporary(path, content)
            try:
                temporary.rename(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    sync_directory(directory)


def replace_erasing(path: Path, content: bytes) -> None:
    """Replace a file, then overwrite the bytes it held before."""
    with storage_errors("open", path):
        old = _open_to_erase(path)
    try:
        replace(path, content)
        if old is not None:
            with storage_errors("overwrite", path):
                _overwrite(old, is_random=False)
    finally:
        if old is not None:
            os.close(old)


def erase(path: Path, *, is_random: bool = False) -> None:
    """Overwrite a file, sync it and unlink it; the caller syncs the directory."""
    with storage_errors("erase", path):
        descriptor = _open_to_erase(path)
        if descriptor is None:
            return
        try:
            _overwrite(descriptor, is_random=is_random)
        finally:
            os.close(descriptor)
        path.unlink(missing_ok=True)


def sync_directory(directory: Path) -> None:
    """Make the entries of a directory durable."""
    with storage_errors("sync", directory):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make what a file holds durable, whoever wrote it."""
    with storage_errors("sync", path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_directory(directory: Path) -> None:
    """Create a directory and its missing parents, 0700, durably."""
    if directory.is_dir():
        return
    make_directory(directory.parent)
    with storage_errors("create", directory):
        directory.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    sync_directory(directory.parent)


def copy_file(source: Path, destination: Path) -> int:
    """Copy a file to a new name durably, all but its directory; return its bytes."""
    part = destination.with_name(destination.name + ".part")
    with storage_errors("copy", source):
        reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            part.unlink(missing_ok=True)
            size = _copy_to_part(reading, part)
            part.rename(destination)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            os.close(reading)
    return size


def open_new(path: Path) -> int:
    """Create a file 0600 that must not exist, following nothing; return its fd."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, PRIVATE_FILE)


def write_fully(descriptor: int, content: bytes | bytearray | memoryview) -> None:
    """Write all of `content`, however many calls that takes."""
    written = os.write(descriptor, content)
    if written < len(content):
        view = memoryview(content)
        while written < len(view):
            written += os.write(descriptor, view[written:])


def is_temporary(name: str) -> bool:
    """Say whether a name is of a file that a crash left half written."""
    return name.startswith(".") and name.endswith(_TEMPORARY_SUFFIX)


def _write_temporary(path: Path, content: bytes) -> Path:
    token = secrets.token_hex(6)
    temporary = path.with_name(f".{path.name}.{token}{_TEMPORARY_SUFFIX}")
    descriptor = open_new(temporary)
    try:
        write_fully(descriptor, content)
        os.fsync(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _link_new(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError from error
        temporary.rename(path)  # file systems of memory sticks have no links


def _open_to_erase(path: Path) -> int | None:
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        return None


def _overwrite(descriptor: int, *, is_random: bool) -> None:
    left = os.fstat(descriptor).st_size
    while left > 0:
        size = min(left, PIECE_BYTES)
        write_fully(descriptor, os.urandom(size) if is_random else bytes(size))
        left -= size
    os.fsync(descriptor)


def _copy_to_part(reading: int, part: Path) -> int:
    size = 0
    writing = open_new(part)
    try:
        while piece := os.read(reading, PIECE_BYTES):
            write_fully(writing, piece)
            size += len(piece)
        os.fsync(writing)
    finally:
        os.close(writing)
    return size
