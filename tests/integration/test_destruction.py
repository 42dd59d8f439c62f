import shutil

STATEMENTS = ("银行对账单_2013年01月.txt", "银行对账单_2013年02月.txt")
SIBLING = "现金日记账_2013年.txt"


def expired(agency):
    papers = [agency.paper(name) for name in (*STATEMENTS, SIBLING)]
    taken = {item["path"].rsplit("/", 1)[-1]: item for item in agency.ingest(*papers)}
    return [taken[name]["id"] for name in STATEMENTS], taken[SIBLING]["id"]


def approved(agency):
    proposed = agency.json("purge", "--expired")["proposed"]
    assert [one["documents"] for one in proposed] == [2]
    disposal = proposed[0]["id"]
    shown = agency.json("disposal", "approve", disposal)["disposal"]
    assert (shown["state"], shown["missing"]) == ("approved", [])
    return disposal


def test_old_backup_live_ring_and_owner_cannot_bring_back_what_was_destroyed(agency):
    gone, sibling = expired(agency)
    target = agency.root / "backup"
    target.mkdir()
    before = agency.json("backup", "run", str(target))["backup"]
    disposal = approved(agency)
    done = agency.json("purge", "--expired")
    assert (done["destroyed"], done["refused"]) == (2, [])

    restored = agency.root / "restored"
    agency.json(
        "backup", "restore", str(target), "--to", str(restored), "--snapshot", before
    )
    for document in gone:
        assert agency.run("get", document, "-o", "-", vault=restored).code == 5
    listed = agency.json("list", "--destroyed", vault=restored)["documents"]
    assert {one["id"]: one["title"] for one in listed} == {
        gone[0]: None,
        gone[1]: None,
        sibling: "现金日记账_2013年",
    }
    opened = agency.run("get", sibling, "-o", "-", vault=restored)
    assert (opened.code, opened.out) == (0, f"{SIBLING}\n")
    certificate = agency.json("disposal", "certificate", disposal)["certificate"][
        "facts"
    ]
    assert certificate["state"] == "final"
    assert certificate["drill"]["refused"] == 2


def test_a_copied_ring_of_the_old_epoch_alone_is_refused(agency):
    expired(agency)
    shutil.copytree(agency.vault / "ring", agency.root / "ring-before")
    approved(agency)
    agency.json("purge", "--expired")
    shutil.rmtree(agency.vault / "ring")
    shutil.copytree(agency.root / "ring-before", agency.vault / "ring")
    refused = agency.run("list")
    assert refused.code == 9
    assert "epoch" in refused.err


def test_ciphertext_and_anchor_are_gone_after_a_purge(agency):
    gone, _sibling = expired(agency)
    packs = {path.name for path in agency.packs()}
    approved(agency)
    agency.json("purge", "--expired")
    assert [path.name for path in (agency.vault / "anchor").iterdir()] == [
        "00000002.key"
    ]
    assert len({path.name for path in agency.packs()} & packs) == len(packs) - 1
    assert agency.sql("select count(*) from versions") == [(1,)]
    assert agency.run("show", gone[0]).code == 5


def test_hold_blocks_purge_after_expiry_even_when_its_row_is_deleted(agency):
    expired(agency)
    agency.json(
        "hold", "add", "--client", "C001", "--period", "2013", "--reason", "仲裁"
    )
    agency.sql("delete from holds")
    report = agency.json("purge", "--expired")
    assert report["proposed"] == []
    assert [one["code"] for one in report["refused"]] == ["retention.held"]


def test_hold_placed_after_approval_stops_the_execution(agency):
    expired(agency)
    approved(agency)
    agency.json("hold", "add", "--client", "C001", "--reason", "仲裁")
    report = agency.json("purge", "--expired")
    assert report["destroyed"] == 0
    assert report["refused"][0]["code"] == "retention.held"


def test_paper_added_after_the_order_sends_it_back(agency):
    expired(agency)
    approved(agency)
    agency.ingest(agency.paper("银行对账单_2013年03月.txt"))
    report = agency.json("purge", "--expired", code=3)
    assert report["destroyed"] == 0
    assert report["refused"][0]["code"] == "disposal.changed"


def test_second_purge_destroys_nothing_more(agency):
    expired(agency)
    approved(agency)
    assert agency.json("purge", "--expired")["destroyed"] == 2
    again = agency.json("purge", "--expired")
    assert (again["proposed"], again["executed"], again["destroyed"]) == ([], [], 0)


def test_dry_run_changes_nothing_the_log_included(agency):
    expired(agency)
    before = agency.json("log", "checkpoint")["root"]
    planned = agency.json("purge", "--expired", "--dry-run")
    assert planned["dry_run"] is True
    assert [one["documents"] for one in planned["proposed"]] == [2]
    assert agency.json("log", "checkpoint")["root"] == before


def test_forged_approval_is_refused(agency):
    expired(agency)
    agency.json("purge", "--expired")
    agency.sql(
        "insert into approvals select d.id, u.id, 'owner', 'approve', "
        "'2026-01-01T00:00:00+00:00', zeroblob(64) from disposals d, users u"
    )
    report = agency.json("purge", "--expired", code=9)
    assert report["destroyed"] == 0
    assert report["refused"][0]["code"] == "signature.invalid"


def test_edited_due_date_does_not_make_cron_destroy_early(agency):
    _gone, sibling = expired(agency)
    agency.sql("update documents set due='2015-01-01' where code=?", sibling)
    agency.sql("update folders set due='2015-01-01'")
    report = agency.json("purge", "--expired", code=9)
    assert "catalogue.edited" in {one["code"] for one in report["refused"]}
    assert len(report["proposed"]) == 1


def test_moved_document_leaves_no_key_in_its_old_folder(agency):
    gone, _sibling = expired(agency)
    moved = agency.json("edit", gone[0], "--period", "2025", "--reason", "年份有误")
    assert moved["due"] == "2036-01-01"
    assert [path.name for path in (agency.vault / "anchor").iterdir()] == [
        "00000002.key"
    ]
    assert agency.run("get", gone[0], "-o", "-").code == 0
    assert agency.json("log", "verify")["ok"] is True


def test_a_backup_older_than_the_ring_key_opens_with_the_mirror(agency):
    document = agency.ingest(agency.paper("收据_2026年01月.txt"))[0]["id"]
    target = agency.root / "target"
    target.mkdir()
    first = agency.json("backup", "run", str(target))["backup"]
    agency.json("key", "rotate", "--all", "--ring", "--reason", "x")
    agency.json("backup", "run", str(target))
    restored = agency.root / "restored"
    argv = ("backup", "restore", str(target), "--to", str(restored))
    agency.json(*argv, "--snapshot", first)
    assert agency.json("verify", "--read-data", vault=restored)["ok"]
    assert agency.json("show", document, vault=restored)["id"] == document
