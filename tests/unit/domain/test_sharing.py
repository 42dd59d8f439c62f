from datetime import date

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import PolicySet
from ledgervault.domain.sharing import ShareQuestion, decide_share

TODAY = date(2026, 11, 23)
RULE = {
    "id": "r",
    "levels": ["internal", "confidential"],
    "formats": ["age", "zip"],
    "longest": "P14D",
    "cite": {"law": "PIPL", "art": "6"},
}


def decide(*rules, **facts):
    header = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
    packs = [
        build_pack({**header, "pack": f"p{number}", "share": [rule]})
        for number, rule in enumerate(rules)
    ]
    asked = {
        "level": "internal",
        "series": "cn.voucher.source",
        "purpose": "annual audit",
        "format": "age",
        "expires_on": date(2026, 12, 7),
        **facts,
    }
    return decide_share(ShareQuestion(today=TODAY, **asked), PolicySet(tuple(packs)))


def test_share_within_a_rule_is_allowed():
    decision = decide(RULE)
    assert (decision.result, decision.rule, decision.pack) == ("allow", "r", "p0")
    assert decision.citation == "PIPL, art. 6"


def test_no_matching_rule_is_a_refusal():
    assert decide().rule == "no-rule"
    assert decide(RULE, level="sensitive").result == "refuse"
    assert decide({**RULE, "series": "cn.hr.*"}).result == "refuse"


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({"purpose": "  "}, "name a purpose"),
        ({"format": "html"}, "share it as age or zip"),
        (
            {"expires_on": date(2026, 12, 8)},
            "let it expire by 2026-12-07 at the latest",
        ),
        ({"expires_on": TODAY}, "the expiry is not in the future"),
    ],
)
def test_what_a_rule_asks_is_demanded(facts, hint):
    decision = decide(RULE, **facts)
    assert decision.result == "refuse"
    assert decision.facts["hint"] == hint


def test_rule_without_formats_permits_none():
    rule = {key: value for key, value in RULE.items() if key != "formats"}
    assert decide(rule).facts["hint"] == "share it as nothing"


def test_refusing_rule_refuses():
    refusing = {"id": "no", "levels": "internal", "refuse": True}
    decision = decide(RULE, refusing)
    assert (decision.result, decision.rule) == ("refuse", "no")
    assert [(one.rule, one.reason) for one in decision.losers] == [
        ("r", "would permit it")
    ]


def test_every_matching_rule_must_permit():
    strict = {**RULE, "id": "strict", "longest": "P1D"}
    decision = decide(RULE, strict)
    assert (decision.result, decision.rule) == ("refuse", "strict")


def test_rule_without_a_longest_expiry_permits_none():
    rule = {key: value for key, value in RULE.items() if key != "longest"}
    assert decide(rule).result == "refuse"


def test_longest_expiry_past_the_calendar_is_no_limit():
    rule = {**RULE, "longest": "P9999Y"}
    assert decide(rule, expires_on=date(2999, 1, 1)).result == "allow"
