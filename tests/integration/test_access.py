"""Who may do what, as people meet it at the command line; registers and what is due."""

import datetime as dt
import json

import pytest

from integration.colleagues import grant, join

PROMISE = ("version=2", "signed_on=2024-05-01")
COURSE = ("course=PIPL", "passed_on=2024-05-01", "ends_on=2099-04-30")


@pytest.fixture
def wang(agency):
    made = join(agency, "王会计", "bookkeeper")
    grant(agency, made, "C001")
    return made


@pytest.fixture
def statement(agency):
    return agency.ingest(agency.paper("银行对账单_2026年01月.txt"))[0]["id"]


def enter(agency, kind, who, *fields):
    done = agency.json("register", kind, "add", f"person={who.name}", *fields)
    return done["entry"]["id"]


def refusals(agency):
    shown = agency.json("log", "show", "--act", "act.refused")
    return [one["facts"] for one in shown["entries"]]


def test_bookkeeper_works_once_the_promise_of_secrecy_is_entered(
    agency, wang, statement
):
    ran = wang.run("get", statement, "-o", "-")
    assert (ran.code, ran.out) == (4, "")
    assert "register nda has no entry" in ran.err
    command = ran.err.split("): ")[-1].split()
    assert command[:4] == ["vault", "register", "nda", "add"]
    assert wang.run("ingest", str(agency.paper("a.txt")), "-c", "C001").code == 4
    enter(agency, "nda", wang, *PROMISE)
    content = wang.run("get", statement, "-o", "-")
    assert (content.code, content.out) == (0, "银行对账单_2026年01月.txt\n")
    assert [one["id"] for one in wang.json("list")["documents"]] == [statement]


def test_refusal_is_logged_and_says_the_rule_in_both_languages(agency, wang, statement):
    ran = wang.run("--json", "show", statement)
    error = json.loads(ran.err)["error"]
    assert (error["code"], error["exit"]) == ("policy.access", 4)
    assert "rule base.access.bookkeeper.work (代理记账管理办法" in error["message"]
    chinese = wang.run("--lang", "zh", "show", statement).err
    assert "角色 bookkeeper 不得执行 show：登记簿 nda 中没有有效记录" in chinese
    assert "请有权登记者" in chinese
    assert "may not" not in chinese
    assert refusals(agency)[-1] == {
        "code": "policy.access",
        "command": f"show {statement}",
    }


def test_bookkeeper_shares_after_training_and_nothing_sensitive(
    agency, wang, statement
):
    enter(agency, "nda", wang, *PROMISE)
    asked = ("share", statement, "--to", "Lin", "--purpose", "年审")
    out = ("-o", str(agency.root / "share.age"))
    assert "register training" in wang.run(*asked, *out).err
    enter(agency, "training", wang, *COURSE)
    agency.json("edit", statement, "--level", "sensitive", "--reason", "证件号")
    ran = wang.run(*asked, *out)
    assert (ran.code, "papers above confidential" in ran.err) == (4, True)
    assert "permitted to: owner, partner" in ran.err
    assert not (agency.root / "share.age").exists()
    assert agency.json("shares", "list")["shares"] == []


def test_bookkeeper_cannot_edit_a_paper_into_a_level_of_others(agency, statement):
    qian = join(agency, "钱出纳", "cashier", "bookkeeper")
    grant(agency, qian, "C001")
    enter(agency, "nda", qian, *PROMISE)
    assert qian.run("edit", statement, "--title", "x", "--reason", "r").code == 0
    assert qian.run("policy", "adopt", "cn").code == 4


def test_cashier_sees_his_series_only(agency, statement):
    qian = join(agency, "钱出纳", "cashier")
    grant(agency, qian, "C001")
    enter(agency, "nda", qian, *PROMISE)
    payroll = agency.ingest(agency.paper("工资表_2026年01月.txt"))[0]["id"]
    assert [one["id"] for one in qian.json("list")["documents"]] == [statement]
    assert qian.json("search", "2026年01月")["documents"][0]["id"] == statement
    assert len(qian.json("search", "2026年01月")["documents"]) == 1
    assert qian.run("show", payroll).code == 4
    assert qian.run("get", payroll, "-o", "-").out == ""
    taken = qian.json(
        "ingest", str(agency.paper("工资表_2026年02月.txt")), "-c", "C001", code=3
    )
    assert [one["code"] for one in taken["failed"]] == ["policy.access"]
    planned = qian.json(
        "ingest",
        "--dry-run",
        str(agency.paper("工资表_2026年03月.txt")),
        "-c",
        "C001",
        code=3,
    )
    assert [one["code"] for one in planned["failed"]] == ["policy.access"]


def test_auditor_lists_and_reports_and_reads_nothing(agency, statement):
    shen = join(agency, "沈审计", "auditor")
    grant(agency, shen, "C001")
    assert shen.json("report", "inventory")["totals"]["documents"] == 1
    for argv in (
        ("show", statement),
        ("get", statement, "-o", "-"),
        ("history", statement),
    ):
        assert shen.run(*argv).code == 4


def test_service_lists_nothing_and_purges(agency, statement):
    cron = join(agency, "cron", "service")
    assert cron.run("purge", "--expired").code == 0
    assert cron.run("list").code == 4
    assert cron.run("get", "--all", "-o", str(agency.root / "out")).code == 4
    assert cron.run("due").code == 0


def test_entry_is_shown_advanced_and_ends_what_it_opened(agency, wang, statement):
    entry = enter(agency, "nda", wang, *PROMISE)
    assert wang.run("get", statement, "-o", "-").code == 0
    shown = agency.json("register", "nda", "show", entry)["entry"]
    assert shown["fields"] == {
        "person": "王会计", "version": "2", "signed_on": "2024-05-01",
    }  # fmt: skip
    assert (shown["state"], shown["until"], shown["by"]) == ("signed", None, "owner")
    assert agency.run("register", "nda", "advance", entry).code == 6
    day = "ends_on=2024-06-01"
    moved = agency.json("register", "nda", "advance", entry, day)["entry"]
    assert (moved["until"], moved["revision"]) == ("2024-06-01", 2)
    ran = wang.run("get", statement, "-o", "-")
    assert "register nda lapsed on 2024-06-01" in ran.err
    agency.json("register", "nda", "advance", entry, "--to", "ended")
    assert "has no entry" in wang.run("get", statement, "-o", "-").err
    assert agency.json("register", "nda", "list")["entries"][0]["state"] == "ended"
    assert agency.json("log", "verify")["ok"] is True


def test_wrong_entry_is_told_every_problem_and_nothing_is_written(agency):
    before = agency.json("log", "checkpoint")["root"]
    ran = agency.run(
        "register", "training", "add", "person=nobody", "cours=x", "passed_on=soon"
    )
    assert ran.code == 2
    for problem in ("nobody here is called", "cours is no field", "ends_on is missing"):
        assert problem in ran.err
    assert "passed_on is no date" in ran.err
    chinese = agency.run("--lang", "zh", "register", "nda", "add", "version=1").err
    assert "缺少 signed_on" in chinese
    assert "is missing" not in chinese
    assert agency.run("register", "ndas", "list").code == 5
    assert agency.run("register", "nda", "add", "version").code == 2
    assert agency.run("register", "nda", "add", "version=1", "version=2").code == 2
    assert agency.run("register", "nda", "show", "R-0000").code == 5
    assert agency.json("log", "checkpoint")["root"] == before


def test_person_of_an_entry_does_not_change(agency, wang):
    entry = enter(agency, "nda", wang, *PROMISE)
    ran = agency.run("register", "nda", "advance", entry, "person=owner")
    assert (ran.code, "person of an entry does not change" in ran.err) == (2, True)


def test_what_an_entry_states_is_nowhere_in_clear(agency, wang):
    agency.json(
        "register", "nda", "add", f"person={wang.name}", *PROMISE, "scope=客户商业秘密"
    )
    agency.json("register", "incident", "add", "contact=owner", "kinds=住址",
                "discovered_on=2026-01-02", "cause=丢失笔记本", "harm=无",
                "was_encrypted=all")  # fmt: skip
    raw = b"".join(
        path.read_bytes()
        for path in agency.files()
        if path.is_relative_to(agency.vault)
    )
    for said in ("客户商业秘密", "丢失笔记本", "王会计"):
        assert said.encode() not in raw
        assert json.dumps(said).encode() not in raw


def test_colleague_without_the_key_sees_that_an_entry_is_there_and_not_what_it_says(
    agency, wang
):
    enter(agency, "nda", wang, *PROMISE)
    (entry,) = wang.json("register", "nda", "list")["entries"]
    assert (entry["state"], entry["fields"]) == ("signed", None)
    assert (
        wang.run("register", "nda", "advance", entry["id"], "--to", "ended").code == 8
    )


def test_due_lists_what_lapses_must_move_and_may_be_disposed_of(agency, wang):
    today = dt.datetime.now(dt.UTC).date()  # noqa: TID251 - the commands ask the system
    soon = today + dt.timedelta(days=20)
    enter(agency, "nda", wang, *PROMISE, f"ends_on={soon}")
    agency.json("register", "review", "add", "subject=x", "reviewer=owner",
                f"planned_for={today - dt.timedelta(days=40)}")  # fmt: skip
    agency.ingest(agency.paper("银行对账单_2013年01月.txt"))
    found = agency.json("due", "--within", "30d")["due"]
    assert [one["what"] for one in found] == ["disposition", "deadline", "lapses"]
    assert [one["whose"] for one in found] == ["C001", "owner", "王会计"]
    assert found[2]["on"] == soon.isoformat()
    assert [one["what"] for one in agency.json("due", "--within", "5d")["due"]] == [
        "disposition",
        "deadline",
    ]
    assert "到期" in agency.run("--lang", "zh", "due").out
    assert agency.run("due", "--within", "soon").code == 2


def test_policy_without_access_lets_an_owner_adopt_another_and_no_more(
    agency, statement, tmp_path
):
    pack = tmp_path / "bare.yaml"
    pack.write_text(
        "language: ledgervault-policy/1\npack: bare\nversion: '1'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\nseries:\n"
        "  - id: cn.other.bank_statement\n    title: {zh: 甲, en: A}\n"
        "    family: custody\n    level: confidential\n    then: appraise\n"
        "    retention: {min: P10Y, trigger: fiscal_year_end}\n"
    )
    agency.json("policy", "adopt", str(pack))
    for argv in (("list",), ("get", statement, "-o", "-"), ("due",)):
        ran = agency.run(*argv)
        assert (ran.code, "no rule permits it" in ran.err) == (4, True)
    assert "vault policy adopt" in agency.run("list").err
    agency.json("policy", "adopt", "cn", "base")
    assert agency.run("show", statement).code == 0


def test_an_end_that_the_index_hides_ends_the_command(agency, wang, statement):
    entry = enter(agency, "nda", wang, *PROMISE)
    agency.json("register", "nda", "advance", entry, "--to", "ended")
    assert wang.run("show", statement).code == 4
    last = max(
        row[0]
        for row in agency.sql(
            "select sequence from event_objects where object='registers'"
        )
    )
    for hidden in ("", " and object<>'registers'"):
        agency.sql("create table if not exists kept as select * from event_objects")
        agency.sql(f"delete from event_objects where sequence=?{hidden}", last)
        ran = wang.run("show", statement)
        assert ran.code in (4, 9)
        assert "银行对账单" not in ran.out
        agency.sql("delete from event_objects")
        agency.sql("insert into event_objects select * from kept")
    agency.sql("delete from event_objects where sequence=?", last)
    assert wang.run("show", statement).code == 9
