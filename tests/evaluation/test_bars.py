"""What classification must reach, on the samples and on papers of other firms."""

import os
from pathlib import Path

import pytest

from evaluation.classify_agency import judge_agency
from evaluation.other_firms import judge_other_firms
from evaluation.scoring import CHINESE, is_readable
from ledgervault.storage.shipped_packs import shipped_pack_names

# Clients abroad are judged where the pack of their country ships.
ABROAD = tuple(one for one in ("eu", "de", "uk", "us") if one in shipped_pack_names())
PACKS = (*CHINESE, *ABROAD)
COUNTRIES = ("CN", *(one.upper() for one in ABROAD))


def samples():
    """Return where the sample papers lie: named by the environment, or beside us."""
    named = os.environ.get("LEDGERVAULT_SAMPLES")
    if named:
        return Path(named)
    above = Path(__file__).resolve().parents
    folders = (parent / "shared" / "samples" for parent in above)
    return next((one for one in folders if (one / "agency").is_dir()), None)


@pytest.fixture(scope="module")
def agency():
    folder = samples()
    if folder is None:
        pytest.skip("the sample papers are not beside this project")
    return judge_agency(folder, PACKS)


@pytest.fixture(scope="module")
def others():
    return judge_other_firms(packs=PACKS)


def of_known_countries(score):
    return score.only(lambda one: one.truth.jurisdiction in COUNTRIES)


def reaches_the_bars(score):
    readable = of_known_countries(score.only(is_readable))
    assert len(readable.judgements) >= 80
    assert readable.series >= 0.97
    assert readable.periods >= 0.95
    return readable


def test_samples_reach_the_bars(agency):
    assert len(agency.judgements) == 120
    assert agency.too_low == []
    reaches_the_bars(agency)


def test_finds_in_the_samples_are_right_and_complete(agency):
    readable = agency.only(is_readable)
    assert readable.precision >= 0.98
    assert readable.recall >= 0.98


def test_pictures_are_mostly_told_by_their_names(agency):
    assert of_known_countries(agency).series >= 0.97


def test_other_firms_reach_the_bars(others):
    assert len(others.judgements) >= 150
    assert others.too_low == []
    readable = reaches_the_bars(others)
    assert readable.precision >= 0.98
    assert readable.recall >= 0.98


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_names_and_numbers_change_nothing(seed):
    score = judge_other_firms(seed, PACKS)
    assert score.too_low == []
    reaches_the_bars(score)
