"""A client's own rules tighten; what loosens is found and named."""

import pytest

from ledgervault.domain.building import build_override, build_pack, policy_from_json
from ledgervault.domain.overrides import list_loosenings
from ledgervault.domain.policy import PolicySet

TITLE = {"zh": "甲", "en": "A"}


def series(name="a.b", **changes):
    return {
        "id": name,
        "title": TITLE,
        "family": "custody",
        "level": "internal",
        "retention": {"min": "P10Y", "max": "P20Y", "trigger": "created"},
        "then": "appraise",
        **changes,
    }


FOR_EVER = {"min": "permanent"}
PACK = {
    "pack": "one",
    "version": "1",
    "title": TITLE,
    "jurisdiction": "CN",
    "series": [series(), series("a.ever", retention=FOR_EVER, then="keep")],
    "access": [
        {
            "id": "g",
            "role": "bookkeeper",
            "operations": ["get", "list"],
            "level": "confidential",
            "series": ["a.*"],
        }
    ],
    "share": [
        {"id": "s", "levels": ["internal"], "formats": ["age"], "longest": "P14D"},
        {"id": "n", "levels": ["sensitive"], "refuse": True},
    ],
    "destroy": [
        {
            "id": "d",
            "series": ["a.b"],
            "approvals": [{"role": "owner", "count": 2}],
            "grace": "P7D",
            "witnesses": 2,
        }
    ],
    "archive": [
        {
            "id": "f",
            "series": ["a.b"],
            "close_after": "P1M",
            "hand_over": {"to": "client", "latest": "P3Y"},
        }
    ],
}
POLICY = PolicySet((build_pack(PACK),))


def loosenings(section, *rules):
    own = build_override({"override": "C001", section: list(rules)})
    return [
        (one.keys[-1], one.template.format(**one.values))
        for one in list_loosenings(own, POLICY)
    ]


def retention(**changes):
    return series(retention={"min": "P10Y", "trigger": "created", **changes})


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("series", series(level="sensitive", block_while=["litigation"])),
        ("series", retention(min="P11Y")),
        ("series", retention(min="permanent")),
        ("series", retention(max="P12Y")),
        ("series", retention(max="P20Y")),
        ("series", series(then="restrict")),
        ("series", series("a.ever", retention=FOR_EVER, then="keep")),
        ("classify", {"id": "c", "when": {"name": "x"}, "set": {"level": "sensitive"}}),
        ("detect", {"id": "d", "detector": "mobile", "level": "internal"}),
        (
            "access",
            {
                "id": "a",
                "role": "bookkeeper",
                "operations": ["get"],
                "level": "internal",
                "series": ["a.b"],
                "requires": ["nda"],
            },
        ),
        ("share", {"id": "x", "levels": ["internal"], "refuse": True}),
        (
            "share",
            {"id": "x", "levels": ["internal"], "formats": ["age"], "longest": "P7D"},
        ),
        (
            "destroy",
            {
                "id": "x",
                "series": ["a.*"],
                "approvals": [{"role": "owner", "count": 3}, {"role": "partner"}],
                "grace": "P30D",
                "witnesses": 3,
            },
        ),
        (
            "archive",
            {
                "id": "x",
                "series": ["a.*"],
                "close_after": "P2M",
                "hand_over": {"to": "client", "latest": "P2Y"},
            },
        ),
        ("archive", {"id": "x", "series": ["a.b"], "close_after": "P1M"}),
        ("audit", {"id": "x", "check": "c", "severity": "minor"}),
    ],
)
def test_tightening_is_none(section, rule):
    assert loosenings(section, rule) == []


GRANT = {"id": "a", "role": "bookkeeper", "operations": ["get"], "level": "internal"}
OPEN = {"id": "x", "levels": ["internal"], "formats": ["age"], "longest": "P7D"}
AGREED = {
    "id": "x",
    "series": ["a.b"],
    "approvals": [{"role": "owner", "count": 2}],
    "grace": "P7D",
    "witnesses": 2,
}
CLOSING = {"id": "x", "series": ["a.b"], "close_after": "P1M"}


@pytest.mark.parametrize(
    ("section", "rule", "found"),
    [
        ("series", series("a.c"), [("id", "the packs have no series a.c")]),
        (
            "series",
            series(level="public"),
            [("level", "the level is lower than internal")],
        ),
        (
            "series",
            series(then="destroy"),
            [("then", "destroy is less careful than appraise")],
        ),
        (
            "series",
            series(family="own"),
            [("family", "the family is another than custody")],
        ),
        ("series", retention(min="P9Y"), [("min", "the minimum is shorter than P10Y")]),
        (
            "series",
            series(retention={"max": "P15Y", "trigger": "created"}),
            [("min", "the minimum is shorter than P10Y")],
        ),
        (
            "series",
            retention(max="P9Y"),
            [("max", "the maximum cuts the minimum of P10Y")],
        ),
        ("series", retention(max="P21Y"), [("max", "the maximum is longer than P20Y")]),
        (
            "series",
            retention(trigger="filed"),
            [("retention", "the period counts from another day")],
        ),
        (
            "series",
            series("a.ever", then="keep"),
            [("retention", "the packs keep this for ever")],
        ),
        (
            "classify",
            {"id": "c", "when": {"name": "x"}, "set": {"series": "a.b"}},
            [("set", "an override raises a level and files nothing elsewhere")],
        ),
        (
            "access",
            {**GRANT, "operations": ["get", "share"]},
            [
                ("operations", "the packs do not permit bookkeeper so much: get"),
                ("operations", "the packs do not permit bookkeeper so much: share"),
            ],
        ),
        (
            "access",
            {**GRANT, "series": ["a.*"], "level": "sensitive"},
            [("operations", "the packs do not permit bookkeeper so much: get")],
        ),
        (
            "share",
            {**OPEN, "levels": ["sensitive"]},
            [("levels", "the packs permit no such share at level sensitive")],
        ),
        (
            "share",
            {**OPEN, "formats": ["age", "zip"], "longest": "P15D"},
            [
                ("formats", "the packs permit no format zip"),
                ("longest", "the expiry is later than P14D"),
            ],
        ),
        (
            "destroy",
            {**AGREED, "series": ["own.*"]},
            [("series", "the packs let nobody destroy this")],
        ),
        (
            "destroy",
            {"id": "x", "series": ["a.b"], "automatic": True},
            [
                ("automatic", "the packs ask people first"),
                ("grace", "the grace is shorter than 7 days"),
                ("witnesses", "fewer witnesses than 2"),
            ],
        ),
        (
            "destroy",
            {**AGREED, "approvals": [{"role": "owner"}]},
            [("approvals", "fewer approvals than 2 x owner")],
        ),
        (
            "archive",
            {**CLOSING, "series": ["own.*"]},
            [("series", "the packs let nobody close this")],
        ),
        (
            "archive",
            {**CLOSING, "close_after": "P1D"},
            [("close_after", "folders close earlier than after P1M")],
        ),
        (
            "archive",
            {**CLOSING, "hand_over": {"to": "client", "latest": "P4Y"}},
            [("latest", "the hand-over is later than P3Y")],
        ),
    ],
)
def test_loosening_is_found_with_its_key(section, rule, found):
    assert loosenings(section, rule) == found


def test_own_rules_are_adopted_beside_the_packs_and_apply_to_one_client():
    own = build_override({"override": "token", "series": [retention(min="P40Y")]})
    policy = POLICY.with_override(own)
    again = policy_from_json(policy.to_json())
    assert again.hash() == policy.hash() != POLICY.hash()
    assert [pack.id for pack in again.for_client("token").packs] == [
        "one",
        "override:token",
    ]
    assert again.for_client("token") is again.for_client("token")
    assert again.for_client("other") is again
    replaced = policy.with_override(build_override({"override": "token"}))
    assert [len(one.series) for one in replaced.overrides] == [0]


def test_policy_without_own_rules_keeps_its_canonical_form():
    assert POLICY.to_json().keys() == {"language", "packs"}
