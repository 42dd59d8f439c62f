"""The page of `vault policy explain`, line by line, in both languages.

Ids are drawn anew in every vault, so they are masked; the clock stands still.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledgervault.__main__ import main
from ledgervault.formats.sanitising import display_width
from ledgervault.storage.clock import SystemClock

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 3, 2, 1, tzinfo=UTC)
ID = re.compile(r"\b([DEHU])-[0-9A-HJKMNP-TV-Z]{8}\b")
VOUCHER = "2026年/记账凭证_05月.txt"
CONTRACT = "代理记账合同_2020年.txt"
STATEMENT = "银行对账单_2013年01月.txt"
NOTE = "note.txt"
LAW = """
language: ledgervault-policy/1
pack: law
version: 2026.1
title: {zh: 会计档案, en: Accounting archives}
jurisdiction: CN
series:
  - id: cn.voucher.journal
    title: {zh: 记账凭证, en: Journal vouchers}
    family: custody
    level: confidential
    retention: {min: P30Y, trigger: fiscal_year_end, starts: next_day}
    then: appraise
    block_while: [open_matter]
    cite: {law: 会计档案管理办法 (令第79号), item: 附表1-2, art: "14, 16-19"}
    effective_from: 2016-01-01
    verified_on: 2026-11-23
  - id: cn.other.bank_statement
    title: {zh: 银行对账单, en: Bank statements}
    family: custody
    level: confidential
    retention: {min: P10Y, trigger: fiscal_year_end, starts: next_day}
    then: appraise
    block_while: [open_matter]
    cite: {law: 会计档案管理办法 (令第79号), item: 附表1-11, art: "14, 16-18"}
    verified_on: 2026-11-23
  - id: own.engagement
    title: {zh: 委托业务档案, en: Engagement files}
    family: own
    level: confidential
    retention: {min: P10Y, trigger: engagement_end, starts: next_day}
    then: appraise
    cite: {law: 涉税专业服务基本准则, art: 25-26}
    verified_on: 2026-11-23
  - id: cn.hr.contract
    title: {zh: 劳动合同, en: Employment contracts}
    family: custody
    level: sensitive
    retention: {min: P2Y, trigger: contract_end, starts: next_day}
    then: destroy
    cite: {law: 劳动合同法, art: "50"}
    confirmed: false
  - id: unclassified
    title: {zh: 未分类资料, en: Unclassified papers}
    family: custody
    level: sensitive
    retention: {min: permanent}
    then: keep
classify:
  - {id: law.voucher, when: {name: "记账凭证*"}, set: {series: cn.voucher.journal, type: voucher}}
  - {id: law.statement, when: {name: "银行对账单*"}, set: {series: cn.other.bank_statement, type: statement}}
  - {id: law.contract, when: {name: "代理记账合同*"}, set: {series: own.engagement, type: contract}}
access:
  - {id: law.owner, role: owner, operations: [ingest, list, show, client, edit, hold], level: sensitive}
"""
FIRM = """
language: ledgervault-policy/1
pack: firm
version: 2026.7
title: {zh: 本所规定, en: Rules of the firm}
jurisdiction: CN
series:
  - id: own.engagement
    title: {zh: 委托, en: Engagements}
    family: own
    level: confidential
    retention: {min: P5Y, trigger: contract_end, starts: next_day}
    then: destroy
    cite: {law: 本所档案办法, art: "3"}
  - id: cn.other.bank_statement
    title: {zh: 对账单, en: Statements}
    family: custody
    level: confidential
    retention: {min: P5Y, trigger: fiscal_year_end, starts: next_day}
    then: destroy
"""
PAPERS = {
    VOUCHER: "记账凭证 借方 贷方",
    CONTRACT: "代理记账合同 甲方 乙方",
    STATEMENT: "银行对账单 余额",
    NOTE: "x",
}


# Said by a person, so that the page does not hang on how a period is read.
PAPERS_OF = {VOUCHER: "2026-05", CONTRACT: "2020", STATEMENT: "2013-01", NOTE: None}


class Terminal:
    """Runs commands on one vault and keeps what they print."""

    def __init__(self, root, capfd):
        self.root = root
        self._capfd = capfd

    def run(self, *argv):
        self._capfd.readouterr()
        assert main([*argv]) == 0, argv
        return self._capfd.readouterr().out

    def ids(self):
        rows = self.run("--json", "list")
        found = re.findall(r'"id": "(D-\w+)".*?"name": "(.*?)"', rows, re.DOTALL)
        return {name: document for document, name in found}


@pytest.fixture
def terminal(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(SystemClock, "now", lambda _clock: NOW)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LEDGERVAULT_HOME", str(tmp_path / "vault"))
    monkeypatch.setenv("COLUMNS", "76")
    key = tmp_path / "key"
    assert main(["--quiet", "init", "--name", "鹿垄财务", "--key-file", str(key)]) == 0
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(key))
    for name, content in PAPERS.items():
        path = tmp_path / "pile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    made = Terminal(tmp_path, capfd)
    law = tmp_path / "law.yaml"
    law.write_text(LAW)
    made.run("policy", "adopt", str(law))
    made.run("client", "add", "C001", "--name", "清河茶叶")
    for name, period in PAPERS_OF.items():
        argv = ("ingest", str(tmp_path / "pile" / name), "--client", "C001")
        made.run(*argv, *(("--period", period) if period else ()))
    return made


def masked(text):
    return ID.sub(lambda found: f"{found[1]}-········", text)


def pages(terminal, *argv, language):
    names = {path.rsplit("/", 1)[-1]: path for path in PAPERS}
    ids = terminal.ids()
    for name in sorted(names):
        yield terminal.run("--lang", language, "policy", "explain", ids[name], *argv)


def life(terminal):
    """Give the papers facts, a hold, another pack, and a filing no rule would give."""
    ids = terminal.ids()
    extra = terminal.root / "firm.yaml"
    extra.write_text(FIRM)
    terminal.run("policy", "adopt", str(terminal.root / "law.yaml"), str(extra))
    terminal.run(
        "client",
        "event",
        "C001",
        "engagement_end",
        "2020-06-30",
        "--on",
        "2020-05-02",
        "--reason",
        "客户来函 notice of 2 May",
    )
    terminal.run("client", "event", "C001", "open_matter", "open", "--reason", "稽查")
    contract = ids[CONTRACT]
    terminal.run("hold", "add", contract, "--reason", "仲裁 \x1b[31m(2026) 12号")
    terminal.run(
        "edit",
        ids[NOTE],
        "--series",
        "cn.hr.contract",
        "--reason",
        "read by a person",
    )


def written_down(place, found):
    if os.environ.get("LEDGERVAULT_TRANSCRIPTS") == "write":
        place.write_text(found)
    return place.read_text()


def test_page_of_an_explanation_is_laid_out_as_agreed(terminal):
    life(terminal)
    for language in ("en", "zh"):
        found = masked("\n".join(pages(terminal, language=language)))
        assert found == written_down(HERE / f"explain.{language}.txt", found)


def test_page_of_a_loose_file_says_what_an_ingest_would_decide(terminal):
    path = terminal.root / "pile" / VOUCHER
    for language in ("en", "zh"):
        argv = ("--lang", language, "policy", "explain", str(path), "--client", "C001")
        found = terminal.run(*argv)
        assert found == written_down(HERE / f"explain-file.{language}.txt", found)


def test_page_fits_the_terminal_and_leaves_no_label_in_english(terminal, monkeypatch):
    life(terminal)
    label = re.compile(r"^(?:  )?([a-z_]{3,})(?:  |$)", re.MULTILINE)
    for columns in (50, 76, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        for page in (*pages(terminal, language="en"), *pages(terminal, language="zh")):
            assert "\x1b" not in page
            assert max(display_width(line) for line in page.splitlines()) <= columns
        for page in pages(terminal, language="zh"):
            assert label.findall(page) == []
