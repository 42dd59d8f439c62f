"""What differs between two policies, and which way it goes."""

import copy
from datetime import date

import pytest

from ledgervault.domain.adoption import (
    Effect,
    asked_level,
    readers,
    recorded_sections,
)
from ledgervault.domain.building import build_pack
from ledgervault.domain.differences import list_differences
from ledgervault.domain.file_plan import COLUMNS, list_file_plan
from ledgervault.domain.policy import PolicySet

TITLE = {"zh": "甲", "en": "A"}
SERIES = {
    "id": "a.b",
    "title": TITLE,
    "family": "custody",
    "level": "internal",
    "retention": {"min": "P10Y", "max": "P20Y", "trigger": "created"},
    "then": "appraise",
    "block_while": ["litigation"],
    "cite": {"law": "Law", "art": "1"},
}
RULES = {
    "series": SERIES,
    "classify": {"id": "c", "when": {"name": "x"}, "set": {"level": "internal"}},
    "detect": {"id": "d", "detector": "mobile", "level": "internal", "at_least": 5},
    "access": {
        "id": "g",
        "role": "bookkeeper",
        "operations": ["get", "list"],
        "level": "internal",
        "requires": ["nda"],
        "valid_for": "P1Y",
    },
    "share": {
        "id": "s",
        "levels": ["internal"],
        "formats": ["age"],
        "longest": "P14D",
        "counter": {"subjects": 100},
        "approvals": [{"role": "owner"}],
    },
    "archive": {
        "id": "f",
        "series": ["a.b"],
        "close_after": "P1M",
        "checks": ["integrity"],
        "hand_over": {"to": "client", "latest": "P3Y"},
    },
    "destroy": {
        "id": "x",
        "series": ["a.*"],
        "approvals": [{"role": "owner", "count": 2}],
        "grace": "P7D",
        "witnesses": 2,
    },
    "audit": {"id": "u", "check": "c", "severity": "minor"},
    "registers": {"id": "nda", "title": TITLE, "fields": {}},
}


def policy(rules=None, name="one"):
    source = {"pack": name, "version": "1", "title": TITLE, "jurisdiction": "CN"}
    sections = {key: [rule] for key, rule in (rules or {}).items()}
    return build_pack({**source, **sections})


def compare(old, new):
    return list_differences(PolicySet((policy(old),)), PolicySet((policy(new),)))


def changed(section, path, value):
    rule = copy.deepcopy(RULES[section])
    at = rule
    for step in path.split(".")[:-1]:
        at = at[step]
    at.pop(path.split(".")[-1], None)
    if value is not None:
        at[path.split(".")[-1]] = value
    return {**RULES, section: rule}


@pytest.mark.parametrize(
    ("section", "key", "value", "direction"),
    [
        ("series", "level", "sensitive", "tightens"),
        ("series", "level", "public", "loosens"),
        ("series", "retention.min", "P9Y", "loosens"),
        ("series", "retention.min", "permanent", "tightens"),
        ("series", "retention.min", None, "loosens"),
        ("series", "retention.max", "P15Y", "tightens"),
        ("series", "retention.max", None, "loosens"),
        ("series", "retention.max", "P9999Y", "loosens"),
        ("series", "retention.longer_if", {"litigation": "P1Y"}, "tightens"),
        ("series", "retention.trigger", ["created", "filed"], "tightens"),
        ("series", "retention.trigger", "filed", "loosens"),
        ("series", "then", "keep", "tightens"),
        ("series", "then", "destroy", "loosens"),
        ("series", "block_while", [], "loosens"),
        ("series", "block_while", ["litigation", "enquiry"], "tightens"),
        ("series", "electronic_only", "refused", "tightens"),
        ("series", "cite.art", "2", "neutral"),
        ("classify", "set.level", None, "loosens"),
        ("classify", "when", {"name": "y"}, "neutral"),
        ("detect", "at_least", 3, "tightens"),
        ("access", "operations", ["get", "share"], "loosens"),
        ("access", "operations", ["get"], "tightens"),
        ("access", "level", "public", "tightens"),
        ("access", "series", ["a.*"], "tightens"),
        ("access", "requires", ["nda", "training"], "tightens"),
        ("access", "valid_for", None, "loosens"),
        ("share", "refuse", True, "tightens"),
        ("share", "formats", ["age", "zip"], "loosens"),
        ("share", "longest", "P7D", "tightens"),
        ("share", "counter.subjects", 200, "loosens"),
        ("share", "approvals", [], "loosens"),
        ("share", "consent", True, "tightens"),
        ("share", "residency", ["CN"], "tightens"),
        ("archive", "checks", ["integrity", "safety"], "tightens"),
        ("archive", "hand_over.latest", "P4Y", "loosens"),
        ("archive", "close_after", "P2M", "tightens"),
        ("destroy", "grace", "P1D", "loosens"),
        ("destroy", "witnesses", 3, "tightens"),
        ("destroy", "automatic", True, "loosens"),
    ],
)
def test_changed_value_loosens_or_tightens(section, key, value, direction):
    (found,) = compare(RULES, changed(section, key, value))
    assert (found.section, found.kind, found.key) == (section, "changed", key)
    assert found.direction == direction


def test_list_that_stands_for_everything_when_absent_widens_again():
    narrow = changed("access", "series", ["a.*"])
    assert compare(narrow, RULES)[0].direction == "loosens"
    other = changed("access", "series", ["b.*"])
    assert compare(narrow, other)[0].direction == "loosens"


def test_values_are_shown_plainly():
    (found,) = compare(RULES, changed("share", "approvals", None))
    assert (found.old, found.new) == ("role: owner", "-")
    (found,) = compare(RULES, changed("share", "consent", True))
    assert (found.old, found.new) == ("-", "true")


def test_rules_that_came_or_went_are_told():
    added = {(one.section, one.kind): one.direction for one in compare({}, RULES)}
    assert {key[1] for key in added} == {"added"}
    directions = {section: added[section, "added"] for section in RULES}
    assert directions == {
        "series": "neutral",
        "classify": "neutral",
        "detect": "tightens",
        "access": "loosens",
        "share": "loosens",
        "archive": "loosens",
        "destroy": "loosens",
        "audit": "tightens",
        "registers": "neutral",
    }
    removed = {one.section: one.direction for one in compare(RULES, {})}
    assert removed == {
        "series": "loosens",
        "classify": "loosens",
        "detect": "loosens",
        "access": "tightens",
        "share": "loosens",
        "archive": "tightens",
        "destroy": "loosens",
        "audit": "loosens",
        "registers": "neutral",
    }


def test_refusal_that_came_tightens():
    refusing = {"share": {"id": "n", "levels": ["internal"], "refuse": True}}
    assert compare({}, refusing)[0].direction == "tightens"


def test_equal_policies_do_not_differ():
    assert compare(RULES, copy.deepcopy(RULES)) == []


def test_series_of_several_packs_are_compared_pack_by_pack():
    two = PolicySet((policy(RULES), policy({"series": SERIES}, "two")))
    other = {"series": {**SERIES, "level": "public"}}
    (found,) = list_differences(two, PolicySet((policy(RULES), policy(other, "two"))))
    assert (found.rule, found.direction) == ("a.b@two", "loosens")


def test_file_plan_has_one_row_a_series_with_who_must_agree():
    (row,) = list_file_plan(PolicySet((policy(RULES),)))
    assert set(row) == set(COLUMNS)
    assert (row["series"], row["min"], row["approvals"], row["witnesses"]) == (
        "a.b",
        "P10Y",
        "2 x owner",
        "2",
    )
    assert (row["citation"], row["confirmed"]) == ("Law, art. 1", "yes")
    (bare,) = list_file_plan(PolicySet((policy({"series": SERIES}),)))
    assert (bare["approvals"], bare["witnesses"]) == ("", "")


def test_file_plan_tells_what_is_kept_longer_and_what_nobody_agrees_to():
    rule = copy.deepcopy(SERIES)
    rule["retention"]["longer_if"] = {"tax_loss": "P12Y"}
    automatic = {"id": "x", "series": ["*"], "automatic": True}
    (row,) = list_file_plan(
        PolicySet((policy({"series": rule, "destroy": automatic}),))
    )
    assert (row["longer_if"], row["approvals"]) == ("tax_loss P12Y", "automatic")


def test_asked_level_never_falls():
    rules = PolicySet((policy(RULES),))
    assert asked_level("a.b", "public", {}, rules) == "internal"
    assert asked_level("a.b", "sensitive", {}, rules) == "sensitive"
    high = changed("detect", "level", "sensitive")
    found = {"mobile": 5}
    assert (
        asked_level("a.b", "public", found, PolicySet((policy(high),))) == "sensitive"
    )


def test_readers_are_the_roles_the_rules_name():
    today = date(2026, 11, 23)
    rules = PolicySet((policy(RULES),))
    assert readers("a.b", "internal", rules, today) == ("bookkeeper",)
    assert readers("a.b", "sensitive", rules, today) == ()
    assert readers("a.b", "sensitive", PolicySet(()), today) == ()


def test_sections_that_are_only_recorded_are_named():
    assert recorded_sections(PolicySet((policy(RULES),))) == (
        "archive",
        "audit",
    )
    assert recorded_sections(PolicySet((policy({"series": SERIES}),))) == ()


@pytest.mark.parametrize(
    ("old", "new", "is_shortened"),
    [
        (None, None, False),
        (None, date(2030, 1, 1), True),
        (date(2030, 1, 1), None, False),
        (date(2030, 1, 1), date(2029, 1, 1), True),
        (date(2030, 1, 1), date(2031, 1, 1), False),
    ],
)
def test_date_is_shortened_when_it_comes_earlier_or_at_all(old, new, is_shortened):
    effect = Effect("D-1", old, new)
    assert effect.is_shortened is is_shortened
    assert effect.is_changed is (old != new)
