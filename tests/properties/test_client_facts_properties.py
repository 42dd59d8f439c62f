"""Facts of a client against a second, naive reading of their history."""

import dataclasses
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ledgervault.domain.client_facts import (
    DATE_FACTS,
    OPEN_MATTERS,
    YEAR_END,
    FactEvent,
)
from ledgervault.domain.clients import Client, with_event

CLIENT = Client("C001", "清河茶叶", token_key=bytes(32))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERIODS = st.one_of(
    st.integers(2020, 2030).map(str),
    st.builds("{}-{:02d}".format, st.integers(2020, 2030), st.integers(1, 12)),
    st.builds("{}-Q{}".format, st.integers(2020, 2030), st.integers(1, 4)),
)
FACTS = st.one_of(
    st.tuples(st.sampled_from(DATE_FACTS[:3]), DAYS.map(str) | st.just("none"), DAYS),
    st.tuples(
        st.sampled_from(OPEN_MATTERS[:2]),
        st.sampled_from(["open", "closed", "none"]),
        DAYS,
    ),
    st.tuples(
        st.just(YEAR_END),
        DAYS.map(lambda day: f"{day:%m-%d}"),
        DAYS | st.none(),
    ),
)
STEPS = st.lists(FACTS | st.integers(0, 11), max_size=12)


def history(steps):
    """Build events from steps; a number takes back the event of that place."""
    events = []
    for number, step in enumerate(steps):
        event = FactEvent(f"E-{number:08d}", "", "", None, "why", "ab", "now")
        if isinstance(step, int):
            if not events:
                continue
            undone = events[step % len(events)]
            events.append(dataclasses.replace(event, undoes=undone.id))
        else:
            fact, value, on = step
            events.append(dataclasses.replace(event, fact=fact, value=value, on=on))
    return events


def client_after(events):
    client = CLIENT
    for event in events:
        client = with_event(client, event)
    return client


def counts(event, events):
    """Say by recursion whether an event counts: no counting one takes it back."""
    return not any(
        other.undoes == event.id and counts(other, events) for other in events
    )


def naive(events):
    dates, matters, year_ends = {}, set(), []
    for event in events:
        if event.undoes or not counts(event, events):
            continue
        if event.fact == YEAR_END:
            year_ends.append(event)
        elif event.fact in OPEN_MATTERS:
            (matters.add if event.value == "open" else matters.discard)(event.fact)
        elif event.value == "none":
            dates.pop(event.fact, None)
        else:
            dates[event.fact] = date.fromisoformat(event.value)
    return dates, matters, year_ends


@settings(max_examples=400)
@given(STEPS)
def test_what_holds_agrees_with_a_naive_reading_of_the_history(steps):
    events = history(steps)
    client = client_after(events)
    dates, matters, _year_ends = naive(events)
    assert (client.dates, client.open_matters) == (dates, matters)
    assert Client.from_json(client.as_json()) == client


@settings(max_examples=400)
@given(STEPS, st.integers(2020, 2030), st.integers(1, 12))
def test_year_end_in_force_is_the_last_said_for_that_day(steps, year, month):
    events = history(steps)
    period = f"{year}-{month:02d}"
    last_day = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
    _dates, _matters, year_ends = naive(events)
    expected = "12-31"
    since = date.min.toordinal()
    for event in year_ends:
        start = event.on.toordinal() if event.on else date.min.toordinal()
        if event.on is None or (start >= since and start <= last_day):
            expected, since = event.value, start
    found = client_after(events).facts_for("any", period).year_end
    assert found == expected


@settings(max_examples=200)
@given(STEPS)
def test_taking_back_every_statement_leaves_the_client_as_it_was_taken_on(steps):
    events = [event for event in history(steps) if not event.undoes]
    undoing = [
        dataclasses.replace(event, id=f"E-9{number:07d}", undoes=event.id)
        for number, event in enumerate(events)
    ]
    client = client_after([*events, *undoing])
    assert (client.dates, client.open_matters) == ({}, frozenset())
    assert client.fiscal_year_end == CLIENT.fiscal_year_end
    assert len(client.events) == 2 * len(events)


@settings(max_examples=200)
@given(STEPS, PERIODS, PERIODS)
def test_statement_about_one_period_changes_no_paper_outside_it(steps, inside, outside):
    before = client_after(history(steps))
    scoped = FactEvent(
        "E-99999999", "filed", "2031-01-01", None, "", "", "", period=inside
    )
    after = with_event(before, scoped)
    reached = after.facts_for("any", outside).sources.get("filed") == scoped
    if not reached:
        old, new = before.facts_for("any", outside), after.facts_for("any", outside)
        assert (old.dates, old.open_matters) == (new.dates, new.open_matters)
    assert after.facts_for("any", inside).dates["filed"] == date(2031, 1, 1)
    assert after.facts_for("any", None).dates == before.facts_for("any", None).dates
