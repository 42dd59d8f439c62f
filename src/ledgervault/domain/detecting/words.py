"""Words that say which number stands beside them, found in one linear pass.

The nearest word before a number names it: a routing number beside a tax number is
no tax number. In a table the word stands at the head of the number's column.
"""

import bisect
import functools
from collections.abc import Collection
from typing import Any

NEAR_BYTES = 100  # before a number
AFTER_BYTES = 24  # behind it, where nothing before names it
HEAD_BYTES = 4096  # where the headings of a table stand
ROW_BYTES = 1024  # longest line taken for the row of a table
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
    """The naming words of one text; looked for when first asked about."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def are_present(self, name: str) -> bool:
        """Say whether any word of a detector stands anywhere in the text."""
        return name in self._found[2]

    def name_near(self, name: str, start: int, end: int) -> bool:
        """Say whether the nearest words, or the head of the column, name a number."""
        return name in self._beside(start, end) or self._heads(name, start)

    @functools.cached_property
    def _found(self) -> tuple[list[int], list[int], frozenset[str]]:
        starts: list[int] = []
        ends: list[int] = []
        kinds: set[str] = set()
        for match in _pattern().finditer(self._raw):
            starts.append(match.start())
            ends.append(match.end())
            kinds.update(_meaning(match.group()))
        return starts, ends, frozenset(kinds)

    def _beside(self, start: int, end: int) -> Collection[str]:
        starts, ends, _kinds = self._found
        before = bisect.bisect_right(ends, start) - 1
        if before >= 0 and start - ends[before] <= NEAR_BYTES:
            return _meaning(self._raw[starts[before] : ends[before]])
        after = before + 1
        if after < len(starts) and 0 <= starts[after] - end <= AFTER_BYTES:
            return _meaning(self._raw[starts[after] : ends[after]])
        return ()

    def _heads(self, name: str, start: int) -> bool:
        column = _column(self._raw, start)
        return column is not None and (column, name) in self._columns

    @functools.cached_property
    def _columns(self) -> frozenset[tuple[tuple[bytes, int], str]]:
        """Return the columns of headings, with what their words name."""
        starts, ends, _kinds = self._found
        return frozenset(
            (column, name)
            for start, end in zip(starts, ends, strict=True)
            if start < HEAD_BYTES and (column := _column(self._raw, start))
            for name in _meaning(self._raw[start:end])
        )


def _column(raw: bytes, start: int) -> tuple[bytes, int] | None:
    """Return the delimiter of a line and how many stand before a place in it."""
    line = raw.rfind(b"\n", max(0, start - ROW_BYTES), start) + 1
    if line == 0 and start > ROW_BYTES:
        return None
    for delimiter in _DELIMITERS:
        before = raw.count(delimiter, line, start)
        if before or raw[start:].startswith(delimiter):
            return delimiter, before
    return None


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
def _pattern() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.longest_match = True
    words = sorted(_meanings(), key=len, reverse=True)
    return re2.compile(b"|".join(_written(word) for word in words), options)


def _written(word: bytes) -> bytes:
    import re2

    escaped = bytes(re2.escape(word))
    if not word.isascii():
        return escaped
    if word.upper().decode() in _ACRONYMS:
        return rb"\b" + bytes(re2.escape(word.upper())) + rb"\b"
    return rb"\b(?i:" + escaped + rb")"


# Small letters would be words of a language: ein, ni, tin, rte.
_ACRONYMS = frozenset(
    word for words in _WORDS.values() for word in words if word.isupper()
) - {"VAT"}


def _encoded(word: str) -> tuple[bytes, ...]:
    utf8 = word.encode("utf-8")
    return (utf8,) if word.isascii() else (utf8, word.encode("gb18030"))
