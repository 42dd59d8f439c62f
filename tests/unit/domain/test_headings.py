import pytest

from ledgervault.domain.headings import LINES, heading_of


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("", ""),
        ("记 账 凭 证\n单位：某某", "记账凭证\n单位：某某"),
        ("费　用　报　销　单", "费用报销单"),
        ("资    产    负    债    表", "资产负债表"),
        ("单位：甲　　日期：2026年", "单位：甲\n日期：2026年"),
        ("日期,摘要,余额\n1,2,3", "日期\n摘要\n余额\n1\n2\n3"),
        ("乙方负责编制记账凭证、登记账簿。\n合同", "合同"),
        ("Invoice no. 12\nDate", "Invoice no. 12\nDate"),
        ("长" * 41 + "\n短", "短"),
    ],
)
def test_heading_holds_short_lines_that_are_no_sentences(text, heading):
    assert heading_of(text) == heading


def test_heading_ends_after_its_lines_and_characters():
    assert (
        heading_of("\n".join("一二三" for _line in range(90))).count("\n") == LINES - 1
    )
    assert heading_of(" " * 1600 + "表") == ""
