"""Two commands at once, and a clock that runs behind the log."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from ledgervault.storage.locks import FileWriterLock

PROGRAM = [sys.executable, "-m", "ledgervault"]


class SteppedClock:
    """A clock that a hand moved."""

    def __init__(self, now):
        self._now = now

    def now(self):
        return self._now


@pytest.fixture
def step_clock(monkeypatch):
    def step(year):
        clock = SteppedClock(datetime(year, 1, 1, tzinfo=UTC))
        monkeypatch.setattr("ledgervault.bootstrap.adapters.SystemClock", lambda: clock)

    return step


def approved(agency):
    names = ("银行对账单_2013年01月.txt", "银行对账单_2013年02月.txt")
    agency.ingest(*map(agency.paper, names))
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    return disposal


def test_clock_behind_the_log_destroys_nothing_and_says_so(agency, step_clock):
    approved(agency)
    step_clock(2022)
    ran = agency.run("purge", "--expired")
    assert (ran.code, "clock" in ran.err) == (6, True)
    assert len(agency.json("list")["documents"]) == 2
    assert agency.run("doctor").code == 3


def test_clock_set_right_again_lets_the_purge_go_on(agency, step_clock):
    approved(agency)
    step_clock(2022)
    assert agency.run("purge", "--expired").code == 6
    step_clock(2099)
    assert agency.json("purge", "--expired")["destroyed"] == 2


def test_writer_gives_up_with_6_while_readers_go_on(agency, monkeypatch):
    paper = agency.paper("收据_2026年.txt")
    monkeypatch.setattr(
        "ledgervault.bootstrap.adapters.FileWriterLock",
        lambda path, _wait_s: FileWriterLock(path, 0.0),
    )
    with FileWriterLock(agency.vault / "lock", 0.0).hold("ingest"):
        ran = agency.run("ingest", str(paper), "--client", "C001")
        assert (ran.code, "ingest" in ran.err) == (6, True)
        assert agency.run("--lang", "zh", "purge", "--expired").code == 6
        assert agency.json("list")["documents"] == []
    assert agency.run("ingest", str(paper), "--client", "C001").code == 0


def test_two_ingests_at_once_both_finish_and_keep_everything(agency):
    environment = {**os.environ, "LEDGERVAULT_HOME": str(agency.vault)}
    piles = []
    for pile in ("a", "b"):
        for number in range(20):
            name = f"{pile}/收据_2026年01月_{number}.txt"
            agency.paper(name, f"{pile}{number}".encode())
        piles.append(agency.root / "pile" / pile)
    running = [
        subprocess.Popen(
            [*PROGRAM, "--quiet", "ingest", str(pile), "--client", "C001"],
            env=environment,
        )
        for pile in piles
    ]
    assert [one.wait() for one in running] == [0, 0]
    assert len(agency.json("list", "--limit", "0")["documents"]) == 40
    assert agency.json("verify", "--read-data")["ok"] is True
