"""Characters that only look different are made the same before they are read.

Full-width digits and letters, Kangxi radicals and ligatures of fonts, spaces of
every kind. Punctuation stays: rules are written with it.
"""

import re
import unicodedata

_ODD = re.compile(
    "[\u00a0\u2000-\u200a\u202f\u205f\u3000"  # spaces
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0a\uff0d\uff0e"  # full width
    "\u2e9f\u2ef3\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufb06"  # radicals, ligatures
    "\ufffe\u00ad\u200b-\u200f\ufeff]"  # hyphens and marks nobody sees
)
_UNSEEN = frozenset("\ufffe\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff")


def fold(text: str) -> str:
    """Return a text in the characters that rules and detectors know."""
    return text if text.isascii() else _ODD.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    char = found.group()
    return "" if char in _UNSEEN else unicodedata.normalize("NFKC", char)
