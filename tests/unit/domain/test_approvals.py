import dataclasses
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from ledgervault.domain.approvals import (
    Answer,
    Demand,
    Request,
    demands_of,
    is_timely,
    missing_demands,
    parse_instant,
    possible_demands,
    stand,
    together,
)
from ledgervault.domain.rules import Approval
from ledgervault.errors import IntegrityViolated

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PARTNERS = Demand(("partner", "owner"), 2)
REQUEST = Request(
    vault="aa",
    id="bb",
    act="share",
    client="cc",
    digest="dd",
    demands=(PARTNERS,),
    proposer="me",
    proposed_at=NOW,
    expires_at=NOW + timedelta(days=14),
    sequence=7,
)


def answer(user, role="partner", what="approve"):
    return Answer(user, role, what, NOW)


def state(*answers, ended="", now=NOW, request=REQUEST):
    return stand(request, answers, ended=ended, now=now).state


def test_request_comes_back_from_its_signed_form():
    assert Request.from_json(REQUEST.as_json()) == REQUEST


@pytest.mark.parametrize(
    "change",
    [
        {"proposed_at": "yesterday"},
        {"proposed_at": "2026-11-24T09:00:00"},  # without an offset
        {"demands": [{"roles": ["owner"]}]},
        {"demands": None},
        {"sequence": "x"},
        {"expires_at": 7},
    ],
)
def test_damaged_request_is_refused(change):
    with pytest.raises(IntegrityViolated):
        Request.from_json({**REQUEST.as_json(), **change})


def test_request_without_a_part_is_refused():
    for name in REQUEST.as_json():
        rest = {key: one for key, one in REQUEST.as_json().items() if key != name}
        with pytest.raises(IntegrityViolated):
            Request.from_json(rest)


def test_request_is_ready_when_enough_others_have_agreed():
    assert state() == "open"
    assert state(answer("a")) == "open"
    assert state(answer("a"), answer("b", "owner")) == "ready"


def test_proposer_never_counts():
    assert state(answer("me"), answer("a")) == "open"
    assert stand(REQUEST, [answer("me")], ended="", now=NOW).missing == (PARTNERS,)


def test_nobody_counts_twice():
    assert state(answer("a"), answer("a")) == "open"


def test_who_lost_the_role_or_left_counts_no_more():
    assert state(answer("a"), answer("b", "bookkeeper")) == "open"
    assert state(answer("a"), answer("b", "")) == "open"


def test_one_rejection_ends_it_whoever_agreed():
    said = (answer("a"), answer("b"), answer("c", "bookkeeper", "reject"))
    assert state(*said) == "rejected"


def test_request_expires_at_its_instant_and_not_before():
    agreed = (answer("a"), answer("b"))
    end = REQUEST.expires_at
    assert state(*agreed, now=end - timedelta(seconds=1)) == "ready"
    assert state(*agreed, now=end) == "expired"


@pytest.mark.parametrize("ended", ["used", "withdrawn", "expired"])
def test_what_the_log_closed_stays_closed(ended):
    assert state(answer("a"), answer("b"), ended=ended) == ended


def test_empty_demand_is_never_met():
    nobody = dataclasses.replace(REQUEST, demands=())
    assert state(answer("a"), answer("b"), request=nobody) == "open"


def test_each_person_fills_one_place_whatever_the_order():
    demands = (Demand(("owner",), 1), Demand(("partner", "owner"), 1))
    owner, partner = answer("o", "owner"), answer("p", "partner")
    for order in itertools.permutations([owner, partner]):
        assert missing_demands(demands, order) == ()
    assert missing_demands(demands, [owner]) == (Demand(("partner", "owner"), 1),)
    assert missing_demands(demands, [partner]) == (Demand(("owner",), 1),)


def test_people_of_several_roles_are_placed_where_they_are_needed():
    demands = (
        Demand(("archivist",), 1),
        Demand(("partner", "owner"), 1),
        Demand(("owner",), 1),
    )
    people = [
        answer("a", "owner+archivist"),
        answer("b", "owner+partner"),
        answer("c", "owner"),
    ]
    for order in itertools.permutations(people):
        assert missing_demands(demands, order) == ()
        assert len(missing_demands(demands, order[:2])) == 1


def test_owner_stands_in_for_a_partner_and_not_the_other_way_round():
    assert demands_of([Approval("partner", 1)]) == (Demand(("partner", "owner"), 1),)
    assert demands_of([Approval("owner", 2)]) == (Demand(("owner",), 2),)


def test_demands_of_several_rules_add_up_to_the_strictest():
    first = (Demand(("owner",), 1, True), Demand(("partner", "owner"), 1))
    second = (Demand(("owner",), 2), Demand(("archivist",), 1, True))
    assert together([first, second]) == (
        Demand(("owner",), 2),
        Demand(("partner", "owner"), 1),
        Demand(("archivist",), 1, True),
    )


def test_what_is_asked_where_possible_is_asked_of_those_there_are():
    asked = [Demand(("partner", "owner"), 2, True)]
    two = [frozenset({"partner"}), frozenset({"owner", "archivist"})]
    assert possible_demands(asked, two) == (Demand(("partner", "owner"), 2),)
    assert possible_demands(asked, two[:1]) == (Demand(("partner", "owner"), 1),)
    assert possible_demands(asked, [frozenset({"bookkeeper"})]) == ()


def test_what_is_asked_of_everybody_stays_where_nobody_could():
    assert possible_demands([PARTNERS], []) == (PARTNERS,)


def test_answer_lies_between_the_question_and_now():
    asked_at = NOW.replace(microsecond=999)
    for at, is_right in (
        (NOW, True),
        (NOW + timedelta(seconds=5), True),
        (NOW - timedelta(seconds=1), False),
        (NOW + timedelta(seconds=11), False),
    ):
        now = NOW + timedelta(seconds=10)
        assert is_timely(at, asked_at=asked_at, now=now) is is_right


def test_instant_says_its_offset():
    assert parse_instant("2026-11-24T09:00:00+00:00") == NOW
    with pytest.raises(ValueError, match="09:00"):
        parse_instant("2026-11-24T09:00:00")
