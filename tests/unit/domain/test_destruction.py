from datetime import date

import pytest

from ledgervault.domain.building import build_override, build_pack
from ledgervault.domain.destruction import (
    paper_demands,
    required_approvals,
    verified_demands,
)
from ledgervault.domain.policy import Approval, PolicySet
from ledgervault.errors import PolicyRefusal

TODAY = date(2026, 11, 23)


def policy(*rules):
    header = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
    return PolicySet(
        tuple(
            build_pack({**header, "pack": f"p{number}", "destroy": [rule]})
            for number, rule in enumerate(rules)
        )
    )


def rule(name="r", series="cn.*", **facts):
    return {"id": name, "series": series, **facts}


def approvals(**counts):
    return [{"role": role, "count": count} for role, count in counts.items()]


def test_rule_of_the_series_is_returned():
    found = required_approvals(
        "cn.hr", policy(rule(approvals=approvals(owner=1), witnesses=2, grace="P30D"))
    )
    assert found.approvals == (Approval("owner", 1),)
    assert (found.witnesses, found.grace_days, found.needs_approval) == (2, 30, True)


def test_no_rule_means_no():
    with pytest.raises(PolicyRefusal) as caught:
        required_approvals("own.nda", policy(rule(approvals=approvals(owner=1))))
    assert caught.value.code == "policy.no-destroy-rule"


@pytest.mark.parametrize("order", [1, -1])
def test_empty_list_refuses_whatever_another_pack_says(order):
    rules = [rule("empty"), rule("full", approvals=approvals(owner=3))][::order]
    with pytest.raises(PolicyRefusal) as caught:
        required_approvals("cn.hr", policy(*rules))
    assert caught.value.code == "policy.no-approver"


def test_automatic_needs_nobody_only_where_every_pack_says_so():
    automatic = rule("auto", automatic=True)
    assert not required_approvals("cn.hr", policy(automatic)).needs_approval
    both = policy(automatic, rule("people", approvals=approvals(owner=1)))
    found = required_approvals("cn.hr", both)
    assert found.needs_approval
    assert found.approvals == (Approval("owner", 1),)


def test_automatic_rule_that_names_approvers_asks_them():
    contradictory = rule(automatic=True, approvals=approvals(owner=1))
    assert required_approvals("cn.hr", policy(contradictory)).needs_approval


def test_demands_of_all_packs_add_up():
    found = required_approvals(
        "cn.hr",
        policy(
            rule("a", approvals=approvals(owner=1), witnesses=2, grace="P7D"),
            rule("b", approvals=approvals(partner=2, owner=2), grace="P30D"),
        ),
    )
    assert set(found.approvals) == {Approval("owner", 2), Approval("partner", 2)}
    assert (found.id, found.witnesses, found.grace_days) == ("b", 2, 30)


def test_words_of_the_register_add_up():
    found = required_approvals(
        "cn.hr",
        policy(
            rule(
                "a",
                approvals=approvals(owner=1),
                opinions=["accounting_clerk", "unit_head"],
                witnesses=2,
                witness_from=["archives"],
                certificate="statutory",
            ),
            rule(
                "b",
                approvals=approvals(owner=1),
                witnesses=1,
                witness_from=["accounting", "archives"],
                distinct=True,
                separate=["witness"],
            ),
        ),
    )
    assert found.opinions == ("unit_head", "accounting_clerk")
    assert found.witness_from == ("archives", "accounting")
    assert (found.certificate, found.is_distinct) == ("statutory", True)
    assert found.separate == ("witness",)
    assert paper_demands(found) == (
        "opinions: unit_head, accounting_clerk",
        "witnesses: 2 (archives, accounting)",
    )


def test_rule_without_paper_asks_for_none():
    assert (
        paper_demands(required_approvals("cn.hr", policy(rule(automatic=True)))) == ()
    )


def test_rule_out_of_force_agrees_to_nothing():
    old = rule(approvals=approvals(owner=1), effective_to="2026-01-01")
    assert required_approvals("cn.hr", policy(old), date(2026, 1, 1))
    with pytest.raises(PolicyRefusal):
        required_approvals("cn.hr", policy(old), date(2026, 1, 2))


def test_rules_of_a_client_alone_let_nobody_destroy():
    own = build_override(
        {"override": "C001", "destroy": [rule(approvals=approvals(owner=9))]}
    )
    with pytest.raises(PolicyRefusal):
        required_approvals("cn.hr", PolicySet((own,)))
    both = PolicySet((*policy(rule(approvals=approvals(owner=1))).packs, own))
    assert required_approvals("cn.hr", both).approvals == (Approval("owner", 9),)


@pytest.mark.parametrize("action", ["transfer", "return", "anonymise", "restrict"])
def test_what_is_to_happen_otherwise_is_not_destroyed(action):
    agreed = policy(rule(approvals=approvals(owner=1)))
    with pytest.raises(PolicyRefusal) as caught:
        verified_demands("cn.hr", action, agreed, TODAY)
    assert caught.value.code == "policy.unmet-demand"
    assert action in caught.value.message
    assert verified_demands("cn.hr", "appraise", agreed, TODAY).needs_approval


def test_people_who_are_kept_apart_no_longer_refuse_the_folder():
    apart = policy(
        rule(approvals=approvals(owner=1), separate=["proposer", "approver"])
    )
    found = verified_demands("cn.hr", "destroy", apart, TODAY)
    assert found.separate == ("proposer", "approver")
    assert paper_demands(found) == ()


def test_witness_who_is_kept_apart_is_for_the_file_to_show():
    apart = policy(rule(approvals=approvals(owner=1), separate=["approver", "witness"]))
    found = verified_demands("cn.hr", "destroy", apart, TODAY)
    assert paper_demands(found) == ("kept apart: approver, witness",)
