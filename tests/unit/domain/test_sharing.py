from datetime import date

import pytest

from ledgervault.domain.building import build_override, build_pack
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


def test_rule_for_a_place_speaks_of_that_place_alone():
    away = {
        "id": "away",
        "levels": "internal",
        "destinations": ["abroad"],
        "refuse": True,
    }
    assert decide(RULE, away, destination="domestic").result == "allow"
    assert decide(RULE, away, destination="US").rule == "away"
    unknown = decide(RULE, away)
    assert (unknown.result, unknown.rule) == ("refuse", "away")
    assert unknown.facts["hint"] == "say in which country the recipient is"


def test_somewhere_abroad_is_not_known_to_be_a_permitted_country():
    rule = {**RULE, "destinations": ["US"]}
    assert decide(rule, destination="US").result == "allow"
    assert decide(rule, destination="abroad").result == "refuse"
    assert decide(rule, destination="SG").rule == "no-rule"


def test_papers_with_a_residence_stay_there():
    rule = {**RULE, "residency": ["CN"]}
    assert decide(rule, destination="domestic").result == "allow"
    assert decide(rule, destination="US").facts["hint"] == "these papers stay in CN"
    assert decide(rule).facts["hint"] == "say in which country the recipient is"
    assert decide(rule, destination="US").facts["destination"] == "US"


def test_purposes_are_demanded_of_what_is_permitted_and_narrow_what_is_refused():
    rule = {**RULE, "purposes": ["annual *"]}
    assert decide(rule).result == "allow"
    assert (
        decide(rule, purpose="x").facts["hint"]
        == "name one of these purposes: annual *"
    )
    refusing = {
        "id": "no",
        "levels": "internal",
        "refuse": True,
        "purposes": ["adver*"],
    }
    assert decide(RULE, refusing).result == "allow"
    assert decide(RULE, refusing, purpose="advertising").rule == "no"


@pytest.mark.parametrize(
    ("demand", "facts", "hint"),
    [
        (
            {"consent": True},
            {"has_consent": True},
            "the consent of the people concerned",
        ),
        ({"watermark": True}, {"has_watermark": True}, "a watermark is demanded"),
        (
            {"approvals": [{"role": "partner", "count": 2}]},
            {"approvals": {"partner": 2}},
            "approvals are missing: 2 x partner",
        ),
    ],
)
def test_demand_that_is_not_met_refuses(demand, facts, hint):
    refused = decide({**RULE, **demand})
    assert refused.result == "refuse"
    assert refused.facts["hint"].startswith(hint)
    assert decide({**RULE, **demand}, **facts).result == "allow"


COUNTER = {"subjects": 100_000, "sensitive_subjects": 10_000, "then": "refuse"}


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({}, "this year's number of people sent abroad is not known"),
        ({"subjects_this_year": 99_999}, "permitted"),
        (
            {"subjects_this_year": 100_000},
            "100,000 people this year reach the limit of 100,000",
        ),
        (
            {"subjects_this_year": 5, "level": "sensitive"},
            "this year's number of people with sensitive data sent abroad is not known",
        ),
        (
            {
                "subjects_this_year": 5,
                "sensitive_subjects_this_year": 10_000,
                "level": "sensitive",
            },
            "10,000 people with sensitive data this year reach the limit of 10,000",
        ),
    ],
)
def test_yearly_counter_refuses_from_its_limit_on(facts, hint):
    rule = {**RULE, "levels": ["internal", "sensitive"], "counter": COUNTER}
    assert decide(rule, **facts).facts["hint"] == hint


def test_counter_that_ends_in_approval_is_passed_with_it():
    rule = {**RULE, "counter": {"sensitive_subjects": 5, "then": "approve"}}
    asked = {"level": "internal", "subjects_this_year": 9}
    assert decide(rule, **asked).result == "allow"
    rule["counter"] = {"subjects": 5, "then": "approve"}
    assert "reach the limit" in decide(rule, **asked).facts["hint"]
    rule["approvals"] = [{"role": "partner"}]
    assert decide(rule, **asked).facts["hint"] == "approvals are missing: 1 x partner"
    assert decide(rule, **asked, approvals={"partner": 1}).result == "allow"


def test_rules_of_a_client_refuse_and_alone_permit_nothing():
    own = build_override({"override": "C001", "share": [RULE]})
    refusing = {"id": "no", "levels": "internal", "refuse": True}
    strict = build_override({"override": "C001", "share": [refusing]})
    asked = ShareQuestion(
        level="internal",
        series="cn.x",
        purpose="audit",
        format="age",
        expires_on=date(2026, 12, 1),
        today=TODAY,
    )
    assert decide_share(asked, PolicySet((own,))).rule == "no-rule"
    assert decide_share(asked, PolicySet((strict,))).rule == "no"
