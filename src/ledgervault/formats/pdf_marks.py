"""What people put on the pages of a PDF: values of form fields, typed notes.

They are no part of a page's text, and on a filled form they are all that matters.
Runs only where `confined` runs it.
"""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from pypdfium2 import raw as pdfium

MAX_MARKS = 1000  # of a page
MAX_BYTES = 16 << 10  # of one value, in UTF-16
_NOTES = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_TEXT)
_CHARACTER_BYTES = 2


def marks_of(document: Any, page: Any) -> Iterator[str]:
    """Yield the values and notes on a page that are not empty."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_MARKS)):
        mark = pdfium.FPDFPage_GetAnnot(page, index)
        if not mark:
            continue
        text = _text_of(document, mark)
        pdfium.FPDFPage_CloseAnnot(mark)
        if text.strip():
            yield text


def _text_of(document: Any, mark: Any) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(mark)
    if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv:
        form = document.formenv
        return _string(
            lambda out, size: pdfium.FPDFAnnot_GetFormFieldValue(form, mark, out, size)
        )
    if kind in _NOTES:
        return _string(
            lambda out, size: pdfium.FPDFAnnot_GetStringValue(
                mark, b"Contents", out, size
            )
        )
    return ""


def _string(ask: Callable[[Any, int], int]) -> str:
    size = ask(None, 0)
    if not _CHARACTER_BYTES < size <= MAX_BYTES:
        return ""
    out = (ctypes.c_ushort * (size // _CHARACTER_BYTES))()
    ask(out, size)
    return bytes(out).decode("utf-16-le", "ignore").rstrip("\0")
