"""Read what a paper says, and the papers inside it. Never raises.

Hostile and broken files are not read and say why in one sentence. One budget of
time, bytes and papers holds for a paper with all that lies in it.
"""

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from ledgervault.domain.invoices import complete
from ledgervault.formats import (
    mail_text,
    ofd_text,
    office_text,
    ole_text,
    plain_text,
    sniffing,
    xml_text,
)
from ledgervault.formats.budget import Budget
from ledgervault.formats.confined import UNREADABLE
from ledgervault.formats.confinement import Confined, ConfinedReader
from ledgervault.formats.extracts import Extract, Part, Unreadable
from ledgervault.formats.folding import fold
from ledgervault.formats.invoice_text import invoice_in
from ledgervault.formats.invoice_xml import invoice_of
from ledgervault.ports.papers import PaperText

RAW_BYTES = 4 << 20
TEXT_CHARACTERS = 16 << 10  # of a paper with pages
PART_CHARACTERS = 2 << 10  # words that a paper inside adds
MAX_DEPTH = 3
SECONDS = 8.0
PICTURE_SECONDS = 60.0
# Vouchers after 财会〔2025〕9号 carry their data as XBRL.
STATEMENT_ROOTS = frozenset({"xbrl"})
IS_CUT = "it is too big to be read whole"
TOO_MUCH = "not all that lies in it was read"

_EXTRACTORS: dict[str, Callable[[bytes], Extract]] = {
    sniffing.XLSX: office_text.read_workbook,
    sniffing.DOCX: office_text.read_document,
    sniffing.PPTX: office_text.read_document,
    sniffing.OFD: ofd_text.read_ofd,
    sniffing.ZIP: office_text.read_zip,
    sniffing.MAIL: mail_text.read_mail,
    sniffing.CSV: plain_text.read_plain,
    sniffing.TEXT: plain_text.read_plain,
    sniffing.HTML: plain_text.read_html,
    **dict.fromkeys(
        (sniffing.DOC, sniffing.PPT, sniffing.MSG), ole_text.read_old_document
    ),
}
# Only whole ones can be read: their directory or table stands at the end.
_WHOLE_ONLY = frozenset(
    {
        sniffing.PDF,
        sniffing.XLSX,
        sniffing.DOCX,
        sniffing.PPTX,
        sniffing.OFD,
        sniffing.ZIP,
        sniffing.XLS,
        sniffing.XLSB,
    }
)
_FORMS = {sniffing.XML: "xml", sniffing.PDF: "pdf", sniffing.OFD: "ofd"}


class PictureReader(Protocol):
    """Reads words in pictures, and in PDFs whose pages are pictures."""

    def read_picture(self, content: bytes) -> Confined:
        """Read a picture; never raises."""

    def read_scan(self, content: bytes) -> Confined:
        """Read the pages of a PDF as pictures; never raises."""


def read_paper(
    content: bytes,
    *,
    name: str,
    confined: ConfinedReader,
    pictures: PictureReader | None = None,
    is_whole: bool = True,
) -> PaperText:
    """Read a paper's type and text in bounded time and memory.

    Without a reader of pictures those are known by type only.
    """
    seconds = SECONDS if pictures is None else PICTURE_SECONDS
    budget = Budget(time.monotonic() + seconds)
    reading = _Reading(confined, pictures, budget)
    return reading.read(content, name, is_whole=is_whole)


class _Reading:
    def __init__(
        self, confined: ConfinedReader, pictures: PictureReader | None, budget: Budget
    ) -> None:
        self._confined = confined
        self._pictures = pictures
        self._budget = budget

    def read(self, content: bytes, name: str, *, is_whole: bool) -> PaperText:
        mime = sniffing.sniff_mime(content, name=name)
        if not is_whole and mime in _WHOLE_ONLY:
            return PaperText(mime, problem=IS_CUT)
        try:
            extract = self._extract(content, mime)
        except Unreadable as error:
            return PaperText(mime, problem=str(error))
        except Exception:  # noqa: BLE001 - no parser may cost the paper, only its text
            return PaperText(mime, problem=UNREADABLE)
        if extract is None:
            return PaperText(mime, problem=sniffing.why_unread(mime))
        return self._with_parts(_paper(mime, extract), extract)

    def _extract(self, content: bytes, mime: str) -> Extract | None:
        if mime == sniffing.PDF:
            return self._pdf(content)
        if mime in (sniffing.XLS, sniffing.XLSB):
            seconds = self._budget.seconds
            return _looked_at(self._confined.read_workbook(content, within_s=seconds))
        if mime == sniffing.XML:
            return _xml(content)
        if mime.startswith("image/") and self._pictures is not None:
            return _looked_at(self._pictures.read_picture(content))
        if mime.startswith(sniffing.ODF):
            return office_text.read_document(content)
        extractor = _EXTRACTORS.get(mime)
        return extractor(content) if extractor else None

    def _pdf(self, content: bytes) -> Extract:
        read = self._confined.read_pdf(content, within_s=self._budget.seconds)
        said = "\n".join(read.texts)
        # A scan has pages and no words: nothing of it was read.
        has_words = bool(said.strip())
        if read.pages and not has_words and self._pictures is not None:
            return _looked_at(self._pictures.read_scan(content), parts=read.files)
        return Extract(
            said[:TEXT_CHARACTERS],
            said.encode("utf-8", "replace"),
            parts=read.files,
            pages=read.pages,
            invoice=invoice_in(said),
            problem=read.problem or ("" if has_words else "its pages hold no text"),
        )

    def _with_parts(self, paper: PaperText, extract: Extract) -> PaperText:
        texts, raws, problems = [paper.text], [paper.raw], [paper.problem]
        inside = None
        for part in extract.parts:
            read = self._part(part)
            texts += [part[0], read.text[:PART_CHARACTERS]]
            raws += [part[0].encode("utf-8", "replace"), read.raw]
            problems.append(f"{part[0]}: {read.problem}" if read.problem else "")
            # Only what is in XML says more than the paper it lies in.
            if read.xml_root and (read.invoice or read.xml_root in STATEMENT_ROOTS):
                inside = inside or read
        joined = dataclasses.replace(
            paper,
            text=fold("\n".join(text for text in texts if text))[:TEXT_CHARACTERS],
            raw=b"\n".join(raw for raw in raws if raw)[:RAW_BYTES],
            problem="; ".join(problem for problem in problems if problem)[:1000],
        )
        return _around(joined, inside) if inside and joined.form else joined

    def _part(self, part: Part) -> PaperText:
        name, content = part
        if self._budget.depth >= MAX_DEPTH or not self._budget.take(content):
            return PaperText("", problem=TOO_MUCH)
        self._budget.depth += 1
        read = self.read(content, name, is_whole=True)
        self._budget.depth -= 1
        return read


def _looked_at(read: Confined, parts: Sequence[Part] = ()) -> Extract:
    said = fold("\n".join(read.texts))
    problem = read.problem or ("" if said.strip() else "no words were found in it")
    return Extract(
        said[:TEXT_CHARACTERS],
        said.encode("utf-8", "replace"),
        parts=parts,
        pages=read.pages,
        invoice=invoice_in(said),
        problem=problem,
    )


def _paper(mime: str, extract: Extract) -> PaperText:
    return PaperText(
        mime,
        text=extract.text,
        raw=extract.raw[:RAW_BYTES],
        xml_root=extract.xml_root,
        xml_values=extract.xml_values,
        is_read=bool(extract.raw.strip()) or bool(extract.parts),
        problem=extract.problem,
        pages=extract.pages,
        invoice=extract.invoice,
        form=_FORMS.get(mime, ""),
    )


def _around(paper: PaperText, inside: PaperText) -> PaperText:
    """Let a PDF or OFD speak as the XML invoice or statement inside it."""
    return dataclasses.replace(
        paper,
        invoice=complete(inside.invoice, paper.invoice),
        xml_root=paper.xml_root or inside.xml_root,
        xml_values=paper.xml_values or inside.xml_values,
        holds_xml=True,
    )


def _xml(content: bytes) -> Extract:
    content = xml_text.as_utf8(content)
    read = xml_text.read_xml(content)
    if read.problem and not read.text:
        raise Unreadable(read.problem)
    return Extract(
        read.text,
        content[:RAW_BYTES],
        invoice=invoice_of(read.root, read.values),
        xml_root=read.root,
        xml_values=read.values,
        problem=read.problem,
    )
