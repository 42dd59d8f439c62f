"""Words that stand in old office files (doc, ppt, msg) as they are, in UTF-16.

The files are not parsed: their texts are runs of readable characters, found by one
linear pattern. What is compressed, or eight bits wide, is not seen.
"""

import re

from ledgervault.formats.extracts import Extract

MAX_CHARACTERS = 1 << 20
TEXT_CHARACTERS = 16 << 10
IN_PART = "only words that stand in it plainly were read"
# Four or more of: printable ASCII, tabs, ends of paragraphs and cells, punctuation
# and characters of Chinese, full width; the low byte stands first.
_RUN = re.compile(
    rb"(?:[\x20-\x7e\x09\x0d\x07]\x00|[\x00-\x3f]\x30|[\x00-\xff][\x4e-\x9f]"
    rb"|[\x01-\x5e\xe0-\xe6]\xff|[\x10-\x3b]\x20){4,}"
)
_ENDS = str.maketrans("\r\x07", "\n\n")


def read_old_document(content: bytes) -> Extract:
    """Read an old document's plain words; it says that this may not be all."""
    runs: list[str] = []
    left = MAX_CHARACTERS
    for found in _RUN.finditer(content):
        runs.append(found.group()[: 2 * left].decode("utf-16-le", "replace"))
        left -= len(runs[-1])
        if left <= 0:
            break
    text = "\n".join(runs).translate(_ENDS)
    return Extract(
        text[:TEXT_CHARACTERS], text.encode("utf-8", "replace"), problem=IN_PART
    )
