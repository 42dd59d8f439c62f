"""Several people agree, or nothing happens."""

import io
import json

import pytest

from integration.one_machine import acting, people_of

PACK = """language: ledgervault-policy/1
pack: asking
version: '1'
title: {zh: 甲, en: A}
jurisdiction: CN
share:
  - {id: asking.share, levels: [confidential, sensitive], formats: age, longest: P30D, approvals: [{role: partner, count: 1}]}
"""


@pytest.fixture
def firm(agency):
    """An owner and three partners; every share asks one of them."""
    people = people_of(agency)
    for name in ("li", "wang", "zhou"):
        people.join(name, "partner")
        people.grant(name, "C001", level="confidential")
    pack = agency.root / "asking.yaml"
    pack.write_text(PACK)
    agency.json("policy", "adopt", "cn", "base", str(pack))
    agency.document = agency.ingest(agency.paper("银行对账单_2026年01月.txt"))[0]["id"]
    return agency


def share_words(firm, document=None, to="李会计", name="s.age"):
    return (
        "share", document or firm.document, "--to", to, "--purpose", "年审",
        "--expires", "7d", "-o", str(firm.root / name),
    )  # fmt: skip


def ask(firm, *words, who="zhou"):
    ran = firm.run("--json", *acting(firm, who), *(words or share_words(firm)))
    assert ran.code == 8, ran
    error = json.loads(ran.err)["error"]
    assert error["code"] == "approval.missing"
    return error


def acts(firm, prefix="approval"):
    entries = firm.json("log", "show", "--act", prefix)["entries"]
    return [one["act"] for one in entries]


def agree(firm, request, who="li"):
    return firm.json(*acting(firm, who), "approve", request, "--yes")["request"]


def test_share_waits_for_a_partner_and_then_the_same_command_goes_through(firm):
    error = ask(firm)
    assert error["missing"] == [{"roles": ["partner", "owner"], "count": 1}]
    assert set(error["approvers"]) == {"owner", "li", "wang"}
    assert not (firm.root / "s.age").exists()
    assert ask(firm)["request"] == error["request"]  # not filed twice
    assert agree(firm, error["request"])["state"] == "ready"
    done = firm.json(*acting(firm, "zhou"), *share_words(firm))
    assert done["documents"] == [firm.document]
    assert acts(firm) == ["approval.requested", "approval.answered", "approval.used"]
    assert firm.json("log", "verify")["ok"] is True


def test_approval_is_used_once(firm):
    request = ask(firm)["request"]
    agree(firm, request)
    firm.json(*acting(firm, "zhou"), *share_words(firm))
    (firm.root / "s.age").unlink()
    assert ask(firm)["request"] != request


@pytest.mark.parametrize(
    "change",
    [{"to": "张三"}, {"name": "elsewhere.age"}],
)
def test_approval_is_of_this_recipient_whatever_the_file_is_called(firm, change):
    request = ask(firm)["request"]
    agree(firm, request)
    ran = firm.run(*acting(firm, "zhou"), *share_words(firm, **change))
    assert ran.code == (8 if "to" in change else 0)


def test_other_papers_and_other_people_need_an_approval_of_their_own(firm):
    request = ask(firm)["request"]
    agree(firm, request)
    other = firm.ingest(firm.paper("银行对账单_2026年02月.txt"))[0]["id"]
    assert ask(firm, *share_words(firm, other))["request"] != request
    assert ask(firm, who="wang")["request"] != request


def test_edit_of_the_paper_after_the_approval_asks_anew(firm):
    before = ask(firm)["request"]
    agree(firm, before)
    edit = ("--series", "cn.voucher.source", "--reason", "原始凭证")
    firm.json("edit", firm.document, *edit)
    assert ask(firm)["request"] != before


def test_proposer_does_not_approve_his_own_request(firm):
    request = ask(firm, who="wang")["request"]
    ran = firm.run("--json", *acting(firm, "wang"), "approve", request, "--yes")
    assert (ran.code, json.loads(ran.err)["error"]["code"]) == (8, "approval.self")
    ask(firm, who="wang")


def test_nobody_answers_twice(firm):
    request = ask(firm)["request"]
    agree(firm, request)
    assert firm.run(*acting(firm, "li"), "approve", request, "--yes").code == 6


def test_rejection_ends_a_request_and_says_why(firm):
    request = ask(firm)["request"]
    reject = (*acting(firm, "li"), "approve", request, "--reject")
    assert firm.run(*reject).code == 2
    shown = firm.json(*reject, "--reason", "收件人不明")["request"]
    assert (shown["state"], shown["reason"]) == ("rejected", "收件人不明")
    assert firm.run(*acting(firm, "wang"), "approve", request, "--yes").code == 8
    assert ask(firm)["request"] != request


def test_proposer_withdraws_and_nobody_else_does(firm):
    request = ask(firm)["request"]
    assert firm.run(*acting(firm, "li"), "approve", request, "--withdraw").code == 8
    taken = firm.json(*acting(firm, "zhou"), "approve", request, "--withdraw")[
        "request"
    ]
    assert taken["state"] == "withdrawn"
    assert firm.run(*acting(firm, "li"), "approve", request, "--yes").code == 8


def test_list_tells_what_waits_for_me_and_what_i_asked_for(firm):
    request = ask(firm)["request"]
    of = {
        who: firm.json(*acting(firm, who), "approve") for who in ("li", "zhou", "wang")
    }
    assert [one["id"] for one in of["li"]["waiting"]] == [request]
    assert of["li"]["proposed"] == of["zhou"]["waiting"] == []
    (mine,) = of["zhou"]["proposed"]
    assert mine["parameters"]["recipient"] == "李会计"
    assert mine["proposer"]["name"] == "zhou"
    agree(firm, request)
    assert firm.json(*acting(firm, "li"), "approve")["waiting"] == []
    assert firm.run(*acting(firm, "wang"), "approve").out.count(request) == 1


def test_list_is_readable_in_both_languages(firm):
    assert "Nothing waits" in firm.run(*acting(firm, "li"), "approve").out
    ask(firm)
    assert "Waiting for you:" in firm.run(*acting(firm, "li"), "approve").out
    chinese = firm.run("--lang", "zh", *acting(firm, "li"), "approve").out
    assert "等待您批准" in chinese
    assert "Waiting" not in chinese


def test_script_says_yes_or_nothing_is_approved(firm):
    request = ask(firm)["request"]
    assert firm.run(*acting(firm, "li"), "approve", request).code == 2
    assert firm.run("--json", *acting(firm, "li"), "approve", request).code == 2
    assert acts(firm) == ["approval.requested"]


def test_request_names_nobody_in_the_clear(firm):
    ask(firm)
    (row,) = firm.sql("select act, body, sealed from requests")
    events = firm.sql("select entry from events where act='approval.requested'")
    for raw in (row[1], row[2], events[0][0]):
        for secret in ("李会计", "年审", firm.document):
            assert secret.encode() not in raw


def test_partner_may_share_when_the_owner_agrees(firm):
    request = ask(firm, who="li")["request"]
    agree(firm, request, who="owner")
    done = firm.json(*acting(firm, "li"), *share_words(firm))
    assert done["documents"] == [firm.document]


def test_firm_of_one_cannot_share_what_asks_for_another(agency):
    pack = agency.root / "asking.yaml"
    pack.write_text(PACK)
    agency.json("policy", "adopt", "cn", "base", str(pack))
    agency.document = agency.ingest(agency.paper("银行对账单_2026年01月.txt"))[0]["id"]
    error = ask(agency, who="owner")
    assert error["approvers"] == []
    assert "admit somebody" in error["hint"]


def test_refused_share_files_no_request(firm):
    words = (*share_words(firm), "--expires", "300d")
    assert firm.run(*acting(firm, "zhou"), *words).code == 4
    assert acts(firm) == []


def test_own_rules_say_that_nobody_is_named(firm):
    from ledgervault.errors import NotAuthorised
    from ledgervault.vault.approvals import require_approval

    with people_of(firm).opened() as vault, pytest.raises(NotAuthorised) as caught:
        require_approval(vault, "share", {}, ())
    assert caught.value.code == "approval.no-approver"


def shorter(root):
    """Bank statements are kept one year instead of ten."""
    pack = root / "shorter.yaml"
    pack.write_text(
        "language: ledgervault-policy/1\npack: cn\nversion: '0'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\nseries:\n"
        "  - id: cn.other.bank_statement\n    title: {zh: 甲, en: A}\n"
        "    family: custody\n    level: confidential\n    then: appraise\n"
        "    retention: {min: P1Y, trigger: fiscal_year_end}\n"
    )
    return str(pack)


def test_policy_that_shortens_takes_two_others_and_is_adopted_once(firm):
    adopt = ("policy", "adopt", shorter(firm.root), "base", "--unsafe-shorten")
    before = firm.json("show", firm.document)["due"]
    error = ask(firm, *adopt, who="owner")
    assert error["missing"] == [{"roles": ["partner", "owner"], "count": 2}]
    request = error["request"]
    assert agree(firm, request)["state"] == "open"
    assert ask(firm, *adopt, who="owner")["request"] == request
    assert agree(firm, request, who="wang")["state"] == "ready"
    assert firm.json("show", firm.document)["due"] == before
    done = firm.json(*adopt)
    assert done["adopted"] is True
    assert firm.json("show", firm.document)["due"] < before
    assert acts(firm)[-1] == "approval.used"


def test_disposal_is_listed_and_approved_where_requests_are(firm):
    firm.ingest(firm.paper("银行对账单_2013年01月.txt"))
    disposal = firm.json("purge", "--expired")["proposed"][0]["id"]
    listed = firm.json("approve")["disposals"]
    assert [one["id"] for one in listed] == [disposal]
    assert firm.json(*acting(firm, "li"), "approve")["disposals"] == []
    done = firm.json("approve", disposal, "--yes")["disposal"]
    assert (done["state"], done["missing"]) == ("approved", [])
    assert firm.json("approve")["disposals"] == []
    assert firm.json("purge", "--expired")["destroyed"] == 1


def apart(firm):
    pack = firm.root / "apart.yaml"
    pack.write_text(
        "language: ledgervault-policy/1\npack: apart\nversion: '1'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\ndestroy:\n"
        "  - {id: apart.all, series: cn.*, approvals: [{role: owner}],"
        " separate: [proposer, approver]}\n"
    )
    firm.json("policy", "adopt", "cn", "base", str(pack))
    firm.ingest(firm.paper("银行对账单_2013年01月.txt"))


def test_proposer_does_not_approve_a_disposal_where_the_rule_keeps_them_apart(firm):
    apart(firm)
    disposal = firm.json("purge", "--expired")["proposed"][0]["id"]
    for words in (("approve", disposal, "--yes"), ("disposal", "approve", disposal)):
        ran = firm.run("--json", *words)
        assert (ran.code, json.loads(ran.err)["error"]["code"]) == (8, "approval.self")
    assert firm.json("purge", "--expired")["destroyed"] == 0


def test_owner_approves_what_a_partner_proposed(firm):
    apart(firm)
    disposal = firm.json(*acting(firm, "li"), "purge", "--expired")["proposed"][0]["id"]
    assert firm.json("approve", disposal, "--yes")["disposal"]["state"] == "approved"
    assert firm.json("purge", "--expired")["destroyed"] == 1


def test_rejected_disposal_that_is_opened_again_by_hand_is_not_destroyed(firm):
    firm.ingest(firm.paper("银行对账单_2013年01月.txt"))
    disposal = firm.json("purge", "--expired")["proposed"][0]["id"]
    firm.json("disposal", "reject", disposal, "--reason", "仍需查阅")
    firm.sql("update disposals set state='approved', row_version=1")
    for _attempt in ("with the answer", "without it"):
        report = firm.json("purge", "--expired", code=9)
        refused = report["refused"][0]["code"]
        assert (report["destroyed"], refused) == (0, "disposal.forged")
        firm.sql("delete from approvals")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("typed", "state"),
    [("y\n", "ready"), ("是\n", "ready"), ("\n", "open"), ("", "open")],
)
def test_person_is_shown_what_he_approves_and_asked(firm, monkeypatch, typed, state):
    request = ask(firm)["request"]
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    ran = firm.run(*acting(firm, "li"), "approve", request)
    assert ran.code == 0
    for shown in (request, "李会计", "年审", firm.document, "zhou", "y/N"):
        assert shown in ran.err
    (found,) = firm.json(*acting(firm, "zhou"), "approve")["proposed"]
    assert found["state"] == state
