import dataclasses

import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.classification import Manual, PaperFacts, classify
from ledgervault.domain.policy import PolicySet

TITLE = {"zh": "甲", "en": "A"}


def series(name, level):
    return {
        "id": name,
        "title": TITLE,
        "family": "own",
        "level": level,
        "retention": {"min": "permanent"},
        "then": "keep",
        "cite": {"law": f"Law of {name}"},
    }


def rule(name, when, **settings):
    return {"id": name, "when": when, "set": settings}


def policy(*rules, detect=(), name="one"):
    return PolicySet(
        (
            build_pack(
                {
                    "pack": name,
                    "version": "7",
                    "title": TITLE,
                    "jurisdiction": "CN",
                    "series": [
                        series("low", "internal"),
                        series("high", "confidential"),
                    ],
                    "classify": list(rules),
                    "detect": list(detect),
                }
            ),
        )
    )


def paper(**facts):
    known = {"name": "a.pdf", "path": "x/a.pdf", "mime": "application/pdf", "size": 9}
    return PaperFacts(**{**known, **facts})


LOW = rule("r.low", {"name": "a*"}, series="low", type="statement")
HIGH = rule("r.high", {"mime": "application/pdf"}, series="high", type="report")


def test_first_match_sets_series_and_type():
    found = classify(paper(), policy(LOW, HIGH))
    assert (found.series, found.type, found.rule) == ("low", "statement", "r.low")
    assert not found.inbox
    decision = found.decisions[0]
    assert (decision.result, decision.pack, decision.version) == ("low", "one", "7")
    assert decision.citation == "Law of low"
    assert [loser.rule for loser in decision.losers] == ["r.high"]


def test_nothing_matched_is_unclassified_sensitive_and_in_the_tray():
    found = classify(paper(), policy())
    assert (found.series, found.type, found.level) == (
        "unclassified",
        "unknown",
        "sensitive",
    )
    assert found.inbox
    assert found.rule == "unclassified"


def test_find_in_an_unclassified_paper_does_not_lower_it():
    low = {"id": "d", "detector": "uscc", "level": "internal"}
    found = classify(paper(detected={"uscc": 1}), policy(detect=[low]))
    assert found.level == "sensitive"


def test_manual_beats_every_rule():
    manual = Manual(series="high", type="letter", period="2026-03")
    found = classify(paper(), policy(LOW), manual=manual)
    assert (found.series, found.type, found.rule) == ("high", "letter", "manual")
    assert found.period == "2026-03"
    assert found.level == "confidential"


def test_manual_series_of_no_pack_is_sensitive():
    found = classify(paper(), policy(), manual=Manual(series="strange"))
    assert found.level == "sensitive"
    assert found.decisions[0].pack == ""


@pytest.mark.parametrize(
    ("level", "result"), [("public", "internal"), ("sensitive", "sensitive")]
)
def test_manual_level_only_raises(level, result):
    found = classify(paper(), policy(LOW), manual=Manual(level=level))
    assert found.level == result


def test_level_is_the_highest_that_anything_asks_for():
    raising = rule("r.raise", {"name": "*.pdf"}, level="confidential")
    found = classify(paper(), policy(LOW, raising))
    assert (found.series, found.level) == ("low", "confidential")
    assert found.decisions[1].facts["because"] == "rule r.raise"


@pytest.mark.parametrize(("count", "level"), [(4, "internal"), (5, "sensitive")])
def test_find_raises_the_level_from_its_threshold_on(count, level):
    many = {"id": "d", "detector": "mobile", "at_least": 5, "level": "sensitive"}
    found = classify(paper(detected={"mobile": count}), policy(LOW, detect=[many]))
    assert found.level == level


def test_rule_without_a_series_leaves_the_paper_unclassified():
    only_type = rule("r.level", {"name": "*"}, level="public")
    found = classify(paper(), policy(only_type))
    assert (found.series, found.level, found.inbox) == (
        "unclassified",
        "sensitive",
        True,
    )


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ({"xpath": "/EInvoice/Header/EIid"}, "123"),
        ({"xpath": "//SellerName"}, "甲公司"),
        ({"xpath": "//Name"}, None),
        ({"xpath": "/EInvoice/None"}, None),
        ({"regex": "号码[:：]([0-9]+)"}, "777"),
        ({"regex": "[0-9]{3}"}, "777"),
        ({"regex": "(a)\\.", "of": "name"}, "a"),
        ({"regex": "nothing"}, None),
    ],
)
def test_fields_are_taken_from_content_and_name(source, value):
    found = classify(
        paper(
            text="发票号码：777 ",
            xml_values={
                "/EInvoice/Header/EIid": " 123 ",
                "/EInvoice/Seller/SellerName": "甲公司",
            },
        ),
        policy(rule("r", {"name": "*"}, series="low", fields={"f": source})),
    )
    assert found.fields.get("f") == value


def test_first_rule_with_a_value_sets_a_field():
    one = rule("1", {"name": "*"}, series="low", fields={"f": {"regex": "no"}})
    two = rule("2", {"name": "*"}, fields={"f": {"regex": "t[a-z]+"}})
    three = rule("3", {"name": "*"}, fields={"f": {"regex": "x"}})
    found = classify(paper(text="text x"), policy(one, two, three))
    assert found.fields == {"f": "text"}


def test_long_field_is_cut():
    all_of_it = rule("1", {"name": "*"}, series="low", fields={"f": {"regex": ".+"}})
    found = classify(paper(text="a" * 3000), policy(all_of_it))
    assert len(found.fields["f"]) == 200


def test_conditions_see_name_path_text_and_client():
    when = {
        "all": [
            {"text": "余额"},
            {"name_matches": "^对账单"},
            {"path_matches": "2026年"},
            {"client.jurisdiction": "CN"},
        ]
    }
    known = policy(rule("r", when, series="low"))
    found = classify(
        paper(
            name="对账单\udcff.pdf",
            path="2026年/对账单\udcff.pdf",
            text="期末余额",
            client={"jurisdiction": "CN"},
        ),
        known,
    )
    assert found.rule == "r"
    assert classify(paper(text="期末余额"), known).inbox


NAMED = rule("r.named", {"name_matches": "工资表"}, series="low", type="payroll")
WORDED = rule("r.worded", {"text": "余额"}, series="high", type="statement")
TITLED = rule("r.titled", {"title": "(?m)^总账$"}, series="high", type="ledger")


def test_content_beats_the_name_whatever_the_order():
    found = classify(paper(name="工资表.pdf", text="期末余额"), policy(NAMED, WORDED))
    assert (found.rule, found.confidence) == ("r.worded", 0.8)
    losers = [(one.rule, one.reason) for one in found.decisions[0].losers]
    assert losers == [("r.named", "another rule has stronger evidence")]


def test_title_beats_a_mention():
    text = "总 账\n核对余额、清点现金。"
    found = classify(paper(text=text), policy(WORDED, TITLED))
    assert (found.rule, found.confidence) == ("r.titled", 0.9)
    assert found.decisions[0].facts == {"evidence": "title", "confidence": "0.90"}


def test_name_that_agrees_decides_between_equals():
    agreeing = rule(
        "r.both",
        {"any": [{"name_matches": "账簿"}, {"title": "明细"}]},
        series="low",
        type="book",
    )
    text = "总账\n明细"
    assert classify(paper(text=text), policy(TITLED, agreeing)).rule == "r.titled"
    found = classify(paper(name="账簿.pdf", text=text), policy(TITLED, agreeing))
    assert (found.rule, found.confidence) == ("r.both", 0.95)


def test_name_alone_is_less_sure_and_nothing_is_not_sure_at_all():
    assert classify(paper(name="工资表.pdf"), policy(NAMED)).confidence == 0.6
    assert classify(paper(), policy(NAMED)).confidence == 0
    manual = Manual(series="low")
    assert classify(paper(), policy(NAMED), manual=manual).confidence == 1


def test_name_of_what_cannot_be_it_counts_for_nothing():
    page = paper(name="工资表.pdf", mime="text/html")
    assert classify(page, policy(NAMED)).inbox


def test_what_cannot_be_read_is_sensitive_and_waits_for_a_person():
    found = classify(paper(name="工资表.pdf", is_broken=True), policy(NAMED))
    assert (found.series, found.level, found.inbox) == ("low", "sensitive", True)
    manual = Manual(series="low")
    seen = classify(paper(is_broken=True), policy(NAMED), manual=manual)
    assert (seen.level, seen.inbox) == ("sensitive", False)


@pytest.mark.parametrize(
    ("country", "rule_id"), [("CN", "r.low"), ("DE", "r.titled"), ("GB", "r.titled")]
)
def test_rules_of_another_country_come_last(country, rule_id):
    abroad = policy(TITLED, name="abroad").packs[0]
    foreign = dataclasses.replace(
        abroad, jurisdiction="UK" if country == "GB" else "DE"
    )
    known = PolicySet((*policy(LOW).packs, foreign))
    found = classify(paper(text="总账", client={"jurisdiction": country}), known)
    assert found.rule == rule_id


def test_fields_come_from_rules_of_the_same_series_or_of_none():
    other = rule("o", {"name": "*"}, series="high", fields={"f": {"regex": "a"}})
    anyone = rule("n", {"name": "*"}, fields={"g": {"regex": "b"}})
    found = classify(paper(text="ab"), policy(LOW, other, anyone))
    assert found.fields == {"g": "b"}


@pytest.mark.parametrize(
    ("trigger", "is_standing"),
    [("contract_end", True), ("engagement_end", True), ("fiscal_year_end", False)],
)
def test_papers_of_a_relation_stand_without_a_period(trigger, is_standing):
    known = policy(LOW)
    source = {**known.packs[0].source}
    retention = {"min": "P2Y", "trigger": trigger}
    source["series"] = [{**series("low", "internal"), "retention": retention}]
    found = classify(paper(), PolicySet((build_pack(source),)))
    assert found.is_standing is is_standing


def test_more_looks_than_are_remembered_are_classified_alike(monkeypatch):
    monkeypatch.setattr("ledgervault.domain.classification.KNOWN_LOOKS", 1)
    known = policy(WORDED)
    for _again in range(2):
        assert classify(paper(text="余额"), known).rule == "r.worded"
        assert classify(paper(text="总账"), known).rule == "unclassified"


def test_many_policies_by_turns_are_kept_apart(monkeypatch):
    monkeypatch.setattr("ledgervault.domain.classification.KNOWN_POLICIES", 2)
    known = [policy(LOW), policy(HIGH), policy(TITLED), policy()]
    rules = [classify(paper(), one).rule for one in known * 2]
    assert rules == ["r.low", "r.high", "unclassified", "unclassified"] * 2
