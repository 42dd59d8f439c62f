import pytest

from ledgervault.domain.building import build_pack
from ledgervault.domain.destruction import required_approvals
from ledgervault.domain.policy import Approval, PolicySet
from ledgervault.errors import PolicyRefusal


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
