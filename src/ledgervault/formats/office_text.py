"""Office zips (xlsx, docx, OFD): only the parts that hold text, in small doses.

Texts are cut out of the inflated XML by one linear pattern: no entity is
expanded, nothing is nested, and a part that was cut off still gives its text.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

MAX_MEMBERS = 2000
MEMBER_BYTES = 192 << 10  # inflated of one part
TOTAL_BYTES = 4 << 20
JOINED_BYTES = 64 << 10  # of a part whose split runs are joined again
HEAD_BYTES = 24 << 10  # of a part, for its words
TEXT_CHARACTERS = 4 << 10
TEXT_BYTES = 4 * TEXT_CHARACTERS
# Elements that hold text hold nothing else in these formats.
_TEXT = re.compile(rb">([^<>\s][^<>]{0,3999})<")
# Nothing shorter is an identifier.
_CELL = re.compile(rb">([^<>]{11,400})<")
_TAG = re.compile(rb"<[^<>]{0,4000}>")


class Unreadable(Exception):
    """A file that is not what it claims, in one sentence."""


def workbook_text(content: bytes) -> tuple[str, bytes]:
    """Return words and raw parts of an xlsx: shared strings, cells, sheet names."""
    wanted = ("xl/sharedStrings.xml", "xl/worksheets/", "xl/workbook.xml")
    parts = _parts(content, wanted)
    return _words(parts), b"\n".join(_cells(part) for part in parts)


def document_text(content: bytes) -> tuple[str, bytes]:
    """Return words and text of a docx or pptx; runs of one number are joined."""
    parts = _parts(content, ("word/document.xml", "ppt/slides/"))
    joined = b"\n".join(
        _without_tags(part) if len(part) < JOINED_BYTES else _cells(part)
        for part in parts
    )
    return _words(parts), joined


def ofd_text(content: bytes) -> tuple[str, bytes]:
    """Return words and text of an OFD's pages."""
    parts = _parts(content, ("Content.xml",))
    return _words(parts), b"\n".join(parts)


def member_names(content: bytes) -> tuple[str, bytes]:
    """Return the member names of a zip."""
    with _opened(content) as archive:
        names = [info.filename for info in archive.infolist()[:MAX_MEMBERS]]
    text = "\n".join(names)
    return text, text.encode("utf-8", "replace")


def _words(parts: list[bytes]) -> str:
    heads = (b"\n".join(_TEXT.findall(part[:HEAD_BYTES])) for part in parts)
    words = b"\n".join(head for head in heads if head)[:TEXT_BYTES]
    return unescape(words.decode("utf-8", "replace"))[:TEXT_CHARACTERS]


def _cells(part: bytes) -> bytes:
    return b"\n".join(_CELL.findall(part))


def _without_tags(part: bytes) -> bytes:
    return _TAG.sub(b"", part.replace(b"</w:p>", b"\n").replace(b"</w:tc>", b"\n"))


def _parts(content: bytes, wanted: tuple[str, ...]) -> list[bytes]:
    parts: list[bytes] = []
    left = TOTAL_BYTES
    with _opened(content) as archive:
        for info in _members(archive, wanted):
            parts.append(_inflate(archive, info, min(left, MEMBER_BYTES)))
            left -= len(parts[-1])
            if left <= 0:
                break
    return parts


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable("it is a damaged zip file") from None


def _members(
    archive: zipfile.ZipFile, wanted: tuple[str, ...]
) -> Iterator[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise Unreadable("it has too many members")
    for part in wanted:
        for info in infos:
            is_wanted = info.filename.startswith(part) or info.filename.endswith(part)
            if is_wanted and info.filename.endswith(".xml"):
                yield info


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(info) as member:
            return member.read(limit)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ):
        raise Unreadable("a part of it is damaged or encrypted") from None
