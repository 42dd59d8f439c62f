import dataclasses
from datetime import date

import pytest

from ledgervault.domain.client_facts import (
    DATE_FACTS,
    OPEN_MATTERS,
    YEAR_END,
    FactEvent,
    facts_in_force,
    former_values,
    parse_day,
    standing,
    year_end_on,
)
from ledgervault.domain.clients import (
    Client,
    find_event,
    has_open_matter,
    needs_reason,
    verify_client,
    with_event,
)
from ledgervault.domain.policy import TRIGGERS
from ledgervault.errors import IntegrityViolated, NotFound, UsageInvalid

CLIENT = Client("C001", "清河茶叶", token_key=bytes(32))
COMPUTED = {"fiscal_year_end", "document_date", "created"}


def said(fact, value, number=1, **more):
    on = more.pop("on", date(2026, 11, 24))
    return FactEvent(f"E-{number:08d}", fact, value, on, "why", "ab", "now", **more)


def undo(number, of):
    return said("", "", number, undoes=f"E-{of:08d}")


def client_after(*events):
    client = CLIENT
    for event in events:
        client = with_event(client, event)
    return client


def test_every_trigger_is_computed_or_a_fact_that_can_be_stated():
    assert set(TRIGGERS) - COMPUTED <= set(DATE_FACTS)


def test_later_statement_replaces_an_earlier_one():
    client = client_after(
        said("engagement_end", "2026-06-30", 1), said("engagement_end", "2027-06-30", 2)
    )
    assert client.dates == {"engagement_end": date(2027, 6, 30)}
    assert len(client.events) == 2


def test_none_withdraws_a_fact_and_its_history_stays():
    client = client_after(
        said("contract_end", "2026-06-30", 1), said("contract_end", "none", 2)
    )
    assert client.dates == {}
    assert [event.value for event in client.events] == ["2026-06-30", "none"]


def test_undone_statement_gives_way_to_the_one_before_it():
    client = client_after(
        said("engagement_end", "2026-06-30", 1),
        said("engagement_end", "2027-06-30", 2),
        undo(3, of=2),
    )
    assert client.dates == {"engagement_end": date(2026, 6, 30)}


def test_undoing_an_undoing_brings_the_statement_back():
    client = client_after(
        said("engagement_end", "2026-06-30", 1), undo(2, of=1), undo(3, of=2)
    )
    assert client.dates == {"engagement_end": date(2026, 6, 30)}
    assert [event.id for event in standing(client.events)] == ["E-00000001"]


@pytest.mark.parametrize("matter", OPEN_MATTERS)
def test_matter_is_open_until_it_is_closed(matter):
    opened = client_after(said(matter, "open"))
    assert opened.open_matters == {matter}
    assert with_event(opened, said(matter, "closed", 2)).open_matters == frozenset()


def test_matter_open_for_all_papers_is_not_closed_by_closing_one_period():
    client = client_after(
        said("enquiry", "open", 1), said("enquiry", "closed", 2, period="2026")
    )
    assert client.facts_for("cn.tax", "2026-03").open_matters == {"enquiry"}


@pytest.mark.parametrize(
    ("series", "period", "expected"),
    [
        ("cn.tax.return", "2026-03", date(2027, 3, 1)),
        ("cn.tax", "2026", date(2027, 3, 1)),
        ("cn.tax", "2025", date(2020, 1, 1)),
        ("cn.tax", None, date(2020, 1, 1)),
        ("cn.tax", "no period", date(2020, 1, 1)),
        ("cn.taxi", "2026", date(2027, 2, 2)),
    ],
)
def test_narrower_statement_beats_a_wider_one(series, period, expected):
    client = client_after(
        said("filed", "2027-03-01", 1, series="cn.tax", period="2026"),
        said("filed", "2027-02-02", 2, period="2026"),
        said("filed", "2020-01-01", 3),
    )
    assert client.facts_for(series, period).dates == {"filed": expected}


def test_fact_names_the_event_that_states_it():
    event = said("filed", "2027-03-01")
    assert client_after(event).facts_for("any", "2026").sources == {"filed": event}


@pytest.mark.parametrize(
    ("period", "year_end"),
    [
        ("2026-12", "12-31"),
        ("2027-01", "06-30"),
        ("2026", "12-31"),
        ("2027", "06-30"),
        ("2026-H2", "12-31"),
        (None, "06-30"),
        ("no period", "06-30"),
    ],
)
def test_changed_year_end_holds_from_its_day_on(period, year_end):
    client = client_after(said(YEAR_END, "06-30", on=date(2027, 1, 1)))
    assert client.facts_for("any", period).year_end == year_end
    assert client.fiscal_year_end == "06-30"


@pytest.mark.parametrize(
    ("day", "year_end"), [(date(2027, 3, 30), "12-31"), (date(2027, 3, 31), "03-31")]
)
def test_year_end_changes_on_the_day_itself(day, year_end):
    events = [said(YEAR_END, "03-31", on=date(2027, 3, 31))]
    assert year_end_on("12-31", events, day) == year_end


def test_corrected_year_end_holds_for_all_years_before_and_after():
    client = client_after(
        said(YEAR_END, "06-30", 1, on=date(2027, 1, 1)),
        said(YEAR_END, "03-31", 2, on=None),
    )
    assert client.facts_for("any", "2020").year_end == "03-31"
    assert client.facts_for("any", "2028").year_end == "03-31"
    back = with_event(client, undo(3, of=2))
    assert back.facts_for("any", "2020").year_end == "12-31"
    assert back.fiscal_year_end == "06-30"


@pytest.mark.parametrize(
    "event",
    [
        said("birthday", "2026-01-01"),
        said("engagement_end", "2026-02-30"),
        said("engagement_end", "20260201"),
        said("engagement_end", "2026-02-01", period="spring"),
        said("litigation", "perhaps"),
        said(YEAR_END, "13-01"),
        said(YEAR_END, "none"),
        said(YEAR_END, "03-31", period="2026"),
        said(YEAR_END, "03-31", series="cn.tax"),
    ],
)
def test_statement_no_rule_could_use_is_refused(event):
    with pytest.raises(UsageInvalid):
        with_event(CLIENT, event)


@pytest.mark.parametrize("wanted", ["E-1", "E-0"])
def test_event_is_named_by_one_beginning_or_not_at_all(wanted):
    client = client_after(
        said("filed", "2026-01-01", 1), said("filed", "2026-01-02", 2)
    )
    assert find_event(client, "E-00000002").value == "2026-01-02"
    with pytest.raises(NotFound):
        find_event(client, wanted)


def test_only_what_changes_an_earlier_word_needs_a_reason():
    first = said("engagement_end", "2026-06-30", 1)
    assert not needs_reason(CLIENT, first)
    client = with_event(CLIENT, first)
    assert not needs_reason(client, dataclasses.replace(first, id="E-00000002"))
    assert needs_reason(client, said("engagement_end", "2027-06-30", 2))
    assert needs_reason(client, said("engagement_end", "none", 2))
    assert needs_reason(client, undo(2, of=1))
    assert needs_reason(client, said(YEAR_END, "03-31", 2))
    opened = with_event(client, said("litigation", "open", 2))
    assert not needs_reason(opened, said("litigation", "closed", 3))


def test_former_values_are_all_that_were_ever_stated():
    client = client_after(
        said("filed", "2026-01-01", 1),
        said("filed", "none", 2),
        said("filed", "2025-01-01", 3),
        undo(4, of=3),
    )
    days = [event.value for event in former_values(client.events, "filed")]
    assert days == ["2026-01-01", "2025-01-01"]


def test_record_comes_back_as_it_was_sealed():
    client = client_after(
        said("filed", "2027-03-01", 1, series="cn.tax", period="2026"),
        said(YEAR_END, "03-31", 2, on=None),
        undo(3, of=1),
    )
    assert Client.from_json(client.as_json()) == client


def test_record_from_before_events_keeps_its_facts_as_the_first_of_them():
    old = CLIENT.as_json()
    del old["events"], old["first_year_end"]
    old |= {"dates": {"engagement_end": "2026-06-30"}, "open_matters": ["litigation"]}
    client = Client.from_json(old)
    assert client.dates == {"engagement_end": date(2026, 6, 30)}
    after = with_event(client, said("filed", "2026-01-01"))
    assert set(after.dates) == {"engagement_end", "filed"}
    assert after.open_matters == {"litigation"}


def test_damaged_record_is_refused():
    for damage in ({"events": [{"on": "never"}]}, {"dates": 7}, {"token_key": "xx"}):
        with pytest.raises(IntegrityViolated):
            Client.from_json(CLIENT.as_json() | damage)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "a b"},
        {"name": " "},
        {"kind": "bank"},
        {"fiscal_year_end": "02-30x"},
    ],
)
def test_client_no_rule_could_use_is_refused(wrong):
    with pytest.raises(UsageInvalid):
        verify_client(dataclasses.replace(CLIENT, **wrong))


def test_client_answers_to_its_code_name_and_folders():
    client = dataclasses.replace(CLIENT, folders=("茶叶",))
    assert all(client.answers_to(name) for name in ("C001", "清河茶叶", "茶叶"))
    assert not client.answers_to("清河")


def test_client_without_events_has_the_facts_of_its_record():
    verify_client(CLIENT)
    known = CLIENT.facts_for("any", "2026")
    assert (known.year_end, known.dates, known.sources) == ("12-31", {}, {})
    assert facts_in_force("12-31", ()).year_end == "12-31"
    assert parse_day("2026-11-24") == date(2026, 11, 24)


def test_matter_that_is_open_for_any_papers_is_open():
    assert not has_open_matter(CLIENT)
    narrow = with_event(CLIENT, said("litigation", "open", series="cn.voucher"))
    assert has_open_matter(narrow)
    elsewhere = with_event(narrow, said("litigation", "closed", 2))
    assert has_open_matter(elsewhere)
    closed = said("litigation", "closed", 3, series="cn.voucher")
    assert not has_open_matter(with_event(elsewhere, closed))
    assert not has_open_matter(with_event(CLIENT, said("filed", "2026-01-01")))
    recorded = dataclasses.replace(CLIENT, open_matters=frozenset({"enquiry"}))
    assert has_open_matter(recorded)
