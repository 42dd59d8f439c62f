"""Whole-column tests of candidates: each lets every valid value through.

`rows` are candidates of one length, one byte a column, digits and capitals.
"""

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sieve: TypeAlias = "Callable[[NDArray[np.uint8]], NDArray[np.bool_]]"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))
_DIGITS_IN_USCC = slice(2, 8)  # the region
_ID_CENTURIES = (ord("9"), ord("0"))  # 19xx and 20xx


def are_digits(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows are digits alone."""
    import numpy as np

    are: NDArray[np.bool_] = np.logical_and.reduce(rows <= ord("9"), axis=1)
    return are


def are_resident_ids(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows hold a birth date of the last centuries where an ID has it."""
    are: NDArray[np.bool_] = are_digits(rows[:, :17])
    first, second, tens = rows[:, 6], rows[:, 7], rows[:, 10]
    is_last = (first == ord("1")) & (second == _ID_CENTURIES[0])
    is_this = (first == ord("2")) & (second == _ID_CENTURIES[1])
    are &= (is_last | is_this) & (tens <= ord("1"))
    return are


def are_uscc(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows pass the check digit of GB 32100."""
    import numpy as np

    are: NDArray[np.bool_] = are_digits(rows[:, _DIGITS_IN_USCC])
    values = _uscc_values()[rows[are]]
    sums = values[:, :17] @ np.array(_USCC_WEIGHTS) + values[:, 17]
    are[are] = (values >= 0).all(axis=1) & (sums % 31 == 0)
    return are


@functools.cache
def _uscc_values() -> "NDArray[np.int64]":
    import numpy as np

    values = np.full(256, -1)
    for value, letter in enumerate(USCC_ALPHABET):
        values[ord(letter)] = value
    return values


def are_mobiles(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows begin as mobile numbers do."""
    are: NDArray[np.bool_] = (rows[:, 0] == ord("1")) & (rows[:, 1] >= ord("3"))
    return are & are_digits(rows)


def are_einvoices(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows have a region where an invoice number has it."""
    are: NDArray[np.bool_] = rows[:, 2] >= ord("1")
    return are & are_digits(rows)


def begin_with_letters(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows begin with two letters."""
    are: NDArray[np.bool_] = (rows[:, 0] >= ord("A")) & (rows[:, 1] >= ord("A"))
    return are


def begin_with(prefixes: Sequence[bytes]) -> Sieve:
    """Return the test of rows that begin with one of these pairs of letters."""

    def begin(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
        import numpy as np

        known = np.frombuffer(b"".join(prefixes), ">u2")
        heads = rows[:, 0].astype(np.uint16) << 8 | rows[:, 1]
        return np.isin(heads, known)

    return begin


def are_ibans(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows begin with a country and two check digits."""
    are = begin_with_letters(rows)
    # Serial numbers by the thousand, and hardly ever an account among them.
    return are & are_digits(rows[:, 2:4]) if are.any() else are


def are_letter_and_digits(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows are a letter, digits, and any last character."""
    are: NDArray[np.bool_] = rows[:, 0] >= ord("A")
    return are & are_digits(rows[:, 2:-1])


def are_nrics(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows are seven digits between two letters."""
    are: NDArray[np.bool_] = (rows[:, 0] >= ord("A")) & (rows[:, -1] >= ord("A"))
    return are & are_digits(rows[:, 1:-1])


def are_ninos(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows are two letters, six digits and a letter."""
    are: NDArray[np.bool_] = begin_with_letters(rows) & (rows[:, -1] >= ord("A"))
    return are & are_digits(rows[:, 2:-1])


def weighing(weights: Sequence[int], modulus: int) -> Sieve:
    """Return the test of digits whose weighted sum the modulus divides."""

    def divides(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
        import numpy as np

        are = are_digits(rows)
        digits = rows[are].astype(np.int64) - ord("0")
        are[are] = digits @ np.array(weights) % modulus == 0
        return are

    return divides
