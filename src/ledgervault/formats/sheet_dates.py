"""Dates in workbooks, which are numbers whose style calls them dates."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

MOST = 20
_FIRST_DAY = date(1899, 12, 30)  # serial 0; right from March 1900 on
_EARLIEST, _LATEST = 29_221, 73_050  # 1980-01-01 to 2099-12-31
# Built-in formats of days, Chinese ones among them (ECMA-376 part 1, 18.8.30).
_BUILT_IN = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58))
_FORMAT = re.compile(
    rb"<numFmt [^<>]{0,200}?numFmtId=\"(\d{1,4})\"[^<>]{0,200}?formatCode=\"([^\"<>]{1,200})\""
)
_CELL_STYLES = re.compile(rb"<cellXfs[^<>]{0,100}>")
_STYLE = re.compile(rb"<xf [^<>]{0,400}?numFmtId=\"(\d{1,4})\"")
_NUMBER = re.compile(
    rb"<c r=\"[A-Z]{1,3}\d{1,7}\" s=\"(\d{1,5})\"(?: t=\"n\")?><v>(\d{5})(?:\.\d{1,12})?</v>"
)


def dates_in(styles: bytes, sheets: Sequence[bytes]) -> Iterator[str]:
    """Yield the first days of a workbook as ISO 8601."""
    kinds = _date_styles(styles)
    count = 0
    for sheet in sheets if kinds else ():
        for style, serial in _NUMBER.findall(sheet):
            if int(style) not in kinds or not _EARLIEST <= int(serial) <= _LATEST:
                continue
            yield (_FIRST_DAY + timedelta(days=int(serial))).isoformat()
            count += 1
            if count >= MOST:
                return


def _date_styles(styles: bytes) -> frozenset[int]:
    custom = {int(code) for code, form in _FORMAT.findall(styles) if _is_day(form)}
    start = _CELL_STYLES.search(styles)
    if start is None:
        return frozenset()
    formats = _STYLE.findall(styles[start.end() :].partition(b"</cellXfs>")[0])
    return frozenset(
        at
        for at, form in enumerate(formats)
        if int(form) in _BUILT_IN or int(form) in custom
    )


def _is_day(form: bytes) -> bool:
    bare = re.sub(rb"\[[^\]]*\]|&quot;[^&]*&quot;", b"", form.lower())
    return b"yy" in bare or (b"m" in bare and b"d" in bare)
