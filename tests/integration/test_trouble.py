import os
import shutil

import pytest

from ledgervault.__main__ import main


def one(agency):
    return agency.ingest(agency.paper("记账凭证_2026年01月.txt", b"x" * 40_000))[0][
        "id"
    ]


def test_wrong_passphrase_is_said_plainly(agency, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase at all\n")
    ran = agency.run("--passphrase-file", str(wrong), "list")
    assert (ran.code, "passphrase" in ran.err) == (8, True)


def test_foreign_identity_is_refused(agency, tmp_path, monkeypatch):
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    other = tmp_path / "other"
    ran = agency.run(
        "init",
        "--name",
        "B",
        "--as",
        "stranger",
        "--key-file",
        str(tmp_path / "k2"),
        vault=other,
    )
    assert ran.code == 0, ran
    refused = agency.run(
        "--as", "stranger", "--passphrase-file", str(tmp_path / "k2"), "list"
    )
    assert (refused.code, "does not belong" in refused.err) == (8, True)


def test_newer_schema_is_refused(agency):
    agency.sql("update alembic_version set version_num='9999'")
    ran = agency.run("list")
    assert (ran.code, "Traceback" in ran.err) == (7, False)


def test_truncated_pack_is_found_and_never_handed_out(agency, tmp_path):
    document = one(agency)
    pack = agency.packs()[0]
    os.truncate(pack, pack.stat().st_size - 100)
    out = tmp_path / "out" / "paper"
    assert agency.run("get", document, "-o", str(out)).code == 9
    assert not out.parent.exists() or list(out.parent.iterdir()) == []
    assert agency.json("verify", "--read-data", code=9)["bad"][0]["id"] == document


def test_swapped_blobs_are_refused(agency):
    papers = [
        agency.paper(f"记账凭证_2026年0{n}月.txt", bytes([n]) * 5000) for n in (1, 2)
    ]
    agency.ingest(*papers)
    rows = agency.sql(
        "select document_id, pack, offset, length, cipher_sha256 from versions"
    )
    for row, other in zip(rows, reversed(rows), strict=True):
        agency.sql(
            "update versions set pack=?, offset=?, length=?, cipher_sha256=? where document_id=?",
            *other[1:],
            row[0],
        )
    listed = agency.json("list")["documents"]
    assert {agency.run("get", one["id"], "-o", "-").code for one in listed} == {9}
    assert agency.run("verify", "--read-data").code == 9


@pytest.mark.parametrize(
    "change",
    [
        "due='2027-01-01'",
        "series='own.nda'",
        "leaf=leaf+1",
        "state='destroyed'",
        "size=1",
    ],
)
def test_edited_row_is_noticed(agency, change):
    document = one(agency)
    agency.sql(f"update documents set {change}")
    code = agency.run("show", document).code
    assert code == (0 if change == "size=1" else 9)


def test_rolled_back_catalogue_is_noticed(agency, tmp_path):
    one(agency)
    shutil.copy(agency.vault / "catalogue.sqlite", tmp_path / "old.sqlite")
    agency.ingest(agency.paper("收据_2026年.txt"))
    shutil.copy(tmp_path / "old.sqlite", agency.vault / "catalogue.sqlite")
    ran = agency.run("list")
    assert (ran.code, "rolled back" in ran.err) == (9, True)


def test_unsigned_event_is_refused(agency):
    one(agency)
    agency.sql(
        "insert into events(sequence, act, entry) select max(sequence)+1, act, entry from events"
    )
    assert agency.run("list").code == 9


def test_edited_event_breaks_the_log(agency):
    one(agency)
    agency.sql(
        "update events set entry=cast(replace(entry, 'client.added', 'client.addex') as blob)"
    )
    assert agency.json("log", "verify", code=9)["ok"] is False


def test_exchanged_policy_is_refused(agency):
    agency.sql(
        "update policies set canonical=cast(replace(canonical, 'P30Y', 'P00Y') as blob)"
    )
    assert agency.run("list").code == 9


def test_missing_vault_says_what_to_do(agency, tmp_path):
    ran = agency.run("list", vault=tmp_path / "nowhere")
    assert (ran.code, "vault init" in ran.err) == (5, True)


def test_no_terminal_and_no_passphrase_file_fails_at_once(agency, monkeypatch):
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    with open(os.devnull) as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert agency.run("list").code == 8


def test_usage_errors_exit_2(agency):
    assert agency.run("nonsense").code == 2
    assert agency.run("purge").code == 2
    assert agency.run("get").code == 2
    assert main(["--lang", "xx", "list"]) == 2


def test_error_with_json_is_one_object_on_stderr(agency):
    import json

    ran = agency.run("--json", "show", "D-ZZZZ")
    shape = json.loads(ran.err)["error"]
    assert ran.out == ""
    assert {"code", "message", "hint", "exit"} <= shape.keys()
    assert (ran.code, shape["exit"]) == (5, 5)


def test_odd_sources_are_reported_and_the_others_go_on(agency):
    pile = agency.paper("收据_2026年.txt").parent
    os.mkfifo(pile / "fifo")
    os.symlink("收据_2026年.txt", pile / "link")
    ran = agency.run("--json", "ingest", str(pile), "--client", "C001")
    report = ran.json()
    assert ran.code == 3
    assert len(report["ingested"]) == 1
    assert len(report["skipped"]) == 2


def test_refusal_is_logged(agency):
    document = one(agency)
    ran = agency.run(
        "share", document, "--to", "x", "--purpose", "p", "--expires", "900d"
    )
    assert ran.code == 4
    shown = agency.json("log", "show", "--act", "act.refused")["entries"]
    assert shown[-1]["facts"]["code"] == "policy.share"


def test_what_is_kept_for_ever_is_closed_only_where_its_paper_copy_is_known(agency):
    done = agency.ingest(agency.paper("年度财务报告_2025年.txt"))[0]
    assert done["series"] == "cn.report.annual"
    year = ("archive", "--client", "C001", "--period", "2025")
    refused = agency.run("--json", *year)
    assert refused.code == 3
    folder = refused.json()["folders"][0]
    assert folder["state"] == "open"
    assert "paper_location" in folder["problems"][0]
    said = agency.run("--lang", "zh", *year).err
    assert f"{done['id']}: 未记录其纸质件所在" in said
    fact = ("--fact", "paper_location=3 号柜", "--reason", "装订归柜")
    agency.json("edit", done["id"], *fact)
    assert agency.json(*year)["folders"][0]["state"] == "archived"


def test_archived_folder_takes_no_more_and_changes_no_more(agency):
    document = one(agency)
    agency.json("archive", "--client", "C001", "--period", "2026")
    added = agency.run(
        "--json",
        "ingest",
        str(agency.paper("记账凭证_2026年03月.txt")),
        "--client",
        "C001",
    )
    assert added.code == 3
    assert added.json()["failed"][0]["code"] == "archive.folder-closed"
    assert agency.run("edit", document, "--title", "x", "--reason", "y").code == 4
