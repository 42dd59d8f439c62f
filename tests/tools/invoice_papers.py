"""E-invoices of one invented sale in the layouts that are met, for tests."""

from tools.made_papers import pdf, zipped

NUMBER = "26532000000101398161"
SELLER, SELLER_ID = "云雀（昆明）软件有限公司", "91530198MA9FNBF08A"
BUYER, BUYER_ID = "清河茶叶有限公司", "91340198MA8BG8WJX6"
STATED = {
    "number": NUMBER,
    "document_date": "2026-03-09",
    "seller": SELLER,
    "seller_tax_id": SELLER_ID,
    "buyer": BUYER,
    "buyer_tax_id": BUYER_ID,
    "amount": "1000.00",
    "tax": "60.00",
    "total": "1060.00",
    "currency": "CNY",
}
ITEM = "<IssuItemInformation><ItemName>*软件*授权</ItemName></IssuItemInformation>"
WORDS = [
    "电子发票（普通发票） 发票号码：",
    "开票日期：",
    "名称：",
    "统一社会信用代码/纳税人识别号：",
    "合 计",
    "价税合计（大写） （小写）",
    NUMBER,
    "2026年03月09日",
    BUYER,
    BUYER_ID,
    SELLER,
    SELLER_ID,
    "*软件*授权 套 1 1000.00 1000.00 6% 60.00",
    "¥1000.00 ¥60.00",
    "壹仟零陆拾圆整 ¥1060.00",
]


def tax_bureau_xml(number=NUMBER, items=1):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{number}</EIid></Header><EInvoiceData>
<SellerInformation><SellerIdNum>{SELLER_ID}</SellerIdNum><SellerName>{SELLER}</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>{BUYER_ID}</BuyerIdNum><BuyerName>{BUYER}</BuyerName></BuyerInformation>
{ITEM * items}<BasicInformation><TotalAmWithoutTax>1000.00</TotalAmWithoutTax><TotalTaxAm>60.00</TotalTaxAm>
<TotalTax-includedAmount>1060.00</TotalTax-includedAmount><RequestTime>2026-03-09 10:00:00</RequestTime></BasicInformation>
</EInvoiceData><TaxSupervisionInfo><TaxBureauCode>15300000000</TaxBureauCode></TaxSupervisionInfo></EInvoice>""".encode()


def original_xml(number=NUMBER):
    """Write the layout that lies inside older OFD invoices."""
    return f"""<fp:eInvoice xmlns:fp="http://www.example.org/einvoice"><fp:InvoiceNo>{number}</fp:InvoiceNo>
<fp:IssueDate>2026-03-09</fp:IssueDate><fp:Buyer><fp:BuyerName>{BUYER}</fp:BuyerName><fp:BuyerTaxID>{BUYER_ID}</fp:BuyerTaxID></fp:Buyer>
<fp:Seller><fp:SellerName>{SELLER}</fp:SellerName><fp:SellerTaxID>{SELLER_ID}</fp:SellerTaxID></fp:Seller>
<fp:TaxExclusiveTotalAmount>1000.00</fp:TaxExclusiveTotalAmount><fp:TaxTotalAmount>60.00</fp:TaxTotalAmount>
<fp:TaxInclusiveTotalAmount>1060.00</fp:TaxInclusiveTotalAmount></fp:eInvoice>""".encode()


def header_xml(number=NUMBER):
    return f"""<ElectronicInvoice><InvoiceHeader><InvoiceNumber>{number}</InvoiceNumber><IssueDate>2026-03-09</IssueDate>
<Buyer><Name>{BUYER}</Name><TaxId>{BUYER_ID}</TaxId></Buyer><Seller><Name>{SELLER}</Name><TaxId>{SELLER_ID}</TaxId></Seller>
<Items><Item><Name>授权</Name><TaxAmount>1.00</TaxAmount></Item></Items><AmountWithoutTax>1000.00</AmountWithoutTax>
<TaxAmount>60.00</TaxAmount><TotalWithTax>1060.00</TotalWithTax></InvoiceHeader></ElectronicInvoice>""".encode()


def pinyin_xml(number=NUMBER):
    return f"""<?xml version="1.0" encoding="GB18030"?><business><fphm>{number}</fphm><kprq>20260309101500</kprq>
<xfmc>{SELLER}</xfmc><xfsh>{SELLER_ID}</xfsh><gfmc>{BUYER}</gfmc><gfsh>{BUYER_ID}</gfsh>
<hjje>1000.00</hjje><hjse>60.00</hjse><jshj>1060.00</jshj></business>""".encode(
        "gb18030"
    )


def cii_xml(number="RE-77", root="CrossIndustryInvoice"):
    return f"""<rsm:{root} xmlns:rsm="urn:r" xmlns:ram="urn:a" xmlns:udt="urn:u">
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:IssueDateTime><udt:DateTimeString format="102">20260309</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>{"Ware " * 800}</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Lerche GmbH</ram:Name>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/113/40209</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE100000008</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Fink AG</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount><ram:GrandTotalAmount>119.00</ram:GrandTotalAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:{root}>""".encode()


def ubl_xml(number="RE-77", root="Invoice"):
    return f"""<{root} xmlns="urn:i" xmlns:cac="urn:a" xmlns:cbc="urn:b"><cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-03-09</cbc:IssueDate>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:AccountingSupplierParty><cac:Party>
<cac:PartyTaxScheme><cbc:CompanyID>201/113/40209</cbc:CompanyID></cac:PartyTaxScheme><cac:PartyTaxScheme><cbc:CompanyID>DE100000008</cbc:CompanyID></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>Lerche GmbH</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Fink AG</cbc:Name></cac:PartyName></cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount>100.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount>119.00</cbc:TaxInclusiveAmount><cbc:PayableAmount>119.00</cbc:PayableAmount></cac:LegalMonetaryTotal></{root}>""".encode()


EUROPEAN = {
    "number": "RE-77",
    "document_date": "2026-03-09",
    "seller": "Lerche GmbH",
    "seller_tax_id": "DE100000008",
    "buyer": "Fink AG",
    "amount": "100.00",
    "tax": "19.00",
    "total": "119.00",
    "currency": "EUR",
}


def printed(number=NUMBER):
    """Make the PDF of an e-invoice, labels first and values after them."""
    return pdf([[number if word == NUMBER else word for word in WORDS]])


def text_object(number, text):
    return f'<ofd:TextObject ID="{number}" Boundary="1 1 9 9"><ofd:TextCode X="0" Y="3" DeltaX="g 2 3">{text}</ofd:TextCode></ofd:TextObject>'


def page(texts):
    objects = "".join(text_object(at, text) for at, text in enumerate(texts, 11))
    return f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd(texts=tuple(WORDS), custom=None, more=None):
    """Make an OFD of one page; `custom` data and `more` members as asked."""
    data = "".join(
        f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>'
        for name, value in (custom or {}).items()
    )
    head = f'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:CustomDatas>{data}</ofd:CustomDatas><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'
    return zipped(
        {
            "OFD.xml": head,
            "Doc_0/Document.xml": "<Document/>",
            "Doc_0/Pages/Page_0/Content.xml": page(texts),
            **(more or {}),
        }
    )
