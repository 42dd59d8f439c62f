"""What people stumble over: each was found by using the program."""

import csv
import io
import json
import os

import pytest


def statement(agency, month="01"):
    return agency.ingest(agency.paper(f"银行对账单_2026年{month}月.txt"))[0]["id"]


def parts(folder):
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part")]


def test_client_record_is_corrected_and_due_dates_follow(agency):
    document = statement(agency)
    assert agency.json("show", document)["due"] == "2037-01-01"
    edit = (
        "client",
        "edit",
        "C001",
        "--name",
        "清河茶业",
        "--fiscal-year-end",
        "03-31",
    )
    assert agency.run(*edit).code == 4  # a paper would be let go earlier
    done = agency.json(*edit, "--unsafe-shorten", "--reason", "so from the beginning")
    assert done["client"]["name"] == "清河茶业"
    moved = {"id": document, "old": "2037-01-01", "new": "2036-04-01"}
    assert done["redated"] == [{**moved, "shortened": True}]
    assert agency.json("client", "show", "清河茶业")["client"]["code"] == "C001"


def test_client_edit_without_a_change_or_with_a_taken_name_is_refused(agency):
    agency.json("client", "add", "C002", "--name", "远艾物流")
    assert agency.run("client", "edit", "C001").code == 2
    assert agency.run("client", "edit", "C001", "--name", "远艾物流").code == 6
    assert agency.run("client", "edit", "C001", "--fiscal-year-end", "2-30").code == 2
    assert agency.run("client", "edit", "C001", "--name", "清河茶叶").code == 0


def test_edit_without_a_change_is_refused(agency):
    ran = agency.run("edit", statement(agency), "--reason", "x")
    assert (ran.code, "what to change" in ran.err) == (2, True)


def test_level_never_goes_below_that_of_the_series(agency):
    document = statement(agency)
    ran = agency.run("edit", document, "--level", "public", "--reason", "x")
    assert (ran.code, "confidential at least" in ran.err) == (4, True)
    assert agency.json("show", document)["level"] == "confidential"
    raised = ("edit", document, "--level", "sensitive", "--reason", "x")
    assert agency.run(*raised).code == 0


def test_dry_run_of_ingest_finds_the_duplicates_the_ingest_finds(agency):
    agency.ingest(agency.paper("收据_2026年01月.txt", b"known"))
    for name in ("a.txt", "b.txt"):
        agency.paper(name, b"twice")
    pile = agency.root / "pile"
    before = agency.json("log", "checkpoint")["root"]
    argv = ("ingest", str(pile), "--client", "C001")
    planned = agency.json(*argv, "--dry-run")
    assert agency.json("log", "checkpoint")["root"] == before
    done = agency.json(*argv)
    counts = [
        (len(report["ingested"]), len(report["duplicates"]))
        for report in (planned, done)
    ]
    assert counts == [(1, 2), (1, 2)]
    again = agency.json(*argv, "--dry-run", "--allow-duplicate")
    assert len(again["ingested"]) == 3


def test_share_to_a_taken_name_is_refused_and_not_registered(agency):
    document = statement(agency)
    taken = agency.root / "s.age"
    taken.write_bytes(b"mine")
    argv = ("share", document, "--to", "Lin", "--purpose", "年审", "-o", str(taken))
    assert agency.run(*argv).code == 6
    assert agency.json("shares", "list")["shares"] == []
    assert parts(agency.root) == []


@pytest.mark.parametrize(
    "argv",
    [
        ("report", "inventory", "--format", "csv"),
        ("log", "export"),
        ("get", "DOCUMENT"),
    ],
)
def test_a_taken_name_leaves_no_half_file(agency, argv):
    document = statement(agency)
    taken = agency.root / "taken"
    taken.write_bytes(b"mine")
    argv = [document if word == "DOCUMENT" else word for word in argv]
    assert agency.run(*argv, "-o", str(taken)).code == 6
    assert taken.read_bytes() == b"mine"
    assert parts(agency.root) == []


def test_a_report_into_a_folder_asks_for_a_file_name(agency):
    assert agency.run("report", "inventory", "-o", str(agency.root)).code == 2


def test_what_is_not_known_is_null_in_json_and_empty_in_csv(agency):
    agency.ingest(agency.paper("无题.bin", b"\0\1\2"))
    row = agency.json("report", "inventory")["rows"][0]
    assert (row["year"], row["due"]) == (None, None)
    text = agency.run("report", "inventory", "--format", "csv").out
    assert next(csv.DictReader(io.StringIO(text)))["due"] == ""


def test_hints_name_the_list_that_shows_the_ids(agency):
    for argv, command in (
        (("hold", "release", "H-0000", "--reason", "x"), "vault hold list"),
        (("disposal", "show", "X-0000"), "vault disposal list"),
        (("shares", "show", "S-0000"), "vault shares list"),
        (("show", "D-0000"), "vault list"),
    ):
        ran = agency.run(*argv)
        assert (ran.code, f"`{command}`" in ran.err) == (5, True), argv


def test_usage_errors_speak_like_all_others(agency):
    for argv in (("nonsense",), ("share",), ("list", "--limit", "x"), ("show",)):
        ran = agency.run("--json", *argv)
        shape = json.loads(ran.err)["error"]
        assert (ran.code, shape["exit"], shape["code"]) == (2, 2, "usage")
        plain = agency.run("--lang", "zh", *argv)
        assert plain.err.startswith("vault: 错误: ")
        assert "Usage" not in plain.err
    assert agency.run("client").code == 2
    assert json.loads(agency.run("--json", "client").err)["error"]["exit"] == 2


def test_complaint_about_a_global_option_is_in_the_language_and_form_asked_for(agency):
    ran = agency.run("list", "--lang", "zh", "--as")
    assert ran.err.startswith("vault: 错误: --as 需要一个值")
    assert json.loads(agency.run("--json", "list", "--lang", "xx").err)["error"]


def test_help_pages_are_chinese_down_to_the_headings(agency):
    page = agency.run("--lang", "zh", "share", "--help").out
    for english in ("Usage", "Options", "Arguments", "Show this", "required"):
        assert english not in page
    assert "--to TO" in page


def test_every_command_has_an_example(agency):
    import typer

    from ledgervault.cli.tree import build_app

    def walk(command, path):
        children = getattr(command, "commands", {})
        if not children:
            yield " ".join(path), command.help
        for name, child in children.items():
            yield from walk(child, [*path, name])

    texts = dict(walk(typer.main.get_command(build_app()), []))
    assert len(texts) > 30
    lacking = [name for name, text in texts.items() if "Example: vault" not in text]
    assert lacking == []


def test_labels_and_values_stand_in_columns_in_chinese(agency):
    from ledgervault.formats.sanitising import display_width

    lines = agency.run("--lang", "zh", "client", "show", "C001").out.splitlines()
    starts = set()
    for line in lines:
        label = line.split("  ")[0]
        rest = line[len(label) :]
        starts.add(display_width(label) + len(rest) - len(rest.lstrip()))
    assert len(lines) > 8
    assert len(starts) == 1


def test_log_show_refuses_what_is_no_entry(agency):
    assert agency.run("log", "show", "--after", "foo").code == 2
    assert agency.json("log", "show", "--after", "0", "--limit", "1")["next"] == "1"


def test_log_verify_of_something_else_says_so(agency):
    other = agency.paper("other.txt", b"\xff" * 100)
    ran = agency.run("log", "verify", str(other))
    assert (ran.code, "no exported log" in ran.err) == (9, True)
    assert agency.run("log", "verify", str(agency.root)).code == 2


def test_several_documents_that_share_a_beginning_are_ambiguous(agency):
    codes = {statement(agency, f"{month:02}")[:3] for month in range(1, 13)}
    ran = agency.run("show", "D-")
    assert (ran.code, len(codes) > 1) == (2, True)


def test_ls_and_cat_are_there(agency):
    document = statement(agency)
    assert agency.run("ls").out == agency.run("list").out
    assert agency.run("cat", document).out == agency.run("get", document, "-o", "-").out


def test_a_large_document_goes_to_stdout_whole(agency):
    content = os.urandom(33 << 20)
    document = agency.ingest(agency.paper("大附件_2026年.bin", content))[0]["id"]
    agency._capture.readouterr()
    from ledgervault.__main__ import main

    assert main(["--vault", str(agency.vault), "cat", document]) == 0
    assert agency._capture.readouterr().out == content


def test_get_goes_on_past_an_id_that_is_not_there(agency):
    document = statement(agency)
    out = agency.root / "out"
    ran = agency.run("--json", "get", "D-0000", document, "nonsense!", "-o", str(out))
    report = ran.json()
    assert ran.code == 3
    assert [one["id"] for one in report["retrieved"]] == [document]
    codes = [one["code"] for one in report["failed"]]
    assert codes == ["document.not-found", "usage.id"]
    assert agency.run("get", "D-0000", "-o", str(out)).code == 5
    assert agency.run("get", document, "D-0000", "-o", "-").code == 2


def test_log_shows_ids_as_people_know_them(agency):
    document = statement(agency)
    shown = agency.run("log", "show", "--act", "document.ingested").out
    assert document.removeprefix("D-") in shown


def test_a_file_that_is_no_identity_is_called_so(agency):
    ran = agency.run("--identity", str(agency.key), "list")
    assert (ran.code, "not an identity file" in ran.err) == (7, True)


def test_nothing_a_person_types_drives_the_terminal(agency):
    document = statement(agency)
    ran = agency.run(
        "share", document, "--to", "\x1b[31mLin", "--purpose", "\x1b]0;x", "-o",
        str(agency.root / "s.age"),
    )  # fmt: skip
    assert ran.code == 0
    for shown in (
        ran,
        agency.run("shares", "list"),
        agency.run("shares", "show", "S-" + ran.out[2:10]),
    ):
        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err


def test_moved_papers_are_gone_only_when_they_are_safe(agency):
    new, known = agency.paper("a.txt", b"new"), agency.paper("b.txt", b"known")
    agency.ingest(known)
    argv = ("ingest", str(new.parent), "--client", "C001", "--move")
    agency.json(*argv, "--dry-run")
    assert new.exists()
    agency.json(*argv)
    assert (new.exists(), known.exists()) == (False, True)


def test_history_is_readable_after_every_kind_of_edit(agency):
    document = statement(agency)
    agency.json("client", "add", "C002", "--name", "远艾物流")
    changes = (
        ("--title", "标题"),
        ("--level", "sensitive"),
        ("--period", "2025-03"),
        ("--client", "C002"),
        ("--series", "cn.voucher.source"),
    )
    for number, change in enumerate(changes):
        agency.json("edit", document, *change, "--reason", f"理由{number}")
    events = agency.json("history", document)["events"]
    edits = [one for one in events if one["act"] == "document.edited"]
    assert len(edits) == len(changes)
    # What was sealed where the document no longer is went with that leaf.
    assert edits[-1]["details"]["reason"] == "理由4"
    assert agency.run("history", document).code == 0
    assert agency.json("verify", "--read-data")["ok"] is True
    assert agency.json("log", "verify")["ok"] is True


def test_history_survives_a_destruction(agency):
    document = agency.ingest(agency.paper("银行对账单_2013年01月.txt"))[0]["id"]
    agency.json("edit", document, "--level", "sensitive", "--reason", "证件号")
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == 1
    events = agency.json("history", document)["events"]
    assert events[-1]["act"] != "document.ingested"
    assert {json.dumps(one["details"]) for one in events} == {"{}"}


def test_backup_inside_the_vault_is_refused(agency):
    inside = agency.vault / "backup"
    inside.mkdir()
    assert agency.run("backup", "run", str(inside)).code == 2
    assert list(inside.iterdir()) == []


def test_long_lists_of_failures_are_cut_for_people_only(agency):
    pile = agency.paper("a.txt").parent
    for number in range(30):
        os.symlink("a.txt", pile / f"link{number}")
    plain = agency.run("ingest", str(pile), "--client", "C001")
    assert (plain.code, plain.err.count("pile/link"), "10 more" in plain.err) == (
        3,
        20,
        True,
    )
    whole = agency.json("ingest", str(pile), "--client", "C001", code=3)
    assert len(whole["skipped"]) == 30
