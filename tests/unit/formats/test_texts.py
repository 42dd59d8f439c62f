import pytest

from ledgervault.formats import sniffing
from ledgervault.formats.folding import fold

STATEMENT = "交易日期,摘要,对方户名\n2026-03-09,货款,云雀13800001111\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_statements_are_read_in_the_encodings_of_offices(read, encoding):
    paper = read(STATEMENT.encode(encoding), "流水.csv")
    assert paper.text.replace("\ufeff", "") == STATEMENT
    assert "云雀13800001111" in paper.raw.decode()


def test_a_number_behind_a_chinese_character_of_gbk_stands_alone(read):
    from ledgervault.domain.detectors import detect

    # The second byte of this character is a capital letter.
    text = "电话丄13800001111。" * 3
    assert "丄".encode("gbk")[1:].isalpha()
    assert detect(read(text.encode("gbk")).raw) == {"mobile": 1}


def test_a_character_cut_off_at_the_end_is_no_other_encoding(read):
    cut = ("资" * 9000).encode()[:-1]
    assert read(cut).text == "资" * 8999


def test_a_long_text_is_read_to_its_end_for_identifiers(read):
    paper = read(("字\n" * 20_000 + "13800001111").encode())
    assert paper.raw.endswith(b"13800001111")
    assert len(paper.text) == 16 << 10


def test_a_table_of_a_bank_in_html_is_read_without_tags(read):
    page = "<html><head><meta charset=gbk></head><table><tr><td>户名</td><td>云雀&amp;子</td></tr></table>"
    paper = read(page.encode("gbk"), "流水.xls")
    assert (paper.mime, paper.text) == (sniffing.HTML, "户名\n云雀&子")


def test_full_width_characters_and_odd_spaces_become_plain():
    assert fold("Ａ１２　３⽉ﬁ\u00adle，：（）") == "A12 3月file，：（）"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<a><b></a>", "it is not well-formed XML"),
        (
            b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
            "it declares entities, which no paper needs",
        ),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', ""),
        (b"<a>" * 100, "its elements are nested too deep"),
    ],
)
def test_xml_that_no_paper_needs_is_not_read(read, content, why):
    assert read(content, "a.xml").problem == why
