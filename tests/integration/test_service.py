"""The cron identity holds the ring key alone: it destroys, and reads nothing."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from ledgervault.bootstrap.opening import open_vault
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.vault.epochs import change_epoch
from ledgervault.vault.journal import Journal
from ledgervault.vault.truth import clear_facts
from tools.expiring import adopt, adopt_own_rules, file
from tools.joining import grant, join

PROGRAM = (sys.executable, "-m", "ledgervault")
LOG, PAPER = "soon.log", "soon.paper"
SECRETS = ("清河茶叶", "C001", "网关日志", "客户函件", "仲裁案", "鹿垄财务")


class Clock:
    """A clock that a hand moves."""

    def __init__(self, now):
        self.at = now

    def now(self):
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def clock(monkeypatch):
    moved = Clock(datetime(2027, 1, 5, tzinfo=UTC))
    monkeypatch.setattr("ledgervault.bootstrap.adapters.SystemClock", lambda: moved)
    return moved


@pytest.fixture
def office(clock, agency):
    """An agency with short periods and a cron identity."""
    adopt(agency)
    agency.cron = join(agency.root, "cron", "service")
    agency.clock = clock
    return agency


def cron(office, *argv, code=0):
    return office.json(*argv, *office.cron.flags, code=code)


def filed(office):
    """File one paper that goes alone and one that asks, both long expired."""
    alone = file(office, "网关日志.txt", LOG, "2020")
    asked = file(office, "客户函件.txt", PAPER, "2020")
    return alone, asked


def ids(rows):
    return [one["id"] for one in rows]


def test_automatic_series_is_destroyed_and_the_other_only_proposed(office):
    filed(office)
    report = cron(office, "purge", "--expired")
    assert report["refused"] == []
    assert [one["series"] for one in report["executed"]] == [LOG]
    assert [one["state"] for one in report["executed"]] == ["executed"]
    assert ids(report["owed"]) == ids(report["executed"])
    assert [one["series"] for one in report["pending"]] == [PAPER]
    assert report["destroyed"] == 1


def test_dry_run_of_a_service_says_what_a_purge_would_do(office):
    filed(office)
    before = office.json("log", "checkpoint")["root"]
    planned = cron(office, "purge", "--expired", "--dry-run")
    assert {one["series"] for one in planned["proposed"]} == {LOG, PAPER}
    assert planned["refused"] == []
    assert office.json("log", "checkpoint")["root"] == before


def test_service_and_owner_propose_the_same_orders(office):
    filed(office)
    file(office, "仍需保管.txt", PAPER, "2026")
    seen = [
        office.json("purge", "--expired", "--dry-run"),
        cron(office, "purge", "--expired", "--dry-run"),
    ]
    assert seen[0] == seen[1]
    assert len(seen[0]["proposed"]) == 2


def test_an_unattended_year_ends_in_certificates_that_a_person_signs(office):
    alone, asked = filed(office)
    target = office.root / "backup"
    target.mkdir()
    cron(office, "backup", "run", str(target))
    assert len(cron(office, "backup", "list", str(target))["backups"]) == 1
    first = cron(office, "purge", "--expired")
    disposal = first["pending"][0]["id"]
    office.json("disposal", "approve", disposal)
    waiting = cron(office, "purge", "--expired")
    assert waiting["pending"][0]["not_before"] == "2027-01-12"
    assert waiting["destroyed"] == 0
    office.clock.at += timedelta(days=8)
    assert cron(office, "verify", "--read-data")["ok"] is True
    done = cron(office, "purge", "--expired")
    assert (ids(done["executed"]), done["destroyed"]) == ([disposal], 1)
    assert len(done["owed"]) == 2
    for document in (alone, asked):
        assert office.run("get", document, "-o", "-").code == 5

    signed = office.json("purge", "--expired")
    assert sorted(ids(signed["certified"])) == sorted(ids(done["owed"]))
    assert (signed["owed"], signed["destroyed"]) == ([], 0)
    made = office.json("disposal", "certificate", disposal)["certificate"]
    facts = made["facts"]
    assert facts["client"] == {"code": "C001", "name": "清河茶叶"}
    assert facts["executed_by"] == office.cron.id.hex()
    assert made["signer"] != facts["executed_by"]
    assert facts["destroyed_at"].startswith("2027-01-13")
    assert facts["mirrors"] == [[str(target), "final"]]
    assert (facts["drill"]["destroyed"], facts["drill"]["refused"]) == (1, 1)
    assert [one[0] for one in facts["answers"]] == ["owner"]
    assert cron(office, "log", "verify")["ok"] is True
    again = cron(office, "purge", "--expired")
    assert (again["executed"], again["owed"], again["proposed"]) == ([], [], [])


def test_certificate_that_is_asked_for_is_signed_then(office):
    filed(office)
    (owed,) = cron(office, "purge", "--expired")["owed"]
    asked = ("disposal", "certificate", owed["id"])
    assert office.run(*asked, *office.cron.flags).code == 4
    shown = office.json("disposal", "show", owed["id"])["disposal"]
    assert (shown["state"], shown["certificate"]) == ("executed", None)
    assert "owed" in office.run("disposal", "show", owed["id"]).out
    made = office.json("disposal", "certificate", owed["id"])["certificate"]
    assert made["facts"]["disposal"] == owed["id"]
    shown = office.json("disposal", "show", owed["id"])["disposal"]
    assert shown["state"] == "destroyed"
    assert office.json("disposal", "certificate", owed["id"])["certificate"] == made


def test_hold_on_a_series_keeps_that_series_from_a_service(office):
    filed(office)
    office.json(
        *("hold", "add", "--client", "C001", "--series", LOG, "--reason", "仲裁案")
    )
    report = cron(office, "purge", "--expired")
    assert [one["code"] for one in report["refused"]] == ["retention.held"]
    assert [one["series"] for one in report["proposed"]] == [PAPER]
    assert report["destroyed"] == 0


def test_hold_on_a_period_keeps_every_period_from_a_service(office):
    filed(office)
    office.json(
        *("hold", "add", "--client", "C001", "--period", "2025", "--reason", "仲裁案")
    )
    report = cron(office, "purge", "--expired")
    assert [one["code"] for one in report["refused"]] == ["retention.held"] * 2
    assert office.json("purge", "--expired")["destroyed"] == 1


def test_released_hold_keeps_nothing(office):
    filed(office)
    held = office.json("hold", "add", "--client", "C001", "--reason", "仲裁案")
    assert cron(office, "purge", "--expired")["destroyed"] == 0
    office.json("hold", "release", held["hold"]["id"], "--reason", "结案")
    assert cron(office, "purge", "--expired")["destroyed"] == 1


def test_hold_row_deleted_behind_the_vault_still_keeps(office):
    filed(office)
    office.json("hold", "add", "--client", "C001", "--reason", "仲裁案")
    office.sql("delete from holds")
    assert cron(office, "purge", "--expired")["destroyed"] == 0


def test_hold_placed_after_approval_stops_the_service(office):
    filed(office)
    disposal = cron(office, "purge", "--expired")["pending"][0]["id"]
    office.json("disposal", "approve", disposal)
    office.clock.at += timedelta(days=8)
    office.json("hold", "add", "--client", "C001", "--reason", "仲裁案")
    report = cron(office, "purge", "--expired")
    assert report["destroyed"] == 0
    assert [one["code"] for one in report["refused"]] == ["retention.held"]


def test_open_matter_of_a_client_keeps_his_papers_from_a_service(office):
    filed(office)
    office.json("client", "event", "C001", "litigation", "open")
    report = cron(office, "purge", "--expired")
    assert [one["code"] for one in report["refused"]] == ["retention.active"] * 2
    office.json("client", "event", "C001", "litigation", "closed")
    assert cron(office, "purge", "--expired")["destroyed"] == 1


def test_open_matter_of_one_paper_keeps_its_folder_from_a_service(office):
    alone, _asked = filed(office)
    office.json("edit", alone, "--fact", "litigation=open", "--reason", "立案")
    report = cron(office, "purge", "--expired")
    assert [one["code"] for one in report["refused"]] == ["retention.active"]
    office.json("edit", alone, "--fact", "litigation=closed", "--reason", "结案")
    assert cron(office, "purge", "--expired")["destroyed"] == 1


def test_own_rules_of_a_client_bind_a_service_that_cannot_read_his_code(office):
    office.json("client", "add", "C002", "--name", "白石五金")
    adopt_own_rules(office, "C001")
    file(office, "网关日志.txt", LOG, "2020")
    file(office, "另一日志.txt", LOG, "2020", client="C002")
    report = cron(office, "purge", "--expired")
    assert report["destroyed"] == 1
    (pending,) = report["pending"]
    assert pending["missing"] == [{"role": "owner", "count": 1}]


def test_row_deleted_from_a_folder_does_not_let_its_paper_go_with_the_seed(office):
    alone = file(office, "网关日志.txt", LOG, "2020")
    other = file(office, "较新日志.txt", LOG, "2020")
    office.sql("delete from versions")
    office.sql("delete from documents where code = ?", other)
    report = cron(office, "purge", "--expired", code=9)
    assert [one["code"] for one in report["refused"]] == ["catalogue.edited"]
    assert report["destroyed"] == 0
    assert office.json("show", alone)["state"] == "active"


def test_state_forged_in_the_database_destroys_and_certifies_nothing(office):
    filed(office)
    disposal = cron(office, "purge", "--expired")["pending"][0]["id"]
    for state in ("executing", "executed"):
        office.sql("update disposals set state=? where code=?", state, disposal)
        for flags in (office.cron.flags, ()):
            report = office.json("purge", "--expired", *flags, code=9)
            codes = {one["code"] for one in report["refused"]}
            assert (codes, report["destroyed"]) == ({"disposal.forged"}, 0)
    assert office.run("disposal", "certificate", disposal).code == 9
    assert len(office.json("list")["documents"]) == 1


def test_clock_behind_the_log_is_refused_with_6(office):
    filed(office)
    office.clock.at -= timedelta(days=400)
    assert office.run("purge", "--expired", *office.cron.flags).code == 6


def test_nothing_that_expired_is_exit_0_and_a_kept_folder_too(office):
    file(office, "网关日志.txt", LOG, "2026")
    report = cron(office, "purge", "--expired")
    assert (report["executed"], report["refused"], report["proposed"]) == ([], [], [])


def test_mirror_that_is_away_is_pending_until_the_service_reaches_it(office):
    filed(office)
    target = office.root / "backup"
    target.mkdir()
    cron(office, "backup", "run", str(target))
    hidden = office.root / "away"
    target.rename(hidden)
    target.write_text("the disk is away")
    (owed,) = cron(office, "purge", "--expired")["owed"]
    assert cron(office, "doctor", code=3)["checks"]
    target.unlink()
    hidden.rename(target)
    cron(office, "backup", "run", str(target))
    made = office.json("disposal", "certificate", owed["id"])["certificate"]
    assert made["facts"]["mirrors"] == [[str(target), "final"]]
    assert made["facts"]["state"] == "final"


READING = (
    ("list",),
    ("list", "--client", "C001"),
    ("search", "日志"),
    ("search", "网关日志"),
    ("inbox",),
    ("client", "list"),
    ("client", "show", "C001"),
    ("hold", "list"),
    ("shares", "list"),
    ("report", "inventory"),
    ("report", "destruction"),
    ("report", "activity"),
    ("disposal", "list"),
    ("show", "{document}"),
    ("get", "{document}", "-o", "-"),
    ("history", "{document}"),
    ("disposal", "show", "{disposal}"),
    ("share", "{document}", "--to", "x", "--purpose", "y", "-o", "{root}/out"),
    ("edit", "{document}", "--title", "x", "--reason", "y"),
    ("policy", "explain", "{document}"),
)
UNKNOWN_OR_CLOSED = (5, 8)  # whose papers nobody may see are not there
OPENING = (
    ("show", "{document}"),
    ("get", "{document}", "-o", "-"),
    ("share", "{document}", "--to", "x", "--purpose", "y", "-o", "{root}/out"),
    ("edit", "{document}", "--title", "x", "--reason", "y"),
    ("policy", "explain", "{document}"),
    ("hold", "list"),
    ("disposal", "certificate", "{disposal}"),
)
WORKING = (
    ("due",),
    ("purge", "--expired", "--dry-run"),
    ("purge", "--expired"),
    ("verify",),
    ("verify", "--read-data"),
    ("doctor",),
    ("log", "show"),
    ("log", "verify"),
    ("log", "checkpoint"),
    ("policy", "show"),
)


@pytest.fixture
def story(office):
    """A vault in which every kind of name was written somewhere."""
    _alone, asked = filed(office)
    (owed,) = cron(office, "purge", "--expired")["owed"]
    office.json(
        *("hold", "add", "--client", "C001", "--period", "1999", "--reason", "仲裁案")
    )
    values = {"document": asked, "disposal": owed["id"], "root": str(office.root)}
    target = office.root / "backup"
    target.mkdir()
    office.json("backup", "run", str(target))
    return office, values


def said_by(office, values, argv, form):
    """Run as the service; return what it said but for the words of the question."""
    words = [word.format(**values) for word in argv]
    ran = office.run(*form, *words, *office.cron.flags)
    said = ran.out + ran.err
    for word in words:
        said = said.replace(word, "")
    return ran, said


@pytest.mark.parametrize("is_ruled", [True, False], ids=["policy", "keys only"])
def test_no_name_is_in_anything_a_service_can_print(story, keys_only, is_ruled):
    office, values = story
    if not is_ruled:
        keys_only()
    for argv in (*READING, *WORKING):
        for form in ((), ("--json",), ("--lang", "zh")):
            ran, said = said_by(office, values, argv, form)
            found = [secret for secret in SECRETS if secret in said]
            assert found == [], (argv, form, ran)
            assert ran.code not in {1, 2}, (argv, ran)


def test_reading_is_refused_a_service_by_the_policy(story):
    office, values = story
    for argv in READING:
        assert said_by(office, values, argv, ())[0].code == 4, argv


def test_reading_fails_a_service_for_want_of_keys_alone(story, keys_only):
    office, values = story
    keys_only()
    for argv in OPENING:
        assert said_by(office, values, argv, ())[0].code in UNKNOWN_OR_CLOSED, argv
    for argv in (("list",), ("search", "日志"), ("client", "list"), ("inbox",)):
        ran, _said = said_by(office, values, argv, ("--json",))
        assert not any(ran.json()[name] for name in ran.json() if name != "next"), argv


def test_log_that_a_service_exports_names_nobody(story):
    office, _values = story
    out = office.root / "log.jsonl"
    cron(office, "log", "export", "-o", str(out))
    assert not any(secret.encode() in out.read_bytes() for secret in SECRETS)
    assert office.run("log", "verify", str(out)).code == 0


def test_service_says_how_many_keys_it_could_not_try(office):
    filed(office)
    seen = cron(office, "verify", "--read-data")
    assert (seen["ok"], seen["documents"], seen["unopened"]) == (True, 2, 2)
    assert office.json("verify", "--read-data")["unopened"] == 0
    (pack, *_rest) = office.packs()
    pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    bad = cron(office, "verify", "--read-data", code=9)
    assert [one["code"] for one in bad["bad"]] == ["blob.changed"]


def test_service_sees_a_leaf_that_the_ring_no_longer_derives(office):
    alone, _asked = filed(office)
    options = GlobalOptions(vault=str(office.vault), identity_name="owner")
    options.passphrase_file = str(office.key)
    vault = open_vault(settings_of(options), None)
    (row,) = vault.catalogue.find_documents(alone)
    erase = {row.client_id: {row.folder_id: frozenset({row.leaf})}}
    change_epoch(vault, erase, lambda act, _epoch: act.log("test.punctured"))
    vault.catalogue.close()
    bad = cron(office, "verify", code=9)["bad"]
    assert [(one["id"], one["code"]) for one in bad] == [(alone, "destroyed")]


def test_rows_of_disposals_hold_no_sealed_facts_before_a_certificate(office):
    filed(office)
    cron(office, "purge", "--expired")
    assert office.sql("select distinct length(sealed) from disposals") == [(0,)]
    office.json("purge", "--expired")
    sealed = office.sql("select sealed from disposals where state='destroyed'")
    assert json.dumps("C001").encode() not in sealed[0][0]


def test_two_services_at_once_destroy_once(agency):
    adopt(agency)
    service = join(agency.root, "cron", "service")
    filed(agency)
    environment = {**os.environ, "LEDGERVAULT_HOME": str(agency.vault)}
    running = [
        subprocess.Popen(
            [*PROGRAM, "--json", "purge", "--expired", *service.flags],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for _each in range(2)
    ]
    said = [one.communicate()[0] for one in running]
    assert [one.returncode for one in running] == [0, 0]
    reports = [json.loads(one) for one in said]
    assert sorted(one["destroyed"] for one in reports) == [0, 1]
    assert sum(len(one["proposed"]) for one in reports) == 2
    events = agency.json("log", "show", "--limit", "999")["entries"]
    acts = [one["act"] for one in events]
    assert acts.count("purge.executed") == acts.count("purge.finished") == 1


def test_services_of_before_and_after_a_new_ring_key_refresh_the_mirrors(office):
    filed(office)
    target = office.root / "backup"
    target.mkdir()
    cron(office, "backup", "run", str(target))
    office.json("key", "rotate", "--ring", "--reason", "年度更换")
    later = join(office.root, "later", "service")
    done = office.json("purge", "--expired", *later.flags)
    assert done["destroyed"] == 1
    checks = office.json("doctor", *later.flags)["checks"]
    assert ("mirrors", "1 up to date") in {(c["name"], c["finding"]) for c in checks}
    assert cron(office, "backup", "run", str(target))["backup"]
    assert office.sql("select count(*) from mirrors") == [(1,)]


def test_mirror_sealed_before_a_service_came_waits_for_somebody_older(office):
    filed(office)
    target = office.root / "backup"
    target.mkdir()
    cron(office, "backup", "run", str(target))
    hidden = office.root / "away"
    target.rename(hidden)
    target.write_text("the disk is away")
    office.json("key", "rotate", "--ring", "--reason", "年度更换")
    later = join(office.root, "later", "service")
    target.unlink()
    hidden.rename(target)
    (owed,) = office.json("purge", "--expired", *later.flags)["owed"]
    office.json("backup", "run", str(target))
    made = office.json("disposal", "certificate", owed["id"])["certificate"]
    assert made["facts"]["mirrors"] == [[str(target), "final"]]


def test_certificates_open_after_the_keys_of_the_agency_were_rotated(office):
    filed(office)
    cron(office, "purge", "--expired")
    (signed,) = office.json("purge", "--expired")["certified"]
    before = office.json("disposal", "certificate", signed["id"])
    office.json("key", "rotate", "--all", "--reason", "年度更换")
    assert office.json("disposal", "certificate", signed["id"]) == before


@pytest.fixture
def greedy(monkeypatch):
    """A changed program at night: it writes orders that nobody need approve."""
    from ledgervault.services import proposing, purging

    def propose(vault, proposal):
        order = dataclasses.replace(proposal.order, approvals=(), grace_days=0)
        return proposing.propose(
            vault, dataclasses.replace(proposal, order=order, is_automatic=True)
        )

    return lambda: monkeypatch.setattr(purging, "propose", propose)


def test_order_that_asks_for_less_than_the_rules_is_not_carried_out(office, greedy):
    asked = file(office, "客户函件.txt", PAPER, "2020")
    greedy()
    for flags in (office.cron.flags, ()):
        report = office.json("purge", "--expired", *flags, code=3)
        assert [one["code"] for one in report["refused"]] == ["disposal.changed"]
        assert report["destroyed"] == 0
    assert office.json("show", asked)["state"] == "active"


def test_order_written_under_softer_rules_is_not_carried_out(office):
    file(office, "客户函件.txt", PAPER, "2020")
    disposal = cron(office, "purge", "--expired")["pending"][0]["id"]
    office.json("disposal", "approve", disposal)
    office.clock.at += timedelta(days=8)
    stricter = office.root / "soon.yaml"
    stricter.write_text(stricter.read_text().replace("P7D", "P30D"))
    office.json("policy", "adopt", str(stricter), "cn", "base")
    report = cron(office, "purge", "--expired", code=3)
    assert [one["code"] for one in report["refused"]] == ["disposal.changed"]


def test_person_purges_for_clients_he_sees_and_learns_of_no_other(office):
    office.json("client", "add", "C002", "--name", "白石五金")
    file(office, "网关日志.txt", LOG, "2020")
    file(office, "另一日志.txt", LOG, "2020", client="C002")
    partner = join(office.root, "partner", "partner")
    grant(office.root, partner, "--client", "C002", "--level", "sensitive")
    for argv in (("purge", "--expired", "--dry-run"), ("purge", "--expired")):
        report = office.json(*argv, *partner.flags)
        assert len(report["proposed"]) == 1
        assert (report["refused"], report["pending"]) == ([], [])
    assert report["destroyed"] == 1
    assert len(report["certified"]) == 1
    assert cron(office, "purge", "--expired")["destroyed"] == 1
    assert office.json("purge", "--expired", *partner.flags)["owed"] == []


@contextlib.contextmanager
def unlocked(office, joined):
    """Open the vault as a program of one's own would."""
    options = GlobalOptions(
        vault=str(office.vault),
        identity_name=joined.name,
        passphrase_file=str(joined.key),
    )
    vault = open_vault(settings_of(options), None)
    try:
        yield vault
    finally:
        vault.catalogue.close()


@contextlib.contextmanager
def forged_actor(actor):
    """Write events in somebody's name, signed by whoever is at work."""
    real = Journal._event

    def event(*said):
        return dataclasses.replace(real(*said), actor=bytes(actor))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "_event", event)
        yield


def state_due(vault, document, actor):
    """Date a paper anew in row and log, in somebody's name."""
    (row,) = vault.catalogue.find_documents(document)
    fresh = dataclasses.replace(
        row, due=date(2020, 1, 1), row_version=row.row_version + 1
    )
    folder = vault.catalogue.folder(row.folder_id)
    due_folder = dataclasses.replace(
        folder, due=fresh.due, row_version=folder.row_version + 1
    )
    with forged_actor(actor), vault.act() as act:
        act.tx.update_document(fresh)
        act.tx.update_folders([due_folder])
        act.log(
            "document.redated",
            objects=(row.id.hex(),),
            facts={"row": clear_facts(fresh), "open": False},
        )


@pytest.mark.parametrize("in_whose_name", ["its own", "the owner's"])
def test_dates_that_a_taken_over_service_states_destroy_nothing(office, in_whose_name):
    kept = file(office, "网关日志.txt", LOG, "2026")
    assert cron(office, "purge", "--expired")["proposed"] == []
    with unlocked(office, office.cron) as vault:
        actor = vault.me.id if in_whose_name == "its own" else vault.people.founder
        state_due(vault, kept, actor)
    for flags in (office.cron.flags, ()):
        ran = office.run("--json", "purge", "--expired", *flags)
        assert ran.code == 9, ran
        assert "log.speaker" in ran.err
