"""Payment card numbers: issuer prefix and Luhn digit (ISO/IEC 7812-1), in bulk.

A statement holds thousands of candidates. Digits of one position stand side by
side in one big integer, a byte each; a sum of at most 19 digits never leaves
its byte, so all check sums of a length are added at once.
"""

from collections.abc import Iterable, Sequence

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
_ZERO, _NINE = 48, 57
_PLAIN = bytes(byte - _ZERO if _ZERO <= byte <= _NINE else 0 for byte in range(256))
_DOUBLED = bytes(2 * digit if digit < 5 else 2 * digit - 9 for digit in range(10))  # noqa: PLR2004 - digits of 2 * digit added
_DOUBLING = bytes(_DOUBLED[value] for value in _PLAIN)


def valid_card_numbers(candidates: Iterable[bytes]) -> list[bytes]:
    """Return the digit strings that are card numbers: length, prefix, Luhn digit."""
    likely = [
        digits
        for digits in candidates
        if digits.startswith(CARD_PREFIXES) and digits.isdigit()
    ]
    valid: list[bytes] = []
    for length in CARD_LENGTHS:
        same = [digits for digits in likely if len(digits) == length]
        if same:
            sums = _luhn_sums(same, length)
            valid += [d for d, total in zip(same, sums, strict=True) if total % 10 == 0]
    return valid


def _luhn_sums(candidates: Sequence[bytes], length: int) -> bytes:
    joined = b"".join(candidates)
    total = 0
    for position in range(length):
        from_right = length - 1 - position
        table = _DOUBLING if from_right & 1 else _PLAIN
        total += int.from_bytes(joined[position::length].translate(table), "big")
    return total.to_bytes(len(candidates), "big")
