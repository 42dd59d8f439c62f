"""The in tray and edits of many, word for word, in both languages.

`LEDGERVAULT_TRANSCRIPTS=write` writes the transcripts anew; read the difference.
"""

import os
import re
from pathlib import Path

import pytest

import integration.conftest as scenes

agency = scenes.agency

HERE = Path(__file__).parent
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "0000-00-00T00:00:00+00:00"),
    (re.compile(r"U-[0-9A-Z]{8}"), "U-00000000"),
    (re.compile(r"F-[0-9A-Z]{8}"), "F-00000000"),
)
KINDS = {"鳞次单": "鳞片 次第 编排 甲乙丙", "栉比录": "栉风 比邻 沐雨 子丑寅"}
FILINGS = {
    "鳞次单": ("cn.voucher.source", "receipt"),
    "栉比录": ("own.engagement", "engagement"),
}


class Transcript:
    """Runs commands and keeps what they wrote, with ids by order of appearance."""

    def __init__(self, agency, language):
        self._agency = agency
        self._language = language
        self._codes = {}
        self.text = ""

    def run(self, *argv):
        ran = self._agency.run("--lang", self._language, *argv)
        shown = " ".join(one if " " not in one else f'"{one}"' for one in argv)
        written = f"$ vault {shown}\n{ran.out}{ran.err}exit {ran.code}\n\n"
        written = re.sub(r"D-[0-9A-HJKMNP-TV-Z]{8}", self._code, written)
        for pattern, mask in MASKS:
            written = pattern.sub(mask, written)
        self.text += written

    def _code(self, found):
        return self._codes.setdefault(found.group(), f"D-{len(self._codes) + 1:08d}")


def ingested(agency, kind, numbers):
    piles = [
        agency.paper(
            f"待整理/{kind}{number:03d}.txt", f"{KINDS[kind]} {number}".encode()
        )
        for number in numbers
    ]
    return [one["id"] for one in agency.ingest(*piles)]


@pytest.fixture
def filed(agency):
    """Twenty reviewed papers of two kinds, and a tray with every reason."""
    for kind, (series, type_) in FILINGS.items():
        ids = ingested(agency, kind, range(10))
        filing = ("--series", series, "--type", type_, "--period", "2026-03")
        agency.json("edit", *ids, *filing, "--reason", "分拣")
    waiting = [one for kind in KINDS for one in ingested(agency, kind, (50, 51))]
    agency.ingest(agency.paper("谜.bin", b"\x00\x01\x02"))
    agency.ingest(agency.paper("收据.txt"))
    owned = agency.paper("无主/收据_2026年01月.txt", "清河茶叶 收据".encode())
    agency.json("ingest", str(owned))
    return waiting


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tray_and_edits_read_as_written_down(agency, filed, language, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    transcript = Transcript(agency, language)
    transcript.run("inbox")
    transcript.run("show", filed[0])
    transcript.run("edit", "--from-inbox", "--accept", "--dry-run")
    transcript.run("edit", "--from-inbox", "--accept")
    transcript.run("edit", filed[0], filed[1], "D-ZZZZZZZZ", "--keep")
    transcript.run("edit", filed[2], "--undo")
    transcript.run("edit", filed[2], "--level", "public", "--reason", "x")
    transcript.run("edit", "--from-inbox", "--series", "cn.identity")
    transcript.run("inbox", "--reason", "unclassified", "--limit", "1")
    transcript.run("show", filed[0])
    place = HERE / f"inbox-and-edit-{language}.txt"
    if os.environ.get("LEDGERVAULT_TRANSCRIPTS") == "write":
        place.write_text(transcript.text)
    assert transcript.text == place.read_text()


def test_an_empty_tray_says_so(agency):
    agency.ingest(agency.paper("收据_2026年01月.txt"))
    assert agency.run("inbox").out.startswith("The in tray is empty.\n")
    assert agency.run("--lang", "zh", "inbox").out == "收件盘是空的。\n"
