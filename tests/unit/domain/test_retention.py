from datetime import date

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import RetentionFacts, decide_retention

TODAY = date(2030, 6, 1)
TITLE = {"zh": "甲", "en": "A"}
HOLD = Hold("H-1", "tax inspection", HoldScope(), date(2026, 1, 1))


def pack(name, *, then="appraise", block_while=(), **retention):
    series = {
        "id": "a.b",
        "title": TITLE,
        "family": "custody",
        "level": "internal",
        "retention": retention,
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


def dated(name="one", **retention):
    return pack(name, **{"min": "P10Y", "trigger": "fiscal_year_end", **retention})


def decide(*packs, series="a.b", holds=(), today=TODAY, **facts):
    known = {"period": "2026", "fiscal_year_end": "12-31", **facts}
    return decide_retention(
        RetentionFacts(series=series, created_on=date(2026, 7, 1), **known),
        PolicySet(packs),
        holds=holds,
        today=today,
    )


def test_thirty_years_run_from_the_day_after_the_fiscal_year():
    outcome = decide(dated(min="P30Y"))
    assert (outcome.state, outcome.due) == ("active", date(2057, 1, 1))
    last = decide(dated(min="P30Y"), today=date(2056, 12, 31))
    assert last.state == "active"
    assert decide(dated(min="P30Y"), today=date(2057, 1, 1)).state == "due"


def test_decision_names_rule_citation_and_facts():
    decision = decide(dated()).decision
    assert (decision.rule, decision.pack, decision.version) == ("a.b", "one", "1")
    assert decision.citation == "Law one, art. 14"
    assert decision.facts["trigger"] == "fiscal_year_end 2026-12-31"
    assert decision.facts["because"] == "the period runs"
    assert decision.as_json()["losers"] == []


@pytest.mark.parametrize(
    ("retention", "facts", "due"),
    [
        ({"starts": "same_day"}, {}, date(2036, 12, 31)),
        ({}, {"fiscal_year_end": "03-31"}, date(2037, 4, 1)),
        ({}, {"period": "2026-02", "fiscal_year_end": "03-31"}, date(2036, 4, 1)),
        ({"trigger": "created"}, {}, date(2036, 7, 2)),
        ({"trigger": "document_date"}, {"period": "2026-02"}, date(2036, 3, 1)),
        (
            {"trigger": "document_date"},
            {"dates": {"document_date": date(2026, 5, 5)}},
            date(2036, 5, 6),
        ),
        (
            {"trigger": "engagement_end", "starts": "same_day"},
            {"dates": {"engagement_end": date(2024, 2, 29)}},
            date(2034, 2, 28),
        ),
    ],
)
def test_period_counts_from_its_trigger(retention, facts, due):
    assert decide(dated(**retention), **facts).due == due


@pytest.mark.parametrize(
    ("retention", "facts"),
    [
        ({}, {"period": None}),
        ({}, {"fiscal_year_end": None}),
        ({}, {"fiscal_year_end": "unreadable"}),
        ({}, {"period": "unreadable"}),
        ({"trigger": "contract_end"}, {}),
        ({"trigger": "contract_end"}, {"period": None}),
        ({"trigger": "document_date"}, {"period": None}),
        ({"min": "P9999Y"}, {}),
        ({"min": "P9999Y", "max": "P1Y"}, {}),
        (
            {"trigger": "contract_end"},
            {"dates": {"contract_end": date(9999, 12, 31)}},
        ),
    ],
)
def test_unknown_trigger_or_end_is_kept_and_said_so(retention, facts):
    outcome = decide(dated(**retention), **facts)
    assert (outcome.state, outcome.due) == ("indeterminate", None)
    assert "is not known" in outcome.decision.facts["because"]


def test_unknown_series_is_kept():
    outcome = decide(dated(), series="z")
    assert (outcome.state, outcome.due, outcome.action) == (
        "indeterminate",
        None,
        "keep",
    )
    assert decide(dated(), series="z", holds=[HOLD]).state == "held"


@pytest.mark.parametrize("retention", [{"min": "permanent"}, {"then": "keep"}])
def test_permanent_papers_are_never_due(retention):
    outcome = decide(dated(**retention), today=date(9999, 1, 1))
    assert (outcome.state, outcome.due) == ("permanent", None)


def test_hold_beats_expiry_and_leaves_the_due_date():
    outcome = decide(dated(), holds=[HOLD], today=date(2040, 1, 1))
    assert (outcome.state, outcome.due) == ("held", date(2037, 1, 1))
    assert "H-1" in outcome.decision.facts["because"]


@pytest.mark.parametrize("order", [1, -1])
def test_longest_minimum_of_all_packs_wins(order):
    packs = [dated("short", min="P5Y"), dated("long", min="P15Y")][::order]
    outcome = decide(*packs)
    assert outcome.due == date(2042, 1, 1)
    assert outcome.decision.pack == "long"
    assert [loser.pack for loser in outcome.decision.losers] == ["short"]
    assert "which is not later" in outcome.decision.losers[0].reason


@pytest.mark.parametrize(
    ("keeping", "state"),
    [
        (pack("keeping", min="permanent"), "permanent"),
        (pack("keeping", min="P1Y", trigger="contract_end"), "indeterminate"),
    ],
)
def test_keeping_beats_destroying(keeping, state):
    outcome = decide(dated(), keeping, today=date(2050, 1, 1))
    assert (outcome.state, outcome.due) == (state, None)
    assert outcome.decision.losers[0].reason.endswith("outlasts dated")


def test_shortest_maximum_wins_where_no_minimum_runs():
    longer = pack("longer", max="P9Y", trigger="fiscal_year_end")
    shorter = pack("shorter", max="P3Y", trigger="fiscal_year_end")
    assert decide(longer, shorter).due == date(2030, 1, 1)
    assert decide(shorter).decision.facts["retention"] == "P3Y"


def test_minimum_that_ends_before_the_maximum_waits_for_it():
    assert decide(dated(min="P2Y", max="P5Y")).due == date(2032, 1, 1)


def test_maximum_that_passed_while_a_minimum_runs_restricts():
    both = dated(min="P10Y", max="P2Y")
    assert decide(both, today=date(2028, 12, 31)).state == "active"
    assert decide(both, today=date(2029, 1, 1)).state == "restricted"
    assert decide(both, today=date(2037, 1, 1)).state == "due"


def test_maximum_of_one_pack_restricts_what_another_keeps_for_ever():
    maximum = pack("maximum", max="P2Y", trigger="fiscal_year_end")
    permanent = pack("permanent", min="permanent")
    assert decide(maximum, permanent, today=date(2028, 1, 1)).state == "permanent"
    assert decide(maximum, permanent, today=date(2029, 1, 1)).state == "restricted"


def test_open_matter_of_any_pack_blocks():
    blocking = dated("blocking", min="P1Y", block_while=["open_matter"])
    outcome = decide(
        blocking, dated(min="P2Y"), open_matters=frozenset({"open_matter"})
    )
    assert (outcome.state, outcome.due) == ("active", date(2029, 1, 1))
    assert "open_matter" in outcome.decision.facts["because"]
    other = decide(blocking, open_matters=frozenset({"unsettled_debt"}))
    assert other.state == "due"


@pytest.mark.parametrize("order", [1, -1])
def test_most_careful_action_of_all_packs_wins(order):
    packs = [dated("a", then="destroy", min="P15Y"), dated("b", then="appraise")]
    assert decide(*packs[::order]).action == "appraise"
