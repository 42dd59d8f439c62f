from datetime import date

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.registers import (
    Entry,
    EntryInvalid,
    deadlines_of,
    find_kind,
    first_state,
    how_to_enter,
    last_day,
    level_of,
    list_problems,
    person_field,
    satisfied,
)
from ledgervault.errors import NotFound

TODAY = date(2026, 11, 24)
TITLE = {"zh": "甲", "en": "A"}
NDA = {
    "id": "nda",
    "title": TITLE,
    "fields": {
        "person": {"type": "person", "required": True},
        "version": {"type": "number", "required": True},
        "signed_on": {"type": "date", "required": True},
        "ends_on": {"type": "date"},
        "scope": {"type": "choice", "options": ["all", "part"]},
    },
    "states": ["draft", "signed", "ended"],
    "satisfies": ["nda"],
    "counts": ["signed"],
    "keep": "own.nda",
}
INCIDENT = {
    "id": "incident",
    "title": TITLE,
    "fields": {"found_on": {"type": "date", "required": True}},
    "states": ["open", "reported", "closed"],
    "deadlines": [
        {"state": "reported", "after": "found_on", "within": "PT4H"},
        {"state": "closed", "after": "reported", "within": "P1M"},
        {"state": "closed", "within": "P60D"},
    ],
}
SERIES = {
    "id": "own.nda",
    "title": TITLE,
    "family": "own",
    "level": "internal",
    "retention": {"min": "permanent"},
    "then": "keep",
}
FIELDS = {"person": "p", "version": "2", "signed_on": "2026-11-01"}


def policy(*kinds, series=()):
    pack = {"pack": "p", "version": "1", "title": TITLE, "jurisdiction": "CN"}
    return PolicySet(
        (build_pack({**pack, "registers": list(kinds), "series": list(series)}),)
    )


def kind(source=NDA):
    return find_kind(policy(source), source["id"])


def entry(**facts):
    told = {
        "id": b"e" * 16,
        "code": "R-E",
        "kind": "nda",
        "person": "p",
        "state": "signed",
        "until": None,
        "revision": 1,
        "entered_on": date(2026, 11, 2),
        "reached": {},
        "author": "a",
        **facts,
    }
    return Entry(**told)


def told(state, fields, source=NDA):
    found = list_problems(kind(source), state, fields, TODAY)
    return [sentence.format(**values) for sentence, values in found]


def test_entry_that_states_what_the_kind_asks_has_no_problem():
    assert told("signed", FIELDS) == []
    assert told("signed", {**FIELDS, "ends_on": "2030-01-01", "scope": "all"}) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"signed_on": "2026-13-01"}, "signed_on is no date such as 2026-11-23"),
        ({"signed_on": "20261101"}, "signed_on is no date such as 2026-11-23"),
        ({"signed_on": "2026-11-25"}, "signed_on has not come yet"),
        ({"version": "two"}, "version is no number"),
        ({"scope": "some"}, "scope is one of all, part"),
        ({"person": " "}, "person is empty or too long"),
        ({"person": "x" * 2001}, "person is empty or too long"),
        ({"versio": "2"}, "versio is no field of it; such as version"),
    ],
)
def test_each_wrong_field_is_named(fields, problem):
    assert told("signed", {**FIELDS, **fields}) == [problem]


def test_every_problem_is_told_at_once():
    found = told("lost", {"version": "x", "scope": "y"})
    assert found == [
        "person is missing",
        "version is no number",
        "signed_on is missing",
        "scope is one of all, part",
        "lost is no state; one of draft, signed, ended",
    ]
    problems = list_problems(kind(), "lost", {"version": "x"}, TODAY)
    error = EntryInvalid(problems, kind())
    assert error.message.split("; ")[:2] == [
        "person is missing",
        "version is no number",
    ]
    assert error.hint.endswith("signed_on; if known: ends_on, scope")
    assert (
        error.worded(lambda text: text.replace("missing", "缺少"))[0].count("缺少") == 2
    )


def test_day_to_come_is_no_problem_in_a_state_that_does_not_count_yet():
    assert told("draft", {**FIELDS, "signed_on": "2026-12-01"}) == []


def test_a_kind_without_states_needs_none_and_takes_none():
    bare = {"id": "b", "title": TITLE, "fields": {}}
    assert told("", {}, bare) == []
    assert told("x", {}, bare) == ["x is no state; one of "]
    assert first_state(kind(bare)) == ""
    assert person_field(kind(bare)) == ""


def test_new_entry_is_in_the_first_state_that_counts():
    assert first_state(kind()) == "signed"
    assert first_state(kind(INCIDENT)) == "open"


def test_unknown_kind_is_not_found_and_the_known_are_named():
    with pytest.raises(NotFound) as refused:
        find_kind(policy(NDA, INCIDENT), "ndas")
    assert refused.value.hint == "one of incident, nda"


def test_level_is_that_of_the_series_that_keeps_the_entries():
    assert level_of(kind(), policy(NDA, series=[SERIES])) == "internal"
    assert level_of(kind(), policy(NDA)) == "confidential"


def test_whom_an_entry_is_about_is_the_person_or_the_first_of_the_people():
    assert person_field(kind()) == "person"
    fields = {"owner": {"type": "person"}, "about": {"type": "person"}}
    other = {"id": "x", "title": TITLE, "fields": fields}
    assert person_field(kind(other)) == "owner"


def test_entry_satisfies_in_a_state_that_counts_and_only_there():
    rules = policy(NDA)
    assert satisfied([entry()], rules) == {"nda": date.max}
    assert satisfied([entry(state="ended"), entry(state="draft")], rules) == {}
    assert satisfied([entry(kind="gone")], rules) == {}
    uncounted = policy({**NDA, "counts": []})
    assert satisfied([entry()], uncounted) == {}


def test_of_several_entries_the_last_day_counts():
    ends = [entry(until=date(2026, 1, 1)), entry(until=date(2027, 1, 1))]
    assert satisfied(ends, policy(NDA)) == {"nda": date(2027, 1, 1)}


def test_last_day_is_the_stated_one():
    assert last_day({"ends_on": "2027-02-03"}) == date(2027, 2, 3)
    assert last_day(FIELDS) is None


def test_command_that_mends_names_what_must_be_stated():
    assert how_to_enter("nda", "U-7", policy(INCIDENT, NDA)) == (
        "vault register nda add person=U-7 version=VERSION signed_on=SIGNED_ON"
    )
    assert how_to_enter("training", "U-7", policy(NDA)) == ""


@pytest.mark.parametrize(
    ("state", "reached", "fields", "found"),
    [
        (
            "open",
            {"open": date(2026, 11, 2)},
            {"found_on": "2026-11-01"},
            [("reported", date(2026, 11, 1)), ("closed", date(2027, 1, 1))],
        ),
        (
            "reported",
            {"reported": date(2026, 11, 3)},
            {"found_on": "2026-11-01"},
            [("closed", date(2026, 12, 3)), ("closed", date(2027, 1, 1))],
        ),
        ("closed", {}, {}, []),
        ("open", {}, None, [("closed", date(2027, 1, 1))]),
    ],
)
def test_deadlines_run_from_a_field_a_state_or_the_day_of_entry(
    state, reached, fields, found
):
    one = entry(kind="incident", state=state, reached=reached, fields=fields)
    assert deadlines_of(one, kind(INCIDENT)) == found


def test_deadline_without_a_state_is_met_once_the_entry_has_moved_on():
    moved = {**INCIDENT, "deadlines": [{"after": "found_on", "within": "P1D"}]}
    fields = {"found_on": "2026-11-01"}
    at_first = entry(kind="incident", state="open", fields=fields)
    assert deadlines_of(at_first, kind(moved)) == [("", date(2026, 11, 2))]
    later = entry(kind="incident", state="reported", fields=fields)
    assert deadlines_of(later, kind(moved)) == []
    unknown = entry(kind="incident", state="zzz", fields=fields)
    assert deadlines_of(unknown, kind(moved)) == [("", date(2026, 11, 2))]
