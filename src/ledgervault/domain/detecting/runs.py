"""Runs of digits and capitals in bytes, found and tested all at once.

A statement of a megabyte holds a hundred thousand runs, nearly all of them
amounts and serial numbers: only what passes whole-column tests becomes an
object. Masked numbers, decimals and pieces of longer words are no runs.
"""

import dataclasses
import functools
from typing import TYPE_CHECKING

from ledgervault.domain.detecting.chains import Chains, find_chains

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST, LONGEST = 8, 34
_CAPITALS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MASK = bytes(byte in _CAPITALS for byte in range(256))
# What a run would only be a piece of: small letters, masks.
_JOINS = b"abcdefghijklmnopqrstuvwxyz*"
MARGIN = b"  "  # so that every run has two neighbours on either side
_DIGITS_BEFORE_X = 17


@dataclasses.dataclass(frozen=True, slots=True)
class Runs:
    """Runs of one text by length: where they start in the padded bytes."""

    padded: bytes
    by_length: "dict[int, NDArray[np.int64]]"
    chains: Chains

    def rows(self, length: int) -> "NDArray[np.uint8]":
        """Return the runs of a length that occurs as rows of bytes."""
        import numpy as np

        raw = np.frombuffer(self.padded, np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(raw, length)
        return windows[self.by_length[length]]

    def lengths(self) -> list[int]:
        """Return the lengths that occur."""
        return sorted(self.by_length)


def find_runs(raw: bytes) -> Runs:
    """Find the runs of 8 to 34 digits and capitals that stand alone."""
    import numpy as np

    padded = MARGIN + raw + MARGIN
    mask = np.frombuffer(padded.translate(_MASK), np.bool_)
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    text = np.frombuffer(padded, np.uint8)
    chains = find_chains(text, starts, ends)
    is_long = ends - starts >= SHORTEST
    starts, ends = starts[is_long], ends[is_long]
    # A resident id may end in a small x.
    ends = ends + ((ends - starts == _DIGITS_BEFORE_X) & (text[ends] == ord("x")))
    is_alone = (ends - starts <= LONGEST) & _stand_alone(text, starts, ends)
    return Runs(padded, _by_length(starts[is_alone], ends[is_alone]), chains)


def _stand_alone(
    text: "NDArray[np.uint8]",
    starts: "NDArray[np.int64]",
    ends: "NDArray[np.int64]",
) -> "NDArray[np.bool_]":
    joins, digits = _classes()
    before, after = text[starts - 1], text[ends]
    is_piece = joins[before] | joins[after]
    # The margin keeps both second neighbours inside the text.
    has_decimals = (after == ord(".")) & digits[text[ends + 1]]
    is_decimals = (before == ord(".")) & digits[text[starts - 2]]
    is_alone: NDArray[np.bool_] = ~(is_piece | has_decimals | is_decimals)
    return is_alone


@functools.cache
def _classes() -> "tuple[NDArray[np.bool_], NDArray[np.bool_]]":
    import numpy as np

    every = range(256)
    joins = np.array([byte in _JOINS for byte in every])
    digits = np.array([byte in b"0123456789" for byte in every])
    return joins, digits


def _by_length(
    starts: "NDArray[np.int64]", ends: "NDArray[np.int64]"
) -> "dict[int, NDArray[np.int64]]":
    import numpy as np

    lengths = ends - starts
    return {
        int(length): starts[lengths == length]
        for length in np.flatnonzero(np.bincount(lengths, minlength=1))
    }
