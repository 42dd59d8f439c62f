"""Identifiers of mainland China: persons, organisations, taxpayers, mobiles, invoices.

A check takes a candidate without separators and returns the value, or nothing.
"""

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_INVOICE_YEAR, _LAST_INVOICE_YEAR = 21, 39
_FIRST_BIRTH_YEAR, _LAST_BIRTH_YEAR = 1900, 2060
# GB/T 2260; 91 stands for permanent residents from abroad.
_PROVINCES = frozenset(
    (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        *(71, 81, 82, 83, 91),
    )
)
_WHOLE_COUNTRY = "100000"
# Kinds of bodies by the department that registers them (GB 32100, table 1).
_BODIES = {"9": "123", "1": "1239", "5": "1239", "Y": "1"}
_ANY_BODY = "123459"
_ID_DIGITS, _OLD_TAXPAYER_DIGITS = 18, 15
_MOBILE_DIGITS = 11


def resident_id(candidate: bytes) -> bytes:
    """Check a person's number (GB 11643): province, birth date, check digit."""
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError
    from stdnum.iso7064 import mod_11_2

    text = candidate.decode("ascii").upper()
    # Not ric.is_valid: districts come and go, and it knows only some of them.
    try:
        born = ric.get_birth_date(text)
    except (ValidationError, ValueError):
        return b""
    is_person = int(text[:2]) in _PROVINCES
    is_person &= _FIRST_BIRTH_YEAR <= born.year <= _LAST_BIRTH_YEAR
    return candidate.upper() if is_person and mod_11_2.is_valid(text) else b""


def uscc(candidate: bytes) -> bytes:
    """Check an organisation's code; the sieve has checked the last character.

    Places nine to seventeen are an organisation code with a check digit of its own
    (GB 11714), which serial numbers do not pass by chance.
    """
    text = candidate.decode("ascii")
    is_registered = text[1] in _BODIES.get(text[0], _ANY_BODY)
    is_region = int(text[2:4]) in _PROVINCES or text[2:8] == _WHOLE_COUNTRY
    is_code = _organisation_check(text[8:16]) == text[16]
    return candidate if is_registered and is_region and is_code else b""


def taxpayer_id(candidate: bytes) -> bytes:
    """Check a number from before the unified codes.

    Fifteen places are a region and an organisation code; twenty are a person's
    number and two digits of the registration.
    """
    text = candidate.decode("ascii")
    if len(text) > _ID_DIGITS:
        return candidate if resident_id(candidate[:_ID_DIGITS]) else b""
    is_region = text[:6].isdigit() and int(text[:2]) in _PROVINCES
    is_code = is_region and _organisation_check(text[6:14]) == text[14]
    return candidate if is_code else b""


def mobile(candidate: bytes) -> bytes:
    """Check a mobile number, with or without the country's prefix."""
    digits = candidate.removeprefix(b"86") if len(candidate) > _MOBILE_DIGITS else b""
    digits = digits or candidate
    is_mobile = digits[:1] == b"1" and digits[1:2] in b"3456789"
    return digits if is_mobile and len(digits) == _MOBILE_DIGITS else b""


def einvoice_no(candidate: bytes) -> bytes:
    """Check the year and region of a fully digital invoice's number."""
    year, region = int(candidate[:2]), int(candidate[2:4])
    is_year = _FIRST_INVOICE_YEAR <= year <= _LAST_INVOICE_YEAR
    return candidate if is_year and 11 <= region <= 99 else b""  # noqa: PLR2004


def _organisation_check(code: str) -> str:
    weighed = zip(_ORGANISATION_WEIGHTS, code, strict=True)
    rest = -sum(weight * int(digit, 36) for weight, digit in weighed) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the one letter
