"""Reads small files without trusting what lies under their names.

Follows no symbolic link unless told to, never blocks on a FIFO, never reads
past a bound, and refuses secrets that others can read.
"""

import errno
import os
import stat
from pathlib import Path

from ledgervault.errors import IntegrityViolated, NotAuthorised
from ledgervault.storage.access_lists import is_for_users_only
from ledgervault.storage.os_errors import shown_path, storage_errors

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PIECE_BYTES = 1 << 20


def find_bytes(
    path: Path, *, max_bytes: int, follow: bool = False, cut: bool = False
) -> bytes | None:
    """Read a regular file of at most `max_bytes`; None when there is none.

    With `cut` a longer file is cut off there. Raises IntegrityViolated
    `file.unexpected` for anything else.
    """
    return _read(path, max_bytes=max_bytes, follow=follow, cut=cut)


def find_secret(
    path: Path, *, max_bytes: int, mode_code: str, follow: bool = False
) -> bytes | None:
    """Read a file that only its owner may read; NotAuthorised `mode_code` otherwise."""
    return _read(path, max_bytes=max_bytes, follow=follow, mode_code=mode_code)


def _read(
    path: Path,
    *,
    max_bytes: int,
    follow: bool,
    cut: bool = False,
    mode_code: str = "",
) -> bytes | None:
    with storage_errors("read", path):
        descriptor = _find_open(path, _FLAGS | (0 if follow else os.O_NOFOLLOW))
        if descriptor is None:
            return None
        try:
            _verify_file(path, descriptor, mode_code)
            content = _read_bounded(descriptor, max_bytes + (0 if cut else 1))
        finally:
            os.close(descriptor)
    if len(content) > max_bytes:
        raise _unexpected(path, f"it is larger than {max_bytes} bytes")
    return content


def _find_open(path: Path, flags: int) -> int | None:
    try:
        return os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _unexpected(path, "it is a symbolic link") from error


def _verify_file(path: Path, descriptor: int, mode_code: str) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _unexpected(path, "it is not a regular file")
    if not mode_code:
        return
    us = frozenset({0, os.geteuid()})
    is_private = not status.st_mode & _OTHERS or is_for_users_only(descriptor, us)
    if status.st_uid not in us or not is_private:
        raise NotAuthorised(
            f"{shown_path(path)} is open to others",
            hint=f"make it yours alone: chmod 600 {shown_path(path)}",
            code=mode_code,
        )


def _read_bounded(descriptor: int, limit: int) -> bytes:
    pieces = []
    while limit > 0 and (piece := os.read(descriptor, min(limit, _PIECE_BYTES))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)


def _unexpected(path: Path, why: str) -> IntegrityViolated:
    return IntegrityViolated(
        f"{shown_path(path)} is not what belongs there: {why}",
        hint="find out who put it there before going on",
        code="file.unexpected",
    )
