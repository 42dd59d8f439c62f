"""Finds in texts: distinct valid values of identifiers, in linear time.

Runs of digits and capitals are found in one pass; check digits decide.
Masked numbers and pieces of longer numbers are no finds.
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from ledgervault.domain.card_numbers import CARD_LENGTHS, valid_card_numbers

DETECTORS = (
    "resident_id",
    "uscc",
    "mobile",
    "bank_card",
    "einvoice_no",
    "iban",
)
LIMIT = 1000
_FIRST_INVOICE_YEAR, _LAST_INVOICE_YEAR = 21, 60

# Identifiers written in groups: cards, mobiles, IBANs.
_GROUPED = (
    rb"(?:[0-9]{4}[ -]){3}[0-9]{4}(?:[ -]?[0-9]{1,3})?"
    rb"|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"
    rb"|[A-Z]{2}[0-9]{2}(?: [0-9A-Z]{4}){3,7}(?: [0-9A-Z]{1,4})?"
)
_MIN_BYTES, _MAX_BYTES = 11, 34
_CAPITALS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RUNS = bytes(65 if byte in _CAPITALS else 32 for byte in range(256))
_GROUPING = bytes(
    65 if byte in _CAPITALS else 32 if byte in b" -" else 46 for byte in range(256)
)
_GROUPS = b"AAAA AAAA"  # two groups of four stand in every grouped identifier
_SHORTEST_RUN = b"A" * _MIN_BYTES
_TAX_BUREAU = b"TaxBureauCode>"
# What a run would only be a piece of: small letters, masks.
_PIECES = frozenset(bytes([one]) for one in b"abcdefghijklmnopqrstuvwxyz*")
_DIGITS_BEFORE_X = 17
_ONLY_CARDS = frozenset({16, 17, 19})
_MOBILE_SECOND = b"3456789"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_JOINING = frozenset(
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*-"
)


def detect(text: str | bytes, *, limit: int = LIMIT) -> dict[str, int]:
    """Count distinct valid values by detector, at most `limit` of each."""
    return {name: len(values) for name, values in _find(text, limit).items() if values}


def find_values(text: str | bytes, detector: str) -> list[str]:
    """Return the distinct valid values of one detector, normalised, sorted."""
    found = _find(text, LIMIT)[detector]
    return sorted(value.decode("ascii") for value in found)


def _find(text: str | bytes, limit: int) -> dict[str, set[bytes]]:
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    found: dict[str, set[bytes]] = {name: set() for name in DETECTORS}
    runs = _runs(raw)
    cards = valid_card_numbers(run for run in runs if len(run) in CARD_LENGTHS)
    alone = (card for card in cards if _stands_alone(raw, card, runs[card]))
    found["bank_card"].update(itertools.islice(alone, limit))
    rest = [
        run
        for run, start in runs.items()
        if len(run) not in _ONLY_CARDS and _stands_alone(raw, run, start)
    ]
    for candidate in itertools.chain(rest, _groups(raw)):
        for name in _kinds(candidate):
            if len(found[name]) < limit and (value := _CHECKS[name](candidate)):
                found[name].add(value)
    # Eighteen digits that are a person's number are nothing else by chance.
    found["uscc"] -= found["resident_id"]
    found["bank_card"] -= found["resident_id"]
    return found


def _runs(raw: bytes) -> dict[bytes, int]:
    """Return runs of eleven or more digits and capitals, with where they start."""
    runs: dict[bytes, int] = {}
    mask = raw.translate(_RUNS)
    find, end = mask.find, 0
    while (start := find(_SHORTEST_RUN, end)) >= 0:
        end = find(b" ", start)
        if end < 0:
            end = len(mask)
        # A resident id may end in a small x.
        if end - start == _DIGITS_BEFORE_X and raw[end : end + 1] == b"x":
            runs[raw[start : end + 1]] = start
        else:
            runs[raw[start:end]] = start
    return runs


def _stands_alone(raw: bytes, run: bytes, start: int) -> bool:
    end = start + len(run)
    if len(run) > _MAX_BYTES or raw.endswith(_TAX_BUREAU, 0, start):
        return False
    before = raw[start - 1 : start] if start else b""
    if before in _PIECES or raw[end : end + 1] in _PIECES or _is_decimal(raw, end):
        return False
    return before != b"." or not raw[max(0, start - 2) : start - 1].isdigit()


def _groups(raw: bytes) -> Iterator[bytes]:
    if _GROUPS not in raw.translate(_GROUPING):
        return  # most papers, at a tenth of the cost of the pattern
    for match in _grouped().finditer(raw):
        start, end = match.span()
        around = raw[start - 1 : start] + raw[end : end + 1]
        if not any(one in _JOINING for one in around) and not _is_decimal(raw, end):
            yield match.group()


def _is_decimal(raw: bytes, end: int) -> bool:
    return raw[end : end + 1] == b"." and raw[end + 1 : end + 2].isdigit()


@functools.cache
def _grouped() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(_GROUPED, options)


def _kinds(candidate: bytes) -> tuple[str, ...]:
    if candidate.isdigit():
        return _BY_LENGTH.get(len(candidate), ())
    if candidate[:2].isalpha():
        return ("iban",)
    if len(candidate) == 18:  # noqa: PLR2004 - both identifiers have 18 characters
        return ("resident_id", "uscc")
    return ("bank_card", "mobile") if b" " in candidate or b"-" in candidate else ()


def _resident_id(candidate: bytes) -> bytes:
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError
    from stdnum.iso7064 import mod_11_2

    # Not ric.is_valid: districts come and go, and it knows only some of them.
    text = candidate.decode("ascii").upper()
    try:
        ric.get_birth_date(text)
    except (ValidationError, ValueError):
        return b""
    return candidate.upper() if mod_11_2.is_valid(text) else b""


def _uscc(candidate: bytes) -> bytes:
    from stdnum.cn import uscc

    text = candidate.decode("ascii")
    # Its ninth to seventeenth places are an organisation code with a check digit
    # of its own (GB 11714), which serial numbers do not pass by chance.
    is_valid = uscc.is_valid(text) and _organisation_check(text[8:16]) == text[16]
    return candidate if is_valid else b""


def _organisation_check(code: str) -> str:
    weighed = zip(_ORGANISATION_WEIGHTS, code, strict=True)
    rest = -sum(weight * int(digit, 36) for weight, digit in weighed) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the one letter


def _mobile(candidate: bytes) -> bytes:
    digits = candidate.replace(b" ", b"").replace(b"-", b"")
    is_mobile = digits[:1] == b"1" and digits[1:2] in _MOBILE_SECOND
    return digits if is_mobile and len(digits) == _MIN_BYTES else b""


def _bank_card(candidate: bytes) -> bytes:
    digits = candidate.replace(b" ", b"").replace(b"-", b"")
    return digits if valid_card_numbers([digits]) else b""


def _einvoice_no(candidate: bytes) -> bytes:
    year = int(candidate[:2])
    region = int(candidate[2:4])
    is_year = _FIRST_INVOICE_YEAR <= year <= _LAST_INVOICE_YEAR
    return candidate if is_year and 11 <= region <= 99 else b""  # noqa: PLR2004


def _iban(candidate: bytes) -> bytes:
    from stdnum import iban

    parts = candidate.split(b" ")
    # A word after a number written in groups may look like its last group.
    for last in range(len(parts), 0, -1):
        compact = b"".join(parts[:last])
        # Not the country's own check: banks come and go, and it knows only some.
        if iban.is_valid(compact.decode("ascii"), check_country=False):
            return compact
    return b""


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "resident_id": _resident_id,
    "uscc": _uscc,
    "mobile": _mobile,
    "bank_card": _bank_card,
    "einvoice_no": _einvoice_no,
    "iban": _iban,
}
_BY_LENGTH = {
    11: ("mobile",),
    18: ("resident_id", "uscc"),
    20: ("einvoice_no",),
}
