import time

import pytest

from ledgervault.formats.confinement import TOO_LONG, ConfinedReader
from ledgervault.formats.papers import IS_CUT, TEXT_CHARACTERS
from tools.made_papers import bomb, pdf, pdf_of, stream


def test_pages_of_a_pdf_are_read_in_order(read):
    paper = read(pdf([["记账凭证", "金额 1200.00"], ["第二页"]]))
    assert (paper.mime, paper.pages, paper.is_read) == ("application/pdf", 2, True)
    assert paper.text == "记账凭证\n金额 1200.00\n第二页"
    assert paper.raw.decode() == paper.text
    assert paper.problem == ""


def test_a_pdf_is_known_by_its_content_whatever_its_name(read):
    paper = read(pdf([["发票"]]), name="假的.docx")
    assert (paper.mime, paper.text) == ("application/pdf", "发票")


def test_full_width_digits_and_radicals_of_fonts_become_plain(read):
    paper = read(pdf([["１３８００００　２０２６年３⽉：，"]]))
    assert paper.text == "1380000 2026年3月：，"


def test_values_of_form_fields_and_typed_notes_are_read(read):
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R 5 0 R 7 0 R]>>"
    )
    marked = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 6 0 R]>>>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page,
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(ssn)/V(900-12-3456)/Rect[0 0 9 9]>>",
            b"<</Type/Annot/Subtype/Widget/Parent 6 0 R/Rect[0 0 9 9]>>",
            b"<</FT/Tx/T(name)/V<FEFF4E9196C0>/Kids[5 0 R]>>",
            b"<</Type/Annot/Subtype/FreeText/Contents(note)/Rect[0 0 9 9]>>",
        ]
    )
    assert read(marked).text.split() == ["900-12-3456", "云雀", "note"]


def test_files_inside_a_pdf_are_listed(confined):
    found = confined.read_pdf(pdf([["Rechnung"]], {"factur-x.xml": b"<a>1</a>"}))
    assert found.files == (("factur-x.xml", b"<a>1</a>"),)


def test_a_pdf_of_pictures_is_not_called_read(read):
    paper = read(pdf([[]]))
    assert (paper.is_read, paper.pages) == (False, 1)
    assert paper.problem == "its pages hold no text"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.4" + bytes(range(256)) * 40,
        pdf([["gone"]])[:200],
        pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]>>"]),
    ],
)
def test_a_damaged_pdf_says_so(read, content):
    paper = read(content)
    assert (paper.is_read, paper.problem) == (False, "it is a damaged PDF")


def test_an_encrypted_pdf_says_so(read):
    locked = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
            b"<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -44>>" % (b"a" * 32, b"b" * 32),
        ],
        "/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]",
    )
    paper = read(locked)
    assert paper.problem == "it is encrypted and asks for a password"


def test_the_head_of_a_big_pdf_is_not_taken_for_the_pdf(read):
    paper = read(pdf([["whole"]]), is_whole=False)
    assert (paper.is_read, paper.problem) == (False, IS_CUT)


def test_words_for_rules_are_bounded_and_identifiers_are_read_to_the_end(read):
    pages = [[f"{at}-{line}" + "字" * 70 for line in range(45)] for at in range(8)]
    pages.append(["最后 13800001111"])
    paper = read(pdf(pages))
    assert len(paper.text) == TEXT_CHARACTERS
    assert paper.raw.decode().endswith("最后 13800001111")


def test_a_page_of_a_decompression_bomb_costs_its_text_only(read):
    packed = bomb(600)
    hostile = pdf([[]], content=lambda _: stream(packed, b"/Filter/FlateDecode"))
    before = time.monotonic()
    assert not read(hostile).is_read
    assert time.monotonic() - before < 10
    assert read(pdf([["next"]])).text == "next"


def test_a_time_given_by_the_caller_is_kept():
    with_little = ConfinedReader()
    found = with_little.read_pdf(pdf([["slow"]] * 300), within_s=0.001)
    with_little.close()
    assert found.problem == TOO_LONG
