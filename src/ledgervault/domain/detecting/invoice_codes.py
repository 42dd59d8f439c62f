"""Numbers of older VAT invoices: a code of ten or twelve digits, a number of eight.

Neither has a check digit: they count as a pair, beside words or in rows of a table
whose head names them.
"""

import re
from collections.abc import Iterator

from ledgervault.domain.detecting.runs import Runs

CODE_LENGTHS = (10, 12)
_APART_BYTES = 48  # between code and number
_WORDS = tuple(
    word.encode(encoding)
    for word in ("发票代码", "发票号码")
    for encoding in ("utf-8", "gb18030")
)
_NUMBER_BEHIND = re.compile(rb"[^0-9]{1,48}?([0-9]{8})(?![0-9A-Za-z.*-])")
_NUMBER_BEFORE = re.compile(rb"(?<![0-9A-Za-z.*-])([0-9]{8})[^0-9]{1,8}$")
_PROVINCES = range(11, 66)


def find_invoice_codes(runs: Runs) -> Iterator[bytes]:
    """Yield code and number of each older invoice as one string of digits."""
    raw = runs.padded
    lengths = [length for length in CODE_LENGTHS if length in runs.by_length]
    if not lengths or not any(word in raw for word in _WORDS):
        return
    for length in lengths:
        for start in runs.by_length[length]:
            code = raw[start : start + length]
            if _is_code(code) and (number := _number(raw, int(start), length)):
                yield code + number


def _is_code(code: bytes) -> bool:
    if not code.isdigit():
        return False
    # Twelve digits have a leading 0, or a 1 on rolls of the local tax bureaus.
    region = code[:2] if len(code) == CODE_LENGTHS[0] else code[1:3]
    is_lead = len(code) == CODE_LENGTHS[0] or code[:1] in b"01"
    return is_lead and int(region) in _PROVINCES


def _number(raw: bytes, start: int, length: int) -> bytes:
    behind = _NUMBER_BEHIND.match(raw, start + length, start + length + _APART_BYTES)
    if behind is None:
        behind = _NUMBER_BEFORE.search(raw[max(0, start - 20) : start])
    return behind.group(1) if behind else b""
