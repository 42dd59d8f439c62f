"""Documents handed out: a hidden temporary file that gets its name when whole.

Nothing is overwritten and nothing is followed: a taken name gets a number,
unless the user named the file, which is refused instead.
"""

import contextlib
import ctypes
import errno
import functools
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ledgervault.errors import Conflict
from ledgervault.storage.durable import sync_directory
from ledgervault.storage.os_errors import shown_path, storage_error, storage_errors

MODE = 0o600
_MAX_TRIES = 10_000
_HERE = -100  # AT_FDCWD
_NO_REPLACE = 1  # RENAME_NOREPLACE
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileDelivery:
    """A file on its way out, begun with the first write.

    Making one touches nothing, so nothing is left behind when a signal arrives
    before its maker is ready to abandon it.
    """

    def __init__(
        self, directory: Path, name: str, *, may_number: bool, is_durable: bool
    ) -> None:
        self._directory = directory
        self._name = name
        self._may_number = may_number
        self._is_durable = is_durable
        self._part = f"{directory}/.{secrets.token_hex(8)}.part"
        self._descriptor = -1

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        view = memoryview(data)
        self._begin()
        with storage_errors("write", self._part):
            while view:
                view = view[os.write(self._descriptor, view) :]
        return len(data)

    def finish(self) -> str:
        """Give the file its name, durably where that was asked for."""
        self._begin()
        with storage_errors("write", self._part):
            if self._is_durable:
                os.fsync(self._descriptor)
            os.close(self._descriptor)
        self._descriptor = -1
        path = self._name_it()
        if self._is_durable:
            sync_directory(self._directory)
        return path

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._part)  # noqa: PTH108 - one of very many files

    def _begin(self) -> None:
        if self._descriptor < 0:
            with storage_errors("create", self._part):
                self._descriptor = self._create()

    def _create(self) -> int:
        try:
            return os.open(self._part, _NEW, MODE)
        except FileNotFoundError:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._part, _NEW, MODE)

    def _name_it(self) -> str:
        stem, _dot, suffix = self._name.rpartition(".")
        for number in range(1, _MAX_TRIES):
            name = self._name
            if number > 1:
                name = f"{stem} ({number}).{suffix}" if stem else f"{suffix} ({number})"
            path = f"{self._directory}/{name}"
            try:
                rename_new(self._part, path)
            except FileExistsError:
                if not self._may_number:
                    break
                continue
            except OSError as error:
                raise storage_error("write", path, error) from error
            return path
        raise _taken(self._directory / self._name)


def rename_new(old: str, new: str) -> None:
    """Rename without ever replacing; FileExistsError when the name is taken."""
    rename = _renameat2()
    if rename is not None:
        ctypes.set_errno(0)
        names = os.fsencode(old), os.fsencode(new)
        if rename(_HERE, names[0], _HERE, names[1], _NO_REPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in {errno.ENOSYS, errno.EINVAL}:
            raise OSError(code, os.strerror(code), new)
    os.link(old, new)
    os.unlink(old)  # noqa: PTH108 - one of very many files


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


class FileDeliveries:
    """Directories on mounted file systems."""

    def create(
        self, directory: str, name: str, *, may_number: bool, is_durable: bool
    ) -> FileDelivery:
        """Begin a file in a directory, which is made when it is missing."""
        return FileDelivery(
            Path(directory), name, may_number=may_number, is_durable=is_durable
        )

    def verify_free(self, directory: str, name: str | None) -> None:
        """Raise Conflict for a taken name, StorageUnavailable for a closed place."""
        with storage_errors("create", directory):
            Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(directory, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if name is not None and os.path.lexists(Path(directory) / name):
            raise _taken(Path(directory) / name)

    def is_directory(self, path: str) -> bool:
        """Say whether a path is a directory."""
        return Path(path).is_dir()


def _taken(path: Path) -> Conflict:
    return Conflict(
        f"{shown_path(path)} exists",
        hint="choose another name with -o; nothing is overwritten",
        code="delivery.exists",
    )
