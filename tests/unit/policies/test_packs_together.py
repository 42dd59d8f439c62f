"""Packs of several countries in one vault: each paper goes to its own country's series."""

import pytest

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.classification import PaperFacts, classify

ABROAD = ("de", "uk", "us", "hk", "sg", "jp", "au", "eu")
CHINESE_PAPERS = (
    "工行对账单2026-03.pdf",
    "Bank Statement March.pdf",
    "2月余额调节表.xlsx",
    "银行回单24_已盖章.pdf",
    "完税证明.pdf",
    "申报表2025-Q3.pdf",
    "增值税专用发票2025-07.pdf",
    "2024年度财务报表.xlsx",
    "资产负债表.xlsx",
    "记账凭证2026-07.xlsx",
    "凭证1099.jpg",
    "P60.jpg",
    "W9.pdf",
    "IMG_1040.jpg",
    "I9.png",
    "BAS.pdf",
    "VAT100.pdf",
    "2024年现金日记账.xlsx",
    "2026总账.xlsx",
    "Rechnung 4711.pdf",
    "Invoice 7.pdf",
    "Kontoauszug.pdf",
    "請求書.pdf",
    "收据142.jpg",
    "劳动合同.docx",
    "Employment contract.docx",
    "工资表_2026-07.xlsx",
    "Payroll May.xlsx",
    "身份证正面.jpg",
    "Passport.jpg",
    "会计档案移交清册.xlsx",
    "员工保密协议.pdf",
    "国庆放假安排.pdf",
)
WORDS = (
    "Invoice 7.pdf",
    "Receipt.jpg",
    "Bank statement May.pdf",
    "General ledger.xlsx",
    "Payslip.pdf",
    "Payroll.xlsx",
    "Passport.jpg",
    "Employment contract.docx",
    "Tax return 2025.pdf",
)


def sort(policy, name, jurisdiction, **facts):
    client = {"jurisdiction": jurisdiction, "kind": "enterprise"}
    known = {"mime": "application/octet-stream", "client": client, **facts}
    return classify(PaperFacts(name=name, path=name, size=9, **known), policy)


@pytest.mark.parametrize("text", ["", "Rechnung\nRechnungsnummer 12", "INVOICE\nTotal"])
def test_papers_of_a_chinese_client_stay_where_they_were(text):
    alone = load_shipped_policy(["base", "cn"])
    together = load_shipped_policy([*ABROAD, "base", "cn"])
    assert len(together.packs) == 10
    for name in CHINESE_PAPERS:
        before = sort(alone, name, "CN", text=text)
        after = sort(together, name, "CN", text=text)
        assert (after.series, after.type) == (before.series, before.type), name


@pytest.mark.parametrize("order", [ABROAD, ABROAD[::-1]])
@pytest.mark.parametrize("country", [name for name in ABROAD if name != "eu"])
def test_papers_of_a_client_abroad_go_to_no_third_country(order, country):
    policy = load_shipped_policy([*order, "base"])
    found = [sort(policy, name, country.upper()).series for name in WORDS]
    own = [series for series in found if series.startswith(f"{country}.")]
    assert set(found) - set(own) <= {"unclassified"}
    assert len(own) >= len(WORDS) - 2


@pytest.mark.parametrize(
    ("country", "series"),
    [
        ("DE", "de.voucher"),
        ("UK", "uk.company_tax"),
        ("JP", "jp.electronic_transaction"),
        ("CN", "cn.voucher.source"),
        ("US", "us.tax_support"),
        ("HK", "hk.business_record"),
        ("SG", "sg.gst"),
        ("AU", "au.tax"),
        ("FR", "unclassified"),
    ],
)
def test_structured_invoice_is_filed_by_the_country_of_its_client(country, series):
    policy = load_shipped_policy([*ABROAD, "base", "cn"])
    found = sort(
        policy,
        "a.xml",
        country,
        mime="application/xml",
        xml_root="CrossIndustryInvoice",
    )
    assert found.series == series


def test_return_of_another_country_is_known_by_its_own_words():
    policy = load_shipped_policy([*ABROAD, "base", "cn"])
    texts = {
        "Form W-9 Request for Taxpayer Identification Number": "us.tax_support",
        "Umsatzsteuer-Voranmeldung 2026": "de.tax_record",
        "P60 End of Year Certificate": "uk.paye",
        "Profits Tax Return BIR51": "hk.business_record",
        "GST F5 Goods and Services Tax Return": "sg.gst",
        "法人税確定申告書": "jp.books",
        "Business Activity Statement": "au.tax",
    }
    for text, series in texts.items():
        assert sort(policy, "scan.pdf", "CN", text=text).series == series


def test_series_of_two_packs_never_share_an_id():
    policy = load_shipped_policy([*ABROAD, "base", "cn"])
    ids = [series.id for pack in policy.packs for series in pack.series]
    assert len(ids) == len(set(ids))
    assert len(ids) > 100
