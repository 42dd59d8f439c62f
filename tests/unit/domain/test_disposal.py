import dataclasses
from datetime import UTC, date, datetime

import pytest

from ledgervault.domain.destruction import Approval, DestroyRule
from ledgervault.domain.disposal import (
    Answer,
    DisposalOrder,
    Item,
    changed_since,
    demanded_approvals,
    earliest_execution,
    missing_approvals,
)
from ledgervault.errors import IntegrityViolated

ORDER = DisposalOrder(
    vault="aa",
    disposal="bb",
    client="cc",
    folder="dd",
    series="cn.other.bank_statement",
    rule="cn.destroy",
    pack="cn",
    citation="art. 18",
    proposed_on=date(2026, 1, 2),
    items=(Item("1" * 32, 1, 1, "2024-01-01"), Item("2" * 32, 2, 1, "2024-01-01")),
    approvals=(("owner", 1), ("partner", 2)),
    grace_days=7,
)


def answer(role, what="approve", on=date(2026, 2, 1), user=None):
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return Answer(user or role, role, what, at)


def test_order_comes_back_from_its_signed_form():
    assert DisposalOrder.from_json(ORDER.as_json()) == ORDER


@pytest.mark.parametrize(
    "change",
    [
        {"proposed_on": "yesterday"},
        {"proposed_on": 7},
        {"items": [[1, 2, 3, 4, 5, 6, 7, 8, 9]]},
        {"approvals": [["owner"]]},
        {"items": None},
    ],
)
def test_damaged_order_is_refused(change):
    with pytest.raises(IntegrityViolated):
        DisposalOrder.from_json({**ORDER.as_json(), **change})


def test_order_without_a_part_is_refused():
    for name in ORDER.as_json():
        rest = {key: value for key, value in ORDER.as_json().items() if key != name}
        with pytest.raises(IntegrityViolated):
            DisposalOrder.from_json(rest)


def test_every_role_must_be_there_as_often_as_demanded():
    assert missing_approvals(ORDER, []) == (("owner", 1), ("partner", 2))
    some = [answer("owner"), answer("partner")]
    assert missing_approvals(ORDER, some) == (("partner", 1),)
    assert missing_approvals(ORDER, [*some, answer("partner", user="v")]) == ()


def test_person_with_several_roles_counts_once():
    both = [answer("owner+partner", user="u"), answer("partner", user="v")]
    assert missing_approvals(ORDER, both) == (("partner", 1),)
    assert missing_approvals(ORDER, [*both, answer("partner", user="w")]) == ()


def test_proposer_counts_unless_the_order_keeps_him_apart():
    answers = [
        answer("owner", user="u"),
        answer("partner", user="v"),
        answer("partner", user="w"),
    ]
    assert missing_approvals(ORDER, answers, "u") == ()
    apart = dataclasses.replace(ORDER, separate=("proposer", "approver"))
    assert missing_approvals(apart, answers, "u") == (("owner", 1),)
    assert missing_approvals(apart, answers, "") == ()
    assert earliest_execution(apart, answers, "u") is None


def test_order_says_who_is_kept_apart_and_older_orders_say_nothing():
    apart = dataclasses.replace(ORDER, separate=("proposer", "approver"))
    assert DisposalOrder.from_json(apart.as_json()) == apart
    assert "separate" not in ORDER.as_json()


def test_rejection_counts_for_nothing():
    assert missing_approvals(ORDER, [answer("owner", "reject")])[0] == ("owner", 1)


def test_empty_demand_is_never_met():
    nobody = dataclasses.replace(ORDER, approvals=())
    assert missing_approvals(nobody, [answer("owner")]) != ()
    assert earliest_execution(nobody, [answer("owner")]) is None


def test_grace_counts_from_the_last_approval():
    answers = [
        answer("owner", on=date(2026, 2, 1)),
        answer("partner", on=date(2026, 2, 20)),
        answer("partner", on=date(2026, 2, 10), user="v"),
    ]
    assert earliest_execution(ORDER, answers) == date(2026, 2, 27)
    assert earliest_execution(ORDER, answers[:2]) is None


def test_change_of_the_folder_is_named():
    first, second = ORDER.items
    third = dataclasses.replace(first, document="3" * 32)
    edited = dataclasses.replace(second, due="2099-01-01")
    assert changed_since(ORDER, ORDER.items) == ()
    assert changed_since(ORDER, [*ORDER.items, third]) == ("documents added: 1",)
    assert changed_since(ORDER, [first]) == ("documents gone: 1",)
    assert changed_since(ORDER, [first, edited]) == ("document 22222222 was edited",)


def test_demand_of_a_rule_is_its_approvals():
    approvals = (Approval("owner", 1), Approval("partner", 2))
    rule = DestroyRule(
        id="r",
        series=("own.*",),
        approvals=approvals,
        is_automatic=False,
        grace_days=0,
        witnesses=0,
    )
    assert demanded_approvals(rule) == (("owner", 1), ("partner", 2))
