"""A vault whose anchors are under keys inside a token, through its whole life."""

import json

import pytest

from ledgervault.storage.tokens import Token

PAPERS = ("银行对账单_2013年01月.txt", "银行对账单_2013年02月.txt")
SIBLING = "现金日记账_2013年.txt"


@pytest.fixture
def token_agency(agency, soft_token, monkeypatch):
    """A second vault of the same agency; its anchors are in the token."""
    agency.vault, agency.key = agency.root / "token-vault", agency.root / "second-key"
    monkeypatch.setenv("LEDGERVAULT_PIN_FILE", str(soft_token.pin_file))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    monkeypatch.setenv("LEDGERVAULT_IDENTITY", "second")
    made = agency.run(
        "init", "--name", "鹿垄财务", "--key-file", str(agency.key),
        "--anchor", "pkcs11", *soft_token.options(),
    )  # fmt: skip
    assert made.code == 0, made
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(agency.key))
    assert agency.run("client", "add", "C001", "--name", "清河茶叶").code == 0
    return agency


def keys_in(soft_token, agency):
    vault = json.loads((agency.vault / "vault.json").read_text())["vault"]
    token = Token(soft_token.module, soft_token.label, lambda _label: soft_token.pin)
    return [name[-8:] for name in token.names(f"lv-anchor-{vault}-")]


def destroyed(agency):
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == 2
    return disposal


def test_the_header_says_which_token_and_the_folder_holds_no_anchor(
    token_agency, soft_token
):
    header = json.loads((token_agency.vault / "vault.json").read_text())
    assert (header["anchors"], header["token"]) == ("pkcs11", soft_token.label)
    names = [path.name for path in (token_agency.vault / "anchor").iterdir()]
    assert names == ["00000001.sealed"]
    assert keys_in(soft_token, token_agency) == ["00000001"]


def test_a_vault_of_before_has_its_anchors_in_files(agency):
    header = json.loads((agency.vault / "vault.json").read_text())
    assert set(header) == {"format", "vault", "suite", "created"}
    assert (agency.vault / "anchor" / "00000001.key").exists()


def test_papers_are_taken_in_and_read_back(token_agency):
    taken = token_agency.ingest(token_agency.paper(SIBLING))
    opened = token_agency.run("get", taken[0]["id"], "-o", "-")
    assert (opened.code, opened.out) == (0, f"{SIBLING}\n")
    assert token_agency.json("verify", "--read-data")["ok"] is True


def test_without_the_token_nothing_is_read(token_agency, soft_token, monkeypatch):
    from ledgervault.storage import tokens

    monkeypatch.delenv("LEDGERVAULT_PIN_FILE")
    monkeypatch.setattr(tokens, "_sessions", {})
    ran = token_agency.run("client", "list")
    assert (ran.code, "needs its PIN" in ran.err) == (8, True)


def test_a_purge_destroys_the_key_in_the_token_and_says_what_that_is_worth(
    token_agency, soft_token
):
    papers = [token_agency.paper(name) for name in (*PAPERS, SIBLING)]
    taken = {
        one["path"].rsplit("/", 1)[-1]: one["id"]
        for one in token_agency.ingest(*papers)
    }
    disposal = destroyed(token_agency)
    assert keys_in(soft_token, token_agency) == ["00000002"]
    assert token_agency.run("get", taken[PAPERS[0]], "-o", "-").code == 5
    assert token_agency.run("get", taken[SIBLING], "-o", "-").code == 0
    facts = token_agency.json("disposal", "certificate", disposal)["certificate"][
        "facts"
    ]
    assert "made of software" in facts["anchor"]
    page = token_agency.run("disposal", "certificate", disposal, "--lang", "zh").out
    assert "软件令牌" in page.replace("\n", "").replace(" ", "")


def test_a_backup_restores_without_the_token_and_keeps_the_destroyed_destroyed(
    token_agency, monkeypatch
):
    papers = [token_agency.paper(name) for name in (*PAPERS, SIBLING)]
    taken = {
        one["path"].rsplit("/", 1)[-1]: one["id"]
        for one in token_agency.ingest(*papers)
    }
    target, restored = token_agency.root / "backup", token_agency.root / "restored"
    target.mkdir()
    before = token_agency.json("backup", "run", str(target))["backup"]
    destroyed(token_agency)
    monkeypatch.delenv("LEDGERVAULT_PIN_FILE")
    argv = ("backup", "restore", str(target), "--to", str(restored))
    token_agency.json(*argv, "--snapshot", before)
    assert "anchors" not in json.loads((restored / "vault.json").read_text())
    gone = token_agency.run("get", taken[PAPERS[0]], "-o", "-", vault=restored)
    kept = token_agency.run("get", taken[SIBLING], "-o", "-", vault=restored)
    assert (gone.code, kept.code) == (5, 0)


def test_the_agent_unlocks_the_identity_where_a_pin_is_for_the_anchors(
    token_agency, monkeypatch
):
    (token_agency.root / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(token_agency.root / "runtime"))
    assert token_agency.json("unlock")["identity"] == "second"
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    try:
        assert token_agency.json("client", "list")["clients"][0]["code"] == "C001"
        # A way in is added by who knows a secret, not by who finds a desk unlocked.
        add = ("key", "slot", "add", "key-file", "--file", str(token_agency.root / "k"))
        assert token_agency.run(*add).code == 8
    finally:
        assert token_agency.json("lock") == {"locked": 1}
    assert token_agency.run("client", "list").code == 8


def test_an_unknown_driver_is_refused(agency):
    argv = ("init", "--name", "x", "--key-file", str(agency.root / "k"))
    ran = agency.run(*argv, "--anchor", "tpm", vault=agency.root / "other")
    assert (ran.code, "file, pkcs11" in ran.err) == (2, True)
    header = agency.vault / "vault.json"
    record = json.loads(header.read_text())
    header.write_text(json.dumps({**record, "anchors": "tpm"}))
    assert agency.run("list").code == 7


def test_a_vault_without_a_token_set_up_says_how_to_name_one(agency):
    argv = ("init", "--name", "x", "--key-file", str(agency.root / "k"))
    ran = agency.run(*argv, "--anchor", "pkcs11", vault=agency.root / "other")
    assert (ran.code, "--module FILE --token LABEL" in ran.err) == (7, True)
    assert not (agency.root / "other" / "vault.json").exists()
