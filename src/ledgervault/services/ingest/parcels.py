"""Outcomes as plain tuples for the pipe between a sealing process and its parent.

Papers travel as numbers, and reasons stay behind: what an object costs to carry,
10,000 papers pay 10,000 times.
"""

import dataclasses
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from ledgervault.ports.stores import Extent
from ledgervault.services.ingest.papers import Duplicate, Failed, SealedPaper, Waiting
from ledgervault.services.sorting import Sorted

Parcel = tuple[Any, ...]
Outcome = SealedPaper | Duplicate | Failed

_KINDS: tuple[type[Outcome], ...] = (SealedPaper, Duplicate, Failed)
_LEFT_BEHIND = frozenset({"waiting", "sorted", "extent", "decisions"})


def pack(outcome: Outcome) -> Parcel:
    """Return an outcome as a kind, the paper's number and plain values."""
    number = outcome.waiting.number
    if isinstance(outcome, SealedPaper):
        extent = outcome.extent
        place = (extent.pack, extent.offset, extent.length)
        return (0, number, _PAPER(outcome), _SORTED(outcome.sorted), place)
    kind = _KINDS.index(type(outcome))
    return (kind, number, _VALUES[kind](outcome))


def unpack(parcel: Parcel, papers: Sequence[Waiting]) -> Outcome:
    """Rebuild an outcome of one of the papers that were handed out."""
    kind, number, values = parcel[:3]
    waiting = papers[number]
    if kind:
        return _KINDS[kind](waiting, *values)
    decided, place = parcel[3:]
    return SealedPaper(
        waiting,
        Sorted(*decided),
        **dict(zip(_PAPER_NAMES, values, strict=True)),
        extent=Extent(*place),
    )


def _names(kind: type[Any]) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(kind))
    return tuple(name for name in names if name not in _LEFT_BEHIND)


_PAPER_NAMES = _names(SealedPaper)
_PAPER = attrgetter(*_PAPER_NAMES)
_SORTED = attrgetter(*_names(Sorted))
_VALUES = (
    _PAPER,
    lambda duplicate: (duplicate.of,),
    attrgetter(*_names(Failed)),
)
