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
    lengths: bytes

    def present(self, shapes: Collection[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
        """Yield those of the shapes that occur."""
        if _any_of(frozenset(shapes)).search(self.lengths) is None:
            return
        for groups in shapes:
            if any(written in self.lengths for written in _written(groups)):
                yield groups

    def starts_of(self, groups: tuple[int, ...]) -> "NDArray[np.int64]":
        """Return where in the text joined runs of these lengths begin."""
        import numpy as np

        lengths = np.frombuffer(self.lengths, np.uint8)
        count = len(lengths) - len(groups) + 1
        are = np.ones(max(count, 0), np.bool_)
        for place, length in enumerate(groups[:-1]):
            are &= lengths[place : place + count] == length | _JOINED
        are &= lengths[len(groups) - 1 :] & ~np.uint8(_JOINED) == groups[-1]
        return self.starts[: max(count, 0)][are]


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
    return Chains(begins, (lengths | (marks[members] & _JOINED)).tobytes())


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
