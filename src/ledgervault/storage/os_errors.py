"""Turns errors of the operating system into errors that say what to do.

Keeps the cause chained. Never retries: a failed fsync has already lost pages.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledgervault.errors import StorageUnavailable

_ADVICE = {
    errno.ENOSPC: ("storage.full", "free some space, then run the command again"),
    errno.EDQUOT: ("storage.full", "the quota is used up: free some space"),
    errno.EROFS: ("storage.read-only", "mount the file system for writing"),
    errno.EACCES: ("storage.not-permitted", "check owner and mode of the path"),
    errno.EPERM: ("storage.not-permitted", "check owner and mode of the path"),
    errno.EIO: ("storage.io", "the device is failing: check it and your backups"),
    errno.EMFILE: ("storage.too-many-files", "raise `ulimit -n`"),
    errno.ENFILE: ("storage.too-many-files", "the system has too many open files"),
    errno.EFBIG: ("storage.full", "the file grew past `ulimit -f`"),
    errno.ENAMETOOLONG: ("storage.name-too-long", "use a shorter path"),
    errno.ENOENT: ("storage.missing", "check that the disk is mounted"),
}
_FALLBACK = ("storage", "check the path and the disk, then run the command again")


@contextmanager
def storage_errors(act: str, path: Path | str | bytes) -> Iterator[None]:
    """Raise StorageUnavailable, naming act and path, for any OSError inside."""
    try:
        yield
    except OSError as error:
        raise storage_error(act, path, error) from error


def storage_error(
    act: str, path: Path | str | bytes, error: OSError
) -> StorageUnavailable:
    """Build the StorageUnavailable that tells of `error`."""
    code, hint = _ADVICE.get(error.errno or 0, _FALLBACK)
    reason = os.strerror(error.errno) if error.errno else "unknown error"
    return StorageUnavailable(
        f"cannot {act} {shown_path(path)}: {reason}", hint=hint, code=code
    )


def shown_path(path: Path | str | bytes) -> str:
    """Write a path as text, bytes that are not UTF-8 as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
