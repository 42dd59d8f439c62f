from pathlib import Path

import pytest

from ledgervault.domain.detectors import detect
from ledgervault.formats import sniffing
from ledgervault.formats.ole_text import IN_PART

# Two sheets of invented people, the second one hidden, written as BIFF8.
PAYROLL = (Path(__file__).parent / "samples" / "payroll.xls").read_bytes()
HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def old(stream, text):
    return HEAD + text.encode("utf-16-le") + bytes(64) + stream.encode("utf-16-le")


def test_sheets_numbers_and_dates_of_an_old_workbook_are_read(read):
    paper = read(PAYROLL, "工资.xls")
    assert (paper.mime, paper.is_read, paper.problem) == (sniffing.XLS, True, "")
    assert paper.text.split("\n") == [
        "3月工资表",
        "姓名\t手机\t身份证号码\t日期",
        "云雀\t13800001111\t330498197004129174\t2026-03-09",
        "清河\t13800002222\t\t",
        "备注",
        "科目余额表",
    ]
    assert detect(paper.raw) == {"mobile": 2, "resident_id": 1}


@pytest.mark.parametrize("cut", [600, 2000, 5000])
def test_a_damaged_old_workbook_is_kept_with_a_reason(read, cut):
    paper = read(PAYROLL[:cut] + b"\0" * 16 + "Workbook".encode("utf-16-le"))
    assert (paper.is_read, bool(paper.problem)) == (False, True)


@pytest.mark.parametrize(
    ("stream", "mime"),
    [
        ("WordDocument", sniffing.DOC),
        ("PowerPoint Document", sniffing.PPT),
        ("__substg1.0_", sniffing.MSG),
    ],
)
def test_words_of_an_old_document_are_found_and_said_to_be_a_part(read, stream, mime):
    paper = read(old(stream, "劳动合同书\r乙方：云雀\x07手机（13800001111）\r"))
    assert (paper.mime, paper.is_read, paper.problem) == (mime, True, IN_PART)
    assert paper.text.split("\n")[:3] == [
        "劳动合同书",
        "乙方：云雀",
        "手机（13800001111）",
    ]
    assert detect(paper.raw) == {"mobile": 1}
