import hashlib
import json
import os
import re
from pathlib import Path

import pyrage

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "src" / "ledgervault" / "samples"
HOSTILE = (
    b"\x1b[2J\x1b]52;c;eA==\x07.txt",
    b"line\nbreak \xe2\x80\xae.txt",
    b"not utf-8 \xff\xfe\x80.txt",
    b"-rf --force",
    b"[link=http://x]bold[/].txt",
    b"=cmd('x')!A1.csv",
    "超长".encode() * 40 + b".txt",
    b"CON",
)


def digests(folder):
    return sorted(
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_every_sample_and_hostile_name_comes_back_identical(agency, tmp_path):
    agency.json(
        "client", "add", "C002", "--name", "Harbour & Finch Ltd", "--jurisdiction", "UK"
    )
    pile = tmp_path / "pile"
    for name in HOSTILE:
        path = os.fsencode(pile / "清河茶叶") + b"/" + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"hostile " + name)
    for path in SAMPLES.rglob("*"):
        if path.is_file():
            agency.paper(str(path.relative_to(SAMPLES)), path.read_bytes())
    report = agency.json("ingest", str(pile))
    assert report["failed"] == report["skipped"] == report["duplicates"] == []
    assert len(report["ingested"]) == len(HOSTILE) + 20
    assert {item["client"] for item in report["ingested"]} == {"C001", "C002"}
    agency.json("get", "--all", "-o", str(tmp_path / "out"))
    assert digests(tmp_path / "out") == digests(pile)
    assert agency.json("verify", "--read-data")["ok"] is True
    for argv in (("list", "--limit", "0"), ("--json", "list"), ("search", "x1b")):
        shown = agency.run(*argv)
        assert "\x1b" not in shown.out + shown.err
        assert "\u202e" not in shown.out


def test_again_nothing_new_is_taken_in(agency):
    paper = agency.paper("收据_2026年01月.txt")
    agency.ingest(paper)
    again = agency.json("ingest", str(paper), "--client", "C001")
    assert again["ingested"] == []
    assert len(again["duplicates"]) == 1
    forced = agency.json("ingest", str(paper), "--client", "C001", "--allow-duplicate")
    assert len(forced["ingested"]) == 1


def test_json_shapes_are_the_contract(agency, tmp_path):
    document = agency.ingest(agency.paper("银行对账单_2013年01月.txt"))[0]
    assert {
        "id",
        "path",
        "client",
        "type",
        "series",
        "level",
        "period",
        "rule",
        "inbox",
    } <= document.keys()
    listed = agency.json("list")
    assert {"documents", "next"} <= listed.keys()
    keys = {
        "id",
        "client",
        "title",
        "name",
        "type",
        "series",
        "level",
        "period",
        "folder",
        "state",
        "due",
        "size",
        "ingested_at",
    }
    assert keys <= listed["documents"][0].keys()
    shown = agency.json("show", document["id"])
    assert (
        keys | {"versions", "facts", "fields", "detected", "holds", "retention"}
        <= shown.keys()
    )
    explained = agency.json("policy", "explain", document["id"])
    assert explained["document"] == document["id"]
    for decision in explained["decisions"]:
        assert {
            "subject",
            "result",
            "rule",
            "pack",
            "version",
            "citation",
            "facts",
            "losers",
        } <= decision.keys()
    loose = agency.json("policy", "explain", str(agency.paper("工资表_2026年.txt")))
    assert loose["file"] == "工资表_2026年.txt"
    shared = agency.json(
        "share",
        document["id"],
        "--to",
        "Lin",
        "--purpose",
        "年审",
        "-o",
        f"{tmp_path}/s.age",
    )
    assert {
        "share",
        "documents",
        "recipient",
        "format",
        "path",
        "expires_on",
        "passphrase",
    } <= shared.keys()
    opened = pyrage.passphrase.decrypt(
        Path(shared["path"]).read_bytes(), shared["passphrase"]
    )
    assert opened == "银行对账单_2013年01月.txt\n".encode()
    purged = agency.json("purge", "--expired")
    assert {"proposed", "executed", "destroyed", "pending", "refused"} <= purged.keys()
    disposal = agency.json("disposal", "show", purged["proposed"][0]["id"])["disposal"]
    assert {
        "id",
        "state",
        "client",
        "series",
        "period",
        "items",
        "approvals",
        "missing",
        "certificate",
    } <= disposal.keys()
    assert {"ok", "size", "root", "checkpoints"} <= agency.json("log", "verify").keys()
    assert {"ok", "documents", "bytes", "bad"} <= agency.json("verify").keys()
    for kind in ("inventory", "activity", "destruction"):
        report = agency.json("report", kind, "--format", "json")
        assert {"report", "as_of", "checkpoint", "rows", "totals"} <= report.keys()
        assert agency.run("report", kind, "--format", "csv").code == 0
        assert agency.run("report", kind).code == 0


def test_share_to_an_age_key_opens_with_that_key_alone(agency, tmp_path):
    documents = [
        item["id"]
        for item in agency.ingest(
            agency.paper("收据_2026年01月.txt"), agency.paper("收据_2026年02月.txt")
        )
    ]
    key = pyrage.x25519.Identity.generate()
    shared = agency.json(
        "share",
        *documents,
        "--to",
        str(key.to_public()),
        "--purpose",
        "年审",
        "-o",
        str(tmp_path / "s.age"),
    )
    assert "passphrase" not in shared
    bundle = pyrage.decrypt((tmp_path / "s.age").read_bytes(), [key])
    assert bundle.startswith(b"PK")
    assert b"MANIFEST.json" in bundle


def test_global_options_stand_before_and_after(agency):
    before = agency.run("--json", "--lang", "zh", "client", "list")
    after = agency.run("client", "list", "--lang=zh", "--json")
    assert (before.code, after.code) == (0, 0)
    assert before.out == after.out


def test_exported_log_verifies_without_vault_or_keys(agency, tmp_path, monkeypatch):
    agency.ingest(agency.paper("收据_2026年01月.txt"))
    agency.json("log", "export", "-o", str(tmp_path / "log.txt"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "empty"))
    nowhere = tmp_path / "nowhere"
    assert (
        agency.json("log", "verify", str(tmp_path / "log.txt"), vault=nowhere)["ok"]
        is True
    )
    raw = (tmp_path / "log.txt").read_bytes()
    (tmp_path / "bad.txt").write_bytes(raw.replace(b"client.added", b"client.addex"))
    assert (
        agency.json("log", "verify", str(tmp_path / "bad.txt"), vault=nowhere, code=9)[
            "ok"
        ]
        is False
    )
    agency_tiles = tmp_path / "tiles"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(agency.key))
    agency.json("log", "export", "--tiles", "-o", str(agency_tiles))
    assert (agency_tiles / "checkpoint").is_file()
    assert list((agency_tiles / "tile" / "0").iterdir())


def test_fact_of_a_client_moves_due_dates_and_is_logged(agency):
    document = agency.ingest(agency.paper("代理记账合同_2020年.txt"))[0]
    assert document["series"] == "own.engagement"
    assert agency.json("list")["documents"][0]["due"] is None
    moved = agency.json("client", "event", "C001", "engagement_end", "2020-06-30")[
        "redated"
    ]
    assert moved == [{"id": document["id"], "old": None, "new": "2030-07-01"}]
    acts = [one["act"] for one in agency.json("log", "show")["entries"]]
    assert "document.redated" in acts


def test_adopting_a_shorter_policy_is_refused(agency, tmp_path):
    agency.ingest(agency.paper("记账凭证_2026年01月.txt"))
    policies = REPOSITORY / "policies"
    for pack in ("cn", "base"):
        for path in (policies / pack).glob("*.yaml"):
            target = tmp_path / "packs" / pack / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"P30Y", b"P10Y"))
    packs = [str(tmp_path / "packs" / pack) for pack in ("cn", "base")]
    planned = agency.json("policy", "adopt", *packs, "--dry-run")
    assert planned["changed"][0]["shortened"] is True
    assert agency.run("policy", "adopt", *packs).code == 4
    assert agency.json("policy", "adopt", "cn", "base")["adopted"] is True


def test_help_of_every_command_is_there_in_both_languages(agency):
    import typer

    from ledgervault.cli.tree import build_app
    from ledgervault.cli.words import choose_language, translate

    def walk(command, path):
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, [*path, name])

    tree = list(walk(typer.main.get_command(build_app()), []))
    assert len(tree) > 30
    choose_language("zh")
    texts = [command.help for _path, command in tree]
    texts += [
        parameter.help
        for _path, command in tree
        for parameter in command.params
        if getattr(parameter, "help", None)
    ]
    missing = sorted({text for text in texts if translate(text) == text})
    choose_language("en")
    assert missing == []


def test_the_readme_names_only_commands_that_exist():
    import typer

    from ledgervault.cli.tree import build_app

    readme = (REPOSITORY / "README.md").read_text()
    tree = typer.main.get_command(build_app())
    named = re.findall(r"^vault ([a-z]+)", readme, re.MULTILINE)
    assert len(named) > 10
    assert set(named) <= set(tree.commands)


def test_demo_runs_and_proves_itself(agency, tmp_path):
    facts = json.loads(agency.run("--json", "demo", str(tmp_path / "demo")).out)
    assert facts["destroyed"] == 2
    assert facts["plaintext"] == []
    assert facts["drill"]["refused"] == 2
