"""Approvals against whoever holds the database, an identity, or the clock."""

import dataclasses
import sqlite3
from datetime import datetime, timedelta

import pytest

from ledgervault.domain.approvals import Demand
from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import (
    ApprovalMissing,
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    NotAuthorised,
)
from ledgervault.ledger.canonical import parse_canonical
from ledgervault.services.approving import (
    _record,
    answer_request,
    list_requests,
    show_request,
    withdraw_request,
)
from ledgervault.services.leaving import disable_user
from ledgervault.services.policies import adopt_policy
from ledgervault.storage.clock import SystemClock
from ledgervault.vault.answers import sign_answer
from ledgervault.vault.approval_log import ANSWERED, REQUESTED
from ledgervault.vault.approvals import require_approval
from ledgervault.vault.names import find_user
from ledgervault.vault.requests import asked_of

ONE = (Demand(("partner", "owner"), 1),)
TWO = (Demand(("partner", "owner"), 2),)
WHERE_POSSIBLE = (Demand(("partner", "owner"), 1, True),)
ACT = {"what": "门卡", "count": 3}


@dataclasses.dataclass
class SetClock:
    at: datetime

    def now(self):
        return self.at


@pytest.fixture
def three(firm):
    """The owner asks; Lin and Shen, partners, may agree."""
    firm.join("lin", "partner")
    firm.join("shen", "partner")
    return firm


def sql(firm, statement, *values):
    with sqlite3.connect(firm.root / "vault" / "catalogue.sqlite") as connection:
        rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


def row_of(firm):
    """Return what an old copy of the database would have of the request."""
    return sql(firm, "select sealed, row_version from requests")[0]


def put_back(firm, row):
    sql(firm, "update requests set state='open', sealed=?, row_version=?", *row)


def set_clock(vault, at):
    vault.stores = dataclasses.replace(vault.stores, clock=SetClock(at))
    vault.journal.clock = vault.stores.clock


def file(firm, demands=ONE, act="door.open", parameters=ACT, by="owner"):
    with firm.opened(by) as vault, pytest.raises(ApprovalMissing) as caught:
        require_approval(vault, act, parameters, demands)
    return caught.value.details["request"]


def agree(firm, request, by="lin", answer="approve"):
    with firm.opened(by) as vault:
        return answer_request(vault, request, answer=answer, reason="x")


def execute(firm, demands=ONE, act="door.open", parameters=ACT, by="owner"):
    """Carry the act out; it is an event of its own."""
    with firm.opened(by) as vault:
        approval = require_approval(vault, act, parameters, demands)
        with vault.act() as logged:
            approval.use(logged)
            logged.log("door.opened")


def acts(firm):
    return [act for (act,) in sql(firm, "select act from events order by sequence")]


def use_and_crash(vault, ready):
    with vault.act() as logged:
        ready.use(logged)
        raise KeyboardInterrupt


def refused(firm, *exits, **facts):
    before = acts(firm).count("door.opened")
    with pytest.raises(LedgerVaultError) as caught:
        execute(firm, **facts)
    assert acts(firm).count("door.opened") == before
    assert caught.value.exit_code in (exits or (8, 9)), caught.value
    return caught.value.code


def test_act_and_use_are_written_together(three):
    agree(three, file(three))
    execute(three)
    assert acts(three)[-2:] == ["approval.used", "door.opened"]
    assert sql(three, "select state from requests") == [("used",)]


def test_two_people_are_two_people(three):
    request = file(three, TWO)
    agree(three, request)
    assert refused(three, 8, demands=TWO) == "approval.missing"
    agree(three, request, "shen")
    execute(three, TWO)


def test_second_use_is_refused(three):
    agree(three, file(three))
    execute(three)
    assert refused(three, 8) == "approval.missing"


def test_two_holders_of_one_approval_use_it_once(three):
    agree(three, file(three))
    with three.opened() as first, three.opened() as second:
        ready = require_approval(first, "door.open", ACT, ONE)
        also = require_approval(second, "door.open", ACT, ONE)
        with first.act() as logged:
            ready.use(logged)
        with pytest.raises(NotAuthorised) as caught, second.act() as logged:
            also.use(logged)
    assert caught.value.code == "approval.used"
    assert acts(three).count("approval.used") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {**ACT, "count": 4}},
        {"parameters": {**ACT, "more": True}},
        {"act": "door.close"},
        {"demands": (Demand(("owner",), 1),)},
        {"by": "shen"},
    ],
)
def test_another_act_is_not_the_one_that_was_approved(three, change):
    request = file(three)
    agree(three, request)
    assert refused(three, 8, **change) == "approval.missing"
    execute(three)


def test_parameters_changed_in_the_row_are_refused(three):
    request = file(three)
    agree(three, request)
    other = file(three, parameters={**ACT, "count": 4})
    sql(
        three,
        "update requests set sealed=(select sealed from requests where code=?)"
        " where code=?",
        other,
        request,
    )
    refused(three, 9)


def test_forged_signature_of_an_answer_is_refused(three):
    request = file(three)
    sql(
        three,
        "insert into answers select r.id, u.id, 'approve', ?, zeroblob(64)"
        " from requests r, users u where u.role='partner' limit 1",
        SystemClock().now().isoformat(timespec="seconds"),
    )
    assert refused(three, 9) == "signature.invalid"
    assert request


def test_edited_answer_is_refused(three):
    agree(three, file(three), answer="reject")
    sql(three, "update answers set answer='approve'")
    sql(three, "update requests set state='open'")
    assert refused(three, 9) == "signature.invalid"


def test_answer_copied_to_another_request_is_refused(three):
    agree(three, file(three))
    other = {**ACT, "count": 4}
    file(three, parameters=other)
    sql(
        three,
        "insert into answers select r.id, a.user_id, a.answer, a.at, a.signature"
        " from requests r, answers a where r.id<>a.request_id",
    )
    refused(three, 9, parameters=other)


def test_request_copied_under_another_id_is_refused(three):
    agree(three, file(three))
    execute(three)
    sql(
        three,
        "insert into requests select zeroblob(16), 'A-00000000', client_id, act,"
        " 'open', sequence, body, signature, sealed, row_version from requests",
    )
    refused(three, 9)


def test_used_request_that_is_opened_again_by_hand_is_refused(three):
    agree(three, file(three))
    before = row_of(three)
    execute(three)
    put_back(three, before)
    assert refused(three, 9) == "approval.forged"


@pytest.mark.parametrize(
    "edit",
    [
        "update requests set sequence=sequence-1",
        "update requests set code='A-00000000'",
        "update requests set signature=zeroblob(64)",
        "update requests set body=cast(replace(body, 'partner', 'cashier') as blob)",
        "update requests set sealed=zeroblob(120)",
        "update requests set row_version=2",
        "update answers set at='2020-01-01T00:00:00+00:00'",
        "update answers set user_id=(select id from users where role='owner')",
    ],
)
def test_edited_row_is_refused(three, edit):
    agree(three, file(three))
    sql(three, edit)
    refused(three, 9)


def test_deleted_request_is_asked_anew(three):
    agree(three, file(three))
    sql(three, "delete from answers")
    sql(three, "delete from requests")
    assert refused(three, 8) == "approval.missing"


def test_deleted_rejection_is_seen_even_when_the_index_forgets_it(three):
    request = file(three, TWO)
    before = row_of(three)
    agree(three, request)
    agree(three, request, "shen", "reject")
    put_back(three, before)
    sql(three, "delete from answers where answer='reject'")
    (last,) = sql(three, "select max(sequence) from events where act=?", ANSWERED)[0]
    sql(three, "delete from event_objects where sequence=?", last)
    assert refused(three, 9, demands=TWO) == "approval.forged"


def test_deleted_approval_is_seen(three):
    request = file(three, TWO)
    agree(three, request)
    sql(three, "delete from answers")
    assert refused(three, 9, demands=TWO) == "approval.forged"


def test_entry_changed_in_the_log_is_refused(three):
    request = file(three)
    before = row_of(three)
    agree(three, request, answer="reject")
    with three.opened() as vault:
        put_back(three, before)
        sql(three, "delete from answers")
        edit = "update events set entry=cast(replace(entry, ?, ?) as blob)"
        sql(three, edit, '"reject"', '"remark"')
        with pytest.raises(IntegrityViolated) as caught:
            require_approval(vault, "door.open", ACT, ONE)
    assert caught.value.code == "log.violated"


def test_request_logged_once_more_behind_a_rejection_is_refused(three):
    """A proposer with his own program appends his old request to the log again."""
    request = file(three)
    before = row_of(three)
    agree(three, request, answer="reject")
    with three.opened() as vault:
        row = vault.catalogue.requests(None)[0]
        with vault.act() as act:
            facts = {
                "request": parse_canonical(row.body),
                "signature": row.signature.hex(),
            }
            again = act.log(REQUESTED, objects=(row.id.hex(),), facts=facts)
    put_back(three, before)
    sql(three, "delete from answers")
    sql(three, "update requests set sequence=?", again)
    assert refused(three, 9) == "approval.forged"


def test_nobody_approves_for_himself(three):
    request = file(three)
    with three.opened() as vault, pytest.raises(NotAuthorised) as caught:
        answer_request(vault, request, answer="approve")
    assert caught.value.code == "approval.self"


def test_signed_answer_of_the_proposer_himself_does_not_count(three):
    """He writes his own answer past the program; row, signature and log are genuine."""
    request = file(three)
    with three.opened() as vault:
        view = show_request(vault, request).view
        given = sign_answer(vault, asked_of(view.row, view.request), "approve")
        with vault.act() as act:
            _record(act, view.row, given)
    assert refused(three, 8) == "approval.missing"


def test_who_may_not_approve_is_refused(three):
    request = file(three, (Demand(("owner",), 1),), by="lin")
    with three.opened("shen") as vault, pytest.raises(NotAuthorised) as caught:
        answer_request(vault, request, answer="approve")
    assert caught.value.code == "approval.role"


def test_partner_who_left_meanwhile_counts_no_more(three):
    agree(three, file(three))
    with three.opened() as vault:
        disable_user(vault, "lin", why="x")
    assert refused(three, 8) == "approval.missing"


def test_approval_holds_when_keys_change_because_another_left(three):
    three.join("xu", "partner")
    agree(three, file(three))
    with three.opened() as vault:
        disable_user(vault, "xu", why="x")
    execute(three)


def test_disabling_asks_others_where_a_pack_says_so(three):
    rule = {"id": "r", "role": "owner", "operations": ["user"], "level": "sensitive"}
    header = {"version": "1", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
    asks = {**rule, "approvals": [{"role": "partner"}]}
    pack = build_pack({**header, "pack": "p", "access": [asks]})
    three.join("xu")
    with three.opened() as vault:
        both = PolicySet((*vault.policy.packs, pack))
        adopt_policy(vault, both, is_dry_run=False)
    with three.opened() as vault, pytest.raises(ApprovalMissing) as caught:
        disable_user(vault, "lin", why="x")
    assert caught.value.details["approvers"] == ["shen"]
    agree(three, caught.value.details["request"], "shen")
    with three.opened() as vault:
        assert disable_user(vault, "lin", why="x").name == "lin"
    assert "approval.used" in acts(three)


def test_expired_request_is_refused_and_asked_anew(three):
    request = file(three)
    agree(three, request)
    with three.opened() as vault:
        set_clock(vault, SystemClock().now() + timedelta(days=14, seconds=1))
        with pytest.raises(ApprovalMissing) as caught:
            require_approval(vault, "door.open", ACT, ONE)
        assert caught.value.details["request"] != request
        assert show_request(vault, request).view.standing.state == "expired"
    assert "approval.expired" in acts(three)


def test_expired_request_is_not_answered(three):
    request = file(three)
    with three.opened("lin") as vault:
        set_clock(vault, SystemClock().now() + timedelta(days=15))
        with pytest.raises(NotAuthorised) as caught:
            answer_request(vault, request, answer="approve")
    assert caught.value.code == "approval.closed"


def test_clock_that_is_set_back_revives_nothing(three):
    agree(three, file(three))
    with three.opened() as vault:
        set_clock(vault, SystemClock().now() + timedelta(days=20))
        vault.note("later")
    code = refused(three, 8)
    assert code == "approval.clock"


def test_answer_from_the_future_is_refused(three):
    request = file(three)
    with three.opened("lin") as vault:
        set_clock(vault, SystemClock().now() + timedelta(hours=2))
        answer_request(vault, request, answer="approve")
    refused(three, 8, 9)


def test_nothing_is_answered_before_it_was_asked(three):
    request = file(three)
    with three.opened("lin") as vault:
        set_clock(vault, SystemClock().now() - timedelta(hours=1))
        with pytest.raises(LedgerVaultError) as caught:
            answer_request(vault, request, answer="approve")
    assert caught.value.exit_code in (8, 9)
    assert ANSWERED not in acts(three)


def test_crash_between_use_and_act_leaves_both_undone(three):
    agree(three, file(three))
    with three.opened() as vault:
        ready = require_approval(vault, "door.open", ACT, ONE)
        with pytest.raises(KeyboardInterrupt):
            use_and_crash(vault, ready)
    assert "approval.used" not in acts(three)
    assert sql(three, "select state from requests") == [("open",)]
    execute(three)


def test_withdrawal_between_check_and_act_stops_the_act(three):
    request = file(three)
    agree(three, request)
    with three.opened() as vault:
        ready = require_approval(vault, "door.open", ACT, ONE)
        with three.opened() as other:
            withdraw_request(other, request)
        with pytest.raises(NotAuthorised) as caught, vault.act() as logged:
            ready.use(logged)
    assert caught.value.code == "approval.used"


def test_only_the_proposer_withdraws(three):
    request = file(three)
    with three.opened("lin") as vault, pytest.raises(NotAuthorised) as caught:
        withdraw_request(vault, request)
    assert caught.value.code == "approval.not-yours"


def test_nobody_answers_twice(three):
    request = file(three, TWO)
    agree(three, request)
    with three.opened("lin") as vault, pytest.raises(Conflict):
        answer_request(vault, request, answer="reject", reason="x")


def test_where_nobody_could_be_asked_the_log_says_so(firm):
    execute(firm, WHERE_POSSIBLE)
    assert acts(firm)[-2:] == ["approval.waived", "door.opened"]
    firm.join("lin", "partner")
    assert refused(firm, 8, demands=WHERE_POSSIBLE) == "approval.missing"


def test_hidden_partner_is_not_nobody(firm):
    """Whoever deletes a partner's row gets no waiver."""
    firm.join("lin", "partner")
    sql(
        firm,
        "delete from grants where recipient in (select id from users where role='partner')",
    )
    assert refused(firm, 8, demands=WHERE_POSSIBLE) == "approval.missing"
    sql(firm, "delete from users where role='partner'")
    with pytest.raises(IntegrityViolated), firm.opened():
        pass


def test_request_about_a_client_is_seen_by_those_who_see_the_client(three):
    three.client("C001")
    with three.opened() as vault:
        client = next(one for one in vault.catalogue.clients() if not one.is_agency)
        with pytest.raises(ApprovalMissing) as caught:
            require_approval(vault, "door.open", ACT, ONE, client=client.id)
    request = caught.value.details["request"]
    assert caught.value.details["approvers"] == []
    with three.opened("lin") as vault:
        assert list_requests(vault) == []
        with pytest.raises(LedgerVaultError) as hidden:
            show_request(vault, request)
        with pytest.raises(LedgerVaultError) as unknown:
            show_request(vault, "A-00000000")
        assert hidden.value.message.replace(request, "") == (
            unknown.value.message.replace("A-00000000", "")
        )


def test_whom_an_act_favours_does_not_agree_to_it(three):
    def ask():
        with three.opened() as vault:
            lin, shen = (find_user(vault, name)[0].id.hex() for name in ("lin", "shen"))
            require_approval(vault, "door.open", ACT, ONE, barred=[lin])
        return shen

    with pytest.raises(ApprovalMissing) as caught:
        ask()
    assert set(caught.value.details["approvers"]) == {"shen"}
    request = caught.value.details["request"]
    with three.opened("lin") as vault, pytest.raises(NotAuthorised) as refusal:
        answer_request(vault, request, answer="approve")
    assert refusal.value.code == "approval.self"
    agree(three, request, "shen")
    assert ask()


def test_grant_of_sensitive_papers_asks_another_who_serves_the_client(three):
    three.client("C001")
    three.join("wei")
    three.grant("lin", "C001", level="confidential")
    with pytest.raises(ApprovalMissing) as caught:
        three.grant("wei", "C001")
    assert caught.value.details["approvers"] == ["lin"]
    agree(three, caught.value.details["request"])
    assert three.grant("wei", "C001").keys == 8
    assert acts(three)[-2:] == ["approval.used", "grant.given"]


def test_grant_of_less_or_where_nobody_serves_the_client_asks_nobody(three):
    three.client("C001")
    three.join("wei")
    three.grant("wei", "C001", level="confidential")
    assert "approval.waived" not in acts(three)
    three.grant("wei", "C001")
    assert acts(three)[-2:] == ["approval.waived", "grant.given"]


def test_partner_does_not_approve_what_he_is_granted_himself(three):
    three.client("C001")
    three.grant("lin", "C001")
    assert acts(three)[-2:] == ["approval.waived", "grant.given"]
    with pytest.raises(ApprovalMissing) as caught:
        three.grant("shen", "C001")
    with three.opened("shen") as vault, pytest.raises(LedgerVaultError):
        answer_request(vault, caught.value.details["request"], answer="approve")
    agree(three, caught.value.details["request"])
    three.grant("shen", "C001")


def test_approval_of_one_grant_is_not_one_of_another(three):
    three.client("C001")
    three.join("wei")
    three.grant("lin", "C001", level="confidential")
    with pytest.raises(ApprovalMissing) as caught:
        three.grant("wei", "C001")
    agree(three, caught.value.details["request"])
    three.join("xu")
    with pytest.raises(ApprovalMissing):
        three.grant("xu", "C001")
    with pytest.raises(ApprovalMissing):
        three.grant("wei", "C001", knows_only=True)
    with pytest.raises(ApprovalMissing):
        three.grant("wei", "all")
