import json
import re
import shlex

import pytest

# Invented kinds of paper that no rule of any pack knows.
SLIPS, NOTES = "鳞次单", "栉比录"
SLIP_WORDS, NOTE_WORDS = "鳞片 次第 编排 甲乙丙", "栉风 比邻 沐雨 子丑寅"
TAUGHT = 10


def papers(agency, kind, words, numbers, folder="甲"):
    return [
        agency.paper(f"{folder}/{kind}{number:03d}.txt", f"{words} {number}".encode())
        for number in numbers
    ]


def taken(agency, kind, words, numbers, client="C001"):
    found = agency.ingest(
        *papers(agency, kind, words, numbers, folder=client), client=client
    )
    assert {one["series"] for one in found} == {"unclassified"}
    return [one["id"] for one in found]


def taught(agency, client="C001", count=TAUGHT):
    """File papers of two kinds by hand; return their ids."""
    slips = taken(agency, SLIPS, SLIP_WORDS, range(count), client)
    notes = taken(agency, NOTES, NOTE_WORDS, range(count), client)
    filing = ("--reason", "分拣", "--period", "2026-03")
    series = ("--series", "cn.voucher.source", "--type", "receipt")
    agency.json("edit", *slips, *series, *filing)
    series = ("--series", "own.engagement", "--type", "own word")
    agency.json("edit", *notes, *series, *filing)
    return slips, notes


def tray(agency, *argv):
    return agency.json("inbox", *argv)


def entries(agency):
    return agency.sql("select count(*) from events")[0][0]


def checkpoints(agency):
    return agency.sql("select count(*) from checkpoints")[0][0]


def test_tray_tells_why_each_paper_waits(agency):
    agency.json("client", "add", "C002", "--name", "汀栖贸易有限公司")
    unknown = taken(agency, SLIPS, SLIP_WORDS, [1])[0]
    undated = agency.ingest(agency.paper("收据.txt"))[0]["id"]
    owned = agency.paper("无主/收据_2026年01月.txt", "汀栖贸易有限公司 收据".encode())
    ownerless = agency.json("ingest", str(owned))["ingested"][0]["id"]
    filed = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    found = tray(agency)
    assert {one["id"]: one["reasons"] for one in found["documents"]} == {
        unknown: ["unclassified", "unknown period"],
        undated: ["unknown period"],
        ownerless: ["unknown client"],
    }
    assert found["counts"] == {
        "unclassified": 1,
        "unknown client": 1,
        "unknown period": 1,
    }
    assert (found["total"], found["next"], found["reviewed"]) == (3, None, 0)
    accept = {one["id"]: one["accept"] for one in found["documents"]}
    assert accept[undated] is None
    assert (
        accept[ownerless] == f"vault edit {ownerless} --client C002 --reason suggested"
    )
    listed = agency.json("list", "--inbox")["documents"]
    assert {one["id"] for one in listed} == {unknown, undated, ownerless}
    assert filed not in {one["id"] for one in listed}


def test_tray_pages_by_cursor_and_filters_by_reason(agency):
    ids = taken(agency, SLIPS, SLIP_WORDS, range(5))
    agency.ingest(agency.paper("收据.txt"))
    pages, after = [], ()
    while True:
        page = tray(agency, "--limit", "2", *after)
        pages.append([one["id"] for one in page["documents"]])
        assert page["total"] == 6
        if page["next"] is None:
            break
        after = ("--after", page["next"])
    assert [len(page) for page in pages] == [2, 2, 2]
    assert len({one for page in pages for one in page}) == 6
    only = tray(agency, "--reason", "unclassified", "--limit", "0")["documents"]
    assert {one["id"] for one in only} == set(ids)
    assert agency.run("inbox", "--reason", "hunger").code == 2
    assert agency.run("inbox", "--after", "x").code == 2


def test_reviewed_filings_teach_and_the_printed_command_accepts(agency):
    taught(agency)
    new = taken(agency, SLIPS, SLIP_WORDS, [90])[0]
    found = tray(agency)
    assert found["reviewed"] == 2 * TAUGHT
    waiting = {one["id"]: one for one in found["documents"]}[new]
    suggestion = waiting["suggestion"]
    assert suggestion["series"] == "cn.voucher.source"
    assert suggestion["type"] == "receipt"
    assert 0.5 <= suggestion["confidence"] <= (TAUGHT + 1) / (TAUGHT + 2)
    shown = agency.json("show", new)
    assert shown["suggestion"] == suggestion
    assert shown["accept"] == waiting["accept"]
    assert (shown["rule"], shown["confidence"]) == ("unclassified", None)
    words = shlex.split(waiting["accept"])
    assert words[:3] == ["vault", "edit", new]
    assert agency.run(*words[1:]).code == 0
    after = agency.json("show", new)
    assert (after["series"], after["type"]) == ("cn.voucher.source", "receipt")
    assert after["reviewed"].keys() == {"by", "at"}


def test_papers_unlike_any_seen_get_no_suggestion(agency):
    taught(agency)
    strange = agency.ingest(agency.paper("zzz.bin", b"\x00\x01 completely different"))
    waiting = {one["id"]: one for one in tray(agency)["documents"]}
    assert waiting[strange[0]["id"]]["suggestion"] is None


def test_accepting_from_the_tray_files_many_in_one_transaction(agency):
    taught(agency)
    new = taken(agency, SLIPS, SLIP_WORDS, range(50, 56))
    new += taken(agency, NOTES, NOTE_WORDS, range(50, 53))
    accept = ("edit", "--from-inbox", "--accept", "--min-confidence", "0.8")
    surer = ("edit", "--from-inbox", "--accept", "--min-confidence", "0.99")
    assert agency.json(*surer)["edited"] == []
    before = (entries(agency), checkpoints(agency))
    rehearsed = agency.json(*accept, "--dry-run")
    assert (entries(agency), checkpoints(agency)) == before
    done = agency.json(*accept)
    assert checkpoints(agency) == before[1] + 1
    assert rehearsed["dry_run"] is True
    assert [one["after"] for one in rehearsed["edited"]] == [
        one["after"] for one in done["edited"]
    ]
    assert {one["id"] for one in done["edited"]} == set(new)
    assert done["failed"] == []
    assert {one["after"]["series"] for one in done["edited"]} == {
        "cn.voucher.source",
        "own.engagement",
    }
    shown = agency.json("show", new[0])
    assert 0.8 <= shown["confidence"] < 1
    assert shown["rule"] == "manual"
    assert shown["reasons"] == ["unknown period"]
    assert agency.json("verify", "--read-data")["ok"] is True
    assert agency.json("log", "verify")["ok"] is True
    again = agency.json(*accept)
    assert again["edited"] == []


def test_only_papers_of_one_suggested_series_are_resolved(agency):
    taught(agency)
    slip = taken(agency, SLIPS, SLIP_WORDS, [70])[0]
    note = taken(agency, NOTES, NOTE_WORDS, [70])[0]
    chosen = ("--series-suggested", "own.engagement", "--min-confidence", "0.5")
    done = agency.json("edit", "--from-inbox", *chosen, "--accept")
    assert [one["id"] for one in done["edited"]] == [note]
    chosen = ("--series-suggested", "cn.voucher.source", "--min-confidence", "0.5")
    other = ("--series", "cn.voucher.journal", "--reason", "其实是凭证")
    done = agency.json("edit", "--from-inbox", *chosen, *other)
    assert [one["id"] for one in done["edited"]] == [slip]
    assert agency.json("show", slip)["series"] == "cn.voucher.journal"


def test_accepting_by_name_fails_where_nothing_is_suggested(agency):
    taught(agency)
    known = taken(agency, SLIPS, SLIP_WORDS, [80])[0]
    strange = agency.ingest(agency.paper("zzz.bin", b"\x00\x01\x02"))[0]["id"]
    refused = agency.run("--json", "edit", strange, "--accept")
    assert refused.code == 5
    assert json.loads(refused.err)["error"]["code"] == "suggestion.none"
    sure = ("--accept", "--min-confidence", "0.5")
    done = agency.json("edit", known, strange, "D-ZZZZZZZZ", *sure, code=3)
    assert [one["id"] for one in done["edited"]] == [known]
    assert {one["id"]: one["code"] for one in done["failed"]} == {
        strange: "suggestion.none",
        "D-ZZZZZZZZ": "document.not-found",
    }


def test_a_suggestion_never_lowers_a_level(agency):
    taught(agency)
    new = taken(agency, SLIPS, SLIP_WORDS, [60])[0]
    assert agency.json("show", new)["level"] == "sensitive"
    agency.json("edit", new, "--accept", "--min-confidence", "0.5")
    shown = agency.json("show", new)
    assert (shown["series"], shown["level"]) == ("cn.voucher.source", "sensitive")


def test_a_series_raises_the_level_and_forbids_a_lower_one(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]
    assert document["level"] == "confidential"
    refused = agency.run("edit", document["id"], "--level", "public", "--reason", "x")
    assert refused.code == 4
    moved = agency.json(
        "edit", document["id"], "--series", "cn.identity", "--reason", "身份证"
    )
    assert moved["after"]["level"] == "sensitive"
    done = agency.json(
        "edit",
        document["id"],
        document["id"],
        "--level",
        "public",
        "--reason",
        "x",
        code=3,
    )
    assert [one["code"] for one in done["failed"]] == ["policy.level"]
    acts = [one["act"] for one in agency.json("log", "show")["entries"]]
    assert acts.count("act.refused") == 2


def test_a_type_one_client_uses_is_not_proposed_to_another(agency):
    agency.json("client", "add", "C002", "--name", "汀栖贸易有限公司")
    taught(agency)
    theirs = {
        taken(agency, SLIPS, SLIP_WORDS, [40], "C002")[0]: "receipt",
        taken(agency, NOTES, NOTE_WORDS, [40], "C002")[0]: None,
        taken(agency, NOTES, NOTE_WORDS, [41])[0]: "own word",
    }
    waiting = {one["id"]: one["suggestion"] for one in tray(agency)["documents"]}
    assert {one: waiting[one]["type"] for one in theirs} == theirs


def test_nothing_is_learned_from_papers_without_a_grant(agency):
    agency.json("client", "add", "C002", "--name", "汀栖贸易有限公司")
    taught(agency, "C002")
    mine = taken(agency, SLIPS, SLIP_WORDS, [30])[0]
    waiting = {one["id"]: one for one in tray(agency)["documents"]}
    assert waiting[mine]["suggestion"]["series"] == "cn.voucher.source"
    theirs = agency.sql(
        "select distinct client_id from documents where series = 'own.engagement'"
    )
    agency.sql(
        "delete from grants where compartment_id in "
        "(select id from compartments where client_id = ?)",
        *theirs[0],
    )
    found = tray(agency)
    assert found["reviewed"] == 0
    assert [one["id"] for one in found["documents"]] == [mine]
    assert found["documents"][0]["suggestion"] is None


def test_a_destroyed_paper_teaches_nothing_any_more(agency):
    slips = taken(agency, SLIPS, SLIP_WORDS, range(TAUGHT))
    notes = taken(agency, NOTES, NOTE_WORDS, range(TAUGHT))
    agency.json(
        "edit",
        *notes,
        "--series",
        "cn.hr.payroll",
        "--type",
        "payroll",
        "--period",
        "2026-03",
        "--reason",
        "分拣",
    )
    agency.json(
        "edit",
        *slips,
        "--series",
        "cn.other.bank_statement",
        "--type",
        "statement",
        "--period",
        "2013-01",
        "--reason",
        "分拣",
    )
    new = taken(agency, SLIPS, SLIP_WORDS, [99])[0]
    assert tray(agency)["documents"][0]["suggestion"]["series"] == (
        "cn.other.bank_statement"
    )
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == TAUGHT
    found = tray(agency)
    assert [one["id"] for one in found["documents"]] == [new]
    assert found["reviewed"] == TAUGHT
    assert found["documents"][0]["suggestion"] is None
    assert agency.run("edit", slips[0], "--title", "t", "--reason", "x").code == 5


def test_only_the_newest_reviewed_filings_teach(agency, monkeypatch):
    from ledgervault.services import suggesting

    taught(agency)
    taken(agency, NOTES, NOTE_WORDS, [50])
    monkeypatch.setattr(suggesting, "NEWEST", TAUGHT + 2)
    found = tray(agency)
    assert found["reviewed"] == TAUGHT + 2
    assert found["documents"][0]["suggestion"]["series"] == "own.engagement"


def test_what_was_learned_is_kept_nowhere(agency):
    taught(agency)
    taken(agency, SLIPS, SLIP_WORDS, [77])
    places = {path for path in agency.files() if "pile" not in path.parts}
    tray(agency)
    assert {path for path in agency.files() if "pile" not in path.parts} == places
    words = [word.encode() for word in (SLIPS, NOTES, "沐雨", "own word")]
    assert len(places) > 5
    assert not [
        path for path in places if any(word in path.read_bytes() for word in words)
    ]


def test_a_confirmed_filing_leaves_the_tray_and_teaches(agency):
    undated = agency.ingest(agency.paper("收据.txt"))[0]["id"]
    kept = agency.json("edit", undated, "--keep")
    assert kept["before"] == kept["after"]
    assert kept["inbox"] is False
    shown = agency.json("show", undated)
    assert (shown["inbox"], shown["reasons"]) == (False, [])
    assert re.fullmatch(r"[0-9a-f]{32}", shown["reviewed"]["by"])
    assert tray(agency)["total"] == 0
    event = agency.json("history", undated)["events"][1]
    assert event["details"]["reason"] == "filing confirmed"


def test_a_paper_without_a_series_cannot_be_confirmed(agency):
    unknown = taken(agency, SLIPS, SLIP_WORDS, [1])[0]
    refused = agency.run("--json", "edit", unknown, "--keep")
    assert refused.code == 5
    assert json.loads(refused.err)["error"]["code"] == "review.unclassified"
    assert agency.json("show", unknown)["reviewed"] is None


def test_a_paper_that_loses_its_series_waits_again(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    assert agency.json("edit", document, "--keep")["inbox"] is False
    edit = ("--series", "unclassified", "--reason", "看错了")
    assert agency.json("edit", document, *edit)["inbox"] is True
    shown = agency.json("show", document)
    assert (shown["reasons"], shown["reviewed"]) == (["unclassified"], None)


@pytest.mark.parametrize("name", ["--series", "--period", "--level", "--title"])
def test_undo_restores_what_an_edit_changed_and_can_be_undone(agency, name):
    value = {
        "--series": "cn.hr.payroll",
        "--period": "2025-05",
        "--level": "sensitive",
        "--title": "别名",
    }[name]
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    before = agency.json("show", document)
    changed = agency.json("edit", document, name, value, "--reason", "试")
    undone = agency.json("edit", document, "--undo")
    assert undone["after"] == changed["before"]
    after = agency.json("show", document)
    for key in ("series", "type", "level", "period", "title", "due", "rule", "inbox"):
        assert after[key] == before[key]
    assert after["reviewed"] is None
    redone = agency.json("edit", document, "--undo")
    assert redone["after"] == changed["after"]
    assert agency.run("get", document, "-o", "-").out == "收据_2026年01月.txt\n"
    assert agency.json("verify", "--read-data")["ok"] is True


def test_undo_of_a_paper_never_edited_is_not_found(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    refused = agency.run("--json", "edit", document, "--undo")
    assert (refused.code, json.loads(refused.err)["error"]["code"]) == (5, "edit.none")


def test_history_keeps_reasons_and_earlier_values_through_moves(agency, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    agency.json("edit", document, "--title", "甲", "--reason", "第一")
    agency.json("edit", document, "--period", "2024-05", "--reason", "第二")
    agency.json("edit", document, "--series", "cn.hr.payroll", "--reason", "第三")
    agency.json("edit", document, "--undo", "--reason", "第四")
    events = agency.json("history", document)["events"]
    notes = [one["details"] for one in events if one["act"] == "document.edited"]
    assert [note["reason"] for note in notes] == ["第一", "第二", "第三", "第四"]
    assert notes[0]["before"] == {"title": "收据_2026年01月"}
    assert notes[1]["before"] == {"period": "2026-01"}
    assert notes[2]["before"]["series"] == "cn.voucher.source"
    assert notes[3]["before"]["series"] == "cn.hr.payroll"
    text = agency.run("history", document).out
    assert "第一; was title=收据_2026年01月" in text


def test_long_histories_keep_the_newest_notes(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    for year in range(2014, 2019):
        edit = ("--period", f"{year}-01", "--reason", f"{year}" + "长" * 1000)
        agency.json("edit", document, *edit)
    events = agency.json("history", document)["events"]
    notes = [one["details"] for one in events if one["act"] == "document.edited"]
    assert [bool(note) for note in notes] == [False, False, True, True, True]
    assert notes[2]["reason"].startswith("2016")
    assert agency.json("log", "verify")["ok"] is True


def test_a_rehearsed_edit_of_one_paper_changes_nothing(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    before = entries(agency)
    edit = ("edit", document, "--series", "cn.hr.payroll", "--fact", "a=b")
    told = agency.run(*edit, "--reason", "x", "--dry-run")
    assert told.out.startswith(f"Would be: {document}: cn.hr.payroll, sensitive")
    assert agency.json(*edit, "--reason", "x", "--dry-run")["dry_run"] is True
    assert entries(agency) == before
    agency.json(*edit, "--reason", "x")
    assert agency.json("show", document)["facts"] == {"a": "b"}


def test_of_many_edited_papers_the_first_are_shown(agency):
    ids = taken(agency, SLIPS, SLIP_WORDS, range(23))
    told = agency.run("edit", *ids, "--title", "t", "--reason", "x")
    assert told.out.count("D-") == 20
    assert "and 3 more" in told.out
    assert told.out.endswith("23 documents edited.\n")


def test_an_edit_moves_a_paper_to_another_client_and_back(agency):
    agency.json("client", "add", "C002", "--name", "汀栖贸易有限公司")
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    agency.json("edit", document, "--client", "C002", "--reason", "放错")
    assert agency.json("show", document)["client"] == "C002"
    agency.json("edit", document, "--undo")
    assert agency.json("show", document)["client"] == "C001"


@pytest.mark.parametrize(
    ("scope", "change"),
    [
        (("--series", "cn.voucher.source"), ("--series", "cn.other.bank_statement")),
        (("--period", "2026-01"), ("--period", "2012-01")),
        ((), ("--client", "C002")),
    ],
)
def test_no_edit_takes_a_paper_out_of_a_hold(agency, scope, change):
    agency.json("client", "add", "C002", "--name", "汀栖贸易有限公司")
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    agency.json("hold", "add", "--client", "C001", *scope, "--reason", "仲裁")
    refused = agency.run("--json", "edit", document, *change, "--reason", "x")
    assert refused.code == 4
    assert json.loads(refused.err)["error"]["code"] == "policy.hold-active"
    agency.json("edit", document, "--title", "甲", "--reason", "x")
    assert agency.json("show", document)["holds"] != []


def test_a_paper_held_for_want_of_a_period_can_be_given_one(agency):
    document = agency.ingest(agency.paper("收据.txt"))[0]["id"]
    agency.json(
        "hold", "add", "--client", "C001", "--period", "2015", "--reason", "仲裁"
    )
    assert len(agency.json("show", document)["holds"]) == 1
    agency.json("edit", document, "--period", "2026-03", "--reason", "x")
    assert agency.json("show", document)["holds"] == []


def test_a_hold_on_documents_follows_them_into_another_series(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    other = agency.ingest(agency.paper("收据_2026年02月.txt"))[0]["id"]
    agency.json("hold", "add", document, "--reason", "仲裁")
    edit = ("--series", "cn.hr.payroll", "--reason", "x")
    assert len(agency.json("edit", document, other, *edit)["edited"]) == 2
    assert len(agency.json("show", document)["holds"]) == 1


@pytest.mark.parametrize(
    "argv",
    [
        ("--reason", "x", "--title", "t"),
        ("--from-inbox", "--series", "cn.identity", "--reason", "x"),
        ("--from-inbox", "D-7K3M9Q2A", "--accept"),
        ("D-7K3M9Q2A", "--keep", "--undo"),
        ("D-7K3M9Q2A", "--keep", "--series", "cn.identity"),
        ("D-7K3M9Q2A", "--accept", "--type", "x"),
        ("D-7K3M9Q2A", "--accept", "--min-confidence", "1.5"),
        ("D-7K3M9Q2A", "--reason", "x"),
        ("D-7K3M9Q2A", "--title", "x"),
        ("D-7K3M9Q2A", "--fact", "x", "--reason", "x"),
        ("D-7K3M9Q2A", "--level", "cosmic", "--reason", "x"),
    ],
)
def test_edits_that_say_too_much_or_too_little_are_refused(agency, argv):
    assert agency.run("edit", *argv).code == 2


def test_one_paper_named_twice_is_edited_once(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    done = agency.json("edit", document, document[:6], "--title", "t", "--reason", "x")
    assert [one["id"] for one in done["edited"]] == [document]


def derivable(agency, leaves):
    """Say of each (client, folder, leaf) whether the live ring still derives its key."""
    from ledgervault.bootstrap.opening import open_vault
    from ledgervault.cli.options import GlobalOptions, settings_of

    options = GlobalOptions(vault=str(agency.vault), passphrase_file=str(agency.key))
    opened = open_vault(settings_of(options), None)
    try:
        return {opened.ring.is_derivable(*leaf) for leaf in leaves}
    finally:
        opened.catalogue.close()


@pytest.mark.parametrize(
    "change",
    [
        ("--series", "cn.voucher.journal", "--period", "2026-03"),
        ("--period", "2024-01"),
        ("--level", "sensitive"),
    ],
)
def test_leaves_that_edited_papers_left_are_gone_from_the_ring(agency, change):
    receipts = [agency.paper(f"收据{n}_2026年01月.txt") for n in range(4)]
    ids = [one["id"] for one in agency.ingest(*receipts)]
    places = "select client_id, folder_id, leaf from documents"
    old = agency.sql(places)
    assert derivable(agency, old) == {True}
    agency.json("edit", *ids, *change, "--reason", "x")
    new = agency.sql(places)
    assert set(old) & set(new) == set()
    assert derivable(agency, old) == {False}
    assert derivable(agency, new) == {True}


def test_each_portion_is_one_transaction_and_one_checkpoint(agency, monkeypatch):
    from ledgervault.services.editing import applying

    monkeypatch.setattr(applying, "PORTION", 2)
    ids = taken(agency, SLIPS, SLIP_WORDS, range(5))
    before = checkpoints(agency)
    filing = ("--series", "cn.voucher.source", "--period", "2026-03", "--reason", "x")
    done = agency.json("edit", *ids, *filing)
    assert [one["id"] for one in done["edited"]] == ids
    assert checkpoints(agency) == before + 3
    assert done["checkpoint"].partition(":")[0] == str(entries(agency))
    assert agency.json("verify", "--read-data")["ok"] is True


def test_hostile_words_of_a_filing_reach_no_terminal(agency):
    hostile = "x\x1b[2J\u202e'; rm -rf /"
    notes = taken(agency, NOTES, NOTE_WORDS, range(TAUGHT))
    filing = ("--series", "own.engagement", "--type", hostile, "--reason", hostile)
    agency.json("edit", *notes, *filing)
    slips = taken(agency, SLIPS, SLIP_WORDS, range(TAUGHT))
    agency.json("edit", *slips, "--series", "cn.hr.payroll", "--reason", "x")
    new = taken(agency, NOTES, NOTE_WORDS, [50])[0]
    found = {one["id"]: one for one in tray(agency, "--limit", "0")["documents"]}[new]
    assert found["suggestion"]["type"] == hostile
    assert hostile in shlex.split(found["accept"])
    for argv in (("inbox",), ("show", new), ("history", notes[0]), ("--json", "inbox")):
        shown = agency.run(*argv)
        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err
        assert "\u202e" not in shown.out + shown.err
