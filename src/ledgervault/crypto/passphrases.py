"""Passphrases: generated ones are offered, weak ones are refused.

Generated words are proquints (arXiv 0901.4016): five letters for 16 random
bits, pronounceable in any language and free of a word list.
"""

import itertools
import secrets
import unicodedata

from ledgervault.errors import UsageInvalid

WORDS = 6
MIN_CHARACTERS = 12
MIN_DISTINCT = 5
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_COMMON = (
    "password",
    "passw0rd",
    "123456",
    "1234567890",
    "qwerty",
    "qwertyuiop",
    "letmein",
    "iloveyou",
    "admin",
    "welcome",
    "woaini",
    "5201314",
    "1qaz2wsx",
    "abc123",
    "111111",
    "000000",
    "ledgervault",
    "passphrase",
)


def generate_passphrase(words: int = WORDS) -> str:
    """Draw `words` proquints of 16 random bits each, joined by hyphens."""
    return "-".join(_proquint(secrets.randbits(16)) for _ in range(words))


def verify_passphrase_strength(passphrase: str) -> None:
    """Refuse a passphrase that is short, common, or no more than a pattern."""
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < MIN_CHARACTERS:
        raise _weak(f"it has fewer than {MIN_CHARACTERS} characters")
    folded = text.casefold()
    if len(set(folded)) < MIN_DISTINCT or _is_sequence(folded):
        raise _weak("it is a pattern")
    if folded.isdigit():
        raise _weak("it is digits alone")
    bare = folded.strip("0123456789!@#$%^&*()_+-=.,? ")
    if bare in _COMMON or any(
        folded == word * (len(folded) // len(word)) for word in _COMMON
    ):
        raise _weak("it is one of the commonest")


def _proquint(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12 & 15]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )


def _is_sequence(text: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return len(steps) == 1


def _weak(why: str) -> UsageInvalid:
    return UsageInvalid(
        f"this passphrase is too weak: {why}",
        hint=f"use six words, such as {generate_passphrase()}",
        code="passphrase.weak",
    )
