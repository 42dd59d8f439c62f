"""Payment card numbers: issuer prefix and Luhn digit (ISO/IEC 7812-1), fast.

A statement holds thousands of candidates, so the sum runs over bytes in C.
"""

_DOUBLED = bytes(
    48 + (lambda twice: twice - 9 if twice > 9 else twice)((byte - 48) * 2)  # noqa: PLR2004
    if 48 <= byte <= 57  # noqa: PLR2004 - the ASCII digits
    else byte
    for byte in range(256)
)
_PREFIXES = (
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
MIN_DIGITS, MAX_DIGITS = 16, 19


def is_card_number(digits: bytes) -> bool:
    """Say whether digits are a card number: length, issuer prefix, Luhn digit."""
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or not digits.startswith(_PREFIXES):
        return False
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))
    return (total - 48 * len(digits)) % 10 == 0
