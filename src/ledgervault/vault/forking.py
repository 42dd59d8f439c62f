"""Split long reading work over forked copies of this process.

Copies inherit opened keys by memory and never touch the catalogue, so whatever
`work` needs from it must have been read before.
"""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ledgervault.errors import LedgerVaultError

Item = TypeVar("Item")
Result = TypeVar("Result")

ALONE_UNDER = 200  # below this a fork costs more than it saves
MOST = 4


def shares_for(items: int) -> int:
    """Say into how many shares work on so many items is worth splitting."""
    return 1 if items < ALONE_UNDER else min(MOST, os.cpu_count() or 1)


class Copies(Generic[Item, Result]):
    """Forked copies, each working through the portions of its own share.

    They start with the `with` block, so this process is free for other work
    until it asks for results. A single share is worked on here, without a fork.
    """

    def __init__(
        self,
        shares: Sequence[Sequence[Sequence[Item]]],
        work: Callable[[Sequence[Item]], Result],
        *,
        in_copy: Callable[[], None],
    ) -> None:
        self._shares = shares
        self._work = work
        self._in_copy = in_copy
        self._copies: dict[Connection, Any] = {}

    def __enter__(self) -> Self:
        """Start the copies."""
        if len(self._shares) > 1:
            for share in self._shares:
                self._start(share)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop copies that are still at work."""
        for ours, process in self._copies.items():
            ours.close()
            if kind is not None:
                process.terminate()
            process.join()

    def results(self) -> Iterator[Result]:
        """Yield the result of each portion as it is finished.

        Raises LedgerVaultError `process.died` when a copy did not end its share.
        """
        if len(self._shares) == 1:
            yield from map(self._work, self._shares[0])
            return
        at_work = list(self._copies)
        while at_work:
            for ready in wait(at_work):
                result = _received(ready)
                if result is None:
                    at_work.remove(ready)  # type: ignore[arg-type]
                else:
                    yield result[0]

    def _start(self, share: Sequence[Sequence[Item]]) -> None:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        process = context.Process(
            target=self._run, args=(share, theirs, ours), daemon=True
        )
        process.start()
        theirs.close()
        self._copies[ours] = process

    def _run(
        self, share: Sequence[Sequence[Item]], theirs: Connection, ours: Connection
    ) -> None:
        # Ctrl-C reaches the whole group; the parent decides, and stops its copies.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ours.close()
        # Told to stop, or its reader gone: a copy ends without a word of its own.
        with contextlib.suppress(BaseException):
            self._in_copy()
            for portion in share:
                theirs.send((self._work(portion),))
            theirs.send(None)
        # The parent's open catalogue must not be closed by this copy of it.
        os._exit(0)


def _received(ready: Any) -> Any:
    try:
        return ready.recv()
    except (EOFError, ConnectionError):
        raise LedgerVaultError(
            "a reading process died", hint="run the command again", code="process.died"
        ) from None
