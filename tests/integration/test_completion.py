import pytest

from ledgervault.__main__ import main
from ledgervault.cli.completing import take_typed_words


@pytest.fixture
def complete(agency, monkeypatch):
    monkeypatch.setenv("_VAULT_COMPLETE", "complete_bash")
    monkeypatch.setenv("LEDGERVAULT_HOME", str(agency.vault))

    def completed(*words):
        monkeypatch.setenv("COMP_WORDS", "\n".join(("vault", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        agency._capture.readouterr()
        assert main([]) == 0
        out, err = agency._capture.readouterr()
        assert err == b""
        return out.decode().split()

    return completed


def filed(agency, monkeypatch):
    monkeypatch.delenv("_VAULT_COMPLETE")
    taken = agency.ingest(agency.paper("银行对账单_2026年01月.txt"))[0]["id"]
    monkeypatch.setenv("_VAULT_COMPLETE", "complete_bash")
    return taken


def test_document_ids_complete_from_their_beginning(agency, complete, monkeypatch):
    document = filed(agency, monkeypatch)
    assert complete("show", document[:4]) == [document]
    assert complete("get", "--client", "x", document[:3].lower()) == [document]
    assert complete("show", "D-!") == []


def test_ids_complete_without_unlocking_anything(agency, complete, monkeypatch):
    document = filed(agency, monkeypatch)
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    assert complete("cat", document[:5]) == [document]
    assert complete("list", "--client", "C") == []


def test_clients_complete_by_code_and_by_name(complete):
    assert complete("list", "--client", "C0") == ["C001"]
    assert complete("client", "show", "清") == ["清河茶叶"]


def test_global_options_before_the_command_are_heeded(agency, complete, tmp_path):
    assert complete("--lang", "zh", "list", "--client", "C0") == ["C001"]
    elsewhere = ("--vault", str(tmp_path / "nowhere"))
    assert complete(*elsewhere, "list", "--client", "C0") == []
    assert "history" in complete("--json", "hi")
    assert complete("--lang", "xx", "list", "") == []


def test_line_of_other_shells_loses_its_global_options():
    environment = {"_TYPER_COMPLETE_ARGS": "vault --vault 'a b' show D-9"}
    assert take_typed_words(environment) == ["--vault", "a b", "show"]
    assert environment["_TYPER_COMPLETE_ARGS"] == "vault show D-9"


def test_unfinished_lines_are_no_error():
    for line in ("vault list --vault ", "vault show 'D-9", "vault ", ""):
        environment = {"_TYPER_COMPLETE_ARGS": line}
        take_typed_words(environment)
        assert environment["_TYPER_COMPLETE_ARGS"].startswith("vault")
