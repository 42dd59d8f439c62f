from datetime import date

import pytest

from ledgervault.domain.archiving import (
    ArchiveQuestion,
    decide_archive,
    is_paper_needed,
)
from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.policy import PolicySet

HEADER = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
RULE = {
    "id": "close",
    "series": ["cn.*"],
    "close_after": "P1M",
    "checks": ["integrity"],
    "registers": ["custody"],
    "hand_over": {
        "to": "client",
        "after": "P1Y",
        "latest": "P3Y",
        "register": "transfer",
    },
}


def pack(name, *rules):
    return build_pack({**HEADER, "pack": name, "archive": list(rules)})


def decide(*packs, today=date(2027, 6, 1), **facts):
    asked = {"series": "cn.x", "period": "2026", "fiscal_year_end": "12-31", **facts}
    return decide_archive(ArchiveQuestion(today=today, **asked), PolicySet(packs))


def test_folder_closes_after_the_fiscal_year_and_is_handed_over_in_time():
    outcome = decide(pack("one", RULE))
    assert (outcome.decision.result, outcome.decision.rule) == ("allow", "close")
    assert outcome.close_from == date(2027, 2, 1)
    assert (outcome.hand_over_from, outcome.hand_over_by) == (
        date(2028, 1, 1),
        date(2029, 12, 31),
    )
    assert (outcome.checks, outcome.registers, outcome.hand_over_to) == (
        ("integrity",),
        ("custody", "transfer"),
        "client",
    )


def test_folder_does_not_close_before_its_day():
    assert decide(pack("one", RULE), today=date(2027, 2, 1)).decision.result == "allow"
    early = decide(pack("one", RULE), today=date(2027, 1, 31)).decision
    assert (early.result, early.facts["hint"]) == (
        "refuse",
        "the folder closes from 2027-02-01 on",
    )


@pytest.mark.parametrize(
    "facts",
    [{"period": None}, {"period": "soon"}, {"fiscal_year_end": None}],
)
def test_unknown_fiscal_year_refuses(facts):
    outcome = decide(pack("one", RULE), **facts)
    assert outcome.decision.result == "refuse"
    assert "is not known" in outcome.decision.facts["hint"]
    assert (outcome.close_from, outcome.hand_over_by) == (None, None)


def test_day_past_the_calendar_is_unknown():
    outcome = decide(pack("one", {**RULE, "close_after": "P9999Y"}))
    assert outcome.decision.result == "refuse"


def test_no_rule_closes_nothing():
    assert decide(pack("one", RULE), series="own.nda").decision.rule == "no-rule"
    own = build_override({"override": "C001", "archive": [RULE]})
    assert decide(own).decision.rule == "no-rule"


def test_demands_of_all_packs_add_up():
    other = {"id": "other", "series": ["*"], "close_after": "P3M", "checks": ["safety"]}
    outcome = decide(pack("one", RULE), pack("two", other))
    assert outcome.close_from == date(2027, 4, 1)
    assert outcome.checks == ("integrity", "safety")
    assert outcome.decision.rule == "other"
    assert [loser.rule for loser in outcome.decision.losers] == ["close"]


@pytest.mark.parametrize(
    ("settings", "is_needed"),
    [(("allowed", "allowed"), False), (("allowed", "refused"), True)],
)
def test_one_pack_that_refuses_electronic_form_alone_is_enough(settings, is_needed):
    packs = []
    for name, setting in zip("ab", settings, strict=True):
        series = {
            "id": "x.report",
            "title": {"zh": "甲", "en": "A"},
            "family": "custody",
            "level": "internal",
            "retention": {"min": "permanent"},
            "then": "keep",
            "electronic_only": setting,
        }
        packs.append(build_pack({**HEADER, "pack": name, "series": [series]}))
    policy = PolicySet(tuple(packs))
    assert is_paper_needed("x.report", policy) is is_needed
    assert not is_paper_needed("x.other", policy)
