"""Read what a paper says, as far as that is cheap and safe. Never raises.

Pictures are not read here. Hostile and broken files are not read either, and
say why in one sentence.
"""

from collections.abc import Callable

from ledgervault.formats import mail_text, office_text, plain_text, sniffing, xml_text
from ledgervault.formats.confinement import Confined, ConfinedReader
from ledgervault.formats.folding import fold_bytes
from ledgervault.ports.papers import PaperText

RAW_BYTES = 4 << 20
TEXT_CHARACTERS = 16 << 10  # of a paper with pages
IS_CUT = "it is too big to be read whole"

Extract = Callable[[bytes], tuple[str, bytes]]

_EXTRACTORS: dict[str, Extract] = {
    sniffing.XLSX: office_text.workbook_text,
    sniffing.DOCX: office_text.document_text,
    sniffing.PPTX: office_text.document_text,
    sniffing.OFD: office_text.ofd_text,
    sniffing.ZIP: office_text.member_names,
    sniffing.MAIL: mail_text.mail_text,
    sniffing.CSV: plain_text.plain_text,
    sniffing.TEXT: plain_text.plain_text,
    sniffing.HTML: plain_text.plain_text,
}
_WHOLE_ONLY = frozenset(
    {sniffing.PDF, sniffing.XLSX, sniffing.DOCX, sniffing.PPTX, sniffing.OFD}
)


def read_paper(
    content: bytes, *, name: str, confined: ConfinedReader, is_whole: bool = True
) -> PaperText:
    """Read a paper's type and text in bounded time and memory."""
    mime = sniffing.sniff_mime(content, name=name)
    if not is_whole and mime in _WHOLE_ONLY:
        return PaperText(mime, problem=IS_CUT)
    if mime == sniffing.PDF:
        return _read_pdf(confined.read_pdf(content))
    if mime == sniffing.XML:
        return _read_xml(content)
    extract = _EXTRACTORS.get(mime)
    if extract is None:
        return PaperText(mime)
    try:
        text, raw = extract(content)
    except office_text.Unreadable as error:
        return PaperText(mime, problem=str(error))
    raw = fold_bytes(raw[:RAW_BYTES])
    return PaperText(mime, text=text, raw=raw, is_read=True)


def _read_pdf(read: Confined) -> PaperText:
    said = "\n".join(read.texts)
    return PaperText(
        sniffing.PDF,
        text=said[:TEXT_CHARACTERS],
        raw=said.encode("utf-8", "replace")[:RAW_BYTES],
        pages=read.pages,
        # A scan has pages and no words: nothing of it was read.
        is_read=bool(said.strip()),
        problem=read.problem or ("" if said.strip() else "its pages hold no text"),
    )


def _read_xml(content: bytes) -> PaperText:
    read = xml_text.read_xml(content)
    return PaperText(
        sniffing.XML,
        text=read.text,
        raw=fold_bytes(content[:RAW_BYTES]),
        xml_root=read.root,
        xml_values=read.values,
        is_read=not read.problem,
        problem=read.problem,
    )
