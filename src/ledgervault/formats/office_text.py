"""Office zips (xlsx, docx, OFD): only the parts that hold text, in small doses."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

MAX_MEMBERS = 2000
MEMBER_BYTES = 512 << 10  # inflated of one part
TOTAL_BYTES = 2 << 20
TEXT_CHARACTERS = 32 << 10
_BREAKS = frozenset({"row", "p", "TextObject"})
_TEXTS = frozenset({"t", "TextCode", "v"})


class Unreadable(Exception):
    """A file that is not what it claims, in one sentence."""


def workbook_text(content: bytes) -> str:
    """Return the shared strings and cells of an xlsx."""
    return _text_of(
        content, ("xl/sharedStrings.xml", "xl/worksheets/", "xl/workbook.xml")
    )


def document_text(content: bytes) -> str:
    """Return the paragraphs of a docx or pptx."""
    return _text_of(content, ("word/document.xml", "ppt/slides/"))


def ofd_text(content: bytes) -> str:
    """Return the text codes of an OFD's pages."""
    return _text_of(content, ("Content.xml",))


def member_names(content: bytes) -> str:
    """Return the member names of a zip."""
    with _opened(content) as archive:
        return "\n".join(info.filename for info in archive.infolist()[:MAX_MEMBERS])


def _text_of(content: bytes, wanted: tuple[str, ...]) -> str:
    texts: list[str] = []
    left, room = TOTAL_BYTES, TEXT_CHARACTERS
    with _opened(content) as archive:
        for info in _members(archive, wanted):
            raw = _inflate(archive, info, min(left, MEMBER_BYTES))
            left -= len(raw)
            text = "\n".join(_lines(raw))[:room]
            texts.append(text)
            room -= len(text)
            if left <= 0 or room <= 0:
                break
    return "\n".join(texts)


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


def _lines(raw: bytes) -> list[str]:
    """Collect the text elements; a part that was cut off keeps what was read."""
    lines: list[str] = [""]
    inside = [False]

    def start(name: str, _attributes: dict[str, str]) -> None:
        inside[0] = name.rpartition(" ")[2] in _TEXTS

    def end(name: str) -> None:
        local = name.rpartition(" ")[2]
        if local in _TEXTS:
            lines[-1] += " "
            inside[0] = False
        if local in _BREAKS or local == "si":
            lines.append("")

    def data(text: str) -> None:
        if inside[0]:
            lines[-1] += text

    def refuse(*_arguments: object) -> None:
        raise Unreadable("it declares entities, which no paper needs")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return [line.strip() for line in lines if line.strip()]
