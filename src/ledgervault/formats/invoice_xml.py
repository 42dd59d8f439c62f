"""E-invoices in XML: Chinese layouts, UBL and CII, told apart by root and names.

A layout is a list of places a value may stand at, the best first; a place is
the end of an element's path. Nothing is computed: what the paper says is kept.
"""

from collections.abc import Mapping

from ledgervault.domain.invoices import InvoiceFields, parse_invoice

Places = Mapping[str, tuple[str, ...]]

_CHINESE: Places = {
    "number": (
        "EIid",
        "TaxSupervisionInfo/InvoiceNumber",
        "InvoiceHeader/InvoiceNumber",
        "InvoiceNumber",
        "InvoiceNo",
        "fphm",
        "FPHM",
    ),
    "code": ("InvoiceCode", "fpdm", "FPDM"),
    "date": (
        "TaxSupervisionInfo/IssueTime",
        "IssueTime",
        "IssueDate",
        "InvoiceDate",
        "BasicInformation/RequestTime",
        "RequestTime",
        "kprq",
        "KPRQ",
    ),
    "seller": ("SellerName", "Seller/Name", "xfmc", "XFMC"),
    "seller_id": ("SellerIdNum", "SellerTaxID", "Seller/TaxId", "xfsh", "XFSH"),
    "buyer": ("BuyerName", "Buyer/Name", "gfmc", "GFMC"),
    "buyer_id": ("BuyerIdNum", "BuyerTaxID", "Buyer/TaxId", "gfsh", "GFSH"),
    "amount": (
        "TotalAmWithoutTax",
        "TaxExclusiveTotalAmount",
        "AmountWithoutTax",
        "hjje",
        "HJJE",
    ),
    "tax": ("TotalTaxAm", "TaxTotalAmount", "InvoiceHeader/TaxAmount", "hjse", "HJSE"),
    "total": (
        "TotalTax-includedAmount",
        "TaxInclusiveTotalAmount",
        "TotalWithTax",
        "jshj",
        "JSHJ",
    ),
}
_UBL: Places = {
    "number": ("Invoice/ID", "CreditNote/ID"),
    "date": ("Invoice/IssueDate", "CreditNote/IssueDate"),
    "seller": (
        "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName",
        "AccountingSupplierParty/Party/PartyName/Name",
    ),
    "seller_id": (
        "AccountingSupplierParty/Party/PartyTaxScheme/CompanyID",
        "AccountingSupplierParty/Party/PartyTaxScheme/CompanyID[2]",
    ),
    "buyer": (
        "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
        "AccountingCustomerParty/Party/PartyName/Name",
    ),
    "buyer_id": ("AccountingCustomerParty/Party/PartyTaxScheme/CompanyID",),
    "amount": ("LegalMonetaryTotal/TaxExclusiveAmount",),
    "tax": ("Invoice/TaxTotal/TaxAmount", "CreditNote/TaxTotal/TaxAmount"),
    "total": (
        "LegalMonetaryTotal/TaxInclusiveAmount",
        "LegalMonetaryTotal/PayableAmount",
    ),
    "currency": ("DocumentCurrencyCode",),
}
_SUMS = "MonetarySummation"
_CII: Places = {
    "number": ("ExchangedDocument/ID", "HeaderExchangedDocument/ID"),
    "date": (
        "ExchangedDocument/IssueDateTime/DateTimeString",
        "HeaderExchangedDocument/IssueDateTime/DateTimeString",
    ),
    "seller": ("SellerTradeParty/Name",),
    "seller_id": (
        "SellerTradeParty/SpecifiedTaxRegistration/ID",
        "SellerTradeParty/SpecifiedTaxRegistration/ID[2]",
    ),
    "buyer": ("BuyerTradeParty/Name",),
    "buyer_id": ("BuyerTradeParty/SpecifiedTaxRegistration/ID",),
    "amount": (
        f"SpecifiedTradeSettlementHeader{_SUMS}/TaxBasisTotalAmount",
        f"SpecifiedTradeSettlement{_SUMS}/TaxBasisTotalAmount",
    ),
    "tax": (
        f"SpecifiedTradeSettlementHeader{_SUMS}/TaxTotalAmount",
        f"SpecifiedTradeSettlement{_SUMS}/TaxTotalAmount",
    ),
    "total": (
        f"SpecifiedTradeSettlementHeader{_SUMS}/GrandTotalAmount",
        f"SpecifiedTradeSettlement{_SUMS}/GrandTotalAmount",
    ),
    "currency": ("InvoiceCurrencyCode",),
}
CII_ROOTS = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
_UBL_ROOTS = frozenset({"Invoice", "CreditNote"})
_CHINESE_ROOTS = ("einvoice", "electronicinvoice", "invoice", "fp", "fpxx", "business")
# What a long Chinese invoice says after its items.
LATE_NAMES = (
    "TotalAmWithoutTax",
    "TotalTaxAm",
    "TotalTax-includedAmount",
    "RequestTime",
    "IssueTime",
    "TaxExclusiveTotalAmount",
    "TaxTotalAmount",
    "TaxInclusiveTotalAmount",
)


def is_invoice_root(root: str) -> bool:
    """Say whether a root element is one that invoices have."""
    return root in CII_ROOTS or root in _UBL_ROOTS or root.casefold() in _CHINESE_ROOTS


def invoice_of(root: str, values: Mapping[str, str]) -> InvoiceFields | None:
    """Read an invoice from the texts of an XML file by path; None if it is none."""
    if not is_invoice_root(root):
        return None
    ends = _by_end(values)
    if root in CII_ROOTS:
        return parse_invoice(_with_vat_number(ends, _CII))
    if root in _UBL_ROOTS and "LegalMonetaryTotal/PayableAmount" in ends:
        return parse_invoice(_with_vat_number(ends, _UBL))
    found = _pick(ends, _CHINESE)
    return parse_invoice({**found, "currency": "CNY"}) if _is_whole(found) else None


def _is_whole(found: Mapping[str, str]) -> bool:
    # A number alone may be anything; an invoice has somebody or some amount.
    return bool(found["number"]) and any(
        found[name] for name in ("seller", "buyer", "total", "amount", "date")
    )


def _with_vat_number(ends: Mapping[str, str], places: Places) -> dict[str, str]:
    # A seller may state his tax office's number first; VAT numbers name a country.
    found = _pick(ends, places)
    stated = [ends.get(place, "") for place in places["seller_id"]]
    vat = next((one for one in stated if one[:2].isalpha()), "")
    return {**found, "seller_id": vat or found["seller_id"]}


def _pick(ends: Mapping[str, str], places: Places) -> dict[str, str]:
    return {
        name: next((ends[place] for place in those if place in ends), "")
        for name, those in places.items()
    }


def _by_end(values: Mapping[str, str]) -> dict[str, str]:
    """Return values by the last one to four names of their paths; the first wins."""
    ends: dict[str, str] = {}
    for path, value in values.items():
        names = path.split("/")
        for count in range(1, min(len(names), 5)):
            ends.setdefault("/".join(names[-count:]), value)
    return ends
