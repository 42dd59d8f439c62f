"""Recovery codes: 160 random bits on paper, with a checksum against misreading."""

import hashlib
import secrets

from ledgervault.errors import UsageInvalid
from ledgervault.ids import base32

PREFIX = "LVR-"
CODE_BYTES = 20
CHECK_BYTES = 5
GROUP = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
CHARACTERS = (CODE_BYTES + CHECK_BYTES) * 8 // 5


def generate_recovery_code() -> str:
    """Draw a code such as `LVR-XXXXX-XXXXX-...` (eight groups of five)."""
    raw = secrets.token_bytes(CODE_BYTES)
    return PREFIX + group(base32(raw + _check(raw)))


def group(text: str) -> str:
    """Write characters in groups of five."""
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def is_recovery_code(text: str) -> bool:
    """Say whether a text is meant as a recovery code."""
    return text.strip().upper().startswith(PREFIX)


def parse_recovery_code(text: str) -> bytes:
    """Return the 20 secret bytes of a code; UsageInvalid for a misread one."""
    raw = read_characters(text.strip().upper().removeprefix(PREFIX))
    if raw is None or raw[CODE_BYTES:] != _check(raw[:CODE_BYTES]):
        raise _misread()
    return raw[:CODE_BYTES]


def read_characters(text: str) -> bytes | None:
    """Read eight groups as 25 bytes, forgiving look-alikes; None if it is not them."""
    body = text.upper().replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(body) != CHARACTERS or not all(letter in _ALPHABET for letter in body):
        return None
    number = 0
    for letter in body:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(CODE_BYTES + CHECK_BYTES, "big")


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()[:CHECK_BYTES]


def _misread() -> UsageInvalid:
    return UsageInvalid(
        "this is not a recovery code as it was printed",
        hint="compare it letter by letter with the recovery kit",
        code="recovery.misread",
    )
