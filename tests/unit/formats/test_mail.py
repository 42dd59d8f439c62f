from email.message import EmailMessage

import pytest

from ledgervault.domain.detectors import detect
from ledgervault.formats import sniffing
from tools.invoice_papers import printed, tax_bureau_xml
from tools.made_papers import pdf, zipped
from tools.office_papers import mail


def test_a_mail_is_read_with_all_that_is_attached(read):
    paper = read(
        mail(
            "电话 13800001111",
            ("发票.pdf", printed()),
            ("合同.pdf", pdf([["劳动合同书"]])),
        )
    )
    assert paper.mime == sniffing.MAIL
    assert paper.text.startswith("Subject: 发票\nFrom: a@b.example")
    assert {"发票.pdf", "合同.pdf", "劳动合同书"} <= set(paper.text.split("\n"))
    assert detect(paper.raw)["mobile"] == 1
    assert detect(paper.raw)["einvoice_no"] == 1


def test_a_mail_is_no_invoice_though_it_carries_one(read):
    paper = read(mail("", ("a.xml", tax_bureau_xml())))
    assert (paper.form, paper.invoice) == ("", None)


def test_finds_of_papers_inside_papers_add_up(read):
    inner = mail("13800002222", ("b.zip", zipped({"c.txt": "13800003333"})))
    paper = read(mail("13800001111", ("inner.eml", inner)))
    assert detect(paper.raw) == {"mobile": 3}


def test_a_forwarded_mail_is_walked_through(read):
    outer, inner = EmailMessage(), EmailMessage()
    inner["Subject"], outer["Subject"], outer["From"] = "原件", "转发", "a@b.example"
    inner.set_content("13800004444")
    outer.set_content("见附")
    outer.add_attachment(inner)
    assert b"13800004444" in read(outer.as_bytes()).raw


def test_words_of_a_page_in_a_mail_are_read_without_tags(read):
    message = EmailMessage()
    message["Subject"], message["From"] = "a", "b@c.example"
    message.set_content("<p>手机<b>13800001111</b></p>", subtype="html")
    assert "手机\n13800001111" in read(message.as_bytes()).text


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_subjects_and_names_in_encoded_words_are_read(read, charset):
    from email.header import Header

    subject = Header("对账单", charset).encode()
    raw = (
        f"Subject: {subject}\nFrom: a@b.example\nMIME-Version: 1.0\n"
        f'Content-Type: text/csv; name="{subject}"\n\n2026\n'
    )
    text = read(raw.encode()).text
    assert text.startswith("Subject: 对账单\n")
    assert "\n对账单\n2026" in text


def test_a_reason_inside_names_the_paper_it_is_about(read):
    assert (
        read(mail("", ("扫描.jpg", b"\xff\xd8\xff"))).problem
        == "扫描.jpg: it is a picture"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: =?utf-8?b?////?=\nFrom: a\nContent-Type: text/plain; charset=nonsense\n\nx",
        b"Subject: =?x?q?" + b"=" * 1200 + b"?=\nFrom: a\n\nx",
        b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=\n\n--\n--\n",
        b"From: a\nTo: b\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a\nTo: b\nContent-Transfer-Encoding: x-uuencode\n\nbegin",
        b"From: a\nTo: b\nContent-Type: message/rfc822\n\n\n",
        b"From: a\nTo: b\nContent-Type: text/plain; name*0*=utf-8''%ff; name*1=\"\n\nx",
    ],
)
def test_odd_mail_is_read_as_far_as_it_goes(read, raw):
    paper = read(raw)
    assert (paper.mime, paper.is_read) == (sniffing.MAIL, True)
