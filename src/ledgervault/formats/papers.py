"""Read what a paper says, as far as that is cheap and safe. Never raises.

PDF and pictures are not read here. Hostile and broken files are not read
either, and say why in one sentence.
"""

from collections.abc import Callable

from ledgervault.formats import mail_text, office_text, plain_text, sniffing, xml_text
from ledgervault.ports.papers import PaperText

RAW_BYTES = 4 << 20


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


def read_paper(content: bytes, *, name: str) -> PaperText:
    """Read a paper's type and text in bounded time and memory."""
    mime = sniffing.sniff_mime(content, name=name)
    if mime == sniffing.XML:
        return _read_xml(content)
    extract = _EXTRACTORS.get(mime)
    if extract is None:
        return PaperText(mime)
    try:
        text, raw = extract(content)
    except office_text.Unreadable as error:
        return PaperText(mime, problem=str(error))
    return PaperText(mime, text=text, raw=raw[:RAW_BYTES], is_read=True)


def _read_xml(content: bytes) -> PaperText:
    read = xml_text.read_xml(content)
    return PaperText(
        sniffing.XML,
        text=read.text,
        raw=content[:RAW_BYTES],
        xml_root=read.root,
        xml_values=read.values,
        is_read=not read.problem,
        problem=read.problem,
    )
