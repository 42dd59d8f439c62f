from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.domain.building import build_pack
from ledgervault.domain.calendar import (
    CalendarPeriod,
    add_period,
    fiscal_year_of,
    parse_filing_period,
)
from ledgervault.domain.holds import Hold, HoldScope
from ledgervault.domain.policy import ACTIONS, TRIGGERS, PolicySet
from ledgervault.domain.retention import RetentionFacts, decide_retention
from ledgervault.domain.vocabulary import STARTS

TITLE = {"zh": "甲", "en": "A"}
HOLD = Hold("H-1", "why", HoldScope(), date(2026, 1, 1))
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 12, 31))
MONTH_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(
    lambda day: day.strftime("%m-%d")
)
YEARS = st.integers(1900, 2999)
PERIODS = st.one_of(
    YEARS.map(str),
    st.builds("{}-{:02d}".format, YEARS, st.integers(1, 12)),
    st.builds("{}-Q{}".format, YEARS, st.integers(1, 4)),
    st.builds("{}-H{}".format, YEARS, st.integers(1, 2)),
)
LENGTHS = st.builds("P{}Y{}M{}D".format, *[st.integers(0, 60)] * 3)
RETENTIONS = st.fixed_dictionaries(
    {
        "trigger": st.sampled_from(TRIGGERS),
        "starts": st.sampled_from(STARTS),
    },
    optional={
        "min": LENGTHS | st.just("permanent") | st.just("P9999Y"),
        "max": LENGTHS,
    },
)
PACKS = st.lists(
    st.tuples(
        RETENTIONS,
        st.sampled_from(ACTIONS),
        st.lists(st.sampled_from(["open_matter", "unsettled_debt"])),
    ),
    min_size=1,
    max_size=3,
)
FACTS = st.builds(
    RetentionFacts,
    series=st.just("s"),
    period=st.none() | PERIODS | st.just("nonsense"),
    fiscal_year_end=st.none() | MONTH_DAYS,
    created_on=DAYS,
    dates=st.dictionaries(
        st.sampled_from(TRIGGERS), DAYS | st.just(date.max), max_size=4
    ),
    open_matters=st.sets(st.sampled_from(["open_matter", "unsettled_debt"])).map(
        frozenset
    ),
)


def policy_of(packs):
    return PolicySet(
        tuple(
            build_pack(
                {
                    "pack": f"p{number}",
                    "version": "1",
                    "title": TITLE,
                    "jurisdiction": "CN",
                    "series": [
                        {
                            "id": "s",
                            "title": TITLE,
                            "family": "own",
                            "level": "internal",
                            "retention": retention,
                            "then": then,
                            "block_while": blockers,
                        }
                    ],
                }
            )
            for number, (retention, then, blockers) in enumerate(packs)
        )
    )


def decide(facts, packs, today, holds=()):
    return decide_retention(facts, policy_of(packs), holds=holds, today=today)


@settings(deadline=None, max_examples=150)
@given(FACTS, PACKS, DAYS, DAYS)
def test_due_does_not_depend_on_today_or_holds(facts, packs, one, other):
    due = decide(facts, packs, one).due
    assert decide(facts, packs, other).due == due
    assert decide(facts, packs, one, [HOLD]).due == due


@settings(deadline=None, max_examples=150)
@given(FACTS, PACKS, DAYS)
def test_due_is_said_only_on_or_after_the_due_date(facts, packs, today):
    outcome = decide(facts, packs, today)
    if outcome.state == "due":
        assert outcome.due is not None
        assert today >= outcome.due
    if outcome.due is None:
        assert outcome.state in ("permanent", "indeterminate", "restricted")


@settings(deadline=None, max_examples=150)
@given(FACTS, PACKS, DAYS)
def test_hold_beats_everything(facts, packs, today):
    assert decide(facts, packs, today, [HOLD]).state == "held"


@settings(deadline=None, max_examples=150)
@given(FACTS, PACKS, PACKS, DAYS)
def test_minimum_of_one_more_pack_never_shortens(facts, packs, more, today):
    minima = [
        ({key: value for key, value in one.items() if key != "max"}, then, blockers)
        for one, then, blockers in more
    ]
    before = decide(facts, packs, today).due
    has_minimum = any("min" in retention for retention, _then, _b in packs)
    after = decide(facts, [*packs, *minima], today).due
    if before is None:
        assert after is None
    elif has_minimum and after is not None:
        assert after >= before


@settings(deadline=None, max_examples=100)
@given(FACTS, PACKS, DAYS)
def test_order_of_packs_changes_no_date_state_or_action(facts, packs, today):
    one = decide(facts, packs, today)
    other = decide(facts, packs[::-1], today)
    assert (one.state, one.due, one.action) == (other.state, other.due, other.action)


@settings(deadline=None, max_examples=100)
@given(FACTS, PACKS, DAYS)
def test_minimum_is_never_undercut(facts, packs, today):
    outcome = decide(facts, packs, today)
    if outcome.due is None:
        return
    for one in packs:
        alone = decide(facts, [({**one[0], "max": None}, *one[1:])], today)
        assert alone.due is None or alone.due <= outcome.due


@settings(deadline=None, max_examples=200)
@given(PERIODS, MONTH_DAYS)
def test_fiscal_year_holds_the_last_day_of_the_period(text, month_day):
    period = parse_filing_period(text)
    year = fiscal_year_of(period, month_day)
    assert year.start <= period.last_day <= year.end
    assert timedelta(days=364) <= year.end - year.start <= timedelta(days=366)
    assert year.label == f"FY{year.end.year}"


@settings(deadline=None, max_examples=200)
@given(DAYS, st.integers(0, 200), st.integers(0, 200), st.integers(0, 500))
def test_adding_a_period_never_goes_back(day, years, months, days):
    period = CalendarPeriod(years, months, days)
    later = add_period(day, period)
    assert later is not None
    assert later >= day
    assert CalendarPeriod.parse(str(period)) == period
    next_day = add_period(day + timedelta(days=1), period)
    assert next_day is not None
    assert next_day >= later
