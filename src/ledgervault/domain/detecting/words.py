"""Words that say which number stands beside them, found in one linear pass.

The nearest word before a number names it: a routing number beside a tax number is
no tax number. In a table the word stands at the head of the number's column.
"""

import functools
from collections.abc import Collection
from typing import Any

NEAR_BYTES = 100  # before a number
AFTER_BYTES = 24  # behind it, where nothing before names it
HEAD_BYTES = 4096  # where the headings of a table stand
ROW_BYTES = 1024  # longest line taken for the row of a table
_CELL = (b"", 0)  # the column of tables that are written one cell a line
CELL_BYTES = 40  # longest line taken for a cell
_DELIMITERS = (b"\t", b";", b",", b"|")
_NEUTRAL = "other"

# In the order of a tie: longer words first, so that a part never hides the whole.
_WORDS: dict[str, tuple[str, ...]] = {
    "ssn": ("social security", "社会安全号", "SSN"),
    "itin": ("individual taxpayer identification", "ITIN"),
    "ssn itin ein": ("taxpayer identification number", "tax identification", "TIN"),
    "ein": (
        "employer identification",
        "employer id",
        "federal tax id",
        "federal id",
        "federal ein",
        "雇主识别号",
        "FEIN",
        "EIN",
    ),
    "ssn ein": ("tax id",),
    "aba": ("routing", "aba number", "aba no", "fedwire", "RTN", "ABA", "RTE"),
    "utr": ("unique taxpayer reference", "taxpayer reference", "tax reference", "UTR"),
    "nino": ("national insurance", "ni number", "ni no", "NINO", "NI"),
    "vat_gb": ("vat reg", "vat no", "vat number", "vat registration", "vat id", "VAT"),
    "tfn": ("tax file number", "tax file no", "TFN"),
    "abn": ("australian business number", "ABN"),
    "hkid": (
        "hong kong identity",
        "hkid",
        "香港身份证",
        "香港身份證",
        "香港永久性居民",
    ),
    "my_number": ("my number", "mynumber", "マイナンバー", "個人番号", "个人番号"),
    "taxpayer_id": ("纳税人识别号", "税务登记", "taxpayer id", "税号"),
    "mobile": ("mobile", "手机", "电话", "tel", "phone", "联系方式"),
    _NEUTRAL: (
        "account",
        "acct",
        "a/c",
        "order no",
        "invoice no",
        "sort code",
        "company no",
        "customer no",
        "reference no",
        "fax",
        "tracking",
        "serial",
        "swift",
        "账号",
        "帐号",
        "流水号",
        "订单",
        "校验码",
    ),
}
_VAT = (
    "ust-id",
    "umsatzsteuer",
    "uid-nr",
    "vat reg",
    "vat no",
    "vat number",
    "vat registration",
    "vat id",
    "vatin",
    "vat",
    "tva",
    "partita iva",
    "p.iva",
    "iva",
    "nif",
    "cif",
    "btw",
    "moms",
    "momsreg",
    "alv",
    "cvr",
    "nip",
    "dph",
    "pdv",
    "pvm",
    "pvn",
    "kmkr",
    "adószám",
    "afm",
    "companyid",
    "taxscheme",
    "schemeid",
)
ANY_VAT = "vat"


class Words:
    """The naming words of one text; looked for when asked about, near a number."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._present: dict[str, bool] = {}

    def are_present(self, name: str) -> bool:
        """Say whether any word of a detector stands anywhere in the text."""
        if name not in self._present:
            self._present[name] = _pattern(name).search(self._raw) is not None
        return self._present[name]

    def name_near(self, name: str, start: int, end: int) -> bool:
        """Say whether the head of its column, or the nearest word, names a number."""
        column = _column(self._raw, start)
        heads = self._columns.get(column, ()) if column else ()
        if heads and column != _CELL:
            return name in heads
        beside = self._beside(start, end)
        return name in (beside or heads)

    def _beside(self, start: int, end: int) -> Collection[str]:
        # The widest window cuts no word in two that is near enough to count.
        first = max(0, start - NEAR_BYTES - _LONGEST_WORD)
        nearest = b""
        for match in _pattern().finditer(self._raw[first:start]):
            if start - first - match.end() <= NEAR_BYTES:
                nearest = match.group()
        if nearest:
            return _meaning(nearest)
        behind = _pattern().search(self._raw[end : end + AFTER_BYTES])
        return _meaning(behind.group()) if behind else ()

    @functools.cached_property
    def _columns(self) -> dict[tuple[bytes, int], set[str]]:
        """Return the columns of headings, with what their words name."""
        found: dict[tuple[bytes, int], set[str]] = {}
        for match in _pattern().finditer(self._raw[:HEAD_BYTES]):
            column = _column(self._raw, match.start())
            if column:
                found.setdefault(column, set()).update(_meaning(match.group()))
        return found


def _column(raw: bytes, start: int) -> tuple[bytes, int] | None:
    """Return the delimiter of a line and how many stand before a place in it.

    Tables that were written one cell a line have no delimiter: their cells are
    short lines, and any may be the head of any below.
    """
    line = raw.rfind(b"\n", max(0, start - ROW_BYTES), start) + 1
    if line == 0 and start > ROW_BYTES:
        return None
    end = raw.find(b"\n", start, start + ROW_BYTES)
    row = raw[line : end if end >= 0 else start + ROW_BYTES]
    for delimiter in _DELIMITERS:
        if delimiter in row:
            return delimiter, raw.count(delimiter, line, start)
    return _CELL if len(row.strip()) <= CELL_BYTES else None


@functools.lru_cache(maxsize=1024)
def _meaning(word: bytes) -> frozenset[str]:
    return _meanings()[word.lower()]


@functools.cache
def _meanings() -> dict[bytes, frozenset[str]]:
    found: dict[bytes, set[str]] = {}
    for names, words in (*_WORDS.items(), (ANY_VAT, _VAT)):
        for word in words:
            for written in _encoded(word):
                found.setdefault(written.lower(), set()).update(names.split())
    return {word: frozenset(names) for word, names in found.items()}


@functools.cache
def _pattern(name: str = "") -> Any:
    """Return the pattern of all words, or of those of one detector."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.longest_match = True
    words = (word for word, names in _meanings().items() if not name or name in names)
    return re2.compile(b"|".join(sorted(map(_written, words))), options)


def _written(word: bytes) -> bytes:
    import re2

    escaped = bytes(re2.escape(word))
    if not word.isascii():
        return escaped
    if word.upper().decode() in _ACRONYMS:
        return rb"\b" + bytes(re2.escape(word.upper())) + rb"\b"
    return rb"\b(?i:" + escaped + rb")"


_LONGEST_WORD = 48
# Small letters would be words of a language: ein, ni, tin, rte.
_ACRONYMS = frozenset(
    word for words in _WORDS.values() for word in words if word.isupper()
) - {"VAT"}


def _encoded(word: str) -> tuple[bytes, ...]:
    utf8 = word.encode("utf-8")
    return (utf8,) if word.isascii() else (utf8, word.encode("gb18030"))
