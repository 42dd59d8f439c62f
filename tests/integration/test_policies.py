"""Adoption: the effect first, nothing shortened silently, a client's own rules."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
OWN = """\
language: ledgervault-policy/1
override: {client}
series:
  - id: cn.voucher.journal
    title: {{zh: 甲, en: A}}
    family: custody
    level: {level}
    retention: {{min: {minimum}, trigger: fiscal_year_end, starts: next_day}}
    then: appraise
    block_while: [litigation]
share:
  - {{id: own.no, levels: [confidential, sensitive], refuse: true}}
"""


@pytest.fixture
def filed(agency):
    return agency.ingest(agency.paper("记账凭证_2026年01月.txt"))[0]["id"]


def own_rules(tmp_path, *, client="C001", level="sensitive", minimum="P40Y"):
    path = tmp_path / "own.yaml"
    path.write_text(OWN.format(client=client, level=level, minimum=minimum))
    return str(path)


def shorter_packs(tmp_path):
    for pack in ("cn", "base"):
        for path in (REPOSITORY / "policies" / pack).glob("*.yaml"):
            target = tmp_path / pack / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"P30Y", b"P10Y"))
    return [str(tmp_path / pack) for pack in ("cn", "base")]


def due(agency, document):
    return agency.json("show", document)["due"]


def test_preview_counts_dates_levels_and_readers(agency, filed, tmp_path):
    planned = agency.json(
        "policy", "adopt", own_rules(tmp_path), "--client", "C001", "--dry-run"
    )
    assert planned["adopted"] is False
    assert planned["counts"] == {"dates": 1, "shortened": 0, "levels": 1, "access": 0}
    (changed,) = planned["changed"]
    assert (changed["id"], changed["old_due"], changed["new_due"]) == (
        filed,
        "2057-01-01",
        "2067-01-01",
    )
    assert (changed["old_level"], changed["new_level"]) == ("confidential", "sensitive")
    assert due(agency, filed) == "2057-01-01"


def test_own_rules_of_a_client_lengthen_and_refuse(agency, filed, tmp_path):
    agency.json("policy", "adopt", own_rules(tmp_path), "--client", "C001")
    assert due(agency, filed) == "2067-01-01"
    explained = agency.json("policy", "explain", filed)["decisions"][-1]
    assert explained["pack"].startswith("override:")
    assert [one["pack"] for one in explained["losers"]] == ["cn"]
    refused = agency.run("share", filed, "--to", "someone", "--purpose", "audit")
    assert refused.code == 4
    assert "own.no" in refused.err


def test_own_rules_survive_the_next_adoption_and_name_nobody(agency, filed, tmp_path):
    agency.json("policy", "adopt", own_rules(tmp_path), "--client", "C001")
    agency.json("policy", "adopt", "cn", "base")
    assert due(agency, filed) == "2067-01-01"
    shown = json.dumps(agency.json("policy", "show"))
    assert "C001" not in shown


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"minimum": "P20Y"}, 7), ({"level": "public"}, 7), ({"client": "C999"}, 4)],
)
def test_own_rules_that_loosen_are_refused(agency, filed, tmp_path, facts, code):
    path = own_rules(tmp_path, **facts)
    assert agency.run("policy", "adopt", path, "--client", "C001").code == code
    assert due(agency, filed) == "2057-01-01"


def test_shortening_takes_two_partners_and_the_refusal_is_logged(
    agency, filed, tmp_path
):
    packs = shorter_packs(tmp_path)
    assert agency.run("policy", "adopt", *packs).code == 4
    asked = agency.run("policy", "adopt", *packs, "--unsafe-shorten")
    assert asked.code == 8
    assert "2 x partner/owner" in asked.err
    assert due(agency, filed) == "2057-01-01"
    acts = [one["act"] for one in agency.json("log", "show")["entries"]]
    assert acts.count("act.refused") == 2


def test_folder_that_rules_want_transferred_is_kept_and_named(agency, filed, tmp_path):
    pack = tmp_path / "given.yaml"
    pack.write_text(
        "language: ledgervault-policy/1\npack: given\nversion: '1'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\ninclude: [base]\nseries:\n"
        "  - id: cn.voucher.journal\n    title: {zh: 甲, en: A}\n    family: custody\n"
        "    level: internal\n    then: transfer\n"
        "    retention: {min: P30Y, trigger: fiscal_year_end}\n"
        "destroy:\n  - {id: given.all, series: cn.*, approvals: [{role: owner}]}\n"
    )
    agency.json("policy", "adopt", str(pack))
    planned = agency.json(
        "purge", "--expired", "--dry-run", "--as-of", "2060-01-01", code=3
    )
    (refused,) = planned["refused"]
    assert refused["code"] == "policy.unmet-demand"
    assert "transfer" in refused["reason"]


def test_share_with_a_destination_follows_the_rules_of_the_place(
    agency, filed, tmp_path
):
    home = (
        "share",
        filed,
        "--to",
        "someone",
        "--purpose",
        "audit",
        "-o",
        str(tmp_path),
    )
    wrong = agency.run(*home, "--destination", "Atlantis")
    assert wrong.code == 2
    assert agency.run(*home).code == 0


def test_compared_policies_mark_what_loosens(agency, filed, tmp_path):
    packs = shorter_packs(tmp_path)
    found = agency.json("policy", "diff", "cn", packs[0])
    changed = [one for one in found["differences"] if one["key"] == "retention.min"]
    assert changed
    assert {(one["old"], one["new"], one["direction"]) for one in changed} == {
        ("P30Y", "P10Y", "loosens")
    }
    assert found["loosens"] == len(found["differences"])
    same = agency.json("policy", "diff", "adopted", "adopted")
    assert same["differences"] == []


def test_file_plan_is_exported_for_spreadsheets(agency, tmp_path):
    file = tmp_path / "plan.csv"
    agency.json("policy", "export", "--csv", "-o", str(file))
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("pack,version,series,title_zh")
    assert any(line.startswith("cn,") and "P30Y" in line for line in lines)
    assert agency.run("policy", "export", "--csv", "-o", str(file)).code == 6


def test_packs_that_would_make_own_rules_a_loosening_are_refused(
    agency, filed, tmp_path
):
    agency.json("policy", "adopt", own_rules(tmp_path), "--client", "C001")
    for pack in ("cn", "base"):
        for path in (REPOSITORY / "policies" / pack).glob("*.yaml"):
            target = tmp_path / pack / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"P30Y", b"P50Y"))
    packs = [str(tmp_path / pack) for pack in ("cn", "base")]
    refused = agency.run("policy", "adopt", *packs)
    assert refused.code == 4
    assert "the minimum is shorter than P50Y" in refused.err
    assert due(agency, filed) == "2067-01-01"


def test_sections_that_are_only_recorded_are_named_at_adoption(agency, tmp_path):
    pack = tmp_path / "more.yaml"
    pack.write_text(
        "language: ledgervault-policy/1\npack: more\nversion: '1'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\ninclude: [cn, base]\n"
        "access:\n  - {id: a, role: owner, operations: [get], level: sensitive}\n"
    )
    adopted = agency.json("policy", "adopt", str(pack))
    assert adopted["recorded"] == ["archive", "audit"]
    assert [one["pack"] for one in adopted["packs"]][:3] == ["more", "cn", "base"]
    told = agency.run("policy", "adopt", str(pack), "--lang", "zh").out
    assert "本版本仅记录、不强制：archive, audit" in told


def test_check_reads_the_scenarios_beside_a_pack(agency, tmp_path):
    (tmp_path / "pack.yaml").write_text(
        "language: ledgervault-policy/1\npack: p\nversion: '1'\n"
        "title: {zh: 甲, en: A}\njurisdiction: CN\n"
    )
    (tmp_path / "scenarios.yaml").write_text(
        "language: ledgervault-scenarios/1\npack: p\nscenarios:\n"
        "  - {given: {series: a}, expect: {due: none}}\n"
    )
    assert agency.json("policy", "check", str(tmp_path))["scenarios"] == 1
    (tmp_path / "scenarios.yaml").write_text("language: ledgervault-scenarios/1\n")
    assert agency.run("policy", "check", str(tmp_path)).code == 7
