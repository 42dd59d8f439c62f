"""Office files that are zips: words, cells and dates, in small doses.

Texts are cut out of the inflated XML by linear patterns: no entity is expanded,
nothing is nested, and a part that was cut off still gives its text.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape

from ledgervault.formats.extracts import Extract
from ledgervault.formats.sheet_dates import dates_in
from ledgervault.formats.zip_parts import ZipParts

MEMBER_BYTES = 4 << 20  # inflated of one part
TOTAL_BYTES = 12 << 20
JOINED_BYTES = 1 << 20  # of a part whose split runs are joined again
HEAD_BYTES = 24 << 10  # of a part, for its words
TEXT_CHARACTERS = 4 << 10
TEXT_BYTES = 4 * TEXT_CHARACTERS
MEMBERS = 50  # of a plain zip that are read as papers
INSIDE_BYTES = 8 << 20
LISTED = 2000
# Elements that hold text hold nothing else in these formats.
_TEXT = re.compile(rb">([^<>\s][^<>]{0,3999})<")
# Nothing shorter is an identifier.
_CELL = re.compile(rb">([^<>]{11,400})<")
_BEHIND_TAGS = re.compile(rb">([^<]+)")  # a quarter of the cost of cutting tags out
_SHEET_NAME = re.compile(rb"<(?:\w{1,9}:)?sheet [^<>]{0,200}?name=\"([^\"<>]{1,200})\"")
_BREAKS = (b"</w:p>", b"</w:tc>", b"</a:p>", b"</si>", b"</text:p>", b"</text:h>")
_DOCUMENT = (
    "word/document.xml",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
    "ppt/slides/",
    "ppt/notesSlides/",
    "content.xml",
)


def read_workbook(content: bytes) -> Extract:
    """Read an xlsx: sheet names, strings, cells, dates; hidden sheets too."""
    parts = ZipParts(content, total=TOTAL_BYTES)
    book = parts.read("xl/workbook.xml", MEMBER_BYTES)
    names = b"\n".join(_SHEET_NAME.findall(book))
    shared = _lines(parts.read("xl/sharedStrings.xml", MEMBER_BYTES))
    sheets = [data for _n, data in parts.select(_is_sheet, MEMBER_BYTES)]
    styles = parts.read("xl/styles.xml", MEMBER_BYTES)
    days = "\n".join(dates_in(styles, [sheet[:HEAD_BYTES] for sheet in sheets]))
    words = [names, shared[:HEAD_BYTES], *map(_words, sheets)]
    raw = b"\n".join((names, shared, *map(_cells, sheets)))
    return Extract(_text(words) + "\n" + days, raw)


def read_document(content: bytes) -> Extract:
    """Read a docx, pptx or odt; runs of one word or number are joined again."""
    parts = ZipParts(content, total=TOTAL_BYTES)
    found = [data for _n, data in _in_order(parts, _DOCUMENT)]
    heads = [_lines(part[:HEAD_BYTES]) for part in found]
    joined = [
        _lines(part) if len(part) < JOINED_BYTES else _cells(part) for part in found
    ]
    return Extract(_text(heads), b"\n".join(joined))


def read_zip(content: bytes) -> Extract:
    """Read a plain zip: its members' names, and the members as papers."""
    archive = ZipParts(content)
    names = "\n".join(archive.names[:LISTED])
    raw = names.encode("utf-8", "replace")
    if archive.is_encrypted:
        return Extract(names, raw, problem="it is encrypted and asks for a password")
    members = archive.select(lambda _name: True, INSIDE_BYTES, is_lenient=True)
    parts = [part for part, _count in zip(members, range(MEMBERS), strict=False)]
    is_all = len(parts) == sum(not name.endswith("/") for name in archive.names)
    problem = "" if is_all else "not all that lies in it was read"
    return Extract(names[:TEXT_CHARACTERS], raw, parts=parts, problem=problem)


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _in_order(
    parts: ZipParts, beginnings: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    for beginning in beginnings:
        yield from parts.select(_begins(beginning), MEMBER_BYTES)


def _begins(beginning: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(beginning) and name.endswith(".xml")


def _text(parts: list[bytes]) -> str:
    words = b"\n".join(part for part in parts if part)[:TEXT_BYTES]
    return unescape(words.decode("utf-8", "replace"))[:TEXT_CHARACTERS]


def _words(part: bytes) -> bytes:
    return b"\n".join(_TEXT.findall(part[:HEAD_BYTES]))


def _cells(part: bytes) -> bytes:
    return b"\n".join(_CELL.findall(part))


def _lines(part: bytes) -> bytes:
    """Return a part's text; what stands in one paragraph stays on one line."""
    for end in _BREAKS:
        part = part.replace(end, b"\n")
    return b"".join(_BEHIND_TAGS.findall(part))
