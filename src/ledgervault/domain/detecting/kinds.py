"""Which identifiers there are: their forms, their checks, and what must stand near.

A number without check digits, or one that everyday digits pass for, needs a word.
"""

import dataclasses
import enum
from collections.abc import Sequence

from ledgervault.domain.detecting import chinese, foreign, sieves
from ledgervault.domain.detecting.cards import CARD_LENGTHS, are_cards, card_number
from ledgervault.domain.detecting.foreign import Check, of_stdnum, vat_gb, vat_number
from ledgervault.domain.detecting.sieves import Sieve, are_digits
from ledgervault.domain.detecting.words import ANY_VAT

_IBAN_LENGTHS = sorted(set(foreign.IBAN_LENGTHS.values()))
_HYPHEN, _BLANK, _BRACKET = b"-", b" ", b"("


class Need(enum.Enum):
    """What must stand beside a candidate before it counts."""

    NOTHING = 0
    A_WORD = 1  # anywhere in the text
    A_WORD_NEAR = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """One way to write an identifier: the lengths of its groups; one is a run."""

    groups: tuple[int, ...]
    likely: Sieve = are_digits
    need: Need = Need.NOTHING
    separators: bytes = b" -"
    is_sure: bool = False  # what is likely needs no check


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """An identifier: its names, its check, its forms, and the words that name it.

    Of several names a value has the one that ends in its first two letters.
    """

    names: tuple[str, ...]
    check: Check
    forms: tuple[Form, ...]
    word: str
    not_after: tuple[bytes, ...] = ()  # what tells that it is something else

    def name_of(self, value: bytes) -> str:
        """Return the detector that a valid value belongs to."""
        if len(self.names) == 1:
            return self.names[0]
        return f"{ANY_VAT}_{value[:2].decode('ascii').lower()}"


def _runs(*lengths: int, likely: Sieve, need: Need = Need.NOTHING) -> tuple[Form, ...]:
    return tuple(Form((length,), likely, need) for length in lengths)


def _grouped(
    *shapes: tuple[int, ...],
    likely: Sieve = are_digits,
    need: Need = Need.NOTHING,
    separators: bytes = b" -",
) -> tuple[Form, ...]:
    return tuple(Form(shape, likely, need, separators) for shape in shapes)


def _in_fours(length: int) -> tuple[int, ...]:
    rest = (length % 4,) if length % 4 else ()
    return (4,) * (length // 4) + rest


def _kind(name: str, check: Check, *forms: tuple[Form, ...], word: str = "") -> Kind:
    flat = tuple(form for group in forms for form in group)
    return Kind((name,), check, flat, word or name, _NOT_AFTER.get(name, ()))


def _written(text: str) -> tuple[bytes, bytes]:
    return text.encode("utf-8"), text.encode("gb18030")


_NOT_AFTER = {
    # A tax bureau's code looks like a mobile number.
    "mobile": (b"TaxBureauCode>",),
    # The check code of an older invoice has twenty digits too.
    "einvoice_no": (*_written("校验码"), *_written("校 验 码"), *_written("流水号")),
}
_IN_FOURS = tuple(_in_fours(length) for length in CARD_LENGTHS)
_NEAR, _WORD, _NOTHING = Need.A_WORD_NEAR, Need.A_WORD, Need.NOTHING

_CHINESE = (
    _kind(
        "resident_id",
        chinese.resident_id,
        _runs(18, likely=sieves.are_resident_ids),
        _grouped((6, 8, 4), likely=sieves.are_resident_ids),
    ),
    _kind("uscc", chinese.uscc, _runs(18, likely=sieves.are_uscc)),
    _kind(
        "taxpayer_id",
        chinese.taxpayer_id,
        _runs(15, likely=lambda rows: are_digits(rows[:, :6]), need=_NEAR),
        _runs(20, likely=sieves.are_resident_ids, need=_NEAR),
    ),
    _kind(
        "mobile",
        chinese.mobile,
        _runs(11, likely=sieves.are_mobiles),
        _runs(13, likely=are_digits, need=_NEAR),
        _grouped((3, 4, 4), likely=sieves.are_mobiles),
        _grouped((2, 3, 4, 4)),
    ),
    _kind(
        "bank_card",
        card_number,
        tuple(Form((length,), are_cards, is_sure=True) for length in CARD_LENGTHS),
        _grouped(*_IN_FOURS, likely=are_cards),
        _grouped((6, 10), (6, 13), likely=are_cards, separators=_BLANK),
    ),
    _kind("einvoice_no", chinese.einvoice_no, _runs(20, likely=sieves.are_einvoices)),
)
_IBAN = Kind(
    ("iban",),
    foreign.iban,
    (
        *_runs(*_IBAN_LENGTHS, likely=sieves.are_ibans),
        *_grouped(
            *map(_in_fours, _IBAN_LENGTHS), likely=sieves.are_ibans, separators=_BLANK
        ),
    ),
    "iban",
)
# Lengths and groups of the national part, as people write it behind the prefix.
_VAT_LENGTHS = range(9, 15)
_VAT_GROUPS = ((2, 9), (2, 10), (2, 11), (2, 3, 3, 3), (2, 2, 9), (2, 12), (2, 8))
# Their check digits or letters are no chance.
_VAT_ALONE = ("at", "de", "nl")


def _vat(countries: Sequence[str], need: Need) -> Kind:
    prefixes = [country.upper().encode() for country in countries]
    return Kind(
        tuple(f"{ANY_VAT}_{country}" for country in countries),
        vat_number,
        (
            *_runs(*_VAT_LENGTHS, likely=sieves.begin_with(prefixes), need=need),
            *_grouped(*_VAT_GROUPS, likely=sieves.begin_with(prefixes), need=need),
        ),
        ANY_VAT,
    )


_VAT_GB = _kind(
    "vat_gb",
    vat_gb,
    _runs(11, 14, likely=sieves.begin_with([b"GB"])),
    _runs(9, likely=are_digits, need=_NEAR),
    _grouped(
        (2, 9),
        (2, 3, 4, 2),
        (2, 3, 3, 3),
        (2, 3, 4, 2, 3),
        likely=sieves.begin_with([b"GB"]),
    ),
    _grouped((3, 4, 2), need=_NEAR),
)
_ARE_RTNS = sieves.weighing((3, 7, 1) * 3, 10)
_ARE_TFNS = sieves.weighing((1, 4, 3, 7, 5, 8, 6, 9, 10), 11)
_AMERICAN = (
    _kind(
        "ssn",
        of_stdnum("us.ssn"),
        _grouped((3, 2, 4), separators=_HYPHEN),
        _grouped((3, 2, 4), need=_NEAR, separators=_BLANK),
        _runs(9, likely=are_digits, need=_NEAR),
    ),
    _kind(
        "itin",
        of_stdnum("us.itin"),
        _grouped((3, 2, 4), separators=_HYPHEN),
        _runs(9, likely=are_digits, need=_NEAR),
    ),
    _kind(
        "ein",
        of_stdnum("us.ein"),
        _grouped((2, 7), need=_NEAR),
        _runs(9, likely=are_digits, need=_NEAR),
    ),
    _kind("aba", of_stdnum("us.rtn"), _runs(9, likely=_ARE_RTNS, need=_NEAR)),
)
_BRITISH = (
    _kind(
        "nino",
        foreign.nino,
        _runs(9, likely=sieves.are_ninos, need=_WORD),
        _grouped((2, 2, 2, 2, 1), (2, 6, 1), likely=sieves.are_ninos),
    ),
    _kind(
        "utr",
        of_stdnum("gb.utr"),
        _runs(10, likely=are_digits, need=_NEAR),
        _grouped((5, 5), (3, 3, 4), need=_NEAR),
    ),
)
_PACIFIC = (
    _kind(
        "hkid",
        foreign.hkid,
        _runs(8, 9, likely=sieves.are_letter_and_digits, need=_WORD),
        _grouped(
            (7, 1), (8, 1), likely=sieves.are_letter_and_digits, separators=_BRACKET
        ),
    ),
    _kind("nric", foreign.nric, _runs(9, likely=sieves.are_nrics)),
    _kind(
        "tfn",
        of_stdnum("au.tfn"),
        _runs(9, likely=_ARE_TFNS, need=_NEAR),
        _grouped((3, 3, 3), likely=_ARE_TFNS, need=_NEAR),
    ),
    _kind(
        "abn",
        of_stdnum("au.abn"),
        _runs(11, likely=are_digits, need=_WORD),
        _grouped((2, 3, 3, 3), need=_WORD),
    ),
    _kind(
        "my_number",
        of_stdnum("jp.in_"),
        _runs(12, likely=are_digits, need=_NEAR),
        _grouped((4, 4, 4), need=_NEAR),
    ),
)
KINDS = (
    *_CHINESE,
    _IBAN,
    _vat(_VAT_ALONE, _NOTHING),
    _vat([one for one in foreign.VAT_COUNTRIES if one not in _VAT_ALONE], _WORD),
    _VAT_GB,
    *_AMERICAN,
    *_BRITISH,
    *_PACIFIC,
)
