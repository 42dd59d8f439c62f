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


@pytest.mark.parametrize(
    ("starts", "ended", "due"),
    [
        ("same_day", date(2026, 2, 28), date(2036, 2, 28)),
        ("next_day", date(2026, 2, 28), date(2036, 3, 1)),
        ("next_calendar_year", date(2026, 2, 28), date(2037, 1, 1)),
        ("next_calendar_year", date(2026, 12, 31), date(2037, 1, 1)),
        ("next_fiscal_year", date(2026, 2, 28), date(2036, 4, 1)),
        ("next_fiscal_year", date(2026, 3, 31), date(2036, 4, 1)),
        ("next_fiscal_year", date(2026, 4, 1), date(2037, 4, 1)),
    ],
)
def test_counting_starts_on_the_day_the_rule_says(starts, ended, due):
    rule = dated(trigger="contract_end", starts=starts)
    outcome = decide(rule, fiscal_year_end="03-31", dates={"contract_end": ended})
    assert outcome.due == due


@pytest.mark.parametrize("year_end", [None, "unreadable"])
def test_fiscal_year_that_is_not_known_gives_no_start(year_end):
    rule = dated(trigger="contract_end", starts="next_fiscal_year")
    dates = {"contract_end": date(2026, 2, 28)}
    outcome = decide(rule, fiscal_year_end=year_end, dates=dates)
    assert outcome.state == "indeterminate"
    assert outcome.decision.facts["because"] == "fiscal_year_end is not known"


@pytest.mark.parametrize("starts", ["next_calendar_year", "next_fiscal_year"])
@pytest.mark.parametrize("ended", [date(9999, 3, 1), date(9999, 12, 31)])
def test_year_after_the_calendar_is_not_known(starts, ended):
    rule = dated(trigger="contract_end", starts=starts)
    assert decide(rule, dates={"contract_end": ended}).state == "indeterminate"


def test_latest_of_several_triggers_counts_and_all_must_be_known():
    rule = dated(trigger=["contract_end", "filed"])
    known = {"contract_end": date(2026, 5, 5), "filed": date(2027, 5, 5)}
    outcome = decide(rule, dates=known)
    assert outcome.due == date(2037, 5, 6)
    assert outcome.decision.facts["trigger"] == "filed 2027-05-05"
    unknown = decide(rule, dates={"contract_end": date(2026, 5, 5)})
    assert unknown.state == "indeterminate"
    assert unknown.decision.facts["because"] == "filed is not known"


def test_open_matter_lengthens_a_minimum_and_never_shortens_it():
    rule = dated(min="P6Y", longer_if={"tax_loss": "P10Y", "enquiry": "P2Y"})
    assert decide(rule).due == date(2033, 1, 1)
    longer = decide(rule, open_matters=frozenset({"tax_loss", "enquiry"}))
    assert longer.due == date(2037, 1, 1)
    assert longer.decision.facts["retention"] == "P10Y (tax_loss)"
    assert decide(rule, open_matters=frozenset({"enquiry"})).due == date(2033, 1, 1)


def test_matter_alone_gives_a_minimum_that_restricts_behind_a_maximum():
    rule = pack(
        "one", max="P3Y", trigger="fiscal_year_end", longer_if={"litigation": "P9Y"}
    )
    assert decide(rule, today=date(2031, 1, 1)).state == "due"
    kept = decide(rule, today=date(2031, 1, 1), open_matters=frozenset({"litigation"}))
    assert (kept.state, kept.due) == ("restricted", date(2036, 1, 1))


def test_answers_of_all_packs_are_told():
    outcome = decide(
        dated("one", min="P15Y"), dated("two"), dated("three", min="permanent")
    )
    assert outcome.decision.pack == "three"
    assert [(one.pack, one.reason) for one in outcome.decision.losers] == [
        ("one", "permanent outlasts dated"),
        ("two", "permanent outlasts dated"),
    ]
    both = decide(dated("one", min="permanent"), dated("two", min="permanent"))
    assert [one.reason for one in both.decision.losers] == ["permanent too"]
