"""Finds in texts: distinct valid values of identifiers, in linear time.

Runs of digits and capitals are found and sifted in bulk; check digits decide.
Masked numbers and pieces of longer numbers are no finds.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ledgervault.domain.card_numbers import (
    CARD_LENGTHS,
    card_rows,
    valid_card_numbers,
)
from ledgervault.domain.runs import Runs, find_runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
_CAPITALS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GROUPING = bytes(
    65 if byte in _CAPITALS else 32 if byte in b" -" else 46 for byte in range(256)
)
_GROUPS = b"AAAA AAAA"  # two groups of four stand in every grouped identifier
_TAX_BUREAU = b"TaxBureauCode>"
_MOBILE_BYTES, _ID_BYTES, _EINVOICE_BYTES = 11, 18, 20
_SHORTEST_IBAN = 15
_MOBILE_SECOND = b"3456789"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NOT_IN_USCC = frozenset("IOSVZ")
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
    runs = find_runs(raw)
    for length in runs.lengths():
        _find_in_runs(runs, length, found, limit)
    for candidate in _groups(raw):
        for name in _kinds_of_group(candidate):
            _keep(found[name], [candidate], _CHECKS[name], limit)
    # Eighteen digits that are a person's number are nothing else by chance.
    found["uscc"] -= found["resident_id"]
    found["bank_card"] -= found["resident_id"]
    return found


def _find_in_runs(
    runs: Runs, length: int, found: dict[str, set[bytes]], limit: int
) -> None:
    names = _BY_LENGTH.get(length, ("iban",))
    if not names:
        return
    rows = runs.rows(length)
    for name in names:
        candidates = _alone(runs, length, _LIKELY[name](rows))
        _keep(found[name], candidates, _RUN_CHECKS[name], limit)


def _alone(runs: Runs, length: int, likely: "NDArray[np.bool_]") -> Iterator[bytes]:
    for start in runs.by_length[length][likely].tolist():
        # A tax bureau's code looks like a mobile number.
        if not runs.padded.endswith(_TAX_BUREAU, 0, start):
            yield runs.padded[start : start + length]


def _keep(
    found: set[bytes],
    candidates: Iterable[bytes],
    check: Callable[[bytes], bytes],
    limit: int,
) -> None:
    for candidate in candidates:
        if len(found) >= limit:
            return
        if value := check(candidate):
            found.add(value)


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


def _kinds_of_group(candidate: bytes) -> tuple[str, ...]:
    return ("iban",) if candidate[:2].isalpha() else ("bank_card", "mobile")


def _are_ids(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    # The second of eighteen characters is a digit in both identifiers.
    return _are_digits(rows[:, 1:2])


def _are_mobiles(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    is_first = (rows[:, 0] == ord("1")) & (rows[:, 1] >= _MOBILE_SECOND[0])
    are: NDArray[np.bool_] = is_first & _are_digits(rows)
    return are


def _are_cards(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    is_card = _are_digits(rows)
    is_card[is_card] = card_rows(rows[is_card] - ord("0"))
    return is_card


def _are_einvoices(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    are: NDArray[np.bool_] = (rows[:, 2] >= ord("1")) & _are_digits(rows)
    return are


def _are_ibans(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    letters = (rows[:, :2] >= ord("A")).all(axis=1)
    are: NDArray[np.bool_] = letters & _are_digits(rows[:, 2:4])
    return are


def _are_digits(rows: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    import numpy as np

    are: NDArray[np.bool_] = np.logical_and.reduce(rows <= ord("9"), axis=1)
    return are


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

    text = candidate.decode("ascii").upper()
    region = text[2:8]
    if not region.isdigit() or not _is_region(region) or set(text) & _NOT_IN_USCC:
        return b""
    # Not uscc.is_valid: departments with a letter (N, Y) are unknown to it. Places
    # nine to seventeen are an organisation code with a check digit of its own
    # (GB 11714), which serial numbers do not pass by chance.
    checks = uscc.calc_check_digit(text[:17]) + _organisation_check(text[8:16])
    return candidate if checks == text[17] + text[16] else b""


def _is_region(region: str) -> bool:
    # 10 is the country as a whole, 91 the last province code in use (GB/T 2260).
    return 10 <= int(region[:2]) <= 91  # noqa: PLR2004


def _organisation_check(code: str) -> str:
    weighed = zip(_ORGANISATION_WEIGHTS, code, strict=True)
    rest = -sum(weight * int(digit, 36) for weight, digit in weighed) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the one letter


def _mobile(candidate: bytes) -> bytes:
    digits = candidate.replace(b" ", b"").replace(b"-", b"")
    is_mobile = digits[:1] == b"1" and digits[1:2] in _MOBILE_SECOND
    return digits if is_mobile and len(digits) == _MOBILE_BYTES else b""


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
# The sieve for cards in a run leaves nothing to check.
_RUN_CHECKS = _CHECKS | {"bank_card": bytes}
# What whole columns tell: a sieve that lets every valid value through.
_LIKELY: "dict[str, Callable[[NDArray[np.uint8]], NDArray[np.bool_]]]" = {
    "resident_id": _are_ids,
    "uscc": _are_ids,
    "mobile": _are_mobiles,
    "bank_card": _are_cards,
    "einvoice_no": _are_einvoices,
    "iban": _are_ibans,
}
_BY_LENGTH: dict[int, tuple[str, ...]] = {
    _MOBILE_BYTES: ("mobile",),
    **dict.fromkeys(CARD_LENGTHS, ("bank_card", "iban")),
    _ID_BYTES: ("resident_id", "uscc", "bank_card", "iban"),
    _EINVOICE_BYTES: ("einvoice_no", "iban"),
    **dict.fromkeys((12, 13, 14), ()),
}
