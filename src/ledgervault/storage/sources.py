"""Finds and opens the papers under the paths a user named.

Follows no symbolic link, opens nothing that could block, never takes in the
vault itself, and notices a file that changes while it is read. Paths are raw
bytes throughout: a name need not be text.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ledgervault.errors import LedgerVaultError
from ledgervault.ports.sources import Found, Skipped
from ledgervault.storage.opened_file import GONE, OpenedFile, changed, unreadable

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_Inode = tuple[int, int]


class FileSources:
    """Papers on mounted file systems, except what lies under `exclude`."""

    def __init__(self, exclude: Sequence[Path] = ()) -> None:
        self._exclude = tuple(exclude)

    def scan(self, roots: Sequence[bytes]) -> Iterator[Found | Skipped]:
        excluded = _Excluded(self._exclude)
        earlier: set[_Inode] = set()
        for root in roots:
            seen: set[_Inode] = set()
            for item in _scan_root(root, excluded):
                if isinstance(item, Skipped):
                    yield item
                elif item.inode not in earlier:
                    seen.add(item.inode)
                    yield item
            earlier |= seen

    def open(self, found: Found) -> OpenedFile:
        try:
            descriptor = os.open(found.path, _OPEN)
        except OSError as error:
            raise _unopened(found.path, error) from error
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or _inode(status) != found.inode:
            os.close(descriptor)
            raise changed(found.path)
        return OpenedFile(descriptor, found.path, status)

    def remove(self, found: Found) -> None:
        directory, name = os.path.split(found.path)
        try:
            parent = os.open(directory or b".", os.O_RDONLY | os.O_DIRECTORY)
            try:
                status = os.stat(name, dir_fd=parent, follow_symlinks=False)
                _verify_same(found, status)
                os.unlink(name, dir_fd=parent)
            finally:
                os.close(parent)
        except OSError as error:
            raise _unopened(found.path, error) from error


class _Excluded:
    """Directories that are not taken in, known by inode and by real path."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._inodes: set[_Inode] = set()
        self._paths: list[bytes] = []
        for directory in directories:
            if directory.is_dir():
                self._inodes.add(_inode(directory.stat()))
                self._paths.append(os.path.realpath(os.fsencode(directory)))

    def is_inode(self, status: os.stat_result) -> bool:
        return _inode(status) in self._inodes

    def is_around(self, path: bytes) -> bool:
        if not self._paths:
            return False
        real = os.path.realpath(path)
        return any(real == top or real.startswith(top + b"/") for top in self._paths)


def _scan_root(root: bytes, excluded: _Excluded) -> Iterator[Found | Skipped]:
    # With its slash a link to a directory would be followed by lstat itself.
    root = root.rstrip(b"/") or b"/"
    try:
        status = os.lstat(root)
    except (OSError, ValueError) as error:
        yield _skipped_for(root, error)
        return
    if excluded.is_around(root):
        yield Skipped(root, "source.vault", "it is part of the vault itself")
    elif stat.S_ISDIR(status.st_mode):
        yield from _walk(root, excluded)
    else:
        yield _classify(root, status, root=root, relative=os.path.split(root)[1])


def _walk(root: bytes, excluded: _Excluded) -> Iterator[Found | Skipped]:
    start = len(root.rstrip(b"/")) + 1
    pending: list[Iterator[os.DirEntry[bytes]]] = []
    listed = _list(root)
    while True:
        if isinstance(listed, Skipped):
            yield listed
        else:
            pending.append(iter(listed))
        listed = []
        entry = _next(pending)
        if entry is None:
            return
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            yield _skipped_for(entry.path, error)
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield _classify(entry.path, status, root=root, relative=entry.path[start:])
        elif excluded.is_inode(status):
            yield Skipped(entry.path, "source.vault", "it is the vault itself")
        else:
            listed = _list(entry.path)


def _next(pending: list[Iterator[os.DirEntry[bytes]]]) -> os.DirEntry[bytes] | None:
    while pending:
        entry = next(pending[-1], None)
        if entry is not None:
            return entry
        pending.pop()
    return None


def _list(directory: bytes) -> list[os.DirEntry[bytes]] | Skipped:
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        return _skipped_for(directory, error)


def _classify(
    path: bytes, status: os.stat_result, *, root: bytes, relative: bytes
) -> Found | Skipped:
    if stat.S_ISREG(status.st_mode):
        return Found(
            path=path,
            root=root,
            relative=relative,
            size=status.st_size,
            modified_ns=status.st_mtime_ns,
            inode=_inode(status),
        )
    if stat.S_ISLNK(status.st_mode):
        return Skipped(path, "source.symlink", "symbolic links are not followed")
    kind = next((word for test, word in _KINDS if test(status.st_mode)), "not a file")
    return Skipped(path, "source.special", f"it is {kind}")


def _skipped_for(path: bytes, error: OSError | ValueError) -> Skipped:
    if isinstance(error, OSError) and error.errno in GONE:
        return Skipped(path, "source.vanished", "there is no such file")
    reason = error.strerror if isinstance(error, OSError) else "not a path"
    return Skipped(path, "source.unreadable", f"cannot be read: {reason}")


def _inode(status: os.stat_result) -> _Inode:
    return (status.st_dev, status.st_ino)


def _verify_same(found: Found, status: os.stat_result) -> None:
    state = (status.st_size, status.st_mtime_ns)
    is_same = state == (found.size, found.modified_ns)
    if not is_same or _inode(status) != found.inode:
        raise changed(found.path)


def _unopened(path: bytes, error: OSError) -> LedgerVaultError:
    return changed(path) if error.errno == errno.ELOOP else unreadable(path, error)
