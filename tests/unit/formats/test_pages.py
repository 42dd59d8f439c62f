import pytest

from ledgervault.formats.pages import Page
from ledgervault.formats.sanitising import display_width


def page(width, label="law"):
    made = Page(width)
    made.title("D-7K3M9Q2A", "记账凭证")
    made.line("C001 · cn.voucher.journal")
    made.verdict("保管至 2057-01-01", "保管中")
    made.section("保管期限")
    made.row(label, "会计档案管理办法 (令第79号), 附表1-2, art. 14, 16-19 " * 3)
    made.row("", "second line")
    made.item("an item that is longer than the page is wide " * 2)
    return made.text()


@pytest.mark.parametrize("width", [10, 40, 76, 300])
def test_lines_fit_and_nothing_of_a_value_is_lost(width):
    text = page(width)
    assert max(map(display_width, text.splitlines())) <= max(width, 40)
    joined = text.replace("\n", "").replace(" ", "")
    assert joined.count("会计档案管理办法(令第79号),附表1-2,art.14,16-19") == 3


def test_values_stand_in_one_column_whatever_the_width_of_labels():
    made = Page(60)
    made.row("法律", "one")
    made.row("because of", "two")
    made.row("", "three")
    lines = made.text().splitlines()
    starts = [
        display_width(line[: line.index(word)])
        for line, word in zip(lines, ("one", "two", "three"), strict=True)
    ]
    assert starts == [14, 14, 14]


def test_very_long_label_is_folded_and_not_cut():
    made = Page(60)
    made.row("x" * 50, "value")
    assert made.text().replace("\n", "").count("x") == 50


def test_page_cannot_drive_a_terminal():
    made = Page(60)
    made.title("a\x1b[2J", "[bold]b[/bold]")
    made.row("c\u202e", ":smile: d\x07")
    made.item("\x9b")
    text = made.text()
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "[bold]b[/bold]" in text
    assert ":smile:" in text


def test_colours_stand_only_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in page(60)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b[" in page(60)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in page(60)
