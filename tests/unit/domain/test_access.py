from datetime import date

import pytest

from ledgervault.domain.access import AccessQuestion, decide_access, list_separations
from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.policy import PolicySet

TODAY = date(2026, 11, 23)
HEADER = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
RULE = {"id": "r", "role": "bookkeeper", "operations": ["get"], "level": "confidential"}


def pack(name, *rules):
    return build_pack({**HEADER, "pack": name, "access": list(rules)})


def decide(*packs, **facts):
    asked = {"role": "bookkeeper", "operation": "get", "level": "internal", **facts}
    return decide_access(AccessQuestion(today=TODAY, **asked), PolicySet(packs))


def test_rule_of_the_role_permits_up_to_its_level():
    decision = decide(pack("one", {**RULE, "cite": {"law": "PIPL", "art": "51"}}))
    assert (decision.result, decision.rule, decision.pack) == ("allow", "r", "one")
    assert decision.citation == "PIPL, art. 51"
    too_high = decide(pack("one", RULE), level="sensitive")
    assert (too_high.result, too_high.rule) == ("refuse", "r")
    assert too_high.facts["hint"] == "papers above confidential are not for this role"


@pytest.mark.parametrize(
    "facts", [{"role": "auditor"}, {"operation": "share"}, {"series": "own.nda"}]
)
def test_no_matching_rule_refuses(facts):
    decision = decide(pack("one", {**RULE, "series": ["cn.*"]}), **facts)
    assert (decision.result, decision.rule) == ("refuse", "no-rule")


def test_rule_that_is_not_in_force_permits_nothing():
    early = {**RULE, "effective_from": "2027-01-01"}
    late = {**RULE, "effective_to": "2026-11-22"}
    assert decide(pack("one", early)).rule == "no-rule"
    assert decide(pack("one", late)).rule == "no-rule"
    assert decide(pack("one", {**RULE, "effective_to": "2026-11-23"})).rule == "r"


@pytest.mark.parametrize(
    ("registers", "hint"),
    [
        ({}, "register nda has no entry"),
        ({"nda": date(2026, 11, 22)}, "register nda lapsed on 2026-11-22"),
        ({"nda": TODAY}, "register training has no entry"),
        ({"nda": TODAY, "training": TODAY}, "permitted"),
    ],
)
def test_missing_or_lapsed_register_denies_and_is_named(registers, hint):
    rule = {**RULE, "requires": ["nda", "training"]}
    assert decide(pack("one", rule), registers=registers).facts["hint"] == hint


@pytest.mark.parametrize(
    ("granted_on", "hint"),
    [
        (None, "nobody has stated since when the access was granted"),
        (date(2025, 11, 24), "permitted"),
        (date(2025, 11, 23), "the access ended on 2026-11-23"),
        (date(2026, 11, 24), "the access begins on 2026-11-24"),
    ],
)
def test_access_ends_so_long_after_it_was_granted(granted_on, hint):
    rule = {**RULE, "valid_for": "P1Y"}
    assert decide(pack("one", rule), granted_on=granted_on).facts["hint"] == hint


def test_access_past_the_calendar_does_not_end():
    rule = {**RULE, "valid_for": "P9999Y"}
    assert decide(pack("one", rule), granted_on=TODAY).result == "allow"


def test_any_rule_of_a_pack_may_permit_and_every_pack_must():
    wide = {**RULE, "id": "wide", "level": "sensitive", "series": ["cn.hr.*"]}
    asked = {"level": "sensitive", "series": "cn.hr.payroll"}
    decision = decide(pack("one", RULE, wide), **asked)
    assert (decision.result, decision.rule) == ("allow", "wide")
    assert [loser.rule for loser in decision.losers] == ["r"]
    strict = decide(pack("one", wide), pack("two", RULE), **asked)
    assert (strict.result, strict.pack) == ("refuse", "two")


def test_rules_of_a_client_alone_permit_nothing():
    own = build_override({"override": "C001", "access": [RULE]})
    assert decide(own).rule == "no-rule"
    assert decide(pack("one", RULE), own).result == "allow"
    narrower = build_override(
        {"override": "C001", "access": [{**RULE, "level": "public"}]}
    )
    assert decide(pack("one", RULE), narrower).result == "refuse"


def test_roles_kept_apart_are_not_had_together():
    rule = {**RULE, "separate_from": ["archivist"]}
    decision = decide(pack("one", rule), other_roles=frozenset({"archivist"}))
    assert decision.facts["hint"] == "the role is kept apart from archivist"
    policy = PolicySet((pack("one", rule),))
    assert list_separations("bookkeeper", policy, TODAY) == {"archivist"}
    assert list_separations("archivist", policy, TODAY) == {"bookkeeper"}
    assert list_separations("owner", policy, TODAY) == frozenset()
