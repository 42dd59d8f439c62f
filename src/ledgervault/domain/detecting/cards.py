"""Payment card numbers: issuer prefix and Luhn digit (ISO/IEC 7812-1), in bulk.

A statement holds thousands of candidates: those of one length are the rows of a
matrix of digit values, and all check sums are added at once.
"""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CARD_LENGTHS = (16, 17, 18, 19)
CARD_PREFIXES = (
    b"62",
    b"4",
    b"51",
    b"52",
    b"53",
    b"54",
    b"55",
    b"81",
    b"9558",
    b"60",
    b"35",
)
_PREFIX_DIGITS = 4
_DOUBLED = tuple(sum(divmod(2 * digit, 10)) for digit in range(10))


def valid_card_numbers(candidates: Iterable[bytes]) -> list[bytes]:
    """Return the digit strings that are card numbers: length, prefix, Luhn digit."""
    import numpy as np

    likely = [one for one in candidates if one.isdigit() and len(one) in CARD_LENGTHS]
    return [
        digits
        for digits in likely
        if card_rows(np.frombuffer(digits, np.uint8)[None, :] - ord("0"))[0]
    ]


def card_number(candidate: bytes) -> bytes:
    """Check one candidate: length, prefix, Luhn digit."""
    return candidate if valid_card_numbers([candidate]) else b""


def are_cards(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows of characters are card numbers."""
    import numpy as np

    is_card: NDArray[np.bool_] = np.logical_and.reduce(rows <= ord("9"), axis=1)
    is_card[is_card] = card_rows(rows[is_card] - ord("0"))
    return is_card


def card_rows(digits: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Say which rows of digit values, each of one card length, are card numbers."""
    is_card = _has_prefix(digits)
    # One in six has an issuer's prefix by chance: sum only those.
    is_card[is_card] = _luhn_sums(digits[is_card]) % 10 == 0
    return is_card


def _has_prefix(digits: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    import numpy as np

    first, second, third, fourth = digits[:, :_PREFIX_DIGITS].astype(np.int16).T
    have: NDArray[np.bool_] = _issued_heads()[
        1000 * first + 100 * second + 10 * third + fourth
    ]
    return have


@functools.cache
def _issued_heads() -> "NDArray[np.bool_]":
    import numpy as np

    heads = (b"%04d" % head for head in range(10**_PREFIX_DIGITS))
    return np.array([head.startswith(CARD_PREFIXES) for head in heads])


def _luhn_sums(digits: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    import numpy as np

    doubled = np.array(_DOUBLED, np.uint8)[digits[:, -2::-2]]
    # At most 19 digits of at most 9: a sum never leaves its byte.
    plain: NDArray[np.uint8] = digits[:, ::-2].sum(axis=1, dtype=np.uint8)
    sums: NDArray[np.uint8] = plain + doubled.sum(axis=1, dtype=np.uint8)
    return sums
