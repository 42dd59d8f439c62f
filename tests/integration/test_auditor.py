"""The auditor proves: with meta grants without documents, with none without names."""

import pytest

from tools.joining import grant, join, without_keys

STATEMENT = "银行对账单_2013年01月.txt"
NAMES = ("清河茶叶", "C001", "银行对账单", "鹿垄财务")
RECORDS = (
    "compartment_id in (select p.id from compartments p join clients c "
    "on c.id = p.client_id where c.is_agency and p.level = 'confidential')"
)
PROVING = (
    ("log", "verify"),
    ("log", "checkpoint"),
    ("log", "show"),
    ("policy", "show"),
    ("verify",),
    ("verify", "--read-data"),
)


@pytest.fixture
def audited(agency):
    """A vault with one paper kept and one destroyed."""
    kept = agency.ingest(agency.paper("记账凭证_2026年01月.txt"))[0]["id"]
    agency.ingest(agency.paper(STATEMENT))
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    agency.json("purge", "--expired")
    target = agency.root / "backup"
    target.mkdir()
    agency.json("backup", "run", str(target))
    agency.kept, agency.disposal = kept, disposal
    return agency


@pytest.fixture
def auditor(audited):
    joined = join(audited.root, "auditor", "auditor")
    grant(audited.root, joined, "--client", "all", "--meta-only")
    return joined.flags


@pytest.fixture
def stranger(audited):
    joined = join(audited.root, "auditor", "auditor")
    without_keys(audited.root, joined)
    return joined.flags


def test_auditor_lists_and_reports_without_a_document_key(audited, auditor, keys_only):
    listed = audited.json("list", *auditor)["documents"]
    assert [one["title"] for one in listed] == ["记账凭证_2026年01月"]
    (row,) = audited.json("report", "destruction", *auditor)["rows"]
    assert (row["client"], row["state"]) == ("C001", "destroyed")
    assert row["certificate"]
    refused = audited.run("get", audited.kept, "-o", "-", *auditor)
    assert (refused.code, refused.out) == (4, "")
    keys_only()
    refused = audited.run("get", audited.kept, "-o", "-", *auditor)
    assert (refused.code, refused.out) == (8, "")


def test_auditor_reads_the_certificate_and_proves_log_and_bytes(audited, auditor):
    shown = audited.json("disposal", "show", audited.disposal, *auditor)["disposal"]
    assert (shown["client"], shown["period"]) == ("C001", "FY2013")
    made = audited.json("disposal", "certificate", audited.disposal, *auditor)
    assert made["certificate"]["facts"]["disposal"] == audited.disposal
    seen = audited.json("verify", "--read-data", *auditor)
    assert (seen["ok"], seen["unopened"]) == (True, 1)
    for argv in PROVING:
        assert audited.run(*argv, *auditor).code == 0, argv


def test_below_confidential_of_the_agency_a_certificate_is_closed(audited):
    joined = join(audited.root, "auditor", "auditor")
    grant(audited.root, joined, "--client", "C001", "--meta-only")
    without_keys(audited.root, joined, of=RECORDS)
    shown = audited.json("disposal", "show", audited.disposal, *joined.flags)
    disposal = shown["disposal"]
    assert (disposal["state"], disposal["certificate"]) == ("destroyed", None)
    assert (disposal["client"], disposal["period"]) == ("C001", "FY2013")
    (row,) = audited.json("report", "destruction", *joined.flags)["rows"]
    assert (row["documents"], row["certificate"]) == (1, None)
    closed = audited.run("disposal", "certificate", audited.disposal, *joined.flags)
    assert closed.code == 8
    assert "closed to you" in closed.err


def test_auditor_without_any_grant_proves_what_needs_no_key(audited, stranger):
    for argv in PROVING:
        ran = audited.run(*argv, *stranger)
        assert ran.code == 0, (argv, ran)
        assert not any(name in ran.out + ran.err for name in NAMES), (argv, ran)
    export = audited.root / "log.jsonl"
    audited.json("log", "export", "-o", str(export), *stranger)
    assert audited.json("log", "verify", str(export))["ok"] is True
    checks = audited.json("doctor", *stranger)["checks"]
    assert ("mirrors", "ok") in {(one["name"], one["state"]) for one in checks}


def test_auditor_without_any_grant_notices_changed_bytes(audited, stranger):
    (pack,) = audited.packs()
    pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    bad = audited.json("verify", "--read-data", *stranger, code=9)["bad"]
    assert [(one["id"], one["code"]) for one in bad] == [(audited.kept, "blob.changed")]


def test_auditor_without_any_grant_opens_and_destroys_nothing(
    audited, stranger, keys_only
):
    keys_only()
    audited.ingest(audited.paper("银行对账单_2012年01月.txt"))
    elsewhere = audited.root / "elsewhere"
    elsewhere.mkdir()
    for argv in (
        ("get", audited.kept, "-o", "-"),
        ("show", audited.kept),
        ("disposal", "certificate", audited.disposal),
        ("backup", "run", str(elsewhere)),
        ("purge", "--expired"),
    ):
        ran = audited.run(*argv, *stranger)
        assert ran.code in {5, 8}, (argv, ran)
        assert not any(name in ran.out + ran.err for name in NAMES), (argv, ran)
    assert list(elsewhere.rglob("*.pack")) == []
    assert len(audited.json("disposal", "list")["disposals"]) == 1
