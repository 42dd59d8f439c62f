"""Chains: runs written with one blank, hyphen or bracket between, as people do.

A number in groups is looked for by the lengths of its groups, in a string that
holds one byte a run and nothing of the rest of the text.
"""

import dataclasses
import functools
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SEPARATORS = b" -("
_LONGEST_GROUP = 30  # longer ones are of no form
_JOINED = 64  # marks the length of a run that the next one is joined to


@dataclasses.dataclass(frozen=True, slots=True)
class Chains:
    """Runs that have a neighbour: `lengths` has one byte each, in text order."""

    starts: "NDArray[np.int64]"
    ends: "NDArray[np.int64]"
    lengths: bytes

    def present(self, shapes: Collection[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
        """Yield those of the shapes that occur."""
        if _any_of(frozenset(shapes)).search(self.lengths) is None:
            return
        for groups in shapes:
            if any(written in self.lengths for written in _written(groups)):
                yield groups

    def find(self, groups: tuple[int, ...]) -> Iterator[int]:
        """Yield the places where joined runs of these lengths begin."""
        for written in _written(groups):
            place = self.lengths.find(written)
            while place >= 0:
                yield place
                place = self.lengths.find(written, place + 1)

    def spans(self, place: int, most: int) -> list[tuple[int, int]]:
        """Return where the joined runs from a place on stand, at most `most`."""
        last = place
        while last - place + 1 < most and self.lengths[last] & _JOINED:
            last += 1
        chosen = slice(place, last + 1)
        return list(
            zip(self.starts[chosen].tolist(), self.ends[chosen].tolist(), strict=True)
        )


def find_chains(
    text: "NDArray[np.uint8]",
    starts: "NDArray[np.int64]",
    ends: "NDArray[np.int64]",
) -> Chains:
    """Find the runs with one separator between them and a neighbour."""
    import numpy as np

    firsts = np.flatnonzero(starts[1:] - ends[:-1] == 1)
    firsts = firsts[_are_separators()[text[ends[firsts]]]]
    marks = np.zeros(len(starts) + 1, np.uint8)
    marks[firsts + 1] = 1
    marks[firsts] = _JOINED  # after the line above: most are both
    members = np.flatnonzero(marks)
    begins, stops = starts[members], ends[members]
    lengths = np.minimum(stops - begins, _LONGEST_GROUP).astype(np.uint8)
    return Chains(begins, stops, (lengths | (marks[members] & _JOINED)).tobytes())


@functools.cache
def _are_separators() -> "NDArray[np.bool_]":
    import numpy as np

    return np.array([byte in _SEPARATORS for byte in range(256)])


@functools.cache
def _written(groups: tuple[int, ...]) -> tuple[bytes, bytes]:
    """Return a shape that ends a chain, and one that the chain goes on from."""
    heads = bytes(length | _JOINED for length in groups[:-1])
    return heads + bytes([groups[-1]]), heads + bytes([groups[-1] | _JOINED])


@functools.cache
def _any_of(shapes: frozenset[tuple[int, ...]]) -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    patterns = (
        b"".join(b"\\x%02x" % byte for byte in written)
        for groups in shapes
        for written in _written(groups)
    )
    return re2.compile(b"|".join(sorted(patterns)), options)
