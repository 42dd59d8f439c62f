from datetime import date

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.stated_due import decide_stated

TODAY = date(2030, 6, 1)
DUE = date(2030, 1, 1)
TITLE = {"zh": "甲", "en": "A"}


def pack(name, *, then="appraise", block_while=(), **retention):
    known = {"min": "P10Y", "trigger": "fiscal_year_end", **retention}
    series = {
        "id": "a.b",
        "title": TITLE,
        "family": "custody",
        "level": "internal",
        "retention": {key: value for key, value in known.items() if value},
        "then": then,
        "block_while": list(block_while),
        "cite": {"law": f"Law {name}", "art": "14"},
    }
    return build_pack(
        {
            "pack": name,
            "version": "1",
            "title": TITLE,
            "jurisdiction": "CN",
            "series": [series],
        }
    )


def decide(*packs, due=DUE, held_by=(), has_open_matter=False, series="a.b"):
    return decide_stated(
        series,
        due,
        PolicySet(packs),
        held_by=held_by,
        has_open_matter=has_open_matter,
        today=TODAY,
    )


def test_stated_date_that_has_come_is_due():
    outcome = decide(pack("one"))
    assert (outcome.state, outcome.due, outcome.action) == ("due", DUE, "appraise")
    assert outcome.decision.citation == "Law one, art. 14"


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (date(2030, 6, 1), "due"),
        (date(2030, 6, 2), "active"),
        (None, "indeterminate"),
    ],
)
def test_papers_are_kept_to_the_stated_day_and_for_ever_without_one(due, state):
    assert decide(pack("one"), due=due).state == state


def test_hold_keeps_whatever_the_date_says():
    assert decide(pack("one"), held_by=("H-1",)).state == "held"


def test_any_open_matter_keeps_what_some_matter_may_keep():
    waits = pack("one", block_while=["litigation"])
    assert decide(waits, has_open_matter=True).state == "active"
    assert decide(waits).state == "due"
    assert decide(pack("two"), has_open_matter=True).state == "due"
    assert decide(pack("two"), waits, has_open_matter=True).state == "active"


def test_series_that_any_pack_keeps_for_ever_is_never_due():
    for_ever = pack("one", min="permanent", trigger="", then="keep")
    assert decide(pack("two"), for_ever).state == "permanent"
    assert decide(pack("one", then="keep")).state == "permanent"


def test_series_of_no_adopted_pack_is_kept():
    outcome = decide(pack("one"), series="z.z")
    assert (outcome.state, outcome.action) == ("indeterminate", "keep")


def test_rule_that_is_named_is_the_one_that_keeps_longest():
    longer = pack("long", min="P30Y", then="destroy")
    outcome = decide(pack("short"), longer)
    assert outcome.decision.pack == "long"
    assert outcome.action == "appraise"
    assert decide(longer, pack("short", min="", max="P40Y")).decision.pack == "short"
    assert decide(longer, pack("past", min="P9000Y")).decision.pack == "past"
