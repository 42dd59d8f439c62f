"""Numbers in groups, cut out of the text in columns: groups together, joints apart."""

import dataclasses
import functools
from typing import TYPE_CHECKING

from ledgervault.domain.detecting.runs import Runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_JOINING = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*-"


@dataclasses.dataclass(frozen=True, slots=True)
class Grouped:
    """Candidates of one shape: where they start, and their rows without joints."""

    starts: "NDArray[np.int64]"
    rows: "NDArray[np.uint8]"


def find_in_groups(runs: Runs, groups: tuple[int, ...], separators: bytes) -> Grouped:
    """Find what is written in these groups with these separators, and stands alone."""
    import numpy as np

    width = sum(groups) + len(groups) - 1
    text = np.frombuffer(runs.padded, np.uint8)
    starts = runs.chains.starts_of(groups)
    # A bracket closes behind the last group.
    starts = starts[_stand_alone(text, starts, starts + width)]
    rows = np.lib.stride_tricks.sliding_window_view(text, width)[starts]
    joints = np.cumsum(groups[:-1]) + np.arange(len(groups) - 1)
    is_allowed = np.isin(rows[:, joints], np.frombuffer(separators, np.uint8))
    are = np.logical_and.reduce(is_allowed, axis=1)
    columns = np.setdiff1d(np.arange(width), joints)
    return Grouped(starts[are], rows[are][:, columns])


def _stand_alone(
    text: "NDArray[np.uint8]",
    starts: "NDArray[np.int64]",
    ends: "NDArray[np.int64]",
) -> "NDArray[np.bool_]":
    joining, digits = _classes()
    before, after = text[starts - 1], text[ends]
    has_decimals = (after == ord(".")) & digits[text[ends + 1]]
    is_alone: NDArray[np.bool_] = ~(joining[before] | joining[after] | has_decimals)
    return is_alone


@functools.cache
def _classes() -> "tuple[NDArray[np.bool_], NDArray[np.bool_]]":
    import numpy as np

    every = range(256)
    joining = np.array([byte in _JOINING for byte in every])
    digits = np.array([byte in b"0123456789" for byte in every])
    return joining, digits
