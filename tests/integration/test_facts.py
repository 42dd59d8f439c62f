"""Facts of a client through the command line: kept, dated, reversible, never unseen."""

import re
from pathlib import Path

import pytest

CONTRACT = "代理记账合同_2020年.txt"
VOUCHER = "记账凭证_2026年05月.txt"
POLICIES = Path(__file__).resolve().parents[2] / "policies"


def event(agency, *argv, code=0):
    return agency.json("client", "event", "C001", *argv, code=code)


def due_of(agency, document):
    return agency.json("show", document["id"])["due"]


def refusal(agency, *argv):
    ran = agency.run("client", "event", "C001", *argv)
    return ran.code, ran.err


def test_history_keeps_every_statement_with_day_reason_and_author(agency):
    first = event(
        agency, "engagement_end", "2020-06-30", "--on", "2020-05-01", "--reason", "通知"
    )["event"]
    event(agency, "engagement_end", "none", "--reason", "withdrawn")
    history = agency.json("client", "show", "C001")["history"]
    assert [one["value"] for one in history] == ["2020-06-30", "none"]
    assert history[0]["id"] == first
    assert history[0]["on"] == "2020-05-01"
    assert history[0]["reason"] == "通知"
    assert len(bytes.fromhex(history[0]["by"])) == 16
    shown = agency.run("--lang", "zh", "client", "show", "C001").out
    assert "事实沿革" in shown
    assert first in shown


def test_fact_applies_to_documents_filed_later(agency):
    event(agency, "engagement_end", "2020-06-30")
    document = agency.ingest(agency.paper(CONTRACT))[0]
    assert due_of(agency, document) == "2030-07-01"


def test_undone_fact_gives_back_the_dates_of_before(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]
    stated = event(agency, "engagement_end", "2020-06-30")
    assert due_of(agency, document) == "2030-07-01"
    undone = event(agency, "--undo", stated["event"], "--reason", "wrong client")
    assert undone["redated"] == [
        {"id": document["id"], "old": "2030-07-01", "new": None}
    ]
    assert due_of(agency, document) is None


def test_taking_back_or_replacing_needs_a_reason(agency):
    stated = event(agency, "engagement_end", "2020-06-30")["event"]
    for argv in (
        ("--undo", stated),
        ("engagement_end", "none"),
        ("engagement_end", "2021-06-30"),
        ("fiscal_year_end", "03-31"),
    ):
        assert refusal(agency, *argv)[0] == 2
    assert len(agency.json("client", "show", "C001")["history"]) == 1


def test_dry_run_shows_what_would_move_and_changes_nothing(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]
    before = agency.sql("SELECT count(*) FROM events")
    planned = event(agency, "engagement_end", "2020-06-30", "--dry-run")
    assert planned["dry_run"] is True
    assert planned["redated"][0]["new"] == "2030-07-01"
    assert agency.sql("SELECT count(*) FROM events") == before
    assert agency.json("client", "show", "C001")["history"] == []
    assert due_of(agency, document) is None


def test_shortening_is_refused_until_it_is_asked_for_with_a_reason(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]
    event(agency, "engagement_end", "2020-06-30")
    shorter = ("engagement_end", "2019-06-30")
    code, said = refusal(agency, *shorter, "--reason", "typing error")
    assert code == 4
    assert document["id"] in said
    assert "2030-07-01 -> 2029-07-01" in said
    assert due_of(agency, document) == "2030-07-01"
    assert refusal(agency, *shorter, "--unsafe-shorten")[0] == 2
    done = event(agency, *shorter, "--unsafe-shorten", "--reason", "typing error")
    assert done["shortened"] == 1
    assert due_of(agency, document) == "2029-07-01"


def test_withdrawing_and_stating_an_earlier_day_is_a_shortening_too(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]
    event(agency, "engagement_end", "2020-06-30")
    event(agency, "engagement_end", "none", "--reason", "first step")
    assert due_of(agency, document) is None
    code, _said = refusal(agency, "engagement_end", "2010-06-30")
    assert code == 4
    later = event(agency, "engagement_end", "2021-06-30")
    assert later["redated"] == [
        {"id": document["id"], "old": None, "new": "2031-07-01"}
    ]


def test_change_of_facts_is_logged_for_each_paper_each_folder_and_in_sum(agency):
    agency.ingest(agency.paper(CONTRACT), agency.paper("代理记账合同_2021年.txt"))
    event(agency, "engagement_end", "2022-06-30")
    entries = agency.json("log", "show")["entries"]
    acts = [one["act"] for one in entries]
    assert acts.count("document.redated") == 2
    folders = [one["facts"] for one in entries if one["act"] == "folder.redated"]
    assert {(one["old_due"], one["new_due"]) for one in folders} == {
        (None, "2032-07-01")
    }
    assert sum(one["documents"] for one in folders) == 2
    total = next(one["facts"] for one in entries if one["act"] == "client.redated")
    assert total == {"documents": 2, "folders": len(folders), "shortened": 0}


def test_changed_year_end_leaves_filed_papers_in_their_year(agency):
    paper = agency.ingest(agency.paper(VOUCHER))[0]
    folder = agency.json("show", paper["id"])["folder"]
    assert due_of(agency, paper) == "2057-01-01"
    changed = event(
        agency, "fiscal_year_end", "06-30", "--on", "2027-01-01", "--reason", "决议"
    )
    assert changed["redated"] == []
    assert changed["client"]["fiscal_year_end"] == "06-30"
    shown = agency.json("show", paper["id"])
    assert (shown["folder"], shown["due"]) == (folder, "2057-01-01")


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2026年12月", "2057-01-01"),  # the last month of the old year
        ("2027年01月", "2057-07-01"),  # the first month of the short year
        ("2027年06月", "2057-07-01"),  # its last
        ("2027年07月", "2058-07-01"),
    ],
)
def test_papers_around_a_changed_year_end_count_from_their_own_year(agency, month, due):
    event(agency, "fiscal_year_end", "06-30", "--on", "2027-01-01", "--reason", "决议")
    paper = agency.ingest(agency.paper(f"记账凭证_{month}.txt"))[0]
    assert due_of(agency, paper) == due


def test_corrected_year_end_recomputes_dates_and_keeps_the_folder(agency):
    paper = agency.ingest(agency.paper(VOUCHER))[0]
    folder = agency.json("show", paper["id"])["folder"]
    shorter = ("client", "edit", "C001", "--fiscal-year-end", "06-30")
    assert agency.run(*shorter).code == 4
    longer = agency.json(
        "client", "edit", "C001", "--fiscal-year-end", "03-31", "--reason", "typing"
    )
    assert longer["redated"] == [
        {"id": paper["id"], "old": "2057-01-01", "new": "2057-04-01"}
    ]
    assert longer["history"][0]["on"] is None
    assert agency.json("show", paper["id"])["folder"] == folder


def test_open_matter_keeps_what_is_due_and_its_closing_lets_go(agency):
    paper = agency.ingest(agency.paper("银行对账单_2013年01月.txt"))[0]
    assert agency.json("show", paper["id"])["retention"]["state"] == "due"
    event(agency, "open_matter", "open")
    kept = agency.json("purge", "--expired", "--dry-run")
    assert kept["proposed"] == []
    assert kept["refused"][0]["code"] == "retention.active"
    event(agency, "open_matter", "closed")
    assert len(agency.json("purge", "--expired", "--dry-run")["proposed"]) == 1


def test_older_record_of_a_client_put_back_stops_a_purge(agency):
    agency.ingest(agency.paper("银行对账单_2013年01月.txt"))
    query = "SELECT id, sealed, row_version FROM clients WHERE is_agency = 0"
    old = agency.sql(query)[0]
    event(agency, "open_matter", "open")
    update = "UPDATE clients SET sealed = ?, row_version = ? WHERE id = ?"
    agency.sql(update, old[1], old[2], old[0])
    done = agency.json("purge", "--expired", "--dry-run", code=9)
    assert done["proposed"] == []
    assert done["refused"][0]["code"] == "catalogue.edited"


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("engagement_end",),
        ("engagement_end", "2026-02-30"),
        ("no_such_fact", "2026-02-03"),
        ("engagement_end", "2026-02-03", "--undo", "E-7K3M9Q2A"),
        ("engagement_end", "2026-02-03", "--on", "yesterday"),
    ],
)
def test_event_that_says_nothing_usable_is_refused_before_anything_is_written(
    agency, argv
):
    assert refusal(agency, *argv)[0] == 2
    assert agency.json("client", "show", "C001")["history"] == []


def test_what_a_history_says_cannot_drive_a_terminal(agency):
    event(agency, "filed", "2026-03-01", "--reason", "\x1b[2Jx\u202e")
    for language in ("en", "zh"):
        shown = agency.run("--lang", language, "client", "show", "C001").out
        assert re.search("[\x1b\u202e]", shown) is None


def test_fact_of_one_period_leaves_other_periods_alone(agency):
    for year in ("2020", "2021"):
        paper = agency.paper(f"代理记账合同_{year}年.txt")
        argv = ("ingest", str(paper), "--client", "C001", "--period", year)
        assert len(agency.json(*argv)["ingested"]) == 1
    done = event(agency, "engagement_end", "2022-06-30", "--period", "2021")
    assert len(done["redated"]) == 1


def test_fact_of_a_document_beats_its_client_and_must_be_a_day(agency):
    paper = agency.ingest(agency.paper(CONTRACT))[0]
    event(agency, "engagement_end", "2020-06-30")
    edit = ("edit", paper["id"], "--reason", "own end", "--fact")
    assert agency.run(*edit, "engagement_end=2023-02-29").code == 2
    agency.json(*edit, "engagement_end=2023-02-28")
    assert due_of(agency, paper) == "2033-03-01"


def explained(agency, *argv):
    return agency.json("policy", "explain", *argv)


def test_explanation_names_the_event_behind_a_date(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]["id"]
    stated = event(agency, "engagement_end", "2020-06-30", "--reason", "来函")["event"]
    found = explained(agency, document)
    fact = next(one for one in found["facts"] if one["name"] == "engagement_end")
    assert (fact["value"], fact["from"]) == ("2020-06-30", "event")
    assert (fact["event"], fact["reason"]) == (stated, "来函")
    assert found["reckoning"]["cut_off"] == "2020-06-30"
    assert found["reckoning"]["ends_on"] == found["due"] == "2030-07-01"


def test_explanation_tells_a_word_of_a_person_from_what_was_read(agency):
    document = agency.ingest(agency.paper(CONTRACT))[0]["id"]
    edit = ("edit", document, "--reason", "said", "--fact")
    agency.json(*edit, "engagement_end=2020-06-30")
    facts = {one["name"]: one["from"] for one in explained(agency, document)["facts"]}
    assert facts["engagement_end"] == "document"


@pytest.mark.parametrize(
    ("name", "content", "origin"),
    [
        (VOUCHER, "x", "name"),
        ("2026年/记账凭证_05月.txt", "x", "folders"),
        ("记账凭证.txt", "记账凭证\n凭证日期：2026年05月31日\n", "content"),
        ("记账凭证.txt", "x", "unknown"),
    ],
)
def test_explanation_says_where_a_period_comes_from(agency, name, content, origin):
    agency.paper(name, content.encode())
    document = agency.ingest(agency.root / "pile")[0]["id"]
    facts = {one["name"]: one["from"] for one in explained(agency, document)["facts"]}
    assert facts["period"] == origin


def test_period_given_by_a_person_is_said_to_be_his(agency):
    document = agency.ingest(agency.paper("记账凭证.txt"))[0]["id"]
    agency.json("edit", document, "--period", "2026-05", "--reason", "read on paper")
    facts = {f["name"]: f["from"] for f in explained(agency, document)["facts"]}
    assert facts["period"] == "document"


def test_filing_is_explained_by_the_policy_of_its_day(agency, tmp_path):
    document = agency.ingest(agency.paper(VOUCHER))[0]["id"]
    packs = []
    for pack in ("cn", "base"):
        for path in (POLICIES / pack).glob("*.yaml"):
            target = tmp_path / "packs" / pack / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"2026.1", b"2027.9"))
        packs.append(str(tmp_path / "packs" / pack))
    agency.json("policy", "adopt", *packs)
    found = explained(agency, document)
    assert found["filed"]["version"] == "2026.1"
    assert found["decisions"][0]["version"] == "2026.1"
    assert found["decisions"][-1]["version"] == "2027.9"
    assert found["today"] is None


def test_policy_of_earlier_days_that_was_exchanged_is_refused(agency, tmp_path):
    document = agency.ingest(agency.paper(VOUCHER))[0]["id"]
    agency.sql("INSERT INTO policies VALUES ('other', zeroblob(0), 1)")
    agency.json("policy", "adopt", "base", "cn")
    agency.sql(
        "UPDATE policies SET canonical = (SELECT canonical FROM policies "
        "ORDER BY adopted_at_sequence DESC LIMIT 1)"
    )
    refused = agency.run("policy", "explain", document)
    assert refused.code == 9


def test_refiled_document_is_explained_by_who_refiled_it_and_what_rules_say(agency):
    document = agency.ingest(agency.paper(VOUCHER, "记账凭证 借方 贷方".encode()))[0][
        "id"
    ]
    agency.json("edit", document, "--series", "own.engagement", "--reason", "误归")
    found = explained(agency, document)
    assert (found["filed"]["rule"], found["filed"]["reason"]) == ("manual", "误归")
    assert found["today"]["series"] == "cn.voucher.journal"
    assert found["today"]["version"] == "2026.1"


def test_rules_are_asked_again_with_the_text_that_was_kept(agency):
    content = "劳动合同书\n甲方 乙方 劳动合同期限".encode()
    document = agency.ingest(agency.paper("scan.txt", content))[0]
    assert explained(agency, document["id"])["today"] is None
    agency.sql("DELETE FROM texts")
    is_read = document["series"] != "unclassified"
    assert (explained(agency, document["id"])["today"] is not None) == is_read
    assert is_read


def test_hold_and_what_lifts_it_are_explained(agency):
    document = agency.ingest(agency.paper(VOUCHER))[0]["id"]
    agency.json("hold", "add", document, "--reason", "仲裁")
    found = explained(agency, document)
    assert found["state"] == "held"
    assert [one["reason"] for one in found["holds"]] == ["仲裁"]
    assert found["changes"][0] == {
        "kind": "release",
        "subject": found["holds"][0]["id"],
    }


def test_edit_of_a_client_without_a_change_is_refused(agency):
    assert agency.run("client", "edit", "C001").code == 2
