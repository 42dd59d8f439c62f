import dataclasses
from datetime import date

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.decisions import Decision
from ledgervault.domain.explanation import (
    Change,
    Reckoning,
    blockers_of,
    changes_of,
    kind_of,
    law_behind,
    law_of,
    reckon,
    triggers_of,
)
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.retention import (
    RetentionFacts,
    RetentionOutcome,
    decide_retention,
)

TITLE = {"zh": "甲", "en": "A"}
HOLD = Hold("H-1", "why", HoldScope(), date(2026, 1, 1))
TODAY = date(2026, 11, 24)


def pack(name, retention, *, then="appraise", **more):
    series = {
        "id": "s",
        "title": TITLE,
        "family": "own",
        "level": "internal",
        "retention": retention,
        "then": then,
        **more,
    }
    source = {"pack": name, "version": "1", "title": TITLE, "jurisdiction": "CN"}
    return build_pack({**source, "series": [series], "classify": []})


def decided(*packs, holds=(), today=TODAY, **facts):
    known = {"series": "s", "period": "2026-05", "fiscal_year_end": "12-31"}
    asked = RetentionFacts(created_on=TODAY, **{**known, **facts})
    policy = PolicySet(packs)
    outcome = decide_retention(asked, policy, holds=holds, today=today)
    return outcome, asked, policy


def changes(*packs, held=(), **more):
    outcome, asked, policy = decided(*packs, **more)
    found = changes_of(outcome, asked, policy, held)
    return [(one.kind, one.subject) for one in found]


THIRTY = {"min": "P30Y", "trigger": "fiscal_year_end", "starts": "next_day"}
ENDED = {"min": "P10Y", "trigger": "contract_end", "starts": "same_day"}
FOR_EVER = {"min": "permanent"}
POLICY = ("policy", "")
ASKED = RetentionFacts("s", "2026-05", "12-31", TODAY)


def test_arithmetic_leads_from_the_cut_off_to_the_date():
    outcome, facts, policy = decided(pack("a", THIRTY))
    assert reckon(outcome, facts, policy) == Reckoning(
        trigger="fiscal_year_end",
        cut_off=date(2026, 12, 31),
        starts="next_day",
        starts_on=date(2027, 1, 1),
        period="P30Y",
        ends_on=date(2057, 1, 1),
        is_decisive=True,
    )
    assert outcome.due == date(2057, 1, 1)


def test_counting_may_begin_on_the_day_itself():
    day = {"contract_end": date(2024, 2, 29)}
    outcome, facts, policy = decided(pack("a", ENDED), dates=day)
    found = reckon(outcome, facts, policy)
    assert (found.starts_on, found.ends_on) == (date(2024, 2, 29), date(2034, 2, 28))


def test_arithmetic_that_another_rule_outlasts_says_so():
    outcome, facts, policy = decided(pack("a", THIRTY))
    later = dataclasses.replace(outcome, due=date(2060, 1, 1))
    assert reckon(later, facts, policy).is_decisive is False


@pytest.mark.parametrize(
    ("retention", "facts"),
    [(FOR_EVER, {}), (ENDED, {}), (THIRTY, {"period": None})],
)
def test_without_a_date_there_is_no_arithmetic(retention, facts):
    outcome, asked, policy = decided(pack("a", retention), **facts)
    assert reckon(outcome, asked, policy) is None


@pytest.mark.parametrize(
    ("trigger", "retention", "starts"),
    [
        ("fiscal_year_end 2026-12-31", "P30Y", "some_other_day"),
        ("fiscal_year_end 9998-12-31", "P30Y", "next_day"),
        ("fiscal_year_end 9999-12-31", "P1D", "next_day"),
        ("fiscal_year_end 9999-12-31", "P1D", "next_calendar_year"),
        ("fiscal_year_end 9999-12-31", "P1D", "next_fiscal_year"),
    ],
)
def test_arithmetic_that_cannot_be_shown_is_left_out(trigger, retention, starts):
    facts = {"trigger": trigger, "retention": retention}
    decision = Decision("retention", "active", "s", pack="a", facts=facts)
    outcome = RetentionOutcome("active", date(2057, 1, 1), "appraise", decision)
    policy = PolicySet((with_starts(starts),))
    assert reckon(outcome, ASKED, policy) is None


def with_starts(starts):
    made = pack("a", THIRTY)
    series = made.series[0]
    retention = dataclasses.replace(series.retention, starts=starts)
    changed = dataclasses.replace(series, retention=retention)
    return dataclasses.replace(made, series=(changed,))


@pytest.mark.parametrize(
    ("starts", "year_end", "first"),
    [
        ("next_calendar_year", "06-30", date(2027, 1, 1)),
        ("next_fiscal_year", "12-31", date(2027, 1, 1)),
        ("next_fiscal_year", "06-30", date(2026, 7, 1)),
        ("next_fiscal_year", "03-31", date(2026, 4, 1)),
    ],
)
def test_counting_may_begin_with_the_next_year(starts, year_end, first):
    outcome, facts, _policy = decided(
        pack("a", ENDED),
        dates={"contract_end": date(2026, 3, 31)},
        fiscal_year_end=year_end,
    )
    found = reckon(outcome, facts, PolicySet((with_starts(starts),)))
    assert found.starts_on == first


def test_without_a_fiscal_year_nothing_begins_with_its_next():
    outcome, facts, _policy = decided(
        pack("a", ENDED),
        dates={"contract_end": date(2026, 3, 31)},
        fiscal_year_end=None,
    )
    policy = PolicySet((with_starts("next_fiscal_year"),))
    assert reckon(outcome, facts, policy) is None


def test_rule_of_no_adopted_pack_has_no_arithmetic():
    outcome, facts, _policy = decided(pack("a", THIRTY))
    assert reckon(outcome, facts, PolicySet((pack("b", THIRTY),))) is None


@pytest.mark.parametrize(
    ("packs", "facts", "expected"),
    [
        ([pack("a", THIRTY)], {}, [("another-period", ""), POLICY]),
        ([pack("a", THIRTY)], {"period": None}, [("period", ""), POLICY]),
        ([pack("a", ENDED)], {}, [("state", "contract_end"), POLICY]),
        (
            [pack("a", ENDED)],
            {"dates": {"contract_end": date(2026, 1, 1)}},
            [("fact", "contract_end"), POLICY],
        ),
        ([pack("a", FOR_EVER)], {}, [("series", ""), POLICY]),
        ([], {}, [("series", ""), POLICY]),
        (
            [pack("a", ENDED), pack("b", {**ENDED, "trigger": "created"})],
            {},
            [("state", "contract_end"), POLICY],
        ),
        (
            [pack("a", ENDED), pack("b", THIRTY)],
            {},
            [("state", "contract_end"), POLICY],
        ),
        (
            [pack("a", ENDED)],
            {"dates": {"contract_end": date(2000, 1, 1)}},
            [("disposal", ""), POLICY],
        ),
    ],
)
def test_what_would_change_an_outcome_is_named(packs, facts, expected):
    assert changes(*packs, **facts) == expected


def test_holds_and_open_matters_come_first():
    found = changes(
        pack("a", THIRTY, block_while=["unsettled_debt", "open_matter"]),
        holds=[HOLD],
        held=["H-1"],
        open_matters=frozenset({"open_matter"}),
    )
    assert found[:2] == [("release", "H-1"), ("close", "open_matter")]
    assert changes(pack("a", FOR_EVER), holds=[HOLD], held=["H-1"])[1:] == [
        ("series", ""),
        POLICY,
    ]


@pytest.mark.parametrize(
    ("retention", "kind"),
    [(THIRTY, "dated"), (FOR_EVER, "permanent"), (ENDED, "indeterminate")],
)
def test_kind_is_what_would_be_without_a_hold(retention, kind):
    outcome, _facts, _policy = decided(pack("a", retention), holds=[HOLD])
    assert outcome.state == "held"
    assert kind_of(outcome) == kind


def test_triggers_and_blockers_are_those_of_all_packs_each_once():
    policy = PolicySet(
        (
            pack("a", THIRTY, block_while=["open_matter"]),
            pack("b", ENDED, block_while=["open_matter", "unsettled_debt"]),
            pack("c", FOR_EVER),
        )
    )
    assert triggers_of("s", policy) == ["fiscal_year_end", "contract_end"]
    assert blockers_of("s", policy) == ["open_matter", "unsettled_debt"]
    assert triggers_of("other", policy) == []


def test_law_tells_who_checked_it_and_since_when_it_holds():
    made = pack(
        "a",
        THIRTY,
        cite={"law": "Act", "art": "14"},
        verified_on="2026-11-23",
        effective_from="2016-01-01",
        confirmed=False,
    )
    outcome, _facts, policy = decided(made)
    law = law_behind(outcome.decision, policy)
    assert (law.rule, law.pack, law.version) == ("s", "a", "1")
    assert law.citation == "Act, art. 14"
    assert (law.verified_on, law.effective_from) == ("2026-11-23", "2016-01-01")
    assert law.is_confirmed is False
    assert law.title == TITLE


def test_rule_of_no_pack_has_nothing_but_its_name():
    law = law_of(None, "manual", citation="Act", section="classify")
    assert (law.rule, law.pack, law.citation) == ("manual", "", "Act")
    filed = Decision("classification", "s", "unknown-rule", pack="a")
    found = law_behind(filed, PolicySet((pack("a", THIRTY),)))
    assert (found.pack, found.verified_on) == ("a", "")


def test_same_change_is_named_once():
    twice = changes(pack("a", THIRTY), pack("b", {**THIRTY, "min": "P10Y"}))
    assert twice == [("another-period", ""), POLICY]
    assert Change("policy") == Change("policy", "")
