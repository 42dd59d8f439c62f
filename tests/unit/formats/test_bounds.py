import random  # noqa: TID251 - repeatable changes, nothing secret
import time
import zipfile

import pytest

from ledgervault.formats import papers
from ledgervault.formats.confined import UNREADABLE
from ledgervault.formats.confinement import TOO_LONG, ConfinedReader
from ledgervault.formats.papers import TOO_MUCH, read_paper
from tools.invoice_papers import ofd, page, printed, tax_bureau_xml
from tools.made_papers import pdf, zipped
from tools.office_papers import docx, mail, paragraph, workbook


def timed(read, content, name="paper"):
    before = time.process_time()
    paper = read(content, name)
    return paper, time.process_time() - before


def nested(depth, content=b"13800001111"):
    for level in range(depth):
        content = zipped({f"{level}.zip" if level else "a.txt": content})
    return content


def test_papers_three_deep_are_read_and_deeper_ones_named(read):
    assert b"13800001111" in read(nested(3)).raw
    deep = read(nested(6))
    assert b"13800001111" not in deep.raw
    assert TOO_MUCH in deep.problem


def test_a_zip_of_many_papers_is_read_in_part_and_says_so(read):
    paper = read(zipped({f"{at}.txt": f"text {at}" for at in range(400)}))
    assert "399.txt" in paper.text
    assert TOO_MUCH in paper.problem


def test_a_bomb_in_a_zip_costs_its_limit(read, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for at in range(6):
            archive.writestr(f"{at}.txt", b"0" * (64 << 20))
    paper, seconds = timed(read, path.read_bytes())
    assert len(paper.raw) <= papers.RAW_BYTES
    assert seconds < 5


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_bomb_in_a_workbook_costs_its_limit(read, part):
    content = zipped(
        {"xl/workbook.xml": "<w/>", part: b"<v>1380000111</v>" * (4 << 20)}
    )
    paper, seconds = timed(read, content)
    assert len(paper.raw) <= papers.RAW_BYTES
    assert seconds < 2


@pytest.mark.parametrize(
    "content",
    [
        b"<" * (4 << 20),
        b"<a " * (1 << 20),
        b"<html>" + b"<" * (4 << 20),
        b"<html>" + b"<a" * (2 << 20),
        b"<EInvoice>" + b"<a>1</a>" * (1 << 19),
        b"<a>" * (1 << 20),
        b"\xff\xfe" + b"<\0?\0x\0m\0l\0" * (1 << 18),
        "资１".encode() * (1 << 19),
        "电子发票发票号码名称：\n".encode() * (1 << 16),
        ("电子发票发票号码" + "名 " * 2000 + "发 票 代 码" * 900).encode(),
        b"From: a\nTo: b\n\n" + b"\n" * (4 << 20),
        b"From: a\nTo: b\nContent-Type: a/b; " + b"a*0=b;" * 400_000 + b"\n\nx",
        b"From: a\nTo: b\n" + b"X: =?utf-8?q?a?=\n" * (1 << 17),
        b"From: a\nTo: b\nSubject: " + b"=?utf-8?q?a?= " * (1 << 16) + b"\n\nx",
        b"From: a\nTo: b\nContent-Type: text/plain; "
        + b'a="b"; ' * (1 << 12)
        + b"\n\nx",
        b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\n\n" * (1 << 16),
        b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 2000,
    ],
    ids=range(17),
)
def test_hostile_texts_are_answered_soon(read, content):
    paper, seconds = timed(read, content)
    assert paper.mime
    assert seconds < 4


@pytest.mark.parametrize(
    "body",
    [
        "<ofd:TextObject>" * 50_000,
        "<ofd:TextCode>1" * 50_000,
        page(["1"] * 20_000),
    ],
)
def test_hostile_pages_of_an_ofd_are_answered_soon(read, body):
    _paper, seconds = timed(
        read, ofd([], more={"Doc_0/Pages/Page_1/Content.xml": body})
    )
    assert seconds < 4


def test_time_is_one_budget_for_all_that_lies_in_a_paper(monkeypatch):
    monkeypatch.setattr(papers, "SECONDS", 0.5)
    slow = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "from ledgervault.formats import confined\n"
        "def loop(content):\n    while True: pass\n"
        "confined._READERS[confined.PDF] = loop\nconfined.serve()"
    )
    reader = ConfinedReader(program=slow)
    content = zipped({f"{at}.pdf": pdf([["x"]]) for at in range(20)})
    before = time.monotonic()
    paper = read_paper(content, name="a.zip", confined=reader)
    reader.close()
    assert time.monotonic() - before < 4
    assert TOO_LONG in paper.problem
    assert TOO_MUCH in paper.problem
    assert paper.is_read


def mutated(chance, content):
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(changed))
        kind = chance.randrange(3)
        if kind == 0:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            del changed[at : at + chance.randrange(1, 40)]
        else:
            changed[at:at] = changed[:at][-chance.randrange(1, 60) :]
        if not changed:
            return b"x"
    return bytes(changed)


def seeds():
    return {
        "pdf": printed(),
        "ofd": ofd(more={"Doc_0/Attachs/original_invoice.xml": tax_bureau_xml()}),
        "xml": tax_bureau_xml(),
        "xlsx": workbook(
            ["<row><c r='A1' s='1'><v>46090</v></c></row>"], "<si><t>a</t></si>"
        ),
        "docx": docx(paragraph("劳动", "合同")),
        "mail": mail("x", ("a.pdf", printed())),
        "zip": zipped({"a.txt": "x", "b.pdf": printed()}),
    }


@pytest.mark.parametrize("kind", ["pdf", "ofd", "xml", "xlsx", "docx", "mail", "zip"])
def test_no_change_of_bytes_makes_a_reader_raise(read, kind):
    chance = random.Random(f"seed of {kind}")
    seed = seeds()[kind]
    answered = [read(mutated(chance, seed)) for _ in range(300)]
    assert len(answered) == 300
    assert not any(UNREADABLE in paper.problem for paper in answered)
    assert any(paper.problem for paper in answered)
