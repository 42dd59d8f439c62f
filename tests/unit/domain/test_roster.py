"""Who may state what of people, and which keys follow from it."""

from datetime import date

import pytest

from ledgervault.domain.entitlement import (
    EVERYTHING,
    NOTHING,
    Entitlement,
    entitlement_of,
)
from ledgervault.domain.following import follow
from ledgervault.domain.roster import Roster, Statement, join_roles, split_roles
from ledgervault.errors import IntegrityViolated

DAY = date(2026, 11, 24)
OWNER, HE, LIN, WEI, SHEN, CRON = "o", "he", "lin", "wei", "shen", "cron"
PEOPLE = {
    HE: "partner",
    LIN: "bookkeeper",
    WEI: "cashier+bookkeeper",
    SHEN: "auditor",
    CRON: "service",
}


def say(roster, act, actor=OWNER, **facts):
    return follow(roster, Statement(act, actor, 7, DAY, facts))


def admit(roster, user, role, actor=OWNER):
    return say(roster, "user.admitted", actor, user=user, role=role, public=f"p{user}")


@pytest.fixture
def firm():
    roster = admit(Roster(OWNER), OWNER, "owner")
    for user, role in PEOPLE.items():
        roster = admit(roster, user, role)
    return roster


def give(roster, holder, client="C", level="sensitive", *, actor=OWNER, **facts):
    facts = {"reads": True, **facts}
    return say(
        roster, "grant.given", actor, holder=holder, client=client, level=level, **facts
    )


def entitled(roster, user, client="C", *, is_agency=False, today=DAY):
    return entitlement_of(roster, user, client, is_agency=is_agency, today=today)


def test_the_founder_comes_first_and_as_an_owner():
    for actor, user, role in ((HE, HE, "owner"), (OWNER, OWNER, "partner")):
        with pytest.raises(IntegrityViolated):
            admit(Roster(OWNER), user, role, actor)


@pytest.mark.parametrize(
    ("act", "actor", "facts"),
    [
        ("user.admitted", LIN, {"user": "x", "role": "partner", "public": "p"}),
        ("user.admitted", HE, {"user": "x", "role": "owner", "public": "p"}),
        ("user.admitted", HE, {"user": "x", "role": "recovery", "public": "p"}),
        ("user.admitted", OWNER, {"user": LIN, "role": "partner", "public": "p"}),
        ("user.admitted", OWNER, {"user": "x", "role": "client", "public": "p"}),
        ("user.admitted", OWNER, {"user": "x", "role": "king", "public": "p"}),
        ("user.admitted", OWNER, {"user": "x", "role": "partner"}),
        ("user.admitted", "nobody", {"user": "x", "role": "partner", "public": "p"}),
        ("user.disabled", LIN, {"user": WEI}),
        ("user.disabled", HE, {"user": OWNER}),
        ("user.disabled", OWNER, {"user": OWNER}),
        ("user.disabled", OWNER, {"user": "nobody"}),
        ("user.succeeded", HE, {"user": LIN, "successor": "x", "public": "p"}),
        ("user.succeeded", LIN, {"user": LIN, "successor": WEI, "public": "p"}),
        ("team.stated", LIN, {"team": "t", "members": [LIN]}),
        ("team.stated", HE, {"team": "t", "members": ["nobody"]}),
        ("team.stated", HE, {"team": LIN, "members": [WEI]}),
        ("wall.raised", LIN, {"user": WEI, "client": "C"}),
        ("wall.raised", HE, {"user": OWNER, "client": "C"}),
        ("wall.lowered", HE, {"user": LIN, "client": "C"}),
        ("grant.given", LIN, {"holder": LIN, "client": "C", "level": "internal"}),
        ("grant.given", HE, {"holder": LIN, "client": "C", "level": "public"}),
        ("grant.given", HE, {"holder": LIN, "client": "C", "level": "secret"}),
        ("grant.given", HE, {"holder": LIN, "client": "*", "level": "internal"}),
        ("grant.given", HE, {"holder": "nobody", "client": "C", "level": "internal"}),
        ("grant.withdrawn", HE, {"holder": LIN, "client": "C"}),
        ("keys.rotated", LIN, {"epochs": {"k": [2, 2]}}),
        ("keys.rotated", HE, {"epochs": {"k": [1, 1]}}),
        ("keys.rotated", HE, {"epochs": {"k": [0, 2]}}),
        ("keys.rotated", HE, {"epochs": {"k": ["x", 2]}}),
        ("keys.rotated", HE, {"epochs": 3}),
        ("crown.taken", OWNER, {"user": LIN}),
    ],
)
def test_a_statement_its_author_may_not_make_is_refused(firm, act, actor, facts):
    with pytest.raises(IntegrityViolated) as caught:
        say(firm, act, actor, **{"reads": True, **facts})
    assert caught.value.code == "people.invalid"


def test_somebody_who_left_states_nothing_and_holds_nothing(firm):
    roster = say(give(firm, HE), "team.stated", team="t", members=[HE, LIN])
    roster = say(roster, "user.disabled", user=HE)
    assert (roster.people[HE].state, roster.people[HE].ended_at) == ("user.disabled", 7)
    assert entitled(roster, HE) == NOTHING
    assert roster.teams["t"] == {LIN}
    assert roster.grants == {}
    with pytest.raises(IntegrityViolated):
        admit(roster, "x", "bookkeeper", HE)


def test_an_owner_goes_only_where_another_stays(firm):
    roster = admit(firm, "second", "owner")
    roster = say(roster, "user.disabled", "second", user=OWNER)
    assert [one.user for one in roster.active() if "owner" in one.roles] == ["second"]
    with pytest.raises(IntegrityViolated):
        say(roster, "user.disabled", "second", user="second")


def test_a_successor_takes_over_teams_walls_and_grants(firm):
    roster = say(give(firm, LIN), "team.stated", team="t", members=[LIN, WEI])
    roster = say(give(roster, WEI), "wall.raised", user=LIN, client="D")
    roster = say(roster, "user.succeeded", LIN, user=LIN, successor="l2", public="p2")
    assert roster.people["l2"].role == roster.people[LIN].role
    assert roster.people[LIN].state == "user.succeeded"
    assert roster.teams["t"] == {"l2", WEI}
    assert roster.walls == {("l2", "D")}
    assert set(roster.grants) == {("l2", "C"), (WEI, "C")}
    assert entitled(roster, LIN) == NOTHING
    assert entitled(roster, "l2") == Entitlement("sensitive", "sensitive")


def test_a_wall_takes_the_grant_away_and_lets_none_through(firm):
    roster = say(give(firm, HE), "wall.raised", user=HE, client="C")
    assert entitled(roster, HE) == NOTHING
    with pytest.raises(IntegrityViolated):
        give(roster, HE)
    with pytest.raises(IntegrityViolated):
        say(roster, "wall.lowered", HE, user=HE, client="C")
    roster = say(give(roster, HE, "*"), "team.stated", team="t", members=[HE])
    roster = give(roster, "t")
    assert entitled(roster, HE) == NOTHING
    assert entitled(roster, HE, "D") == Entitlement("sensitive", "sensitive")
    roster = say(roster, "wall.lowered", user=HE, client="C")
    assert entitled(roster, HE) == Entitlement("sensitive", "sensitive")


def test_keys_follow_role_level_kind_and_day(firm):
    until = "2026-12-31"
    roster = give(firm, LIN, level="confidential", until=until)
    roster = give(give(roster, SHEN), WEI, reads=False)
    roster = give(roster, CRON)
    assert entitled(roster, OWNER) == EVERYTHING
    assert entitled(roster, LIN) == Entitlement("confidential", "confidential")
    assert entitled(roster, LIN, today=date(2026, 12, 31)) != NOTHING
    assert entitled(roster, LIN, today=date(2027, 1, 1)) == NOTHING
    assert entitled(roster, SHEN) == Entitlement("", "sensitive")
    assert entitled(roster, WEI) == Entitlement("", "sensitive")
    assert entitled(roster, CRON) == NOTHING
    assert entitled(roster, "nobody") == NOTHING
    assert entitled(roster, LIN, "D") == NOTHING


def test_of_the_agency_people_know_by_role_and_a_grant_of_all_clients_is_none(firm):
    roster = give(firm, LIN, "*")
    known = {user: entitled(roster, user, "A", is_agency=True) for user in PEOPLE}
    assert known == {
        HE: Entitlement("", "confidential"),
        LIN: Entitlement("", "internal"),
        WEI: Entitlement("", "internal"),
        SHEN: Entitlement("", "confidential"),
        CRON: NOTHING,
    }
    roster = give(roster, LIN, "A")
    found = entitled(roster, LIN, "A", is_agency=True)
    assert found == Entitlement("sensitive", "sensitive")


def test_a_level_is_covered_up_to_the_highest_of_its_kind():
    shen = Entitlement("", "sensitive")
    lin = Entitlement("confidential", "confidential")
    found = [
        (
            one.covers("confidential", is_content=True),
            one.covers("sensitive", is_content=False),
        )
        for one in (shen, lin, NOTHING, EVERYTHING)
    ]
    assert found == [(False, True), (True, False), (False, False), (True, True)]


def test_a_withdrawn_grant_is_gone_and_epochs_only_rise(firm):
    roster = say(give(firm, LIN), "grant.withdrawn", HE, holder=LIN, client="C")
    assert entitled(roster, LIN) == NOTHING
    assert roster.epochs_of("k") == (1, 1)
    roster = say(roster, "keys.rotated", HE, epochs={"k": [2, 2], "m": [1, 2]})
    assert (roster.epochs_of("k"), roster.epochs_of("m")) == ((2, 2), (1, 2))
    with pytest.raises(IntegrityViolated):
        say(roster, "keys.rotated", epochs={"k": [1, 3]})


def test_roles_are_written_in_one_order():
    assert join_roles(split_roles("archivist+bookkeeper")) == "bookkeeper+archivist"
