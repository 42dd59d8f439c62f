"""Run an act in a forked process that dies at its k-th call to the system.

Counted calls: what changes files, and the database's COMMIT. A point is a call
and whether the process dies before or after it. Python's buffers die with it;
what the kernel has, stays: a killed process, not a power cut.
"""

import os
import signal
from collections.abc import Callable

CALLS = (
    "open",
    "write",
    "fsync",
    "rename",
    "replace",
    "link",
    "unlink",
    "mkdir",
    "rmdir",
)
DIED = 137
TOO_LONG_S = 60


def count_points(act: Callable[[], int]) -> int:
    """Return how many calls an undisturbed act makes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        counter = Counter(None, is_after=False)
        counter.arm()
        act()
        counter.disarm()
        os.write(writer, str(counter.calls).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as source:
        counted = int(source.read())
    os.waitpid(child, 0)
    return counted


def die_at(act: Callable[[], int], point: int, *, is_after: bool) -> int:
    """Run the act up to a point; return the exit code, DIED if it got there."""
    child = os.fork()
    if child == 0:
        signal.alarm(TOO_LONG_S)
        Counter(point, is_after=is_after).arm()
        code = act()
        os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Counter:
    """Counts calls and dies at one of them."""

    def __init__(self, point: int | None, *, is_after: bool) -> None:
        self.calls = 0
        self._point = point
        self._is_after = is_after
        self._real = {name: getattr(os, name) for name in CALLS}

    def arm(self) -> None:
        from sqlalchemy import Connection

        for name, real in self._real.items():
            setattr(os, name, self._counted(real))
        commit = Connection.exec_driver_sql

        def exec_driver_sql(connection, statement, *rest, **more):
            if statement.lstrip().upper().startswith("COMMIT"):
                return self._counted(commit)(connection, statement, *rest, **more)
            return commit(connection, statement, *rest, **more)

        Connection.exec_driver_sql = exec_driver_sql

    def disarm(self) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)

    def _counted(self, real):
        def call(*args, **kwargs):
            self.calls += 1
            if self.calls == self._point and not self._is_after:
                os._exit(DIED)
            result = real(*args, **kwargs)
            if self.calls == self._point and self._is_after:
                os._exit(DIED)
            return result

        return call
