import copy
import json

import pytest

from ledgervault.domain.building import build_pack, policy_from_json
from ledgervault.domain.policy import (
    LANGUAGE,
    PolicySet,
    highest_level,
    list_unconfirmed,
)
from ledgervault.errors import ConfigurationInvalid, UsageInvalid

TITLE = {"zh": "甲", "en": "A"}
SOURCE = {
    "language": LANGUAGE,
    "packs": [
        {
            "pack": "one",
            "version": "1",
            "title": TITLE,
            "jurisdiction": "CN",
            "series": [
                {
                    "id": "a.b",
                    "title": TITLE,
                    "family": "own",
                    "level": "internal",
                    "retention": {"min": "P1Y", "max": "P3Y", "trigger": "created"},
                    "then": "appraise",
                    "block_while": ["open_matter"],
                    "cite": {"law": "Law", "item": "1-1", "art": "14"},
                    "confirmed": False,
                },
                {
                    "id": "a.c",
                    "title": TITLE,
                    "family": "own",
                    "level": "public",
                    "retention": {"min": "permanent"},
                    "then": "keep",
                },
            ],
            "classify": [
                {
                    "id": "c",
                    "when": {
                        "all": [{"name": "*.pdf"}, {"not": {"larger_than": 5}}],
                        "any": [{"text": ["a", "b"]}],
                    },
                    "set": {
                        "series": "a.b",
                        "type": "t",
                        "level": "internal",
                        "fields": {"number": {"regex": "[0-9]+"}},
                    },
                }
            ],
            "detect": [{"id": "d", "detector": "mobile", "level": "sensitive"}],
            "share": [
                {"id": "s", "levels": "public", "formats": ["age"], "longest": "P7D"}
            ],
            "destroy": [
                {
                    "id": "x",
                    "series": ["a.*"],
                    "approvals": [{"role": "owner", "count": 2}],
                    "grace": "P7D",
                    "witnesses": 1,
                }
            ],
        }
    ],
}


def changed(path, value):
    raw = copy.deepcopy(SOURCE)
    at = raw
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return raw


def nested(depth):
    condition = {"name": "*"}
    for _level in range(depth):
        condition = {"not": condition}
    return condition


def test_adopted_copy_makes_an_exact_round_trip():
    policy = policy_from_json(SOURCE)
    again = policy_from_json(json.loads(json.dumps(policy.to_json())))
    assert again == policy
    assert again.hash() == policy.hash()
    assert again.to_json() == SOURCE


def test_hash_follows_every_rule_and_no_order_of_keys():
    policy = policy_from_json(SOURCE)
    shuffled = copy.deepcopy(SOURCE)
    shuffled["packs"][0] = dict(reversed(shuffled["packs"][0].items()))
    assert policy_from_json(shuffled).hash() == policy.hash()
    other = changed(("packs", 0, "destroy", 0, "witnesses"), 2)
    assert policy_from_json(other).hash() != policy.hash()
    assert len(policy.packs[0].source_hash) == 64


def test_rules_are_built_from_their_source():
    pack = policy_from_json(SOURCE).packs[0]
    first, second = pack.series
    assert str(first.retention.minimum) == "P1Y"
    assert first.citation == "Law, 1-1, art. 14"
    assert (second.retention.is_permanent, second.retention.text) == (True, "permanent")
    assert second.citation == ""
    assert pack.destroy[0].grace_days == 7
    assert pack.share[0].series == ("*",)
    assert pack.detect[0].at_least == 1


P = ("packs", 0)
S = (*P, "series", 0)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"language": "another"},
        {"language": LANGUAGE},
        {"language": LANGUAGE, "packs": {}},
        {"language": LANGUAGE, "packs": [None]},
        {"language": LANGUAGE, "packs": [{}]},
        changed((*P, "version"), 1),
        changed((*P, "title"), "A"),
        changed((*P, "title"), {"zh": 1}),
        changed((*P, "series"), {"id": "a"}),
        changed((*S, "level"), "top"),
        changed((*S, "level"), ["public"]),
        changed((*S, "family"), None),
        changed((*S, "then"), "burn"),
        changed((*S, "confirmed"), "no"),
        changed((*S, "block_while"), [3]),
        changed((*S, "retention"), "P1Y"),
        changed((*S, "retention", "min"), 30),
        changed((*S, "retention", "max"), "30Y"),
        changed((*S, "retention", "trigger"), "full moon"),
        changed((*S, "retention", "starts"), "soon"),
        changed((*S, "cite"), "Law"),
        changed((*P, "classify", 0, "when"), {}),
        changed((*P, "classify", 0, "when"), "all"),
        changed((*P, "classify", 0, "when"), {"all": []}),
        changed((*P, "classify", 0, "when"), {"not": []}),
        changed((*P, "classify", 0, "when"), {"eval": "x"}),
        changed((*P, "classify", 0, "when"), {"text": 3}),
        changed((*P, "classify", 0, "when"), {"text": []}),
        changed((*P, "classify", 0, "when"), {"larger_than": "5"}),
        changed((*P, "classify", 0, "when"), nested(10)),
        changed((*P, "classify", 0, "set"), []),
        changed((*P, "classify", 0, "set", "level"), "top"),
        changed((*P, "classify", 0, "set", "series"), 4),
        changed((*P, "classify", 0, "set", "fields"), {"n": {"regex": 1}}),
        changed((*P, "detect", 0, "detector"), "unicorn"),
        changed((*P, "detect", 0, "at_least"), True),
        changed((*P, "detect", 0, "at_least"), -1),
        changed((*P, "share", 0, "levels"), ["top"]),
        changed((*P, "share", 0, "refuse"), "false"),
        changed((*P, "destroy", 0, "automatic"), "no"),
        changed((*P, "destroy", 0, "opinions"), ["king"]),
        changed((*P, "destroy", 0, "separate"), "nobody"),
        changed((*P, "share", 0, "counter"), {"subjects": "many"}),
        changed((*P, "share", 0, "counter"), {"then": "shrug"}),
        changed((*P, "share", 0, "formats"), ["fax"]),
        changed((*S, "block_while"), ["rain"]),
        changed((*S, "role"), "king"),
        changed((*S, "verified_on"), "soon"),
        changed((*S, "retention", "trigger"), ["created", "moon"]),
        changed((*S, "retention", "longer_if"), {"rain": "P1Y"}),
        changed((*S, "retention", "longer_if"), {"enquiry": "long"}),
        changed((*P, "access"), [{"id": "a", "role": "king"}]),
        changed((*P, "archive"), [{"id": "a"}]),
        changed((*P, "audit"), [{"id": "a", "check": "c", "severity": "grave"}]),
        changed((*P, "registers"), [{"id": "a", "fields": {"b": {"type": "x"}}}]),
        changed(("overrides",), [{"series": []}]),
        changed((*P, "destroy", 0, "grace"), 7),
        changed((*P, "destroy", 0, "approvals"), {"role": "owner"}),
        changed((*P, "destroy", 0, "approvals"), [{"count": 1}]),
        changed((*P, "destroy", 0, "approvals", 0, "count"), "2"),
    ],
)
def test_malformed_adopted_policy_is_refused(raw):
    with pytest.raises(ConfigurationInvalid) as caught:
        policy_from_json(raw)
    assert caught.value.code == "policy.malformed"


def test_deepest_condition_is_still_one():
    raw = changed((*P, "classify", 0, "when"), nested(9))
    assert policy_from_json(raw).packs


def test_series_are_found_by_name():
    policy = policy_from_json(SOURCE)
    assert policy.get_series("a.b").then == "appraise"
    assert policy.find_series("z") is None
    assert [series.id for series in policy.all_series()] == ["a.b", "a.c"]
    pack, series = policy.definitions("a.c")[0]
    assert (pack.id, series.id) == ("one", "a.c")


@pytest.mark.parametrize("name", ["a.bb", "zzz"])
def test_unknown_series_suggests_others(name):
    with pytest.raises(UsageInvalid) as caught:
        policy_from_json(SOURCE).get_series(name)
    assert "a.b" in caught.value.hint


def test_first_pack_defines_a_series_and_all_are_known():
    one = build_pack(SOURCE["packs"][0])
    two = build_pack({**SOURCE["packs"][0], "pack": "two"})
    policy = PolicySet((one, two))
    found = policy.find_series("a.b")
    assert found is not None
    assert found[0].id == "one"
    assert [pack.id for pack, _series in policy.definitions("a.b")] == ["one", "two"]


def test_unconfirmed_series_are_listed():
    assert list_unconfirmed(policy_from_json(SOURCE)) == [("one", "a.b")]


@pytest.mark.parametrize(
    ("levels", "highest"),
    [
        ((), "public"),
        (("internal",), "internal"),
        (("sensitive", "public"), "sensitive"),
    ],
)
def test_highest_level_wins(levels, highest):
    assert highest_level(*levels) == highest


def test_rules_of_every_section_are_built_from_their_source():
    source = {
        **SOURCE["packs"][0],
        "access": [
            {
                "id": "g",
                "role": "owner",
                "operations": ["get"],
                "level": "public",
                "title": TITLE,
                "effective_from": "2026-01-01",
                "effective_to": "2026-12-31",
                "superseded_by": "h",
                "verified_on": "2026-11-23",
                "note": "why",
            }
        ],
        "archive": [{"id": "f", "series": ["a.*"], "hand_over": {"to": "client"}}],
        "audit": [{"id": "u", "check": "c", "severity": "major", "every": "P1Y"}],
        "registers": [
            {
                "id": "incident",
                "title": TITLE,
                "fields": {
                    "found_on": {"type": "date", "required": True},
                    "kind": {"type": "choice", "options": ["loss", "leak"]},
                },
                "states": ["open", "closed"],
                "deadlines": [
                    {"state": "closed", "after": "found_on", "within": "PT4H"}
                ],
                "satisfies": "incident",
                "keep": "a.b",
            }
        ],
    }
    pack = build_pack(source)
    about = pack.access[0].about
    assert (str(about.effective_to), about.superseded_by, about.note) == (
        "2026-12-31",
        "h",
        "why",
    )
    assert pack.archive[0].hand_over.to == "client"
    assert str(pack.audit[0].every) == "P1Y"
    register = pack.registers[0]
    assert [(one.name, one.type, one.is_required) for one in register.fields] == [
        ("found_on", "date", True),
        ("kind", "choice", False),
    ]
    assert register.deadlines[0].within == "PT4H"
    assert (register.satisfies, register.keep) == (("incident",), "a.b")
