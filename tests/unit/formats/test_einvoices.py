import pytest

from tools.invoice_papers import (
    EUROPEAN,
    NUMBER,
    STATED,
    WORDS,
    cii_xml,
    header_xml,
    ofd,
    original_xml,
    page,
    pinyin_xml,
    printed,
    tax_bureau_xml,
    ubl_xml,
)
from tools.made_papers import pdf


def fields(paper):
    return paper.invoice.as_fields() if paper.invoice else None


@pytest.mark.parametrize(
    ("content", "root"),
    [
        (tax_bureau_xml(), "EInvoice"),
        (original_xml(), "eInvoice"),
        (header_xml(), "ElectronicInvoice"),
        (pinyin_xml(), "business"),
        (
            tax_bureau_xml().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
            "EInvoice",
        ),
    ],
)
def test_chinese_layouts_state_the_same_invoice(read, content, root):
    paper = read(content, "dzfp.xml")
    assert (paper.mime, paper.form, paper.xml_root) == ("application/xml", "xml", root)
    assert fields(paper) == STATED


def test_sums_after_a_thousand_items_are_read(read):
    content = tax_bureau_xml(items=1000)
    assert len(content) > 70_000
    assert fields(read(content)) == STATED


@pytest.mark.parametrize("root", ["CrossIndustryInvoice", "CrossIndustryDocument"])
def test_cii_names_its_parties_after_its_items(read, root):
    assert fields(read(cii_xml(root=root))) == EUROPEAN


@pytest.mark.parametrize("root", ["Invoice", "CreditNote"])
def test_ubl_is_read(read, root):
    assert fields(read(ubl_xml(root=root))) == EUROPEAN


@pytest.mark.parametrize(
    "content",
    [
        b"<EInvoice><Header></Header></EInvoice>",
        b"<EInvoice><EIid>26532000000101398161</EIid></EInvoice>",
        b"<letter><ID>7</ID><IssueDate>2026-01-01</IssueDate></letter>",
        b"<CrossIndustryInvoice/>",
        b"<Invoice><ID>7</ID></Invoice>",
    ],
)
def test_what_is_no_whole_invoice_states_none(read, content):
    assert fields(read(content)) is None


def test_an_invoice_inside_a_pdf_is_read_as_the_invoice(read):
    paper = read(pdf([["Rechnung RE-77"]], {"factur-x.xml": cii_xml()}))
    assert (paper.mime, paper.form, paper.holds_xml) == ("application/pdf", "pdf", True)
    assert paper.xml_root == "CrossIndustryInvoice"
    assert fields(paper) == EUROPEAN
    assert paper.text.startswith("Rechnung RE-77\nfactur-x.xml\n")


@pytest.mark.parametrize("make", [pdf, ofd])
def test_a_printed_invoice_that_carries_xbrl_holds_its_data(read, make):
    data = b'<xbrl xmlns="http://www.xbrl.org/2003/instance"><a>1</a></xbrl>'
    printed_one = (
        pdf([WORDS], {"rai.xml": data})
        if make is pdf
        else ofd(more={"Doc_0/Attachs/rai.xml": data})
    )
    paper = read(printed_one)
    assert (paper.holds_xml, paper.xml_root) == (True, "xbrl")
    assert fields(paper) == STATED


def test_a_printed_invoice_tells_its_fields_from_its_words(read):
    paper = read(printed())
    assert (paper.form, paper.holds_xml) == ("pdf", False)
    assert fields(paper) == STATED


def test_an_old_invoice_is_known_by_code_and_number(read):
    words = [
        "云南增值税专用发票 发票代码： 5300231150",
        "发票号码： 95672132",
        "开票日期： 2023年11月23日",
        "合  计 ￥100.00 ￥6.00",
        "价税合计（大写） 壹佰零陆圆整 （小写）￥106.00",
    ]
    assert fields(read(pdf([words]))) == {
        "number": "530023115095672132",
        "document_date": "2023-11-23",
        "amount": "100.00",
        "tax": "6.00",
        "total": "106.00",
        "currency": "CNY",
    }


@pytest.mark.parametrize(
    "words",
    [
        ["报销单", "发票号码", NUMBER],
        ["电子发票清单", "发票号码", NUMBER, "26532000000101398162"],
        ["电子发票", "发票号码", "1" * 20],
        ["电子发票", NUMBER],
    ],
)
def test_a_paper_about_invoices_is_none(read, words):
    assert fields(read(pdf([words]))) is None


def test_an_ofd_is_read_like_its_print(read):
    paper = read(ofd(), "发票.ofd")
    assert (paper.mime, paper.form, paper.pages) == ("application/ofd", "ofd", 1)
    assert paper.text.split("\n")[: len(WORDS)] == WORDS
    assert fields(paper) == STATED
    assert paper.holds_xml is False


def test_custom_data_of_an_ofd_states_the_invoice(read):
    custom = {"发票号码": NUMBER, "开票日期": "2026年03月09日", "合计金额": "1000.00"}
    found = fields(read(ofd(["云"], custom)))
    assert found == {
        "number": NUMBER,
        "document_date": "2026-03-09",
        "amount": "1000.00",
        "currency": "CNY",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"Doc_0/Attachs/original_invoice.xml": original_xml()},
        {
            "Doc_0/Attachments.xml": "<Attachments><Attachment><FileLoc>/Doc_0/Res/o.xml</FileLoc></Attachment></Attachments>",
            "Doc_0/Res/o.xml": original_xml(),
        },
    ],
)
def test_the_original_inside_an_ofd_is_read(read, more):
    paper = read(ofd(["云"], more=more))
    assert paper.holds_xml is True
    assert paper.xml_root == "eInvoice"
    assert fields(paper) == STATED


def test_tags_of_an_ofd_point_at_its_words(read):
    tags = (
        "<T><InvoiceNo><ObjectRef PageRef='1'>11</ObjectRef></InvoiceNo>"
        "<SellerName><ObjectRef PageRef='1'>12</ObjectRef><ObjectRef>13</ObjectRef></SellerName></T>"
    )
    found = fields(
        read(ofd([NUMBER, "云雀", "软件"], more={"Doc_0/Tags/CustomTag.xml": tags}))
    )
    assert (found["number"], found["seller"]) == (NUMBER, "云雀软件")


def test_the_heading_of_a_template_stands_before_its_page(read):
    paper = read(ofd(["值"], more={"Doc_0/Tpls/Tpl_0/Content.xml": page(["电子发票"])}))
    assert paper.text == "电子发票\n值"


def test_letters_of_an_ofd_that_stand_alone_make_a_word(read):
    letters = "</ofd:TextCode><ofd:TextCode>".join("13800001111")
    assert read(ofd([letters])).text == "13800001111"


def test_an_ofd_page_that_breaks_keeps_what_it_said(read):
    broken = page(["前", "后"]).replace("后", "<ofd:wrong", 1)
    paper = read(ofd([], more={"Doc_0/Pages/Page_1/Content.xml": broken}))
    assert paper.text == "前"


def test_an_ofd_of_drawings_says_that_it_has_no_words(read):
    paper = read(ofd([]))
    assert (paper.is_read, paper.problem) == (False, "its pages hold no text")
