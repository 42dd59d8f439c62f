"""Papers as firms abroad really write them; names that say nothing, words that do."""

import pytest

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.domain.classification import PaperFacts, classify
from ledgervault.domain.periods import infer_period

ABROAD = ("de", "uk", "us", "hk", "sg", "jp", "au", "eu", "base")
PAPERS = (
    # Germany
    ("DE", "Feldbach Elektro OHG\nRechnung\nRechnungs-Nr. 2026/88\nDatum: 17.04.2026\nNettobetrag 410,00", "de.voucher", "2026-04"),
    ("DE", "Gasthof Linde\nBewirtungsbeleg\n12.05.2026\nMwSt 19 %", "de.voucher", None),
    ("DE", "Volksbank Auental\nKontoauszug 3/2026\n01.03.2026 - 31.03.2026\nSaldo", "de.voucher", "2026-03"),
    ("DE", "Gutschrift zur Rechnung 99\nBelegnummer 12", "de.voucher", None),
    ("DE", "Reisekostenabrechnung\nMitarbeiter\nKilometergeld", "de.voucher", None),
    ("DE", "Lohnkonto 2025\nPersonalnummer 7\nSteuerklasse I", "de.payroll", None),
    ("DE", "Beitragsnachweis\nZeitraum 03/2026\nKrankenkasse", "de.payroll", "2026-03"),
    ("DE", "Ausdruck der elektronischen Lohnsteuerbescheinigung für 2025", "de.payroll", None),
    ("DE", "Anstellungsvertrag\nzwischen der Firma und Frau", "de.hr.contract", None),
    ("DE", "Finanzamt Auental\nKörperschaftsteuerbescheid 2024\nFestsetzung", "de.tax_record", None),
    ("DE", "Umsatzsteuer-Voranmeldung\nVoranmeldungszeitraum: 03.2026\nKennzahl 81", "de.tax_record", "2026-03"),
    ("DE", "Zusammenfassende Meldung\nMeldezeitraum", "de.tax_record", None),
    ("DE", "Lagebericht für das Geschäftsjahr 2025\nGrundlagen des Unternehmens", "de.annual_accounts", None),
    ("DE", "Bilanz zum 31. Dezember 2025\nAktiva\nPassiva", "de.annual_accounts", None),
    ("DE", "Einnahmenüberschussrechnung 2025\nBetriebseinnahmen", "de.annual_accounts", None),
    ("DE", "Summen- und Saldenliste\nKonto Soll Haben", "de.books", None),
    ("DE", "Kassenbuch Mai\nAnfangsbestand\nEndbestand", "de.books", None),
    ("DE", "Anlagenspiegel 2025\nAnschaffungskosten", "de.inventory", None),
    ("DE", "Verfahrensdokumentation\nzum ersetzenden Scannen", "de.procedures", None),
    ("DE", "Lieferschein Nr. 55\nMenge Artikel", "de.delivery_note", None),
    ("DE", "Auftragsbestätigung\nwir danken für Ihren Auftrag", "de.letter", None),
    ("DE", "Zahlungserinnerung\nsicher haben Sie übersehen", "de.letter", None),
    ("DE", "Vereinbarung\nVertrag zur Auftragsverarbeitung\nnach Art. 28", "eu.processor_contract", None),
    # United Kingdom
    ("UK", "Brackwell Supplies Ltd\nINVOICE\nInvoice No: 204\nInvoice date: 14/02/2026\nVAT Reg No", "uk.company_tax", "2026-02"),
    ("UK", "HM Revenue & Customs\nCompany Tax Return form CT600\nCompany information", "uk.company_tax", None),
    ("UK", "Tax computation for the year\nCapital allowances", "uk.company_tax", None),
    ("UK", "Current account\nBank statement\nSort code 00-00-00", "uk.company_tax", None),
    ("UK", "Profit and loss account\nTurnover\nCost of sales", "uk.company_tax", None),
    ("UK", "VAT Return\nVAT due on sales and other outputs (box 1)", "uk.vat", None),
    ("UK", "P45 Part 1A\nDetails of employee leaving work", "uk.paye", None),
    ("UK", "Payslip\nTax code 1257L\nNet pay", "uk.paye", None),
    ("UK", "Self Assessment tax return\nTax year 6 April 2025 to 5 April 2026", "uk.self_assessment", None),
    ("UK", "Contract of Employment\nbetween the Employer and the Employee", "uk.hr.contract", None),
    ("UK", "Customer due diligence record\nBeneficial owner", "uk.cdd", None),
    # United States
    ("US", "Form 1099-MISC\nMiscellaneous Information\nCalendar year 2025", "us.tax_support", "2025"),
    ("US", "Form W-2 Wage and Tax Statement 2025\nEmployer identification number", "us.employment_tax", None),
    ("US", "Form 940 Employer's Annual Federal Unemployment (FUTA) Tax Return", "us.employment_tax", None),
    ("US", "Earnings statement\nPay period ending 03/15/2026\nFederal income tax withheld", "us.employment_tax", None),
    ("US", "Form 1120 U.S. Corporation Income Tax Return\nFor calendar year 2025", "us.preparer_copy", "2025"),
    ("US", "Employment Eligibility Verification\nSection 1", "us.work_eligibility", None),
    ("US", "INVOICE\nDate 04/05/2026\nAmount due $90.00\nRemit to", "us.tax_support", None),
    ("US", "General Ledger\nAccount Debit Credit", "us.tax_support", None),
    ("US", "Depreciation Schedule\nDate in service", "us.property", None),
    ("US", "Written Information Security Plan\nQualified individual", "us.security_program", None),
    ("US", "Tax Organizer 2025\nPersonal information", "us.customer_information", None),
    # Hong Kong, Singapore
    ("HK", "商業發票\n單據編號 7\nTotal HKD", "hk.business_record", None),
    ("HK", "Payment Voucher\nPaid to", "hk.business_record", None),
    ("HK", "核數師報告\n致股東", "hk.company_accounts", None),
    ("HK", "僱主填報的薪酬及退休金報稅表\nIR56B", "hk.employment", None),
    ("HK", "僱傭合約\n僱主 僱員", "hk.employment", None),
    ("SG", "TAX INVOICE\nGST Registration No.\nInvoice date 02/03/2026", "sg.gst", "2026-03"),
    ("SG", "Estimated Chargeable Income\nYear of Assessment 2026", "sg.income_tax", None),
    ("SG", "Trial balance as at 31 December", "sg.company_accounts", None),
    ("SG", "Key Employment Terms\nEmployer Employee", "sg.employment", None),
    # Japan, Australia
    ("JP", "御請求書\n株式会社あおば\n2026年4月30日\n合計金額", "jp.books", "2026-04"),
    ("JP", "領収書\n但し お品代として", "jp.books", None),
    ("JP", "損益計算書\n自 2025年4月1日", "jp.books", "2025-04"),
    ("JP", "仕訳帳\n借方 貸方", "jp.company_books", None),
    ("JP", "給与所得の源泉徴収票\n支払金額", "jp.payroll", None),
    ("JP", "給与所得者の扶養控除等申告書", "jp.payroll", None),
    ("JP", "個人番号カード\n写し", "jp.my_number", None),
    ("JP", "労働条件通知書\n契約期間", "jp.hr.contract", None),
    ("AU", "Business Activity Statement\nGST on sales 1A", "au.tax", None),
    ("AU", "Tax Invoice\nABN 51 000 000 000\nDate: 05/06/2026", "au.tax", "2026-06"),
    ("AU", "Pay slip\nAnnual leave balance", "au.employee", None),
    ("AU", "Directors' report\nFinancial statements", "au.company_financial", None),
    ("AU", "Choice of superannuation fund\nStandard choice form\nSuperannuation contribution", "au.super", None),
)  # fmt: skip


@pytest.fixture(scope="module")
def policy():
    return load_shipped_policy(ABROAD)


def sort(policy, country, text, name="scan 12.pdf"):
    facts = PaperFacts(
        name=name,
        path=name,
        mime="application/pdf",
        size=9,
        text=text,
        client={"jurisdiction": country, "kind": "enterprise"},
    )
    return classify(facts, policy)


@pytest.mark.parametrize(("country", "text", "series", "period"), PAPERS)
def test_words_of_a_paper_tell_its_series_and_period(
    policy, country, text, series, period
):
    found = sort(policy, country, text)
    assert found.series == series
    if period:
        assert infer_period("scan 12.pdf", "scan 12.pdf", found.fields) == period


@pytest.mark.parametrize("country", ["DE", "UK", "US", "HK", "SG", "JP", "AU"])
def test_paper_that_says_nothing_of_books_is_unclassified(policy, country):
    for text in (
        "Team dinner on Friday",
        "Parkplan der Tiefgarage",
        "忘年会のお知らせ",
    ):
        found = sort(policy, country, text, name="note.txt")
        assert (found.series, found.level) == ("unclassified", "sensitive"), text


def test_month_and_day_of_an_american_date_are_never_mixed_up(policy):
    bill = sort(policy, "US", "INVOICE\nInvoice date 03/04/2026")
    form = sort(policy, "US", "Form W-9\nDate 03/04/2026")
    assert bill.series == form.series == "us.tax_support"
    assert set(bill.fields) == set()
    assert infer_period("a.pdf", "a.pdf", form.fields) == "2026"
