"""One writer a vault: an advisory lock on a file inside it.

The kernel releases the lock when its holder dies, so no lock is ever stale
and none is broken by force. The file's text only names the act for people.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledgervault.errors import Conflict
from ledgervault.storage.durable import PRIVATE_FILE
from ledgervault.storage.os_errors import storage_errors

RETRY_EVERY_S = 0.05
_MAX_NOTE_BYTES = 200


class FileWriterLock:
    """A flock on `path`, waited for at most `wait_s` seconds."""

    def __init__(self, path: Path, wait_s: float) -> None:
        self._path = path
        self._wait_s = wait_s

    @contextmanager
    def hold(self, act: str) -> Iterator[None]:
        with storage_errors("lock", self._path):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._path, flags, PRIVATE_FILE)
        try:
            self._wait(descriptor)
            _write_note(descriptor, f"{act}, process {os.getpid()}")
            try:
                yield
            finally:
                _write_note(descriptor, "")
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def _wait(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._wait_s
        while not _is_taken(descriptor):
            left = deadline - time.monotonic()
            if left <= 0:
                raise _busy(_read_note(descriptor))
            time.sleep(min(RETRY_EVERY_S, left))


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_note(descriptor: int, note: str) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, note.encode("utf-8", "replace")[:_MAX_NOTE_BYTES], 0)
    except OSError:
        return  # a full disk must not stop an act over a courtesy to readers


def _read_note(descriptor: int) -> str:
    note = os.pread(descriptor, _MAX_NOTE_BYTES, 0).decode("utf-8", "replace")
    return "".join(letter for letter in note if letter.isprintable())


def _busy(note: str) -> Conflict:
    return Conflict(
        f"another act is changing this vault: {note or 'unknown'}",
        hint="wait for it to finish, then run the command again",
        code="vault.busy",
        details={"holder": note},
    )
