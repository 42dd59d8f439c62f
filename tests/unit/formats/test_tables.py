import pytest

from ledgervault.formats.certificate import certificate_text
from ledgervault.formats.period_words import period_words
from ledgervault.formats.sanitising import display_width
from ledgervault.formats.tables import csv_text, text_table

COLUMNS = ("id", "title", "period", "due")
ROW = ("D-7K3M9Q2A", "会计档案移交清册" * 6, "FY2026", "2057-01-01")


def certificate(state="pending"):
    facts = {
        "number": "X-7K3M9Q2A/2026",
        "agency": "鹿垄财务",
        "client": {"name": "清河茶叶", "code": "C001"},
        "state": state,
        "title": {"zh": "银行对账单", "en": "Bank statements"},
        "disposal": "X-7K3M9Q2A",
        "documents": ["a", "b"],
        "period": "FY2013",
        "series": "cn.other.bank_statement",
        "retention": "P10Y",
        "due": "2024-01-01",
        "destroyed_at": "2026-11-24T20:53:01.123+00:00",
        "rule": "cn.other.bank_statement",
        "citation": "会计档案管理办法 (令第79号)",
        "answers": [["owner", "6541694e2a904181" * 2, "approve", "2026-11-24"]],
        "epoch_before": 1,
        "epoch_after": 2,
        "anchor": "\x1b[31mdriver's own words",
        "mirrors": [["/media/备份盘", state]],
        "drill": {
            "refused": 2,
            "destroyed": 2,
            "survivors_opened": 1,
            "survivors_tried": 1,
        },
        "shares": [],
        "log": {"size": 7, "root": "ab" * 32},
    }
    return {"facts": facts, "signer": "cd" * 16, "signature": "ef" * 64}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80, 96, 200])
def test_certificate_fits_the_width_and_drives_no_terminal(language, width):
    lines = certificate_text(certificate(), language, width=width).split("\n")
    assert max(map(display_width, lines)) == max(78, min(width, 96))
    assert all(line.isprintable() for line in lines)


def test_certificate_says_the_statutory_words_in_the_language_asked_for():
    chinese = certificate_text(certificate("final"), "zh")
    for words in ("会计档案销毁清册", "10年", "同意销毁", "监销人", "已更新"):
        assert words in chinese
    english = certificate_text(certificate(), "en")
    for words in ("10 years", "agreed", "not refreshed yet", "not recorded"):
        assert words in english


def test_words_give_way_before_ids_and_dates():
    for width in (44, 60, 80):
        lines = text_table(COLUMNS, [ROW], width=width).split("\n")
        assert lines[2].startswith("D-7K3M9Q2A")
        assert lines[2].endswith("FY2026  2057-01-01")
        assert max(map(display_width, lines)) <= width


def test_table_of_nothing_but_ids_still_fits():
    lines = text_table(("a", "b"), [("D-7K3M9Q2A", "D-7K3M9Q2A")], width=16)
    assert max(map(display_width, lines.split("\n"))) <= 16


def test_what_is_missing_is_an_empty_cell_and_a_dash_stays_harmless():
    assert csv_text(("a", "b"), [{"a": None, "b": "-1"}]) == "a,b\r\n,'-1\r\n"


def test_periods_are_said_in_words():
    said = {
        ("P30Y", "en"): "30 years",
        ("P1Y", "en"): "1 year",
        ("P2Y6M", "en"): "2 years 6 months",
        ("P10D", "zh"): "10天",
        ("P2Y6M", "zh"): "2年6个月",
        ("permanent", "zh"): "永久",
        ("P", "en"): "P",
        ("-", "zh"): "-",
    }
    assert {pair: period_words(*pair) for pair in said} == said
