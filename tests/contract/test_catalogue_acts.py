import dataclasses
from datetime import date

import pytest

from ledgervault.errors import Conflict
from ledgervault.ports import rows


def test_facts_are_replaced(catalogue):
    with catalogue.transaction() as tx:
        tx.put_fact("agency", b"one")
        tx.put_fact("agency", b"two")
    assert catalogue.fact("agency") == b"two"
    assert catalogue.fact("other") is None


def test_users_and_clients_come_back(catalogue, make):
    user = rows.UserRow(
        id=make.digest("user"),
        public=b"p" * 1248,
        role="owner",
        state="active",
        admitted_by=make.digest("user"),
        admission=b"a" * 64,
        sealed=b"name",
        row_version=1,
    )
    left = dataclasses.replace(make.client, state="left", row_version=2)
    with catalogue.transaction() as tx:
        tx.add_user(user)
        tx.add_client(make.client)
        tx.update_client(left)
    assert catalogue.users() == [user]
    assert catalogue.clients() == [left]


def test_compartments_and_grants_are_found(catalogue, make):
    inner = rows.CompartmentRow(make.digest("c1"), make.client.id, "normal", 1, 1)
    secret = rows.CompartmentRow(make.digest("c2"), make.client.id, "secret", 1, 1)
    grant = rows.GrantRow(inner.id, 1, 1, make.digest("me"), make.digest("you"), b"g")
    with catalogue.transaction() as tx:
        tx.add_client(make.client)
        tx.add_compartments([inner, secret])
        tx.add_grants([grant])
    assert catalogue.compartment(secret.id) == secret
    assert set(catalogue.compartments()) == {inner, secret}
    assert set(catalogue.compartments_of(make.client.id)) == {inner, secret}
    assert catalogue.grants_of(make.digest("me")) == [grant]
    assert catalogue.grants_of(make.digest("you")) == []
    found = catalogue.find_grant(grant.recipient, inner.id, kind=1, epoch=1)
    assert found == grant
    assert catalogue.find_grant(grant.recipient, inner.id, kind=1, epoch=2) is None


def test_newest_grant_is_the_highest_epoch_up_to_one(catalogue, make):
    ring, other = make.digest("ring"), make.digest("other")
    me, you = make.digest("me"), make.digest("you")
    with catalogue.transaction() as tx:
        tx.add_grants(
            [
                rows.GrantRow(ring, 3, 1, me, you, b"g"),
                rows.GrantRow(ring, 3, 5, you, you, b"g"),
                rows.GrantRow(ring, 1, 9, me, you, b"g"),
                rows.GrantRow(other, 3, 7, me, you, b"g"),
            ]
        )
    found = [catalogue.newest_grant(ring, kind=3, up_to=up) for up in (0, 1, 4, 5, 9)]
    assert found == [0, 1, 1, 5, 5]


def test_holds_are_released(catalogue, make):
    hold = rows.HoldRow(make.digest("h"), "H-1", make.client.id, True, b"why", 1)
    released = dataclasses.replace(hold, is_active=False, row_version=2)
    with catalogue.transaction() as tx:
        tx.add_hold(hold)
        assert tx.holds() == [hold]
        tx.update_hold(released)
    assert catalogue.holds() == [released]


def test_requests_are_found_by_state_in_the_order_they_were_filed(catalogue, make):
    first, second = (
        rows.RequestRow(
            id=make.digest(name),
            code=f"A-{name}",
            client_id=make.client.id,
            act="share",
            state="open",
            sequence=sequence,
            body=b"{}",
            signature=b"s" * 64,
            sealed=b"what",
            row_version=1,
        )
        for name, sequence in (("late", 9), ("early", 4))
    )
    used = dataclasses.replace(second, state="used", row_version=2)
    with catalogue.transaction() as tx:
        tx.add_request(first)
        tx.add_request(second)
        assert tx.requests("open") == [second, first]
        tx.update_request(used)
    assert catalogue.requests("open") == [first]
    assert catalogue.requests(None) == [used, first]
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.update_request(used)


def test_requests_collect_one_answer_a_person(catalogue, make):
    request = rows.RequestRow(
        make.digest("r"), "A-1", make.client.id, "grant", "open", 3,
        b"{}", b"s" * 64, b"what", 1,
    )  # fmt: skip
    answer = rows.AnswerRow(
        request.id, make.digest("me"), "approve", "2026-01-01", b"s" * 64
    )
    with catalogue.transaction() as tx:
        tx.add_request(request)
        tx.add_answer(answer)
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.add_answer(dataclasses.replace(answer, answer="reject"))
    assert catalogue.answers(request.id) == [answer]
    assert catalogue.answers(make.digest("other")) == []


def test_disposals_collect_one_answer_a_person(catalogue, make):
    disposal = rows.DisposalRow(
        id=make.digest("x"),
        code="X-1",
        client_id=make.client.id,
        folder_id=make.folder.id,
        state="proposed",
        order=b"{}",
        sealed=b"s",
        row_version=1,
    )
    answer = rows.ApprovalRow(
        disposal.id, make.digest("me"), "partner", "approve", "2026-01-01", b"s" * 64
    )
    with catalogue.transaction() as tx:
        tx.add_disposal(disposal)
        tx.add_approval(answer)
        tx.update_disposal(dataclasses.replace(disposal, state="done", row_version=2))
    with pytest.raises(Conflict), catalogue.transaction() as tx:
        tx.add_approval(answer)
    assert catalogue.approvals(disposal.id) == [answer]
    assert [row.state for row in catalogue.disposals()] == ["done"]


def test_shares_come_back(catalogue, make):
    share = rows.ShareRow(
        make.digest("s"), "S-1", make.client.id, date(2026, 2, 28), b"who", 1
    )
    with catalogue.transaction() as tx:
        tx.add_share(share)
    assert catalogue.shares() == [share]


def test_latest_adopted_policy_counts(catalogue):
    assert catalogue.policy() is None
    with catalogue.transaction() as tx:
        tx.put_policy(rows.PolicyRow("aa", b"{}", 1))
        tx.put_policy(rows.PolicyRow("bb", b"{}", 5))
    assert catalogue.policy() == rows.PolicyRow("bb", b"{}", 5)
    with catalogue.transaction() as tx:
        tx.put_policy(rows.PolicyRow("aa", b"{}", 9))
    assert catalogue.policy() == rows.PolicyRow("aa", b"{}", 9)


def test_mirrors_are_replaced(catalogue):
    with catalogue.transaction() as tx:
        tx.put_mirror(rows.MirrorRow(b"usb", 1, b"where", 1))
        tx.put_mirror(rows.MirrorRow(b"usb", 2, b"where", 2))
    assert catalogue.mirrors() == [rows.MirrorRow(b"usb", 2, b"where", 2)]
