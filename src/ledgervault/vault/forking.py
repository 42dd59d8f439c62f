"""Split long reading work over processes: this one and forked copies of it.

Copies inherit opened keys by memory and never touch the catalogue, so whatever
`work` needs from it must have been read before.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from ledgervault.errors import LedgerVaultError

Item = TypeVar("Item")
Result = TypeVar("Result")

ALONE_UNDER = 200  # below this a fork costs more than it saves
MOST = 4


def in_processes(
    items: Sequence[Item], work: Callable[[Sequence[Item]], Result]
) -> list[Result]:
    """Return the results of `work` on contiguous parts of `items`, in order."""
    count = 1 if len(items) < ALONE_UNDER else min(MOST, os.cpu_count() or 1)
    size = -(-len(items) // count) or 1
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    context = multiprocessing.get_context("fork")
    copies: list[tuple[Any, Connection]] = []
    try:
        for part in parts[1:]:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=_run, args=(work, part, theirs, ours), daemon=True
            )
            process.start()
            theirs.close()
            copies.append((process, ours))
        results = [work(parts[0])] if parts else []
        return results + [_received(ours) for _process, ours in copies]
    finally:
        for process, ours in copies:
            ours.close()
            process.terminate()
            process.join()


def _run(
    work: Callable[[Sequence[Any]], Any],
    part: Sequence[Any],
    theirs: Connection,
    ours: Connection,
) -> None:
    ours.close()
    theirs.send(work(part))
    theirs.close()
    # The parent's open catalogue must not be closed by this copy of it.
    os._exit(0)


def _received(ours: Connection) -> Any:
    try:
        return ours.recv()
    except EOFError:
        raise LedgerVaultError(
            "a reading process died", hint="run the command again", code="process.died"
        ) from None
