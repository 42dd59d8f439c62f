"""Sealing split over processes: what comes back, and what a death costs."""

import datetime as dt
import os

import pytest

from ledgervault.domain.clients import Client
from ledgervault.ids import BlobId, ClientId, DocumentId
from ledgervault.ports.sources import Found
from ledgervault.ports.stores import Extent
from ledgervault.services.ingest.crew import PORTION, seal_all
from ledgervault.services.ingest.papers import (
    Duplicate,
    Failed,
    SealedPaper,
    Waiting,
)
from ledgervault.services.ingest.parcels import pack, unpack
from ledgervault.services.ingest.sealing import OPEN_BYTES, PACK_BYTES, Sealery
from ledgervault.services.sorting import Owner, Sorted

DECIDED = Sorted(
    series="cn.voucher.source",
    type="invoice",
    level="confidential",
    period="2026-10",
    label="FY2026",
    due=dt.date(2057, 1, 1),
    rule="cn.voucher.invoice",
    is_inbox=False,
    mime="application/pdf",
    words=b"zstd",
    fields={"number": "1"},
    detected={"mobile": 2},
)


def waiting(number: int) -> Waiting:
    path = b"/pile/%d.pdf" % number
    return Waiting(Found(path, b"/pile", path[6:], 3, 1, (1, number)), number, 0)


def sealed(number: int) -> SealedPaper:
    return SealedPaper(
        waiting=waiting(number),
        sorted=DECIDED,
        size=3,
        document=DocumentId(bytes(16)),
        blob=BlobId(bytes(16)),
        dek=bytes(32),
        extent=Extent("a" * 32, 5, 7),
        cipher_sha256=b"c" * 32,
        fixity=b"f" * 32,
        dedup=b"d" * 32,
    )


@pytest.mark.parametrize(
    "outcome",
    [
        sealed(2),
        Duplicate(waiting(1), DocumentId(b"x" * 16)),
        Failed(waiting(0), "source.unreadable", "cannot be read"),
    ],
)
def test_an_outcome_comes_out_of_its_parcel_as_it_went_in(outcome) -> None:
    papers = [waiting(number) for number in range(3)]
    assert unpack(pack(outcome), papers) == outcome


class Dying:
    """Stands in for a sealery: it remembers papers and dies at one of them."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.kept: list[SealedPaper] = []

    def seal(self, paper: Waiting) -> list[SealedPaper]:
        if paper.number == self.at:
            os._exit(9)
        self.kept.append(sealed(paper.number))
        return []

    def close(self) -> list[SealedPaper]:
        return self.kept

    def abandon(self) -> None:
        self.kept = []


def test_every_paper_comes_back_once_from_two_sealers() -> None:
    papers = [waiting(number) for number in range(5 * PORTION + 3)]
    outcomes = [one for some in seal_all(Dying(None), papers, 2) for one in some]
    assert sorted(one.waiting.number for one in outcomes) == list(range(len(papers)))
    assert all(isinstance(one, SealedPaper) for one in outcomes)


def test_a_sealer_that_dies_fails_its_own_papers_only() -> None:
    papers = [waiting(number) for number in range(6 * PORTION)]
    outcomes = [one for some in seal_all(Dying(1), papers, 2) for one in some]
    assert sorted(one.waiting.number for one in outcomes) == list(range(len(papers)))
    failed = [one for one in outcomes if isinstance(one, Failed)]
    assert 1 in {one.waiting.number for one in failed}
    assert {one.code for one in failed} == {"ingest.sealer-died"}
    assert len(failed) < len(papers)


class Shelf:
    """A pack store that only counts."""

    def __init__(self) -> None:
        self.open: dict[int, Shelf.Writer] = {}

    def create(self) -> "Shelf.Writer":
        writer = Shelf.Writer(self, len(self.open))
        self.open[id(writer)] = writer
        return writer

    class Writer:
        def __init__(self, shelf: "Shelf", number: int) -> None:
            self.shelf, self.size, self.name = shelf, 0, f"{number:032x}"

        def append(self, chunks) -> Extent:
            start = self.size
            self.size += sum(map(len, chunks))
            return Extent(self.name, start, self.size - start)

        def close(self) -> None:
            del self.shelf.open[id(self)]

        def abandon(self) -> None:
            self.close()


class Pile:
    """Papers of 4 MiB, each opened once."""

    def open(self, _found: Found) -> "Pile":
        return self

    def read_all(self) -> bytes:
        return os.urandom(4 << 20)

    def verify_unchanged(self) -> None:
        return None

    def close(self) -> None:
        return None


class ByYear:
    """Sorts papers into five years of disposition."""

    def __init__(self) -> None:
        self.count = 0

    def sort(self, _content: bytes, _size: int, **_facts) -> Sorted:
        self.count += 1
        year = 2030 + self.count % 5
        return Sorted(**{**_fields(DECIDED), "due": dt.date(year, 1, 1)})


def _fields(decided: Sorted) -> dict:
    return {name: getattr(decided, name) for name in Sorted.__slots__}


def test_unfinished_packs_never_hold_more_than_is_allowed_to_wait() -> None:
    shelf = Shelf()
    owner = Owner(ClientId(bytes(16)), Client("C1", "n"), True, _token_key())
    sealery = Sealery(bytes(16), Pile(), shelf, ByYear(), (owner,), {})
    done = 0
    for number in range(40):
        done += len(sealery.seal(waiting(number)))
        held = sum(writer.size for writer in shelf.open.values())
        assert held < OPEN_BYTES
        assert all(writer.size < PACK_BYTES for writer in shelf.open.values())
    assert done > 0
    assert done + len(sealery.close()) == 40
    assert not shelf.open


def _token_key():
    from ledgervault.crypto.keys import DedupKey

    return DedupKey(bytes(32))
