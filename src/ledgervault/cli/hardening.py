"""Before anything secret is in memory: private files, no core dumps, safe output."""

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from ledgervault.storage.private_memory import forbid_dumps

PRIVATE_UMASK = 0o077


class Terminated(BaseException):
    """SIGTERM arrived; what is open is closed on the way out."""


def harden_process() -> None:
    """Set umask and limits; each is best effort except the umask."""
    os.umask(PRIVATE_UMASK)
    _occupy_standard_descriptors()
    forbid_dumps()
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # A name that the terminal's encoding lacks must not end in a traceback.
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _occupy_standard_descriptors() -> None:
    # Else the first file opened would become standard output, and be written over.
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # One is enough: a second must not break off the tidying of the first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated
