"""Seal papers in this process, or in forked ones when there are many.

A forked sealer inherits keys and policy by memory; results come back through
a pipe. A sealer that dies fails its own papers, not the ingest.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait

from ledgervault.services.ingest.papers import Failed, Waiting
from ledgervault.services.ingest.parcels import Parcel, pack, unpack
from ledgervault.services.ingest.sealing import Outcome, Sealery

ALONE_UNDER = 64  # below this a fork costs more than it saves
PORTION = 16
AHEAD = 2  # portions a sealer may hold


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
        self.portions = _portions(len(papers))
        self.count = count
        self.held: dict[Connection, set[int]] = {}
        self.dismissed: set[Connection] = set()

    def run(self) -> Iterator[list[Outcome]]:
        context = multiprocessing.get_context("fork")
        processes = []
        gc.freeze()  # a collection would touch, and so copy, what is inherited
        try:
            for _ in range(self.count):
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=_work,
                    args=(self.sealery, self.papers, ours, theirs),
                    daemon=True,
                )
                process.start()
                theirs.close()
                processes.append(process)
                self.held[ours] = set()
                for _ in range(AHEAD):
                    self._hand_out(ours)
            while self.held:
                for ready in wait(list(self.held)):
                    yield self._receive(ready)  # type: ignore[arg-type]
            yield self._not_handed_out()
        finally:
            for process in processes:
                process.terminate()
                process.join()
            gc.unfreeze()

    def _hand_out(self, sealer: Connection) -> None:
        if sealer in self.dismissed:
            return
        portion = next(self.portions, [])
        if not portion:
            self.dismissed.add(sealer)
        self.held[sealer].update(portion)
        sealer.send(portion)

    def _not_handed_out(self) -> list[Outcome]:
        # Papers are left over only when every sealer has died.
        return [_died(self.papers[number]) for left in self.portions for number in left]

    def _receive(self, sealer: Connection) -> list[Outcome]:
        try:
            is_last, parcels = sealer.recv()
        except (EOFError, ConnectionError):
            return self._lost(sealer)
        outcomes = [unpack(parcel, self.papers) for parcel in parcels]
        self.held[sealer].difference_update(one.waiting.number for one in outcomes)
        if is_last:
            del self.held[sealer]
            sealer.close()
        else:
            self._hand_out(sealer)
        return outcomes

    def _lost(self, sealer: Connection) -> list[Outcome]:
        sealer.close()
        return [_died(self.papers[number]) for number in sorted(self.held.pop(sealer))]


def _portions(papers: int) -> Iterator[list[int]]:
    for start in range(0, papers, PORTION):
        yield list(range(start, min(start + PORTION, papers)))


def _died(paper: Waiting) -> Failed:
    return Failed(paper, "ingest.sealer-died", "the sealing process died")


def _work(
    sealery: Sealery, papers: Sequence[Waiting], theirs: Connection, ours: Connection
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    theirs.close()
    try:
        while numbers := ours.recv():
            done: list[Parcel] = []
            for number in numbers:
                done.extend(pack(one) for one in sealery.seal(papers[number]))
            ours.send((False, done))
        ours.send((True, [pack(one) for one in sealery.close()]))
    except BaseException:  # noqa: BLE001 - a sealer ends without a word of its own
        sealery.abandon()
    # The parent's open catalogue must not be closed by this copy of it.
    os._exit(0)
