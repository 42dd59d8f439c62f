"""Spoilt packs and bombs: a list of problems each, within a second and 256 MiB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("malformed.py")


@pytest.fixture(scope="module")
def report():
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_every_spoilt_pack_is_loaded_or_told_its_problems_with_places(report):
    assert report["odd"] == []
    counts = report["counts"]
    assert set(counts) == {
        "truncated",
        "swapped",
        "duplicated",
        "retagged",
        "nested",
        "moved",
        "bitten",
        "bomb",
        "wrong",
    }
    assert sum(refused + loaded for refused, loaded in counts.values()) == 527
    assert sum(refused for refused, _loaded in counts.values()) > 350
    assert (counts["bomb"], counts["wrong"]) == ([16, 0], [21, 0])


def test_each_takes_less_than_a_second_of_processor_time(report):
    assert report["slowest_s"] < 1


def test_all_of_them_stay_within_256_mib(report):
    assert report["peak_kib"] < 256 << 10


def test_catastrophic_pattern_costs_nothing(report):
    assert report["regex_s"] < 0.2
