"""Seal papers in this process, or in forked ones when there are many.

A forked sealer inherits keys, policy and the list of papers by memory. Any sealer
takes the next portion from one pipe, so none waits while the parent records; results
come back through a pipe each. A sealer that dies fails its own papers, not the ingest.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import NoReturn

from ledgervault.services.ingest.papers import Failed, Waiting
from ledgervault.services.ingest.parcels import pack, unpack
from ledgervault.services.ingest.sealing import Outcome, Sealery

ALONE_UNDER = 64  # below this a fork costs more than it saves
PORTION = 16
TOKEN_BYTES = 4  # a portion in the pipe: the number of its first paper
SILENT_PORTIONS = 256  # fewer than a pipe holds: the parent must wake to refill it
RESULT_PIPE_BYTES = 1 << 20  # so that a sealer need not wait for a busy parent
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux


def seal_all(
    sealery: Sealery, papers: Sequence[Waiting], workers: int | None
) -> Iterator[list[Outcome]]:
    """Yield durable outcomes in the order in which packs are finished."""
    count = _crew_size(len(papers), workers)
    if count <= 1:
        yield from _seal_here(sealery, papers)
    else:
        yield from _Crew(sealery, papers, count).run()


def _crew_size(papers: int, workers: int | None) -> int:
    if workers is not None:
        return min(workers, papers)
    return 1 if papers < ALONE_UNDER else min(4, os.cpu_count() or 1)


def _seal_here(sealery: Sealery, papers: Sequence[Waiting]) -> Iterator[list[Outcome]]:
    try:
        for paper in papers:
            yield sealery.seal(paper)
        yield sealery.close()
    finally:
        sealery.abandon()


class _Crew:
    def __init__(self, sealery: Sealery, papers: Sequence[Waiting], count: int) -> None:
        self.sealery = sealery
        self.papers = papers
        self.count = count
        self.left = set(range(len(papers)))
        self.sealers: list[Connection] = []
        self.processes: list[multiprocessing.process.BaseProcess] = []

    def run(self) -> Iterator[list[Outcome]]:
        portions = _Portions(len(self.papers))
        gc.freeze()  # a collection would touch, and so copy, what is inherited
        try:
            for _ in range(self.count):
                self._hire(portions)
            portions.fill()
            while self.sealers:
                for ready in wait(list(self.sealers)):
                    yield self._receive(ready)  # type: ignore[arg-type]
                portions.fill()
            # What no living sealer brought back was lost with one that died.
            yield [_died(self.papers[number]) for number in sorted(self.left)]
        finally:
            portions.close()
            for process in self.processes:
                process.terminate()
                process.join()
            gc.unfreeze()

    def _hire(self, portions: "_Portions") -> None:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        _widen(theirs)
        process = context.Process(
            target=_work,
            args=(self.sealery, self.papers, portions, theirs),
            daemon=True,
        )
        process.start()
        theirs.close()
        self.processes.append(process)
        self.sealers.append(ours)

    def _receive(self, sealer: Connection) -> list[Outcome]:
        try:
            parcels = sealer.recv()
        except (EOFError, ConnectionError):
            self.sealers.remove(sealer)
            sealer.close()
            return []
        outcomes = [unpack(parcel, self.papers) for parcel in parcels]
        self.left.difference_update(one.waiting.number for one in outcomes)
        return outcomes


class _Portions:
    """Portions that wait to be taken, in a pipe that every sealer reads."""

    def __init__(self, papers: int) -> None:
        self._starts = iter(range(0, papers, PORTION))
        self._token = self._next()
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)

    def fill(self) -> None:
        """Put in as many as there is room for; end the pipe behind the last."""
        try:
            while self._token:
                os.write(self._writing, self._token)
                self._token = self._next()
        except BlockingIOError:
            return
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

    def take(self) -> Iterator[int]:
        """Yield the first paper of each portion that this process gets hold of."""
        os.close(self._writing)
        while token := os.read(self._reading, TOKEN_BYTES):
            yield int.from_bytes(token, "big")

    def close(self) -> None:
        """Close both ends."""
        for end in (self._reading, self._writing):
            with contextlib.suppress(OSError):
                os.close(end)

    def _next(self) -> bytes:
        start = next(self._starts, None)
        return b"" if start is None else start.to_bytes(TOKEN_BYTES, "big")


def _widen(pipe: Connection) -> None:
    # Refused where a user has too many wide pipes; a narrow one does, slower.
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), _SET_PIPE_SIZE, RESULT_PIPE_BYTES)


def _died(paper: Waiting) -> Failed:
    return Failed(paper, "ingest.sealer-died", "the sealing process died")


def _work(
    sealery: Sealery, papers: Sequence[Waiting], portions: _Portions, ours: Connection
) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for count, start in enumerate(portions.take(), 1):
            done: list[Outcome] = []
            for paper in papers[start : start + PORTION]:
                done.extend(sealery.seal(paper))
            if done or count % SILENT_PORTIONS == 0:
                ours.send([pack(one) for one in done])
        ours.send([pack(one) for one in sealery.close()])
    except BaseException:  # noqa: BLE001 - a sealer ends without a word of its own
        sealery.abandon()
    # The parent's open catalogue must not be closed by this copy of it.
    os._exit(0)
