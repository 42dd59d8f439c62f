"""PDF: the text of its pages and the files inside it.

Runs only where `confined` runs it: the parser is native code and the files are
anybody's. Nothing is rendered and no script is run.
"""

import dataclasses
import time
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium

from ledgervault.formats.folding import fold
from ledgervault.formats.pdf_marks import marks_of

MAX_PAGES = 400
MAX_CHARACTERS = 1 << 20
MAX_SECONDS = 3.0  # of processor time; the pages read by then stand
MAX_FILES = 20
FILE_BYTES = 2 << 20

ENCRYPTED = "it is encrypted and asks for a password"
DAMAGED = "it is a damaged PDF"
CUT_SHORT = "it is long; only its first pages were read"


@dataclasses.dataclass(frozen=True, slots=True)
class PdfText:
    """Texts of the pages that were read, and how many there are."""

    texts: list[str]
    pages: int
    files: list[tuple[str, bytes]]
    problem: str = ""


def read_pdf(content: bytes) -> PdfText:
    """Read a PDF; damaged and encrypted ones say so and hold nothing."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return PdfText([], 0, [], _why(error))
    try:
        document.init_forms()
        pages = len(document)
        texts = list(_texts(document, min(pages, MAX_PAGES)))
        problem = "" if len(texts) == pages else CUT_SHORT
        return PdfText(texts, pages, list(_files(document)), problem)
    except pypdfium2.PdfiumError:
        return PdfText([], 0, [], DAMAGED)
    finally:
        document.close()


def _why(error: pypdfium2.PdfiumError) -> str:
    code = getattr(error, "err_code", None)
    locked = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
    return ENCRYPTED if code in locked else DAMAGED


def _texts(document: Any, count: int) -> Iterator[str]:
    started, left = time.process_time(), MAX_CHARACTERS
    for index in range(count):
        text = _page_text(document, index)[:left]
        yield text
        left -= len(text)
        if left <= 0 or time.process_time() - started > MAX_SECONDS:
            return


def _page_text(document: Any, index: int) -> str:
    try:
        page = document[index]
        shown = page.get_textpage()
        text = shown.get_text_range()  # what lies off the page too
        shown.close()
        text = "\n".join((text, *marks_of(document, page)))
        page.close()
    except pypdfium2.PdfiumError:
        return ""  # one page is damaged; the others may be read
    return fold(text).replace("\r\n", "\n")


def _files(document: Any) -> Iterator[tuple[str, bytes]]:
    for index in range(min(document.count_attachments(), MAX_FILES)):
        try:
            attached = document.get_attachment(index)
            name = attached.get_name()
            yield name, bytes(attached.get_data())[:FILE_BYTES]
        except pypdfium2.PdfiumError:
            continue
