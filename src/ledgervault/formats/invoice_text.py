"""E-invoices that only their printed words tell: what a PDF or OFD page shows.

Only what stands plainly there is taken: the number, the date, the total.
"""

import re

from ledgervault.domain.invoices import InvoiceFields, parse_invoice

HEAD_CHARACTERS = 4000
_TITLE = re.compile(r"电子发票|增值税(?:电子)?(?:专用|普通)发票|电子客票|铁路电子")
_LABEL = re.compile(r"发\s*票\s*号\s*码")
_DIGITAL = re.compile(r"(?<![0-9A-Za-z])[2-5]\d{19}(?![0-9A-Za-z])")
_CODE = re.compile(r"发\s*票\s*代\s*码\s*[:：]?\s*(\d{12}|\d{10})(?!\d)")
_NUMBER = re.compile(r"发\s*票\s*号\s*码\s*[:：]?\s*(?:N[oO]\.?)?\s*(\d{8})(?!\d)")
_DATED = re.compile(
    r"开\s*票\s*日\s*期\s*[:：]?\s*(20\d\d\s*年\s*\d\d?\s*月\s*\d\d?\s*日)"
)
_DAY = re.compile(r"20\d\d\s*年\s*\d\d?\s*月\s*\d\d?\s*日")
_TOTAL = re.compile(
    r"(?:小\s*写\s*[)）]?|[圆元角分整]\s)\s*[:：]?\s*[¥￥]\s*(-?[\d,]{1,20}\.\d\d)"
)
_SUMS = re.compile(r"[¥￥]\s*(-?[\d,]{1,20}\.\d\d)\s+[¥￥]\s*(-?[\d,]{1,20}\.\d\d)")
# A name and the number below it, with or without their labels; the buyer stands first.
_PARTY = re.compile(
    r"(?m)^(?:名\s{0,9}称\s?[:：])?[ \t]{0,9}([^\n:：]{2,60})\n"
    r"(?:[^\n:：0-9]{0,30}识别号\s?[:：])?[ \t]{0,9}([0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20})$"
)
_BOTH = 2


def invoice_in(text: str) -> InvoiceFields | None:
    """Read the one invoice a page shows; None if it shows none or several."""
    head = text[:HEAD_CHARACTERS]
    if not (_TITLE.search(head) and _LABEL.search(head)):
        return None
    number = _only_number(head)
    if not number:
        return None
    dated = _DATED.search(head) or _DAY.search(head)
    return parse_invoice(
        {
            "number": number,
            "date": dated.group(dated.lastindex or 0) if dated else "",
            "currency": "CNY",
            **_amounts(head),
            **_parties(head, number),
        }
    )


def _amounts(head: str) -> dict[str, str]:
    total, sums = _TOTAL.search(head), _SUMS.search(head)
    found = {"total": total.group(1)} if total else {}
    return {**found, "amount": sums.group(1), "tax": sums.group(2)} if sums else found


def _parties(head: str, number: str) -> dict[str, str]:
    found = _PARTY.findall(head)
    parties = [one for one in found if number not in one and not one[0].isdigit()]
    if len(parties) != _BOTH:
        return {}
    (buyer, buyer_id), (seller, seller_id) = parties
    return {
        "buyer": buyer,
        "buyer_id": buyer_id,
        "seller": seller,
        "seller_id": seller_id,
    }


def _only_number(head: str) -> str:
    digital = set(_DIGITAL.findall(head))
    code, number = set(_CODE.findall(head)), set(_NUMBER.findall(head))
    if len(code) == 1 and len(number) == 1:
        return f"{code.pop()}{number.pop()}"
    return str(digital.pop()) if len(digital) == 1 and not number else ""
