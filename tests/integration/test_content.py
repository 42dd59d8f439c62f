"""Papers read at ingest: fields, reasons, warnings; through the command line."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.invoice_papers import (
    NUMBER,
    SELLER,
    STATED,
    ofd,
    original_xml,
    printed,
    tax_bureau_xml,
)
from tools.made_papers import pdf, zipped
from tools.office_papers import mail

OTHER = "26532000000101398162"
REPOSITORY = Path(__file__).resolve().parents[2]


def ingest(agency, *paths, more=()):
    return agency.json("ingest", *map(str, paths), "--client", "C001", *more)


def warned(report):
    return [
        (Path(one["path"]).name, one["code"], one.get("of"))
        for one in report["warnings"]
    ]


def ids(report):
    return {Path(one["path"]).name: one["id"] for one in report["ingested"]}


def test_fields_of_an_e_invoice_are_shown_and_never_in_clear(agency):
    report = ingest(agency, agency.paper("dzfp.xml", tax_bureau_xml()))
    shown = agency.json("show", ids(report)["dzfp.xml"])
    assert STATED.items() <= shown["fields"].items()
    assert (shown["period"], shown["unread"]) == ("2026-03", None)
    for path in agency.files():
        if "pile" not in path.parts:
            content = path.read_bytes()
            assert NUMBER.encode() not in content
            assert SELLER.encode() not in content


@pytest.mark.parametrize(("name", "content"), [("a.pdf", printed()), ("a.ofd", ofd())])
def test_a_printed_invoice_without_its_original_is_a_warning(agency, name, content):
    report = ingest(agency, agency.paper(name, content))
    assert warned(report) == [(name, "invoice.no-original", None)]
    assert len(report["ingested"]) == 1


def test_an_original_in_the_same_pile_or_filed_before_is_enough(agency):
    pile = [agency.paper("a.pdf", printed()), agency.paper("z.xml", tax_bureau_xml())]
    assert warned(ingest(agency, *pile)) == []
    assert warned(ingest(agency, agency.paper("b.ofd", ofd()))) == []


def test_an_original_inside_an_ofd_is_enough(agency):
    content = ofd(more={"Doc_0/Attachs/original_invoice.xml": original_xml()})
    assert warned(ingest(agency, agency.paper("a.ofd", content))) == []


def test_an_original_of_another_client_is_not_enough(agency):
    agency.run("client", "add", "C002", "--name", "云雀软件")
    xml = agency.paper("a.xml", tax_bureau_xml())
    agency.json("ingest", str(xml), "--client", "C002")
    report = ingest(agency, agency.paper("a.pdf", printed()))
    assert warned(report) == [("a.pdf", "invoice.no-original", None)]


def test_the_same_number_twice_is_a_warning_that_names_the_first(agency):
    first = ingest(agency, agency.paper("a.xml", tax_bureau_xml()))
    second = ingest(agency, agency.paper("b.xml", tax_bureau_xml() + b"\n"))
    assert warned(second) == [("b.xml", "invoice.twice", ids(first)["a.xml"])]
    same_pile = [
        agency.paper("c.xml", tax_bureau_xml(OTHER)),
        agency.paper("d.xml", tax_bureau_xml(OTHER) + b"\n"),
    ]
    third = ingest(agency, *same_pile)
    assert warned(third) == [("d.xml", "invoice.twice", ids(third)["c.xml"])]


def test_a_rehearsal_warns_and_files_nothing(agency):
    pile = [agency.paper("a.pdf", printed()), agency.paper("b.pdf", printed() + b"%")]
    report = ingest(agency, *pile, more=["--dry-run"])
    assert warned(report) == [
        ("b.pdf", "invoice.twice", None),
        ("a.pdf", "invoice.no-original", None),
        ("b.pdf", "invoice.no-original", None),
    ]
    assert agency.json("list")["documents"] == []


def test_an_invoice_is_known_by_one_keyed_token(agency):
    ingest(agency, agency.paper("a.xml", tax_bureau_xml()))
    rows = agency.sql("SELECT token FROM invoices")
    assert len(rows) == 1
    assert len(rows[0][0]) == 32


def test_warnings_are_told_in_both_languages(agency):
    path = agency.paper("a.pdf", printed())
    said = agency.run("ingest", str(path), "--client", "C001", "--dry-run")
    assert said.code == 0
    assert "1 warning:\n" in said.out
    assert "a.pdf: the XML original of this e-invoice is not filed" in said.out
    chinese = agency.run("--lang", "zh", "ingest", str(path), "--client", "C001")
    assert chinese.code == 0
    assert "a.pdf: 该数电票的 XML 原件未入库" in chinese.out


def test_what_was_not_read_is_kept_and_says_why(agency):
    report = ingest(
        agency,
        agency.paper("broken.pdf", b"%PDF-1.7\nnothing"),
        agency.paper("mail.eml", mail("见附", ("图.jpg", b"\xff\xd8\xff"))),
    )
    reasons = {Path(one["path"]).name: one["unread"] for one in report["ingested"]}
    assert reasons == {
        "broken.pdf": "it is a damaged PDF",
        "mail.eml": "图.jpg: it is a picture",
    }
    assert [one["level"] for one in report["ingested"]] == ["sensitive"] * 2
    shown = agency.run("--lang", "zh", "show", ids(report)["mail.eml"])
    assert "图.jpg: 这是图片" in shown.out


def test_words_and_identifiers_in_a_pdf_decide(agency):
    words = ["劳动合同书", "乙方 身份证号码 110101199003070133", "手机 13800001111"]
    report = ingest(agency, agency.paper("scan0001.pdf", pdf([words])))
    (one,) = report["ingested"]
    assert (one["series"], one["level"]) == ("cn.hr.contract", "sensitive")
    assert agency.json("show", one["id"])["detected"]["mobile"] == 1


def test_many_pdfs_are_read_by_every_sealer(agency):
    for at in range(80):
        agency.paper(f"{at}.pdf", pdf([[f"费用报销单 {at}", f"1380000{at:04d}"]]))
    report = ingest(agency, agency.root / "pile", more=["--workers", "2"])
    assert len(report["ingested"]) == 80
    assert {one["type"] for one in report["ingested"]} == {"expense_claim"}
    assert {one["unread"] for one in report["ingested"]} == {None}


def test_a_big_pdf_is_read_whole_and_one_of_gigabytes_by_its_name(agency):
    padding = b"\n%" + bytes(9 << 20)
    big = pdf([["费用报销单"]]).replace(b"\nxref", padding + b"\nxref", 1)
    huge = agency.paper("huge.pdf", b"%PDF-1.7\n")
    with huge.open("r+b") as file:
        file.truncate(40 << 20)
    report = ingest(agency, agency.paper("big.pdf", big), huge)
    found = {
        Path(one["path"]).name: (one["type"], one["unread"])
        for one in report["ingested"]
    }
    assert found == {
        "big.pdf": ("expense_claim", None),
        "huge.pdf": ("unknown", "it is too big to be read whole"),
    }
    for name, content in (("big.pdf", big), ("huge.pdf", huge.read_bytes())):
        agency.run("get", ids(report)[name], "-o", str(agency.root / f"back-{name}"))
        assert (agency.root / f"back-{name}").read_bytes() == content


@pytest.mark.parametrize("asked", [["--ocr"], []])
@pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is not None, reason="an engine is here"
)
def test_pictures_cannot_be_read_without_an_engine(agency, monkeypatch, asked):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("LEDGERVAULT_OCR", "0" if asked else "1")
    ran = agency.run("ingest", str(agency.paper("a.jpg")), "--client", "C001", *asked)
    assert ran.code == 7
    assert "no engine that reads pictures is installed" in ran.err
    assert "ledgervault[ocr]" in ran.err


def samples():
    named = os.environ.get("LEDGERVAULT_SAMPLES")
    places = [Path(named)] if named else []
    places += [parent / "shared" / "samples" for parent in REPOSITORY.parents]
    return next((place for place in places if place.is_dir()), None)


def unpacked(folder, target):
    """Copy the papers of a sample folder; hostile names come out of their zip."""
    subprocess.run(["cp", "-r", str(folder), str(target)], check=True)
    subprocess.run(["chmod", "-R", "u+w", str(target)], check=True)
    hostile = target / "hostile-names.zip"
    if hostile.exists():
        with zipfile.ZipFile(hostile) as archive:
            archive.extractall(target)


@pytest.mark.slow
@pytest.mark.skipif(samples() is None, reason="the sample papers are not laid here")
@pytest.mark.parametrize(
    "folder", ["agency", "names", "ofd", "einvoice-cn", "einvoice-eu"]
)
def test_every_sample_is_taken_in_within_ten_seconds_and_512_mebibytes(
    agency, tmp_path, folder
):
    pile = tmp_path / "samples"
    unpacked(samples() / folder, pile)
    count = sum(len(files) for _root, _folders, files in os.walk(pile))
    assert count > 2
    program = (
        "import gc, re, resource, sys; from ledgervault.__main__ import main\n"
        "code = main(sys.argv[1:])\n"
        "gc.collect()  # ends the confined reader, so that it is counted\n"
        "who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)\n"
        "used = [resource.getrusage(one) for one in who]\n"
        "seconds = sum(one.ru_utime + one.ru_stime for one in used)\n"
        "# Not RUSAGE_SELF: it begins with the peak of the test that started us.\n"
        "own = re.search(r'VmHWM:\\s*([0-9]+)', open('/proc/self/status').read())\n"
        "memory = max(int(own[1]), used[1].ru_maxrss) // 1024\n"
        "print(code, memory, int(seconds), file=sys.stderr)"
    )
    argv = [
        "--vault",
        str(agency.vault),
        "--json",
        "ingest",
        str(pile),
        "--client",
        "C001",
        "--workers",
        "1",
    ]
    done = subprocess.run(
        [sys.executable, "-c", program, *argv],
        capture_output=True,
        timeout=300,  # of a busy machine; what counts is processor time
        check=True,
    )
    code, mebibytes, seconds = map(int, done.stderr.decode().split())
    report = json.loads(done.stdout)
    assert code == 0
    assert mebibytes < 512
    assert seconds < 10
    assert len(report["ingested"]) + len(report["duplicates"]) == count
    assert report["failed"] == []
    assert not [one for one in report["ingested"] if "breaks" in (one["unread"] or "")]


def test_a_hostile_pile_is_taken_in_whole(agency):
    agency.paper("bomb.zip", zipped({f"{at}.txt": b"0" * (8 << 20) for at in range(9)}))
    agency.paper("deep.xml", b"<a>" * 100_000)
    agency.paper("lies.pdf", b"%PDF-1.7\n" + b"1 0 obj <<" * 50_000)
    agency.paper("mail.eml", b"From: a\nTo: b\n\n" + b"\n" * (2 << 20))
    report = ingest(agency, agency.root / "pile")
    assert len(report["ingested"]) == 4
    assert report["failed"] == []
