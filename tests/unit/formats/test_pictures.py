import importlib.util
import shutil

import pytest

from ledgervault.errors import ConfigurationInvalid
from ledgervault.formats.confinement import Confined, picture_reader
from ledgervault.formats.folding import fold
from ledgervault.formats.picture_text import _as_pnm, _without_gaps, has_engine
from ledgervault.formats.reading import FormatReader
from tools.invoice_papers import NUMBER, WORDS
from tools.made_papers import pdf, zipped

JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


class Seeing:
    """An engine that sees what it is told to see."""

    def __init__(self, *lines, problem=""):
        self.found = Confined(("\n".join(lines),), pages=1, problem=problem)
        self.asked = []

    def read_picture(self, content):
        self.asked.append(("picture", content))
        return self.found

    def read_scan(self, content):
        self.asked.append(("scan", content))
        return self.found


def test_a_picture_is_not_looked_at_unless_asked(read):
    paper = read(JPEG, "身份证.jpg")
    assert (paper.mime, paper.is_read, paper.problem) == (
        "image/jpeg",
        False,
        "it is a picture",
    )


def test_words_seen_in_a_picture_are_read_like_any_others(read):
    engine = Seeing("公民身份号码", "１３８００００１１１１")
    paper = read(JPEG, pictures=engine)
    assert engine.asked == [("picture", JPEG)]
    assert paper.is_read
    assert paper.text == "公民身份号码\n13800001111"
    assert b"13800001111" in paper.raw


def test_a_photographed_invoice_states_its_fields(read):
    paper = read(JPEG, pictures=Seeing(*WORDS))
    assert paper.invoice.number == NUMBER
    assert paper.form == ""


def test_a_scan_is_looked_at_and_a_text_is_not(read):
    scan, text = pdf([[]]), pdf([["words"]])
    engine = Seeing("看见")
    assert read(scan, pictures=engine).text == "看见"
    assert read(text, pictures=engine).text == "words"
    assert engine.asked == [("scan", scan)]


def test_pictures_inside_papers_are_looked_at(read):
    paper = read(zipped({"a.jpg": JPEG}), pictures=Seeing("合同"))
    assert paper.text == "a.jpg\na.jpg\n合同"


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        (Seeing(), "no words were found in it"),
        (Seeing(problem="reading it takes too long"), "reading it takes too long"),
    ],
)
def test_a_picture_that_says_nothing_is_not_called_read(read, engine, why):
    paper = read(JPEG, pictures=engine)
    assert (paper.is_read, paper.problem) == (False, why)


def test_gaps_between_chinese_characters_are_closed():
    assert _without_gaps("发 票 号 码 : 2535 共 3 张") == "发票号码 : 2535 共 3 张"


def test_pixels_are_handed_over_as_a_plain_picture():
    import numpy as np

    grey = np.array([[0, 255]], np.uint8)
    assert _as_pnm(grey) == b"P5 2 1 255\n\x00\xff"
    blue = np.array([[[255, 0, 0]]], np.uint8)
    assert _as_pnm(blue) == b"P6 1 1 255\n\x00\x00\xff"


def test_asking_for_words_in_pictures_without_an_engine_says_how_to_get_one(
    monkeypatch,
):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigurationInvalid) as refused:
        FormatReader(reads_pictures=True)
    assert refused.value.code == "ocr.no-engine"
    assert "ledgervault[ocr]" in refused.value.hint


@pytest.mark.slow
@pytest.mark.skipif(
    not has_engine() and shutil.which("tesseract") is None,
    reason="no engine is installed",
)
def test_an_installed_engine_reads_a_drawn_page():
    reader = picture_reader()
    found = reader.read_scan(pdf([["TOTAL 13800001111"]]))
    broken = reader.read_picture(JPEG)
    reader.close()
    assert "13800001111" in fold(found.texts[0]).replace(" ", "")
    assert broken.texts in ((), ("",))
