"""What each thief gets: the table of docs/design/threat-model.md, row by row."""

import shutil

import pytest

from attacks.scene import CANARY, PAPERS
from ledgervault.bootstrap.opening import open_vault
from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.errors import LedgerVaultError
from ledgervault.ports.rows import DocumentFilter
from ledgervault.vault.contents import latest_version, open_content

SECRETS = (
    CANARY,
    "客户C001",
    "清河茶叶",
    "鹿垄财务",
    "记账凭证_2026年",
    "工资表_2026年",
    "李会计",
    "壬字年度审计",
    "因甲乙丙丁案",
)


def bytes_of(*places):
    files = [one for place in places for one in place.rglob("*") if one.is_file()]
    assert files
    return b"".join(path.read_bytes() for path in files)


def verify_tells_nothing(raw):
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in raw, secret


def test_packs_catalogue_and_histories_of_backups_tell_no_content_and_no_names(scene):
    raw = bytes_of(scene.vault / "packs", scene.target, scene.root / "old-backup")
    verify_tells_nothing(raw)
    verify_tells_nothing((scene.vault / "catalogue.sqlite").read_bytes())
    verify_tells_nothing((scene.past / "catalogue.sqlite").read_bytes())
    # What he does get: how many there are, random ids, due dates, series.
    rows = scene.sql("select length(id), due, series from documents")
    assert len(rows) == len(PAPERS)
    assert {length for length, _due, _series in rows} == {16}


def test_a_backup_target_with_its_mirror_opens_nothing_without_an_identity(
    scene, monkeypatch, tmp_path
):
    machine = tmp_path / "thief"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(machine))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    restored = tmp_path / "restored"
    scene.run("backup", "restore", scene.target, "--to", restored)
    assert scene.run("list", vault=restored).code in (5, 8)
    # An identity of another vault opens it no better.
    identity = ("--identity", scene.root / "thief.id")
    password = ("--passphrase-file", scene.root / "thief-key")
    for command in (("list",), ("get", scene.ids["a"], "-o", "-"), ("client", "list")):
        ran = scene.run(*identity, *password, *command, vault=restored)
        assert (ran.code, ran.out) == (8, "")


@pytest.fixture
def stolen(scene, tmp_path):
    """A backup target, restored on a machine of the thief's."""
    restored = tmp_path / "restored"
    scene.run("backup", "restore", scene.target, "--to", restored)
    return restored


def test_a_bookkeepers_identity_opens_his_clients_from_a_stolen_backup_and_no_others(
    scene, stolen
):
    lin = scene.people["lin"]
    with lin.at_his_machine():
        got = scene.run("get", scene.ids["a"], "-o", "-", vault=stolen)
        assert (got.code, CANARY in got.out) == (0, True)
        for paper in ("c", "kept", "gone", "held", "closed"):
            ran = scene.run("get", scene.ids[paper], "-o", "-", vault=stolen)
            assert (ran.code, ran.out) == (5, ""), paper
        clients = scene.run("--json", "client", "list", vault=stolen).json()["clients"]
    assert [one["code"] for one in clients] == ["C001"]


def test_his_keys_open_no_other_client_whatever_the_product_would_permit(scene, stolen):
    lin = scene.people["lin"]
    vault = opened(scene, lin, stolen)
    wanted = DocumentFilter(state="active")
    # His client, up to the level that was granted him.
    mine = {
        scene.one(
            "select compartment_id from documents where id=?", scene.document("a")
        )
    }
    for row in vault.catalogue.documents(wanted, after=-1, limit=100):
        if row.compartment_id in mine:
            assert b"".join(open_content(vault, row, latest_version(vault, row)))
            continue
        with pytest.raises(LedgerVaultError):
            list(open_content(vault, row, latest_version(vault, row)))
        with pytest.raises(LedgerVaultError):
            vault.records.open_document(row)
    vault.catalogue.close()


def opened(scene, who, place):
    with who.at_his_machine():
        options = GlobalOptions(vault=str(place), passphrase_file=str(who.key))
        return open_vault(settings_of(options), None)


def test_the_cron_host_reads_nothing(scene):
    cron = scene.people["cron"]
    with cron.at_his_machine():
        for paper in ("a", "c", "held"):
            for command in (("get",), ("show",)):
                more = ("-o", "-") if command == ("get",) else ()
                ran = scene.run(*command, scene.ids[paper], *more)
                assert (ran.code != 0, ran.out) == (True, ""), command
        purged = scene.run("--json", "purge", "--expired")
    verify_tells_nothing((purged.out + purged.err).encode())
    vault = opened(scene, cron, scene.vault)
    wanted = DocumentFilter(state="active")
    for row in vault.catalogue.documents(wanted, after=-1, limit=100):
        with pytest.raises(LedgerVaultError):
            list(open_content(vault, row, latest_version(vault, row)))
        with pytest.raises(LedgerVaultError):
            vault.records.open_document(row)
    vault.catalogue.close()


def test_the_laptop_of_somebody_who_was_revoked_opens_nothing_that_came_after(scene):
    late = scene.root / "pile" / "收据_2026年06月.txt"
    late.write_text(f"{CANARY} late\n")
    done = scene.ok("ingest", late, "--client", "C002")
    with scene.people["zhou"].at_his_machine():
        for code in (done["ingested"][0]["id"], scene.ids["c"]):
            ran = scene.run("get", code, "-o", "-")
            assert (ran.code, ran.out) == (5, "")
    with scene.people["he"].at_his_machine():
        assert scene.run("list").code == 8


def test_he_cannot_open_it_by_the_old_keys_he_kept_either(scene):
    zhou = scene.people["zhou"]
    vault = opened(scene, zhou, scene.vault)
    row = vault.catalogue.find_documents(scene.ids["c"])[0]
    with pytest.raises(LedgerVaultError):
        list(open_content(vault, row, latest_version(vault, row)))
    with pytest.raises(LedgerVaultError):
        vault.records.open_document(row)
    vault.catalogue.close()


def test_what_a_revoked_person_copied_while_he_could_read_stays_his(scene, tmp_path):
    # Documented, not prevented: a copy of the whole vault of the days of his grants.
    copy = tmp_path / "copy"
    shutil.copytree(scene.past, copy)
    zhou = scene.people["zhou"]
    shutil.rmtree(zhou.home / "config" / "ledgervault" / "pins", ignore_errors=True)
    with zhou.at_his_machine():
        got = scene.run("get", scene.ids["c"], "-o", "-", vault=copy)
    assert (got.code, CANARY in got.out) == (0, True)


def test_old_ring_its_anchor_an_identity_and_old_ciphertext_bring_back_the_destroyed(
    scene, tmp_path
):
    # The residual risk that every certificate names. Without any one of the four: no.
    gone = scene.ids["gone"]
    assert scene.run("get", gone, "-o", "-").code == 5
    shutil.rmtree(scene.config / "pins")
    for missing in ("", "ring", "anchor", "packs", "identity"):
        copy = tmp_path / f"without-{missing}"
        shutil.copytree(scene.past, copy)
        for name in ("ring", "anchor", "packs"):
            if name == missing:
                shutil.rmtree(copy / name)
                shutil.copytree(scene.vault / name, copy / name)
        who = ("--identity", scene.root / "thief.id") if missing == "identity" else ()
        if who:
            who = (*who, "--passphrase-file", scene.root / "thief-key")
        got = scene.run(*who, "get", gone, "-o", "-", vault=copy)
        assert (got.code == 0) == (not missing), missing
        assert (CANARY in got.out) == (not missing), missing
