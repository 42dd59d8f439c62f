"""Identifiers of other countries. Check digits by python-stdnum where it has them.

A check takes a candidate without separators and returns the value, or nothing.
"""

import functools
from collections.abc import Callable
from typing import Any

# Member states and their prefixes in VAT numbers (Directive 2006/112/EC, art. 215).
VAT_COUNTRIES = (
    "at",
    "be",
    "bg",
    "cy",
    "cz",
    "de",
    "dk",
    "ee",
    "el",
    "es",
    "fi",
    "fr",
    "hr",
    "hu",
    "ie",
    "it",
    "lt",
    "lu",
    "lv",
    "mt",
    "nl",
    "pl",
    "pt",
    "ro",
    "se",
    "si",
    "sk",
)
# Places by country, from the registry of ISO 13616.
_REGISTRY = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28"
    " CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23"
    " GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28"
    " LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28"
    " NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24"
    " SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
IBAN_LENGTHS = {code[:2]: int(code[2:]) for code in _REGISTRY.split()}
_NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
_NRIC_OFFSETS = {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}
_NRIC_TABLES = {
    **dict.fromkeys("ST", "JZIHGFEDCBA"),
    **dict.fromkeys("FG", "XWUTRQPNMLK"),
    "M": "XWUTRQPNJLK",
}
_NINO_REFUSED = frozenset(("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"))
_NINO_LETTERS = frozenset("ABCEGHJKLMNOPRSTWXYZ")
_HKID_BLANK, _HKID_PLACES = 36, 9

Check = Callable[[bytes], bytes]


def iban(candidate: bytes) -> bytes:
    """Check an account number (ISO 13616): its country's length, modulo 97."""
    from stdnum import iban as rules

    text = candidate.decode("ascii")
    if IBAN_LENGTHS.get(text[:2]) != len(text):
        return b""
    if int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 != 1:
        return b""
    # Not the country's own check: banks come and go, and it knows only some.
    return candidate if rules.is_valid(text, check_country=False) else b""


def of_stdnum(path: str) -> Check:
    """Return the check of a module of python-stdnum, imported with first use."""

    def check(candidate: bytes) -> bytes:
        is_valid = _module(path).is_valid(candidate.decode("ascii"))
        return candidate if is_valid else b""

    return check


def vat_gb(candidate: bytes) -> bytes:
    """Check a British VAT number, with its prefix or without."""
    digits = candidate.removeprefix(b"GB")
    is_number = digits.isdigit() and digits.strip(b"0") != b""
    is_valid = is_number and _module("gb.vat").is_valid(digits.decode("ascii"))
    return b"GB" + digits if is_valid else b""


def vat_number(candidate: bytes) -> bytes:
    """Check a member state's VAT number, prefix included."""
    country = candidate[:2].decode("ascii").lower()
    if country not in VAT_COUNTRIES:
        return b""
    is_valid = _module("eu.vat").is_valid(candidate.decode("ascii"))
    return candidate if is_valid else b""


def nino(candidate: bytes) -> bytes:
    """Check the letters of a national insurance number (HMRC NIM39110)."""
    text = candidate.decode("ascii")
    # An O comes first only.
    are_letters = text[0] in _NINO_LETTERS and text[1] in _NINO_LETTERS - {"O"}
    are_letters &= text[:2] not in _NINO_REFUSED and text[8] in "ABCD"
    return candidate if are_letters and text[2:8].isdigit() else b""


def hkid(candidate: bytes) -> bytes:
    """Check a Hong Kong identity card number: one or two letters, modulo 11."""
    text = candidate.decode("ascii")
    if not text[:-7].isalpha() or not text[-7:-1].isdigit() or text[-1] > "A":
        return b""
    blanks = [_HKID_BLANK] * (_HKID_PLACES - len(text))
    values = blanks + [int(one, 36) for one in text]
    weighed = zip(range(_HKID_PLACES, 0, -1), values, strict=True)
    return candidate if sum(a * b for a, b in weighed) % 11 == 0 else b""


def nric(candidate: bytes) -> bytes:
    """Check a Singapore identity number by its last letter."""
    text = candidate.decode("ascii")
    kind, digits = text[0], text[1:8]
    if kind not in _NRIC_OFFSETS or not digits.isdigit():
        return b""
    weighed = zip(_NRIC_WEIGHTS, digits, strict=True)
    rest = (sum(w * int(d) for w, d in weighed) + _NRIC_OFFSETS[kind]) % 11
    return candidate if _NRIC_TABLES[kind][rest] == text[8] else b""


@functools.cache
def _module(path: str) -> Any:
    from importlib import import_module

    return import_module(f"stdnum.{path}")
