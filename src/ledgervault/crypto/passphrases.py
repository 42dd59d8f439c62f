"""Passphrases: generated ones are offered, weak ones are refused.

Generated words are proquints (arXiv 0901.4016): five letters for 16 random
bits, pronounceable in any language and free of a word list.
"""

import secrets
import unicodedata
from collections.abc import Iterable

from ledgervault.crypto.guessing import what_is_left
from ledgervault.errors import UsageInvalid

WORDS = 6
MIN_CHARACTERS = 12
MIN_LEFT_TENTHS = 65  # of a character, once what guessers try first is taken out
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WHY = {
    "word": "most of it is among the commonest words",
    "row": "most of it is a row of keys or letters",
    "number": "most of it is digits, such as a date",
    "name": "most of it is a name anyone knows here",
    "repetition": "most of it is a repetition",
}


def generate_passphrase(words: int = WORDS) -> str:
    """Draw `words` proquints of 16 random bits each, joined by hyphens."""
    return "-".join(_proquint(secrets.randbits(16)) for _ in range(words))


def verify_passphrase_strength(passphrase: str, about: Iterable[str] = ()) -> None:
    """Refuse a passphrase that is short or mostly what guessers try first.

    `about` are names a guesser would know: of the agency, of the person.
    """
    if len(unicodedata.normalize("NFC", passphrase)) < MIN_CHARACTERS:
        raise _weak(f"it has fewer than {MIN_CHARACTERS} characters")
    if passphrase.isdigit():
        raise _weak("it is digits alone")
    left = what_is_left(passphrase, about)
    if left.tenths < MIN_LEFT_TENTHS:
        raise _weak(_WHY[left.mostly])


def _proquint(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12 & 15]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )


def _weak(why: str) -> UsageInvalid:
    return UsageInvalid(
        f"this passphrase is too weak: {why}",
        hint=f"use six words, such as {generate_passphrase()}",
        code="passphrase.weak",
    )
