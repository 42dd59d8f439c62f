"""What an e-invoice says of itself, whatever layout said it.

Values are normalised or left out: a date that is no date and an amount that is
no amount are not kept.
"""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date

_DIGITAL_DIGITS = 20  # 数电票号码, 国家税务总局公告2024年第11号
_DIGITAL_YEARS = ("2", "3", "4", "5")  # a roll's code of twelve digits begins lower
_OLD_DIGITS = 8
_DATE = re.compile(
    r"((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d\d)(\d\d)(?:\d{6})?(?!\d))"
)
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_NUMBER_CHARACTERS = 40
_NAME_CHARACTERS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class InvoiceFields:
    """One invoice; what is unknown is empty. Amounts are decimal numbers."""

    number: str
    date: str = ""  # ISO 8601
    seller: str = ""
    seller_id: str = ""
    buyer: str = ""
    buyer_id: str = ""
    amount: str = ""  # before tax
    tax: str = ""
    total: str = ""
    currency: str = ""

    def as_fields(self) -> dict[str, str]:
        """Return the document fields it states, under their own names."""
        named = {
            "number": self.number,
            "document_date": self.date,
            "seller": self.seller,
            "buyer": self.buyer,
            "amount": self.amount,
            "tax": self.tax,
            "total": self.total,
            "currency": self.currency,
            "seller_tax_id": self.seller_id,
            "buyer_tax_id": self.buyer_id,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def is_fully_digital(self) -> bool:
        """Say whether its original is an XML file, so that pictures of it have a twin."""
        is_number = len(self.number) == _DIGITAL_DIGITS and self.number.isdigit()
        return is_number and self.number.startswith(_DIGITAL_YEARS)

    @property
    def identity(self) -> str:
        """Name this invoice among all others; empty when that cannot be said."""
        if self.is_fully_digital:
            return self.number
        seller = self.seller_id or self.seller
        return f"{seller.casefold()}\n{self.number.casefold()}" if seller else ""


@dataclasses.dataclass(frozen=True, slots=True)
class InvoiceMark:
    """What tells one paper of an invoice from its twins and from its copies."""

    identity: str
    form: str  # xml, pdf, ofd
    needs_twin: bool  # a picture of an invoice whose original is an XML file


def mark_invoice(
    fields: InvoiceFields | None, *, form: str, holds_xml: bool
) -> InvoiceMark | None:
    """Mark a paper of an invoice; None if it is none or nobody can tell which."""
    if fields is None or not form or not fields.identity:
        return None
    is_picture = form != "xml" and not holds_xml
    return InvoiceMark(fields.identity, form, is_picture and fields.is_fully_digital)


def parse_invoice(raw: Mapping[str, str]) -> InvoiceFields | None:
    """Normalise what a layout says under the names of InvoiceFields.

    None without a number, which is what makes an invoice one.
    """
    number = _number(raw)
    if not number or len(number) > _NUMBER_CHARACTERS:
        return None
    return InvoiceFields(
        number=number,
        date=parse_date(raw.get("date", "")),
        seller=_name(raw.get("seller", "")),
        seller_id=_id(raw.get("seller_id", "")),
        buyer=_name(raw.get("buyer", "")),
        buyer_id=_id(raw.get("buyer_id", "")),
        amount=_amount(raw.get("amount", "")),
        tax=_amount(raw.get("tax", "")),
        total=_amount(raw.get("total", "")),
        currency=_currency(raw.get("currency", "")),
    )


def complete(*stated: InvoiceFields | None) -> InvoiceFields | None:
    """Join what one paper states several times; what comes first is believed.

    A statement with another number is of another invoice and adds nothing.
    """
    known = [one for one in stated if one is not None]
    if not known:
        return None
    alike = [one for one in known if one.number == known[0].number]
    names = [field.name for field in dataclasses.fields(InvoiceFields)]
    values = {
        name: next((value for one in alike if (value := getattr(one, name))), "")
        for name in names
    }
    return InvoiceFields(**values)


def parse_date(text: str) -> str:
    """Return the first day a text states, as ISO 8601, or nothing."""
    found = _DATE.search(text)
    if found is None:
        return ""
    year, month, day, compact_month, compact_day = found.groups()
    try:
        return date(
            int(year), int(month or compact_month), int(day or compact_day)
        ).isoformat()
    except ValueError:
        return ""


def _number(raw: Mapping[str, str]) -> str:
    # Eight digits of the old kind are one of a roll that the code names.
    number = "".join(raw.get("number", "").split())
    code = "".join(raw.get("code", "").split())
    return code + number if len(number) == _OLD_DIGITS and code.isdigit() else number


def _name(text: str) -> str:
    return " ".join(text.split())[:_NAME_CHARACTERS]


def _id(text: str) -> str:
    return "".join(text.split()).upper()[:_NUMBER_CHARACTERS]


def _amount(text: str) -> str:
    plain = "".join(text.split()).replace(",", "").replace("，", "").lstrip("¥￥")
    return plain if _AMOUNT.fullmatch(plain) else ""


def _currency(text: str) -> str:
    code = text.strip().upper()
    return code if re.fullmatch("[A-Z]{3}", code) else ""
