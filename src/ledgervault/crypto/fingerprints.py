"""Fingerprints of public keys as words that two people compare aloud.

Twelve words carry the first 128 bits of the digest and a 4-bit checksum, from
the word lists of BIP 39, English or simplified Chinese.
"""

import functools
import hmac
import re
import unicodedata

from ledgervault.crypto.identity import PublicKeys

SPOKEN_BYTES = 16
LISTS = {"en": "english", "zh": "chinese_simplified"}
_NO_WORD = re.compile(r"[\W_]+")


def fingerprint_words(public: PublicKeys, language: str) -> str:
    """Write the words for a language: twelve English words or Chinese characters."""
    return str(_mnemonic(LISTS[language]).to_mnemonic(public.digest()[:SPOKEN_BYTES]))


def is_fingerprint_of(public: PublicKeys, text: str) -> bool:
    """Say whether a text is the whole fingerprint: words of either list, or its code.

    Case, spaces and punctuation do not count.
    """
    forms = [fingerprint_words(public, language) for language in LISTS]
    forms.append(public.fingerprint())
    given = _bare(text)
    return any(hmac.compare_digest(given, _bare(form)) for form in forms)


def _bare(text: str) -> bytes:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub("", folded).encode()


@functools.cache
def _mnemonic(language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from mnemonic import Mnemonic

    return Mnemonic(language)
