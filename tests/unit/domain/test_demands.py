from datetime import date

import pytest

from ledgervault.domain.access import AccessQuestion
from ledgervault.domain.approvals import Demand
from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.demands import demanded_approvals, demanded_approvals_for
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.strictness import LOOSENS, TIGHTENS, direction

TODAY = date(2026, 11, 23)
HEADER = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
ALONE = {"id": "low", "role": "partner", "operations": ["grant"], "level": "internal"}
AGREED = {
    **ALONE,
    "id": "high",
    "level": "sensitive",
    "approvals": [{"role": "partner", "count": 1, "where_possible": True}],
}
ONE_MORE = (Demand(("partner", "owner"), 1, True),)


def pack(name, *rules):
    return build_pack({**HEADER, "pack": name, "access": list(rules)})


def demanded(*packs, level="sensitive", **facts):
    asked = {"role": "partner", "operation": "grant", "level": level, **facts}
    return demanded_approvals(AccessQuestion(today=TODAY, **asked), PolicySet(packs))


def test_level_of_the_rule_that_permits_says_whether_others_agree():
    both = pack("one", ALONE, AGREED)
    assert demanded(both, level="internal") == ()
    assert demanded(both, level="sensitive") == ONE_MORE


@pytest.mark.parametrize("rules", [(ALONE, AGREED), (AGREED, ALONE)])
def test_least_demanding_rule_that_permits_decides_whatever_the_order(rules):
    assert demanded(pack("one", *rules), level="internal") == ()


def test_rule_that_does_not_permit_takes_no_approval_away():
    lapsed = {**ALONE, "level": "sensitive", "requires": ["nda"]}
    assert demanded(pack("one", lapsed, AGREED)) == ONE_MORE
    registers = {"nda": TODAY}
    assert demanded(pack("one", lapsed, AGREED), registers=registers) == ()


def test_demands_of_all_packs_add_up():
    strict = {**AGREED, "approvals": [{"role": "owner", "count": 2}]}
    found = demanded(pack("one", AGREED), pack("two", strict))
    assert found == (*ONE_MORE, Demand(("owner",), 2))


def test_own_rules_of_a_client_add_approvals_and_take_none():
    more = {**ALONE, "level": "sensitive", "approvals": [{"role": "owner"}]}
    own = build_override({"override": "C001", "access": [more]})
    assert demanded(pack("one", AGREED), own) == (*ONE_MORE, Demand(("owner",), 1))
    none = build_override({"override": "C001", "access": [{**more, "approvals": []}]})
    assert demanded(pack("one", AGREED), none) == ONE_MORE


def test_act_that_no_rule_permits_demands_nothing_as_it_is_refused():
    assert demanded(pack("one", AGREED), role="bookkeeper") == ()


def test_person_of_several_roles_is_asked_what_each_of_them_is_asked():
    policy = PolicySet((pack("one", ALONE, AGREED),))
    found = demanded_approvals_for(
        "grant", "sensitive", policy, TODAY, roles=frozenset({"partner", "archivist"})
    )
    assert found == ONE_MORE


def test_strictness_of_approvals_knows_what_is_asked_where_possible():
    asked = [{"role": "partner", "count": 1}]
    softer = [{**asked[0], "where_possible": True}]
    for old, new, expected in (
        (None, softer, TIGHTENS),
        (softer, asked, TIGHTENS),
        (asked, softer, LOOSENS),
        (softer, None, LOOSENS),
    ):
        assert direction("access", "approvals", old, new) == expected
