"""One form for characters that look alike: wide digits, odd blanks and hyphens.

Most texts need none of it and are returned as they are, at the cost of a search
for three bytes.
"""

import functools
import unicodedata
from typing import Any

# First bytes in UTF-8 of what the pattern below finds.
_LEADS = (b"\xef", b"\xe2", b"\xc2")
_HEAD_BYTES = 4096  # that tell the encoding
_ODD = (
    rb"\xef\xbc[\x8d\x90-\x99\xa1-\xba]"  # wide hyphen, digits, capitals
    rb"|\xe2\x80[\x87\x8b-\x93\xaf]"  # blanks of other widths, hyphens, no width
    rb"|\xc2[\xa0\xad]|[0-9]\xef\xbc\x88"
)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad"),
    }
)


def fold(raw: bytes) -> bytes:
    """Return UTF-8 text in compatibility form (NFKC); other bytes unchanged."""
    if not any(lead in raw for lead in _LEADS) or not _is_utf8(raw[:_HEAD_BYTES]):
        return raw
    if _odd().search(raw) is None:
        return raw
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw
    return unicodedata.normalize("NFKC", text).translate(_PLAIN).encode("utf-8")


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut off at the end of the head is no other encoding.
        return len(head) == _HEAD_BYTES and error.start > _HEAD_BYTES - 4
    return True


@functools.cache
def _odd() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(_ODD, options)
