"""Losing any one person or machine loses nothing, and few people learn nothing."""

import copy
import dataclasses
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from ledgervault.bootstrap.opening import open_vault
from ledgervault.bootstrap.unlocking import unlock_identity
from ledgervault.config import PassphraseCost, Settings
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.recovery_shares import SharedKind, ShareSetting, share_secret
from ledgervault.crypto.slots import unlock_with_passphrase
from ledgervault.ids import short_code
from ledgervault.ledger.canonical import canonical_json
from ledgervault.vault.names import find_user, names_of, seal_name
from ledgervault.vault.recovery_papers import parse_contribution, sign_contribution
from ledgervault.vault.recovery_set import SET_FACT, parse_share_set
from ledgervault.vault.stating import state_of_people

PASSPHRASE = "pine cobalt rivet moss lantern quay"
NAMES = ("林", "赵", "陈")


@dataclasses.dataclass
class Firm:
    """One vault, several machines: each has its own configuration."""

    agency: object
    monkeypatch: object
    root: Path

    def at(self, name):
        """Sit down at somebody's machine."""
        home = self.root / "machines" / name
        self.monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
        secret = home / "secret"
        self.monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(secret))
        return home

    def at_owner(self):
        self.monkeypatch.setenv("XDG_CONFIG_HOME", str(self.root / "config"))
        self.monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(self.agency.key))

    def fresh_machine(self, name):
        home = self.at(name)
        home.mkdir(parents=True)
        (home / "secret").write_text(PASSPHRASE)
        return home

    def admit(self, name, role="partner", *, by=None):
        """Admit a person who has a machine and a key file of his own."""
        self.sit_down(by)
        invitation = self.root / f"{name}.invitation"
        request = self.root / f"{name}.request"
        argv = ("user", "add", name, "--role", role, "-o", str(invitation))
        self.agency.json(*argv)
        home = self.at(name)
        home.mkdir(parents=True)
        self.monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
        made = self.agency.json(
            "user", "enrol", str(invitation), "-o", str(request),
            "--key-file", str(home / "secret"),
        )  # fmt: skip
        self.sit_down(by)
        compared = ("--fingerprint", made["fingerprint"])
        self.agency.json("user", "admit", str(request), *compared)

    def sit_down(self, machine):
        if machine is None:
            self.at_owner()
        else:
            self.at(machine)

    def requested(self, machine="new", *words):
        self.fresh_machine(machine)
        path = self.root / f"request-{machine}"
        made = self.agency.json("key", "recovery", "request", *words, "-o", str(path))
        return path, made["fingerprint"]

    def contributed(self, name, request, fingerprint, *, code=0):
        self.at(name)
        path = self.root / f"{name}-{request.name}"
        argv = ("contribute", str(request), "--fingerprint", fingerprint)
        ran = self.agency.run("key", "recovery", *argv, "-o", str(path))
        assert ran.code == code, ran
        return path

    def arrange(self, *words, code=0):
        self.at_owner()
        ran = self.agency.run("--json", "key", "recovery", "arrange", *words)
        assert ran.code == code, ran
        return ran

    def combine(self, machine, *paths, word="combine"):
        self.at(machine)
        return self.agency.run("--json", "key", "recovery", word, *map(str, paths))


@pytest.fixture
def firm(agency, monkeypatch, tmp_path):
    made = Firm(agency, monkeypatch, tmp_path)
    for name in NAMES:
        made.admit(name)
    return made


def everything(agency, out, **options):
    """Read every paper there is; return the contents."""
    agency.json("get", "--all", "-o", str(out), **options)
    return sorted(path.read_bytes() for path in out.rglob("*") if path.is_file())


@pytest.mark.parametrize("suffix", [".html", ".txt"])
def test_owners_machine_is_gone_and_kit_and_backup_bring_everything_back(
    tmp_path, monkeypatch, agency, suffix
):
    # A vault of its own, whose kit was printed when it was founded.
    agency.vault = tmp_path / "second"
    kit, disk = tmp_path / f"kit{suffix}", tmp_path / "disk"
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "laptop"))
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(secret))
    agency.json("init", "--name", "鹿垄财务", "--recovery-kit", str(kit))
    agency.json("client", "add", "C001", "--name", "清河茶叶")
    agency.ingest(agency.paper("银行对账单_2026年01月.txt"), agency.paper("收据.txt"))
    disk.mkdir()
    agency.json("backup", "run", str(disk))
    before = everything(agency, tmp_path / "before")
    shutil.rmtree(tmp_path / "laptop")
    shutil.rmtree(agency.vault)

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "new laptop"))
    secret.write_text("another six words for the new one")
    restored = agency.json(
        "key", "recovery", "restore", "--kit", str(kit), "--as", "me"
    )
    assert restored["identity"] == "me"
    home = tmp_path / "restored"
    agency.json("backup", "restore", str(disk), "--to", str(home))
    agency.vault = home
    assert everything(agency, tmp_path / "after") == before
    assert len(before) == 2
    assert agency.json("verify", "--read-data")["ok"] is True
    drilled = agency.json("key", "recovery", "drill", "--kit", str(kit))
    assert drilled == {"ok": True, "opens_file": True}


def test_owner_is_gone_and_two_of_three_partners_bring_everything_back(firm, tmp_path):
    agency, disk = firm.agency, tmp_path / "disk"
    agency.ingest(agency.paper("银行对账单_2026年01月.txt"))
    firm.arrange("--of", "2", *NAMES)
    # A client taken on later is recovered as well.
    agency.json("client", "add", "C002", "--name", "远艾物流")
    agency.ingest(agency.paper("收据_2026年02月.txt"), client="C002")
    disk.mkdir()
    agency.json("backup", "run", str(disk))
    before = everything(agency, tmp_path / "before")
    shutil.rmtree(firm.root / "config")
    shutil.rmtree(agency.vault)

    firm.fresh_machine("disk")
    agency.json("backup", "restore", str(disk), "--to", str(tmp_path / "restored"))
    agency.vault = tmp_path / "restored"
    request, fingerprint = firm.requested()
    taken = agency.run("key", "recovery", "request", "--drill", "-o", str(request))
    assert taken.code == 6
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[1:]]
    too_few = firm.combine("new", given[0])
    assert (too_few.code, "too few" in too_few.err) == (8, True)
    made = firm.combine("new", *given)
    assert made.code == 0, made
    # What was rebuilt reads nothing itself: it makes somebody owner, who reads all.
    assert agency.run("list").code == 4
    firm.admit("继任者", "owner", by="new")
    firm.at("继任者")
    assert everything(agency, tmp_path / "after") == before
    assert len(before) == 2
    assert agency.json("verify", "--read-data")["ok"] is True
    acts = [
        event["act"]
        for event in agency.json("log", "show", "--limit", "500")["entries"]
    ]
    assert acts.count("recovery.contributed") == 2
    assert acts.count("recovery.combined") == 1
    rearranged = firm.agency.json(
        "key", "recovery", "arrange", "--of", "2", *NAMES[1:], "继任者"
    )
    assert len(rearranged["replaced"]) == 1
    assert agency.json("verify", "--read-data")["ok"] is True
    # What was rebuilt counts no more, and the request has served.
    firm.at("new")
    assert agency.run("user", "list").code == 8
    assert firm.combine("new", *given).code == 5


def test_drill_walks_the_way_on_the_canary_and_says_who_took_part(firm):
    firm.arrange("--of", "2", *NAMES)
    firm.at_owner()
    assert firm.agency.json("key", "recovery", "status")["drilled_at"] is None
    request = firm.root / "drill"
    made = firm.agency.json("key", "recovery", "request", "--drill", "-o", str(request))
    given = [
        firm.contributed(name, request, made["fingerprint"]) for name in NAMES[::2]
    ]
    firm.at_owner()
    # What a drill collects recovers nothing.
    assert firm.agency.run("key", "recovery", "combine", *map(str, given)).code == 8
    done = firm.agency.json("key", "recovery", "drill", *map(str, given))
    assert done["people"] == ["林", "陈"]
    found = firm.agency.json("key", "recovery", "status")
    assert found["drilled_at"] is not None
    assert (found["ok"], found["missing_grants"]) == (True, 0)
    assert [one["name"] for one in found["people"]] == list(NAMES)


def test_neither_the_seed_nor_a_share_is_written_anywhere_in_clear(firm):
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[:2]]
    made = firm.combine("new", *given)
    assert made.code == 0
    seeds = rebuilt_seed(firm, Path(made.json()["path"]))
    for path in firm.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert seeds not in content, path
            assert seeds.hex().encode() not in content, path


def rebuilt_seed(firm, path):
    cost = PassphraseCost()
    file = parse_identity_file(path.read_bytes(), cost)
    return unlock_with_passphrase(file, PASSPHRASE, cost).seed.raw


def stored_set(firm):
    return firm.agency.sql("select value from facts where name = ?", SET_FACT)[0][0]


def put_set(firm, raw):
    with sqlite3.connect(firm.agency.vault / "catalogue.sqlite") as connection:
        connection.execute("update facts set value = ? where name = ?", (raw, SET_FACT))
    connection.close()


def test_arranging_anew_lets_the_identity_before_go_and_renews_every_key(firm):
    firm.arrange("--of", "2", *NAMES)
    firm.admit("保险柜", "recovery")  # a key on a stick in a safe, not of our making
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[:2]]
    assert firm.combine("new", *given).code == 0
    firm.at("new")
    invitation = ("-o", str(firm.root / "x.invitation"))
    assert (
        firm.agency.run("user", "add", "x", "--role", "partner", *invitation).code == 0
    )
    epochs = "select min(doc_epoch), min(meta_epoch) from compartments"
    assert firm.agency.sql(epochs) == [(1, 1)]
    assert len(firm.arrange("--of", "2", *NAMES).json()["replaced"]) == 1
    assert firm.agency.sql(epochs) == [(2, 2)]
    firm.at("new")
    assert firm.agency.run("user", "list").code == 8
    firm.at_owner()
    status = firm.agency.json("key", "recovery", "status")
    assert (status["ok"], status["missing_grants"]) == (True, 0)
    users = firm.agency.json("user", "list")["users"]
    assert "保险柜" in [one["name"] for one in users]


def test_an_old_set_that_was_put_back_is_refused(firm):
    firm.arrange("--of", "2", *NAMES)
    old = stored_set(firm)
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[:2]]
    firm.arrange("--of", "3", *NAMES)
    assert firm.combine("new", *given).code == 9
    put_set(firm, old)
    firm.contributed("林", request, fingerprint, code=9)
    assert firm.combine("new", *given).code == 9
    firm.at_owner()
    assert firm.agency.run("key", "recovery", "status").code == 9


@pytest.mark.parametrize("at", [0, 8, 24, 40, 56, 72, 73, 74, 122, 142, 150, 1400])
def test_an_edited_set_is_refused(firm, at):
    firm.arrange("--of", "2", *NAMES)
    raw = bytearray(stored_set(firm))
    raw[at] ^= 1
    put_set(firm, bytes(raw))
    assert firm.agency.run("key", "recovery", "status").code == 9


def test_only_an_owner_arranges(firm):
    for name, role in (("小王", "bookkeeper"), ("小李", "partner")):
        firm.admit(name, role)
        firm.at(name)
        words = ("key", "recovery", "arrange", "--of", "2", *NAMES)
        assert firm.agency.run(*words).code == 4


@pytest.mark.parametrize("in_whose_name", ["his own", "the owner's"])
def test_shares_that_a_bookkeeper_forges_are_refused(firm, in_whose_name):
    """He has the database, his identity, and logs what he likes under his own key."""
    firm.arrange("--of", "2", *NAMES)
    firm.admit("小王", role="bookkeeper")
    home = firm.at("小王")
    settings = Settings(
        vault_dir=firm.agency.vault,
        config_dir=home / "ledgervault",
        passphrase_file=str(home / "secret"),
    )
    vault = open_vault(settings, None)
    owner = next(user for user in vault.people.active() if user.role == "owner")
    maker = vault.identity if in_whose_name == "his own" else copy.copy(vault.identity)
    if in_whose_name != "his own":
        maker.identity_id = owner.id
    forge_set(vault, maker)
    vault.catalogue.close()
    request, fingerprint = firm.requested()
    firm.contributed("林", request, fingerprint, code=9)
    firm.at_owner()
    assert firm.agency.run("key", "recovery", "status").code == 9


def forge_set(vault, maker):
    real = parse_share_set(vault.catalogue.fact(SET_FACT))
    people = [(one, vault.people.user(one).public) for one in real.members]
    with vault.act() as act:
        records = []
        for kind in (SharedKind.SEED, SharedKind.CANARY):
            setting = ShareSetting(vault.id, real.set_id, kind, 2, act.start)
            secret = bytes([kind]) * 32
            records += share_secret(secret, setting, people, maker=maker)
        forged = dataclasses.replace(
            real, maker=maker.identity_id, records=tuple(records)
        )
        act.tx.put_fact(SET_FACT, forged.serialise())
        facts = {"set": forged.set_id.hex(), "hash": forged.digest()}
        act.log("recovery.arranged", objects=("recovery",), facts=facts)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"member": "someone"}, 9),
        ({"kind": 2}, 8),
        ({"set": "00" * 16}, 9),
        ({"vault": "00" * 16}, 9),
        ({"request": "00" * 32}, 5),
        ({"shares": []}, 9),
        ({"signature": "00" * 64}, 9),
        ({"extra": 1}, 9),
    ],
)
def test_a_changed_contribution_is_refused(firm, change, code):
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[:2]]
    body = json.loads(given[0].read_bytes())
    other = json.loads(given[1].read_bytes())
    body |= {"member": other["member"]} if "member" in change else change
    given[0].write_bytes(canonical_json(body))
    assert firm.combine("new", *given).code == code
    given[0].write_bytes(given[0].read_bytes()[:-10])
    assert firm.combine("new", *given).code == 9


def test_who_contributes_something_else_is_named(firm):
    """A holder of shares signs what he likes; he cannot pass it for his share."""
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES[:2]]
    home = firm.at("林")
    settings = Settings(
        vault_dir=firm.agency.vault,
        config_dir=home / "ledgervault",
        passphrase_file=str(home / "secret"),
    )
    identity = unlock_identity(settings, None)
    honest = parse_contribution(given[0].read_bytes())
    records = list(honest.shares)
    swapped = dict(zip(records, reversed(honest.shares.values()), strict=True))
    false = dataclasses.replace(honest, shares=swapped)
    given[0].write_bytes(sign_contribution(false, identity))
    ran = firm.combine("new", *given)
    assert (ran.code, short_code("U", honest.member) in ran.err) == (9, True)


def test_who_has_left_contributes_nothing_and_status_says_so(firm):
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    given = [firm.contributed(name, request, fingerprint) for name in NAMES]
    firm.at_owner()
    settings = Settings(
        vault_dir=firm.agency.vault,
        config_dir=firm.root / "config" / "ledgervault",
        passphrase_file=str(firm.agency.key),
    )
    vault = open_vault(settings, None)
    leave(vault, *(find_user(vault, name)[0] for name in NAMES[:2]))
    vault.catalogue.close()
    found = firm.agency.json("key", "recovery", "status")
    assert [one["active"] for one in found["people"]] == [False, False, True]
    assert found["ok"] is False
    assert firm.combine("new", given[0], given[2]).code == 8
    firm.contributed("赵", request, fingerprint, code=8)


def leave(vault, *users):
    rows = {row.id: row for row in vault.catalogue.users()}
    with vault.act() as act:
        for user in users:
            state_of_people(vault, act, "user.disabled", {"user": user.id.hex()})
            row, version = rows[user.id], rows[user.id].row_version + 1
            sealed = seal_name(vault, user.id, names_of(vault)[user.id], version)
            act.tx.update_user(
                dataclasses.replace(
                    row,
                    state=vault.people.roster.people[user.id.hex()].state,
                    sealed=sealed,
                    row_version=version,
                )
            )


def test_one_person_counts_once_and_only_for_the_request_he_answered(firm):
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    given = firm.contributed("林", request, fingerprint)
    assert firm.combine("new", given, given).code == 2
    second, other = firm.requested("newer")
    assert firm.combine("newer", given).code == 5
    answer = firm.contributed("赵", second, other)
    assert firm.combine("newer", answer, given).code == 8


def test_shares_go_to_nobody_whose_fingerprint_was_not_read_out(firm):
    firm.arrange("--of", "2", *NAMES)
    request, fingerprint = firm.requested()
    wrong = fingerprint[:-1] + ("0" if fingerprint[-1] != "0" else "1")
    assert not firm.contributed("林", request, wrong, code=8).exists()
    assert not firm.contributed("林", request, "", code=2).exists()
    firm.contributed("林", request, fingerprint.lower().replace("-", " "))
    body = json.loads(request.read_bytes())
    request.write_text(json.dumps(body | {"public": "00" * 1248}))
    firm.contributed("赵", request, fingerprint, code=9)


def test_who_holds_no_share_contributes_nothing(firm):
    firm.arrange("--of", "2", *NAMES[:2])
    request, fingerprint = firm.requested()
    assert not firm.contributed("陈", request, fingerprint, code=8).exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--of", "1", *NAMES), 2),
        (("--of", "4", *NAMES), 2),
        (("--of", "2", "林", "林"), 2),
        (("--of", "2", "林", "谁"), 5),
    ],
)
def test_an_arrangement_that_makes_no_sense_is_refused(firm, words, code):
    firm.arrange(*words, code=code)
    assert firm.agency.sql("select count(*) from users") == [(4,)]
    assert firm.agency.run("key", "recovery", "status").code == 5


def test_status_without_an_arrangement_says_how_to_make_one(firm):
    firm.at_owner()
    ran = firm.agency.run("key", "recovery", "status")
    assert (ran.code, "recovery arrange" in ran.err) == (5, True)
