"""Foreign papers: of Chinese companies, and of clients abroad.

Papers of clients abroad belong to series of their own country's pack; any series of
that pack is right.
"""

from evaluation.firms_papers import month_text
from evaluation.invented import grouped
from evaluation.paper_files import document, pdf, workbook

SOURCE = "cn.voucher.source"


def fill(desk):
    for make in (_of_chinese_companies, _german, _british, _american):
        make(desk)


def _of_chinese_companies(desk):
    iban = desk.numbers.iban("DE")
    text = (
        "Fichtental Maschinen GmbH\nRechnung Nr. 2025-118\nRechnungsdatum: 14.05.2025\n"
        f"Leistung: Wartung\nRechnungsbetrag 4.200,00 EUR\nUSt-IdNr. {desk.numbers.vat_de()}\nIBAN {grouped(iban)}"
    )
    desk.put(
        "进口/doc.pdf",
        pdf(text),
        SOURCE,
        "2025-05",
        finds={"vat_de": 1, "iban": 1},
        kind="foreign invoice",
    )
    text = "Pemberly Components Ltd\nCommercial Invoice\nInvoice No. PC-778\nDate: 2026-02-11\nBuyer: Linjiang Machinery Co.\nTotal USD 12,400.00\nTerms of payment: T/T 30 days"
    desk.put("import/ci.pdf", pdf(text), SOURCE, "2026-02", kind="foreign invoice")
    text = f"EMPLOYMENT CONTRACT\nbetween Linjiang Machinery Co. (the Employer)\nand Ada Winter (the Employee)\nIdentity number {desk.numbers.resident_id()}\n1. Commencement and term\n2. Salary and benefits\n3. Confidentiality"
    desk.put(
        "hr/contract AW.pdf",
        pdf(text),
        "cn.hr.contract",
        None,
        finds={"resident_id": 1},
        kind="contract, en",
    )
    rows = [
        ["Payroll Register"],
        ["Pay period: 2026-05"],
        ["Employee", "Gross pay", "Deductions", "Net pay"],
    ]
    rows += [[f"Employee {n}", 9000, 900, 8100] for n in range(4)]
    desk.put(
        "hr/reg.xlsx",
        workbook({"May": rows}),
        "cn.hr.payroll",
        "2026-05",
        level="sensitive",
        kind="payroll, en",
    )
    blocks = [
        "Mutual Non-Disclosure Agreement",
        "between Linjiang Machinery Co. and Reed & Partner",
        "1. Confidential Information means any data",
    ]
    desk.put("legal/agreement.docx", document(blocks), "own.nda", None, kind="nda, en")
    blocks = [
        "Letter of Engagement",
        "Bookkeeping and tax services",
        "We are pleased to confirm the terms on which we act for your company",
    ]
    desk.put(
        "legal/letter.docx",
        document(blocks),
        "own.engagement",
        None,
        kind="engagement, en",
    )


def _german(desk):
    def put(name, text, period, finds, level="confidential"):
        desk.put(
            f"DE/{name}",
            pdf(text),
            "de.voucher",
            period,
            level=level,
            finds=finds,
            other=("de",),
            jurisdiction="DE",
            kind="german client",
        )

    vat, iban = desk.numbers.vat_de(), desk.numbers.iban()
    put(
        "Eingang 17.pdf",
        f"Tannhof Bürotechnik e.K.\nRechnung\nRechnungs-Nr.: 4471\nDatum: 03.02.2026\nGesamtbetrag inkl. 19 % MwSt. 238,00 €\nUSt-ID: {vat}\nIBAN: {grouped(iban)}",
        "2026-02",
        {"vat_de": 1, "iban": 1},
    )
    put(
        "Auszug.pdf",
        f"Sparbank Tannried\nKontoauszug Nr. 4/2026\nIBAN {iban}\nZeitraum 01.04.2026 - 30.04.2026\nAlter Saldo 1.200,00\nNeuer Saldo 900,00",
        "2026-04",
        {"iban": 1},
    )
    put(
        "Lohn.pdf",
        f"Verdienstabrechnung\nMonat: 03/2026\nPersonal-Nr. 12 Steuerklasse I\nGesamtbrutto 3.200,00 Auszahlungsbetrag 2.100,00\nIBAN {desk.numbers.iban()}",
        "2026-03",
        {"iban": 1},
        level="sensitive",
    )
    put(
        "UStVA.pdf",
        "Umsatzsteuer-Voranmeldung 2026\nVoranmeldungszeitraum: 2. Vierteljahr 2026\nSteuernummer 99/123/04567\nSteuerpflichtige Umsätze zum Steuersatz von 19 %",
        "2026-Q2",
        {},
    )


def _british(desk):
    def put(name, text, period, finds, level="confidential"):
        desk.put(
            f"UK/{name}",
            pdf(text),
            "uk.company_tax",
            period,
            level=level,
            finds=finds,
            other=("uk",),
            jurisdiction="UK",
            kind="british client",
        )

    put(
        "inv.pdf",
        "Oakmere Joinery Ltd\nINVOICE\nInvoice number 3391\nInvoice date: 4 March 2026\nVAT No. GB 100 0000 34\nTotal £1,200.00",
        "2026-03",
        {"vat_gb": 1},
    )
    put(
        "p.pdf",
        f"Payslip\nEmployee: Tom Alder\nNI number: {desk.numbers.nino()}\nTax period: month 2\nPay date 28/05/2026\nGross pay 2,100.00 Net pay 1,700.00",
        "2026-05",
        {"nino": 1},
        level="sensitive",
    )
    put(
        "vr.pdf",
        "VAT Return\nPeriod: 1 January 2026 to 31 March 2026\nVAT due on sales (box 1) 900.00\nVAT registration number 100000034",
        "2026-Q1",
        {"vat_gb": 1},
    )


def _american(desk):
    def put(name, text, period, finds, level="confidential"):
        desk.put(
            f"US/{name}",
            pdf(text),
            "us.tax_support",
            period,
            level=level,
            finds=finds,
            other=("us",),
            jurisdiction="US",
            kind="american client",
        )

    put(
        "scan.pdf",
        f"Request for Taxpayer Identification Number and Certification\nName: Ivy Stone\nSocial security number {desk.numbers.ssn()}\nDate 03/14/2026",
        "2026",
        {"ssn": 1},
        level="sensitive",
    )
    put(
        "1099.pdf",
        f"Form 1099-NEC Nonemployee Compensation\nCalendar year 2025\nPAYER'S TIN {desk.numbers.ein()}\nRECIPIENT'S TIN {desk.numbers.ssn()}\nNonemployee compensation 4,800.00",
        "2025",
        {"ein": 1, "ssn": 1},
        level="sensitive",
    )
    put(
        "bill.pdf",
        f"Cedar Print Shop LLC\nINVOICE #1182\nInvoice date: 04/22/2026\nBalance due $310.00\nEIN {desk.numbers.ein()}\nRemit by ACH, routing number 123456780, account 7788991",
        "2026-04",
        {"ein": 1, "aba": 1},
    )
    desk.put(
        "CN/汇总.xlsx",
        workbook(
            {
                "1": [
                    ["固定资产折旧计算表"],
                    [desk.firm(), "2026年1月"],
                    ["资产", "原值", "本月折旧"],
                    ["车床", 90000, 750],
                ]
            }
        ),
        SOURCE,
        month_text(2026, 1),
        other=("cn.ledger.subsidiary", "cn.ledger.auxiliary", "cn.voucher.journal"),
        kind="depreciation sheet",
    )
