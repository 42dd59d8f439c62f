"""Which identity a command uses, with several on the machine and none named."""

import pytest


@pytest.fixture
def two(agency, tmp_path):
    """Return an agency, and the folder of a second vault of the same person."""
    second = tmp_path / "second"
    key = ["--key-file", str(tmp_path / "second-key")]
    assert agency.run("init", "--name", "二", *key, vault=second).code == 0
    return agency, second


def test_each_vault_takes_the_identity_that_is_its_own(two, tmp_path, monkeypatch):
    agency, second = two
    assert agency.json("client", "list")["clients"][0]["code"] == "C001"
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(tmp_path / "second-key"))
    assert agency.json("client", "list", vault=second) == {"clients": []}


def test_identity_of_another_vault_is_refused_when_named(two):
    agency, _second = two
    ran = agency.run("--json", "client", "list", "--as", "owner-2")
    assert ran.code == 8


def test_vault_of_nobody_here_asks_for_a_choice(two, tmp_path):
    agency, second = two
    identities = tmp_path / "config" / "ledgervault" / "identities"
    (identities / "owner-2.identity").rename(tmp_path / "owner-2.identity")
    third = tmp_path / "third"
    key = ["--key-file", str(tmp_path / "third-key")]
    key += ["--recovery-kit", str(tmp_path / "third-kit")]
    assert agency.run("init", "--name", "三", *key, vault=third).code == 0
    ran = agency.run("client", "list", vault=second)
    assert ran.code == 2
    assert "none of the identities on this machine is of this vault" in ran.err
    assert "--as NAME" in ran.err
    done = agency.run(
        *("client", "list", "--identity", str(tmp_path / "owner-2.identity")),
        *("--passphrase-file", str(tmp_path / "second-key")),
        vault=second,
    )
    assert done.code == 0, done
    ran = agency.run("--lang", "zh", "client", "list", vault=second)
    assert "本机的身份都不属于此资料库" in ran.err


def test_unlock_chooses_by_the_vault_too(two, tmp_path, monkeypatch):
    agency, second = two
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert agency.json("unlock")["identity"] == "owner"
    key = ["--passphrase-file", str(tmp_path / "second-key")]
    assert agency.json("unlock", *key, vault=second)["identity"] == "owner-2"
    nowhere = agency.run("--json", "unlock", *key, vault=tmp_path / "nowhere")
    assert nowhere.code == 2
    assert "several identities are on this machine: owner, owner-2" in nowhere.err
    assert agency.json("lock") == {"locked": 2}
