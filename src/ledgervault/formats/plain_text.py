"""Text files in the encodings that offices use."""

import html
import re

from ledgervault.formats.extracts import Extract

TEXT_CHARACTERS = 16 << 10  # read for words; identifiers are looked for in all of it
MAX_BYTES = 4 << 20
_TOLD_BY = 64 << 10  # bytes that tell an encoding
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TAG = re.compile(r"<[^<>]{0,4000}>")


def read_plain(content: bytes) -> Extract:
    """Read a text file: its head for rules, all of it for detectors."""
    kept = content[:MAX_BYTES]
    if not kept.startswith(_UTF16) and _is_utf8(kept):
        head = kept[: 4 * TEXT_CHARACTERS].decode("utf-8-sig", "ignore")
        return Extract(head[:TEXT_CHARACTERS], kept)
    # The second byte of a Chinese character would look like a letter.
    text = decode_text(kept)
    return Extract(text[:TEXT_CHARACTERS], text.encode("utf-8", "replace"))


def read_html(content: bytes) -> Extract:
    """Read a page without its tags; many a table of a bank is one."""
    text = without_tags(decode_text(content[:MAX_BYTES]))
    return Extract(text[:TEXT_CHARACTERS], text.encode("utf-8", "replace"))


def without_tags(text: str) -> str:
    """Return what stands between tags, a line each."""
    bare = html.unescape(_TAG.sub("\n", text))
    return "\n".join(line for line in bare.split("\n") if line.strip())


def decode_text(content: bytes) -> str:
    """Decode UTF-8, UTF-16 or GB 18030; what is none becomes visible escapes."""
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    if _is_utf8(content):
        return content.decode("utf-8-sig", "ignore")
    return content.decode("gb18030", "replace")


def _is_utf8(content: bytes) -> bool:
    head = content[:_TOLD_BY]
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character cut off at the end is no other encoding.
        return error.start >= len(head) - 3
    return True
