"""The adopted policy is asked before anything is done, by role, level and series."""

import dataclasses
import os
import sqlite3
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from firms import Firm
from ledgervault.bootstrap.policies import load_override_paths
from ledgervault.bootstrap.succeeding import SuccessionRequest, rotate_identity
from ledgervault.crypto.signing import sign_labelled
from ledgervault.domain.building import build_pack
from ledgervault.domain.policy import PolicySet
from ledgervault.errors import IntegrityViolated, PolicyRefusal
from ledgervault.services.disposals import (
    answer_disposal,
    list_disposals,
    show_disposal,
)
from ledgervault.services.due import list_due
from ledgervault.services.ingest.papers import IngestRequest
from ledgervault.services.ingest.taking_in import ingest
from ledgervault.services.listing import (
    ListRequest,
    list_documents,
    search_documents,
)
from ledgervault.services.policies import adopt_override
from ledgervault.services.purging import purge_expired
from ledgervault.services.registers import add_entry, advance_entry, list_entries
from ledgervault.services.retrieving import find_documents
from ledgervault.services.showing import show_document
from ledgervault.vault import authority
from ledgervault.vault.authority import authorise, find_refusal
from ledgervault.vault.finding import visible_clients
from ledgervault.vault.names import find_user
from ledgervault.vault.registers import satisfied_until, selves_of

NDA = {"version": "2", "signed_on": "2024-05-01"}
COURSE = {"course": "PIPL", "passed_on": "2024-05-01", "ends_on": "2027-04-30"}
VOUCHER, PAYROLL = "cn.voucher.source", "cn.hr.payroll"
STATEMENT = "cn.other.bank_statement"


class Clock:
    def __init__(self, day):
        self.day = day

    def now(self):
        return datetime.fromisoformat(self.day).replace(hour=4, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock("2026-11-24")
    monkeypatch.setattr("ledgervault.bootstrap.adapters.SystemClock", lambda: clock)
    monkeypatch.setattr("ledgervault.bootstrap.creating.SystemClock", lambda: clock)
    monkeypatch.setattr("ledgervault.bootstrap.enrolling.SystemClock", lambda: clock)
    return clock


@pytest.fixture
def firm(clock, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    return Firm(tmp_path).found()


def enter(firm, kind, who, given, *, by="owner", state=""):
    with firm.opened(by) as vault:
        view = add_entry(vault, kind, {"person": who, **given}, state=state)
    return view.entry.code


def refused(firm, who, operation, level="", series=""):
    with firm.opened(who) as vault:
        return find_refusal(vault, operation, level=level, series=series, client=None)


def test_owner_and_partner_may_what_their_rules_say(firm):
    firm.join("lin", "partner")
    assert refused(firm, "owner", "key", "sensitive", PAYROLL) is None
    assert refused(firm, "lin", "share", "sensitive", PAYROLL) is None
    assert refused(firm, "lin", "key").details["decision"]["rule"] == "no-rule"


def test_bookkeeper_without_promise_of_secrecy_is_told_what_to_do(firm):
    firm.join("wang")
    found = refused(firm, "wang", "get", "confidential", VOUCHER)
    assert found.exit_code == 4
    assert found.code == "policy.access"
    assert (
        "register nda has no entry; rule base.access.bookkeeper.work" in found.message
    )
    assert "代理记账管理办法" in found.message
    assert "owner, partner" in found.hint
    assert "vault register nda add person=U-" in found.hint
    assert "signed_on=SIGNED_ON" in found.hint


def test_with_the_promise_he_may_and_after_its_last_day_no_more(firm, clock):
    firm.join("wang")
    enter(firm, "nda", "wang", {**NDA, "ends_on": "2026-11-30"})
    assert refused(firm, "wang", "get", "sensitive", VOUCHER) is None
    clock.day = "2026-11-30"
    assert refused(firm, "wang", "get", "sensitive", VOUCHER) is None
    clock.day = "2026-12-01"
    found = refused(firm, "wang", "get", "sensitive", VOUCHER)
    assert "register nda lapsed on 2026-11-30" in found.message
    assert "vault register nda add" in found.hint


def test_promise_that_was_ended_counts_no_more(firm):
    firm.join("wang")
    code = enter(firm, "nda", "wang", NDA)
    assert refused(firm, "wang", "get") is None
    with firm.opened() as vault:
        advance_entry(vault, "nda", code, state="ended", given={})
        assert list_entries(vault, "nda")[0].entry.revision == 2
    assert "has no entry" in refused(firm, "wang", "get").message


def test_a_day_ends_in_the_jurisdiction_of_the_packs(firm, clock, monkeypatch):
    firm.join("wang")
    enter(firm, "nda", "wang", {**NDA, "ends_on": "2026-11-30"})
    late = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # half past midnight in China
    monkeypatch.setattr(clock, "now", lambda: late)
    assert "lapsed on 2026-11-30" in refused(firm, "wang", "get").message


def test_sharing_takes_training_too_and_stays_below_sensitive(firm):
    firm.join("wang")
    enter(firm, "nda", "wang", NDA)
    assert "register training" in refused(firm, "wang", "share").message
    enter(firm, "training", "wang", COURSE)
    assert refused(firm, "wang", "share", "confidential", VOUCHER) is None
    found = refused(firm, "wang", "share", "sensitive", VOUCHER)
    assert "papers above confidential are not for this role" in found.message
    assert found.hint == "permitted to: owner, partner"


def test_cashier_stays_within_his_series(firm):
    firm.join("qian", "cashier")
    enter(firm, "nda", "qian", NDA)
    assert refused(firm, "qian", "get", "confidential", VOUCHER) is None
    assert "no rule" in refused(firm, "qian", "get", "internal", PAYROLL).message
    assert "above confidential" in refused(firm, "qian", "get", "sensitive").message


def test_auditor_reads_no_paper_and_his_time_ends(firm, clock):
    firm.join("shen", "auditor")
    assert refused(firm, "shen", "report") is None
    assert "no rule" in refused(firm, "shen", "get", "public", VOUCHER).message
    clock.day = "2027-11-23"
    assert refused(firm, "shen", "report") is None
    clock.day = "2027-11-24"
    assert "the access ended on 2027-11-24" in refused(firm, "shen", "log").message


def test_service_purges_and_reads_nothing(firm):
    firm.join("cron", "service")
    assert refused(firm, "cron", "purge", "sensitive", VOUCHER) is None
    assert refused(firm, "cron", "get", "public", VOUCHER) is not None
    assert refused(firm, "cron", "list") is not None


def test_recovery_brings_owners_back_and_reads_nothing(firm):
    firm.join("kit", "recovery")
    assert [refused(firm, "kit", one) for one in ("user", "grant", "key")] == [None] * 3
    assert refused(firm, "kit", "get", "public", VOUCHER) is not None
    assert refused(firm, "kit", "policy") is not None


def test_of_several_roles_one_that_permits_is_enough(firm):
    firm.join("zhao", "bookkeeper+auditor")
    assert refused(firm, "zhao", "audit") is None  # the auditor's rule asks no register
    assert refused(firm, "zhao", "ingest") is not None
    enter(firm, "nda", "zhao", NDA)
    assert refused(firm, "zhao", "ingest") is None
    assert refused(firm, "zhao", "key") is not None


def test_no_access_rules_let_nobody_do_anything_but_an_owner_adopt_others(firm):
    with firm.opened() as vault:
        vault.policy = PolicySet(())
        with pytest.raises(PolicyRefusal) as found:
            list_documents(vault, ListRequest())
        assert "vault policy adopt" in found.value.hint
        authorise(vault, "policy")
    firm.join("lin", "partner")
    with firm.opened("lin") as vault:
        vault.policy = PolicySet(())
        with pytest.raises(PolicyRefusal):
            authorise(vault, "policy")


def test_own_rules_of_a_client_narrow_access_to_his_papers_alone(firm, tmp_path):
    firm.join("wang")
    enter(firm, "nda", "wang", NDA)
    for code in ("C001", "C002"):
        firm.client(code)
        firm.grant("wang", code, level="confidential")
    own = tmp_path / "own.yaml"
    own.write_text(
        "language: ledgervault-policy/1\noverride: C001\naccess:\n"
        "  - {id: own.reading, role: bookkeeper, operations: [get], level: internal}\n"
    )
    with firm.opened() as vault:
        override = load_override_paths([str(own)], vault.policy)
        adopt_override(vault, override, "C001", is_dry_run=False)
    with firm.opened("wang") as vault:
        clients = {known.code: row.id for row, known in visible_clients(vault)}

        def get(client):
            return find_refusal(
                vault, "get", level="confidential", series=VOUCHER, client=client
            )

        assert "rule own.reading" in get(clients["C001"]).message
        assert get(clients["C002"]) is None
        assert get(None) is None


@pytest.mark.parametrize(
    ("level", "is_there"), [("internal", False), ("sensitive", True)]
)
def test_folders_are_asked_for_by_their_highest_paper(firm, level, is_there):
    firm.client("C001")
    firm.ingest("C001", {"银行对账单_2013年01月.txt": b"one"})
    rule = {"id": "r", "role": "owner", "level": level}
    rule["operations"] = ["due", "purge", "disposal", "approve"]
    pack = {"pack": "p", "version": "1", "jurisdiction": "CN"}
    pack |= {"title": {"zh": "甲", "en": "A"}, "access": [rule]}
    with firm.opened() as vault:
        report = purge_expired(vault, is_dry_run=False)
        (disposal,) = [one.code for one in report.proposed]
        vault.policy = PolicySet((build_pack(pack),))
        vault.rulings.forget()
        assert len(list_due(vault, within_days=1)) == is_there
        assert len(list_disposals(vault, state=None)) == is_there
        planned = purge_expired(vault, is_dry_run=True)
        assert [one.code for one in planned.refused].count("policy.access") == (
            0 if is_there else 1
        )
        with nullcontext() if is_there else pytest.raises(PolicyRefusal):
            show_disposal(vault, disposal)
        with nullcontext() if is_there else pytest.raises(PolicyRefusal):
            answer_disposal(vault, disposal, answer="approve")


def test_unknown_operation_is_refused(firm):
    assert refused(firm, "owner", "fly") is not None


def test_nobody_enters_about_himself_what_opens_something_to_him(firm):
    firm.join("dang", "archivist")
    with firm.opened("dang") as vault, pytest.raises(PolicyRefusal) as found:
        add_entry(vault, "training", {"person": "dang", **COURSE})
    assert found.value.code == "policy.access"  # he may not even enter yet
    enter(firm, "nda", "dang", NDA)
    enter(firm, "training", "dang", COURSE)
    with firm.opened("dang") as vault, pytest.raises(PolicyRefusal) as found:
        add_entry(vault, "training", {"person": "dang", **COURSE})
    assert found.value.code == "register.about-oneself"
    assert enter(firm, "nda", "owner", NDA).startswith("R-")


def test_what_somebody_entered_about_himself_past_the_program_does_not_count(
    firm, monkeypatch
):
    firm.join("dang", "archivist")
    enter(firm, "nda", "dang", NDA)
    enter(firm, "training", "dang", {**COURSE, "ends_on": "2026-12-01"})
    monkeypatch.setattr(
        "ledgervault.services.registers._refuse_about_oneself", lambda *_: None
    )
    enter(firm, "training", "dang", COURSE, by="dang")
    with firm.opened("dang") as vault:
        until = satisfied_until(vault, vault.me.id)
    assert until["training"].isoformat() == "2026-12-01"


def test_statement_under_another_signature_is_refused(firm, monkeypatch):
    user = firm.join("wang")
    with firm.opened() as vault:
        with monkeypatch.context() as patched:
            patched.setattr(
                "ledgervault.vault.registers.sign_labelled",
                lambda identity, label, _said: sign_labelled(identity, label, b"other"),
            )
            with pytest.raises(IntegrityViolated):
                add_entry(vault, "nda", {"person": "wang", **NDA})
        with pytest.raises(IntegrityViolated) as found:
            satisfied_until(vault, user.id)
    assert found.value.code == "signature.invalid"


@pytest.mark.parametrize("place", [-1, -2])
def test_statement_left_out_of_the_index_is_noticed(firm, place):
    firm.join("wang")
    code = enter(firm, "nda", "wang", {**NDA, "ends_on": "2030-01-01"})
    with firm.opened() as vault:
        for version in ("3", "4"):
            advance_entry(vault, "nda", code, state="", given={"version": version})
        user = find_user(vault, "wang")[0]
        hidden = vault.catalogue.sequences_of(user.id.hex())[place]
    with sqlite3.connect(firm.root / "vault" / "catalogue.sqlite") as link:
        link.execute("DELETE FROM event_objects WHERE sequence = ?", (hidden,))
    link.close()
    with firm.opened() as vault, pytest.raises(IntegrityViolated) as found:
        satisfied_until(vault, user.id)
    assert found.value.code == "log.hidden"


def test_unknown_role_is_refused(firm):
    with firm.opened() as vault:
        vault.me = dataclasses.replace(vault.me, role="stranger")
        with pytest.raises(PolicyRefusal) as found:
            list_documents(vault, ListRequest())
    assert "no rule permits it" in found.value.message


def test_papers_a_role_may_not_have_are_not_in_its_lists(firm, tmp_path):
    firm.join("qian", "cashier")
    firm.client("C001")
    firm.grant("qian", "C001", level="confidential")
    enter(firm, "nda", "qian", NDA)
    for name in ("银行对账单_2026年01月.txt", "工资表_2026年01月.txt"):
        (tmp_path / name).write_text(name)
    with firm.opened() as vault:
        paths = tuple(os.fsencode(one) for one in tmp_path.glob("*.txt"))
        request = IngestRequest(paths, client="C001")
        done = ingest(vault, request, workers=1, progress=lambda *_: None)
        assert {one.series for one in done.ingested} == {PAYROLL, STATEMENT}
        whole = list_documents(vault, ListRequest())
    with firm.opened("qian") as vault:
        mine = list_documents(vault, ListRequest())
        found = search_documents(vault, ListRequest(), "2026年01月")
        (payroll,) = [one.row for one in whole.documents if one.row.series == PAYROLL]
        with pytest.raises(PolicyRefusal):
            show_document(vault, payroll.code)
        rows, _missing = find_documents(vault, [], client="C001", everything=False)
    assert len(whole.documents) == 2
    assert [one.row.series for one in mine.documents] == [STATEMENT]
    assert [one.row.series for one in found.documents] == [STATEMENT]
    assert [one.series for one in rows] == [STATEMENT]


def test_decisions_are_remembered_until_something_changes(firm, monkeypatch):
    firm.join("wang")
    asked = []
    real = authority.decide_access
    monkeypatch.setattr(
        authority, "decide_access", lambda *one: asked.append(1) or real(*one)
    )
    with firm.opened() as vault:
        for _ in range(100):
            authorise(vault, "get", level="sensitive", series=VOUCHER)
        assert len(asked) == 1
        add_entry(vault, "nda", {"person": "wang", **NDA})
        authorise(vault, "get", level="sensitive", series=VOUCHER)
        assert len(asked) == 3  # `register` was asked, and `get` anew


def test_what_was_entered_about_old_keys_counts_for_the_new_ones(firm):
    firm.join("wang")
    enter(firm, "nda", "wang", NDA)
    fresh = firm.root / "wang-2.key"
    rotate_identity(firm.settings("wang"), None, SuccessionRequest(key_file=str(fresh)))
    fresh.replace(firm.root / "wang.key")
    assert refused(firm, "wang", "get", "sensitive", VOUCHER) is None
    with firm.opened("wang") as vault:
        assert len(selves_of(vault, vault.me.id.hex())) == 2


def test_new_keys_make_nobody_another_person_who_may_vouch_for_him(firm):
    firm.join("dang", "archivist")
    enter(firm, "nda", "dang", NDA)
    enter(firm, "training", "dang", {**COURSE, "ends_on": "2026-12-01"})
    enter(firm, "training", "dang", {**COURSE, "ends_on": "2026-12-02"})
    with firm.opened("dang") as vault:
        old = vault.me.id
    fresh = firm.root / "dang-2.key"
    rotate_identity(firm.settings("dang"), None, SuccessionRequest(key_file=str(fresh)))
    fresh.replace(firm.root / "dang.key")
    with firm.opened("dang") as vault:
        (entry,) = [
            one.entry
            for one in list_entries(vault, "training")
            if one.entry.until.isoformat() == "2026-12-02"
        ]
        assert entry.person == old.hex()
        with pytest.raises(PolicyRefusal) as found:
            advance_entry(
                vault, "training", entry.code, state="", given={"ends_on": "2099-01-01"}
            )
    assert found.value.code == "register.about-oneself"
