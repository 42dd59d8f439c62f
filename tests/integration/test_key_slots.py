"""The ways to unlock an identity, each with the real thing behind it."""

import json
import os
import stat
import subprocess
import sys

import pytest

from ledgervault.errors import Conflict
from ledgervault.storage.identities import FileIdentityStore

OLD, NEW = "gubah-dozim-ratol-fisan", "nuvok-latib-zofud-hiram"
BUS = (
    "printf pw | gnome-keyring-daemon --unlock --components=secrets --daemonize "
    ">/dev/null\n"
)


def secret(agency, name, text):
    path = agency.root / name
    path.write_text(f"{text}\n")
    path.chmod(0o600)
    return path


def slots(agency):
    return agency.json("key", "slot", "list")["slots"]


def slot_id(agency, kind):
    return next(one["id"] for one in slots(agency) if one["kind"] == kind)


def add(agency, kind, *argv):
    return agency.json("key", "slot", "add", kind, *argv)["slot"]


def identity_file(agency):
    return agency.root / "config/ledgervault/identities/owner.identity"


def with_secret(agency, path, *argv):
    return agency.run(*argv, "--passphrase-file", str(path))


def as_program(agency, script, *, before=(), **environment):
    """Run shell lines in which `vault` is the program, in a process of its own."""
    lines = f'vault() {{ "{sys.executable}" -m ledgervault --vault "{agency.vault}" "$@"; }}'
    return subprocess.run(
        [*before, "bash", "-c", f"{lines}\n{script}"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_slots_are_listed_without_a_secret(agency, monkeypatch):
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    assert [one["kind"] for one in slots(agency)] == ["recovery code", "key file"]
    table = agency.run("key", "slot", "list").out
    assert all(one["id"] in table for one in slots(agency))


def test_a_passphrase_slot_opens_the_vault_at_its_cost(agency):
    path = secret(agency, "passphrase", OLD)
    made = add(agency, "passphrase", "--new-passphrase-file", str(path))
    assert made["memory_mib"] == 64
    assert with_secret(agency, path, "list").code == 0
    path.write_text("something else entirely\n")
    assert with_secret(agency, path, "list").code == 8


def test_a_strong_slot_makes_a_guess_cost_256_mib(agency):
    path = secret(agency, "passphrase", OLD)
    made = add(agency, "passphrase", "--strong", "--new-passphrase-file", str(path))
    assert made["memory_mib"] == 256
    assert with_secret(agency, path, "list").code == 0


def test_a_weak_passphrase_is_refused_and_no_slot_added(agency):
    before = identity_file(agency).read_bytes()
    path = secret(agency, "passphrase", "password1234")
    argv = ("key", "slot", "add", "passphrase", "--new-passphrase-file", str(path))
    assert agency.run(*argv).code == 2
    assert identity_file(agency).read_bytes() == before


def test_another_key_file_and_another_recovery_code_open_the_vault(agency):
    second = agency.root / "second-key"
    add(agency, "key-file", "--file", str(second))
    assert with_secret(agency, second, "list").code == 0
    page = agency.root / "kit.txt"
    add(agency, "recovery", "--file", str(page))
    code = next(
        line.strip()
        for line in page.read_text().splitlines()
        if line.strip().startswith("LVR-")
    )
    assert with_secret(agency, secret(agency, "code", code), "list").code == 0
    assert {stat.S_IMODE(one.stat().st_mode) for one in (second, page)} == {0o600}


def test_a_key_file_without_a_place_and_an_unknown_kind_are_refused(agency):
    before = identity_file(agency).read_bytes()
    for kind in ("key-file", "recovery", "fingerprint"):
        assert agency.run("key", "slot", "add", kind).code == 2
    assert identity_file(agency).read_bytes() == before


def test_a_removed_slot_opens_nothing_and_the_others_still_do(agency):
    path = secret(agency, "passphrase", OLD)
    add(agency, "passphrase", "--new-passphrase-file", str(path))
    gone = slot_id(agency, "passphrase")
    dry = agency.json("key", "slot", "remove", gone, "--dry-run")
    assert dry["removed"] is False
    assert with_secret(agency, path, "list").code == 0
    assert agency.json("key", "slot", "remove", gone[:6])["removed"] is True
    assert with_secret(agency, path, "list").code == 8
    assert agency.run("list").code == 0


def test_a_slot_is_removed_only_by_who_can_unlock(agency, monkeypatch):
    path = secret(agency, "passphrase", OLD)
    add(agency, "passphrase", "--new-passphrase-file", str(path))
    before = identity_file(agency).read_bytes()
    path.write_text("not this one at all\n")
    gone = slot_id(agency, "key file")
    assert with_secret(agency, path, "key", "slot", "remove", gone).code == 8
    assert identity_file(agency).read_bytes() == before


def test_a_recovery_code_never_becomes_the_only_way_in(agency):
    before = identity_file(agency).read_bytes()
    ran = agency.run("key", "slot", "remove", slot_id(agency, "key file"))
    assert (ran.code, "recovery code would be left" in ran.err) == (6, True)
    assert agency.json("key", "slot", "remove", slot_id(agency, "recovery code"))
    ran = agency.run("key", "slot", "remove", slot_id(agency, "key file"))
    assert (ran.code, "only way" in ran.err) == (6, True)
    assert agency.run("list").code == 0
    assert len(before) - len(identity_file(agency).read_bytes()) == 118


def test_an_unknown_slot_is_not_found(agency):
    assert agency.run("key", "slot", "remove", "K-00000000").code == 5
    assert agency.run("key", "slot", "remove", "?").code == 2


def test_the_passphrase_changes_and_the_old_one_opens_nothing(agency):
    old, new = secret(agency, "old", OLD), secret(agency, "new", NEW)
    add(agency, "passphrase", "--new-passphrase-file", str(old))
    change = ("key", "passphrase", "--new-passphrase-file", str(new))
    assert with_secret(agency, new, *change).code == 8
    assert with_secret(agency, old, *change).code == 0
    assert with_secret(agency, old, "list").code == 8
    assert with_secret(agency, new, "list").code == 0
    kinds = [one["kind"] for one in slots(agency)]
    assert sorted(kinds) == ["key file", "passphrase", "recovery code"]


def test_a_changed_passphrase_never_costs_less_than_the_old_one(agency):
    old, new = secret(agency, "old", OLD), secret(agency, "new", NEW)
    add(agency, "passphrase", "--strong", "--new-passphrase-file", str(old))
    change = ("key", "passphrase", "--new-passphrase-file", str(new))
    assert with_secret(agency, old, *change).code == 0
    assert [one["memory_mib"] for one in slots(agency)] == [None, None, 256]


def test_a_weak_or_unchanged_passphrase_leaves_the_old_one_as_it_was(agency):
    old = secret(agency, "old", OLD)
    add(agency, "passphrase", "--new-passphrase-file", str(old))
    before = identity_file(agency).read_bytes()
    weak = secret(agency, "weak", "123456789012")
    for fresh in (weak, old):
        change = ("key", "passphrase", "--new-passphrase-file", str(fresh))
        assert with_secret(agency, old, *change).code == 2
    assert identity_file(agency).read_bytes() == before


def test_a_forgotten_passphrase_is_exchanged_with_the_recovery_code(agency):
    old, new = secret(agency, "old", OLD), secret(agency, "new", NEW)
    add(agency, "passphrase", "--new-passphrase-file", str(old))
    kit = (agency.root / "config/ledgervault/recovery-kits/owner.txt").read_text()
    code = next(line for line in kit.splitlines() if line.strip().startswith("LVR-"))
    path = secret(agency, "code", code.strip())
    change = ("key", "passphrase", "--new-passphrase-file", str(new))
    assert with_secret(agency, path, *change).code == 0
    assert with_secret(agency, new, "list").code == 0
    assert with_secret(agency, old, "list").code == 8


def test_an_identity_changed_meanwhile_is_not_overwritten(agency):
    path = identity_file(agency)
    store = FileIdentityStore(agency.root / "config/ledgervault")
    before = path.read_bytes()
    with pytest.raises(Conflict) as refused:
        store.replace_file(path, b"mine", expected=b"of before")
    assert (refused.value.code, path.read_bytes()) == ("identity.changed", before)


def test_a_token_unlocks_with_its_pin_alone(agency, soft_token, monkeypatch):
    made = add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    assert made["token"] == soft_token.label
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    assert agency.run("list").code == 8
    assert agency.run("list", *soft_token.pin_options()).code == 0


def test_a_wrong_pin_is_told_and_not_tried_again(agency, soft_token):
    add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    wrong = secret(agency, "wrong-pin", "000000")
    ran = as_program(
        agency, f"unset LEDGERVAULT_PASSPHRASE_FILE; vault list --pin-file {wrong}"
    )
    assert (ran.returncode, "not the PIN" in ran.stderr) == (8, True)
    right = f"unset LEDGERVAULT_PASSPHRASE_FILE; vault list --pin-file {soft_token.pin_file}"
    assert as_program(agency, right).returncode == 0


def test_a_token_that_is_not_there_passes_on_to_the_passphrase(agency, soft_token):
    path = secret(agency, "passphrase", OLD)
    add(agency, "passphrase", "--new-passphrase-file", str(path))
    add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    empty = agency.root / "no-tokens"
    empty.mkdir()
    conf = secret(agency, "softhsm2.conf", f"directories.tokendir = {empty}")
    pin = f"--pin-file {soft_token.pin_file}"
    alone = as_program(
        agency,
        f"unset LEDGERVAULT_PASSPHRASE_FILE; vault list {pin}",
        SOFTHSM2_CONF=str(conf),
    )
    assert (alone.returncode, "no terminal" in alone.stderr) == (8, True)
    given = as_program(
        agency, f"vault list {pin} --passphrase-file {path}", SOFTHSM2_CONF=str(conf)
    )
    assert given.returncode == 0


def test_passphrase_and_token_are_both_needed(agency, soft_token):
    path = secret(agency, "passphrase", OLD)
    options = (*soft_token.options(), *soft_token.pin_options())
    made = add(agency, "passphrase+token", *options, "--new-passphrase-file", str(path))
    assert (made["kind"], made["memory_mib"]) == ("passphrase and token", 64)
    for kind in ("key file", "recovery code"):
        gone = slot_id(agency, kind)
        ran = with_secret(
            agency, path, "key", "slot", "remove", gone, *soft_token.pin_options()
        )
        assert ran.code == 0
    assert with_secret(agency, path, "list", *soft_token.pin_options()).code == 0
    other = secret(agency, "other", NEW)
    assert with_secret(agency, other, "list", *soft_token.pin_options()).code == 8
    without_pin = as_program(agency, f"vault list --passphrase-file {path}")
    assert (without_pin.returncode, "needs its PIN" in without_pin.stderr) == (8, True)
    pin_alone = as_program(
        agency,
        f"unset LEDGERVAULT_PASSPHRASE_FILE; vault list --pin-file {soft_token.pin_file}",
    )
    assert pin_alone.returncode == 8


def test_a_changed_passphrase_still_needs_the_token(agency, soft_token):
    old, new = secret(agency, "old", OLD), secret(agency, "new", NEW)
    options = (*soft_token.options(), *soft_token.pin_options())
    add(agency, "passphrase+token", *options, "--new-passphrase-file", str(old))
    change = ("key", "passphrase", "--new-passphrase-file", str(new))
    assert with_secret(agency, old, *change, *soft_token.pin_options()).code == 0
    assert slots(agency)[-1]["kind"] == "passphrase and token"
    assert with_secret(agency, new, "list", *soft_token.pin_options()).code == 0
    assert with_secret(agency, old, "list", *soft_token.pin_options()).code == 8


def test_a_token_slot_takes_its_key_along_when_it_goes(agency, soft_token):
    from ledgervault.storage.tokens import Token

    add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    token = Token(soft_token.module, soft_token.label, lambda _label: soft_token.pin)
    identity = json.loads(identity_file(agency).with_suffix(".tokens").read_text())
    (kept,) = identity["slots"].values()
    assert token.has_key(kept["key"])
    gone = slot_id(agency, "token")
    argv = ("key", "slot", "remove", gone, *soft_token.pin_options())
    assert agency.json(*argv)["key_left_behind"] is False
    assert not token.has_key(kept["key"])
    assert not identity_file(agency).with_suffix(".tokens").exists()


def test_a_sealed_slot_key_of_another_slot_is_refused(agency, soft_token, monkeypatch):
    options = (*soft_token.options(), *soft_token.pin_options())
    add(agency, "token", *options)
    beside = identity_file(agency).with_suffix(".tokens")
    record = json.loads(beside.read_text())
    (kept,) = record["slots"].values()
    sealed = bytearray.fromhex(kept["sealed"])
    sealed[20] ^= 1
    kept["sealed"] = sealed.hex()
    beside.write_text(json.dumps(record))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    assert agency.run("list", *soft_token.pin_options()).code == 9
    beside.write_text("{}")
    assert agency.run("list", *soft_token.pin_options()).code == 7
    beside.unlink()
    assert agency.run("list", *soft_token.pin_options()).code == 7


def test_a_pin_file_open_to_others_is_refused(agency, soft_token, monkeypatch):
    from ledgervault.storage import tokens

    add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    monkeypatch.setattr(tokens, "_sessions", {})
    pin = secret(agency, "pin", soft_token.pin)
    pin.chmod(0o644)
    ran = agency.run("list", "--pin-file", str(pin))
    assert (ran.code, "open to others" in ran.err) == (8, True)


def test_a_module_that_others_can_write_is_refused(agency, soft_token):
    copy = agency.root / "module.so"
    copy.write_bytes(soft_token.module.read_bytes())
    copy.chmod(0o666)
    argv = ("key", "slot", "add", "token", "--token", soft_token.label)
    ran = agency.run(*argv, "--module", str(copy), *soft_token.pin_options())
    assert (ran.code, "others can change" in ran.err) == (8, True)
    assert agency.run(*argv, "--module", "/nowhere.so").code == 5
    assert agency.run(*argv).code == 2
    assert not (agency.root / "config/ledgervault/token.json").exists()


def on_a_desktop(agency, script):
    """Run shell lines in a session with a keyring that is open."""
    data = str(agency.root / "data")
    return as_program(
        agency, BUS + script, before=("dbus-run-session", "--"), XDG_DATA_HOME=data
    )


def test_the_keyring_of_the_desktop_unlocks_silently(agency):
    ran = on_a_desktop(
        agency,
        "vault key slot add keyring >&2 || exit 41\n"
        "unset LEDGERVAULT_PASSPHRASE_FILE\n"
        "vault list >&2 || exit 42\n"
        "vault --json key slot list\n",
    )
    assert ran.returncode == 0, ran
    kinds = [one["kind"] for one in json.loads(ran.stdout)["slots"]]
    assert kinds == ["recovery code", "key file", "keyring"]


def test_a_keyring_slot_opens_nothing_where_its_keyring_is_not(agency):
    assert on_a_desktop(agency, "vault key slot add keyring").returncode == 0
    silent = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    ran = as_program(agency, "unset LEDGERVAULT_PASSPHRASE_FILE; vault list", **silent)
    assert (ran.returncode, "no terminal" in ran.stderr) == (8, True)
    assert as_program(agency, "vault list", **silent).returncode == 0


def test_a_keyring_slot_takes_its_key_along_when_it_goes(agency):
    ran = on_a_desktop(
        agency,
        "vault key slot add keyring >&2 || exit 41\n"
        f"id=$(vault --json key slot list | {sys.executable} -c '"
        'import json,sys; print(json.load(sys.stdin)["slots"][-1]["id"])'
        "')\n"
        'vault --json key slot remove "$id" || exit 42\n'
        "unset LEDGERVAULT_PASSPHRASE_FILE; ! vault list >&2\n",
    )
    assert ran.returncode == 0, ran
    assert json.loads(ran.stdout)["key_left_behind"] is False


def test_without_a_keyring_the_slot_is_refused_and_nothing_changes(agency):
    before = identity_file(agency).read_bytes()
    silent = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    ran = as_program(agency, "vault key slot add keyring", **silent)
    assert (ran.returncode, "no keyring answers" in ran.stderr) == (10, True)
    assert identity_file(agency).read_bytes() == before


PLAIN_BACKEND = """
from keyring.backend import KeyringBackend


class Keyring(KeyringBackend):
    priority = 0.5

    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        raise AssertionError("asked to keep a key in the clear")
"""


def test_a_keyring_that_does_not_encrypt_is_given_no_key(agency):
    before = identity_file(agency).read_bytes()
    (agency.root / "plain_keyring.py").write_text(PLAIN_BACKEND)
    ran = as_program(
        agency,
        "vault key slot add keyring",
        PYTHON_KEYRING_BACKEND="plain_keyring.Keyring",
        PYTHONPATH=f"{agency.root}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    )
    assert (ran.returncode, "does not protect" in ran.stderr) == (7, True)
    assert identity_file(agency).read_bytes() == before


def test_an_identity_kept_elsewhere_is_edited_there(agency, soft_token):
    options = (*soft_token.options(), *soft_token.pin_options())
    stick = agency.root / "stick"
    stick.mkdir()
    moved = stick / "me.identity"
    identity_file(agency).rename(moved)
    link = agency.root / "link.identity"
    link.symlink_to(moved)
    agency.json("key", "slot", "add", "token", *options, "--identity", str(link))
    assert sorted(path.name for path in stick.iterdir()) == [
        "me.identity",
        "me.tokens",
    ]
    assert link.is_symlink()
    pin = ("list", "--identity", str(moved), *soft_token.pin_options())
    ran = as_program(
        agency, f"unset LEDGERVAULT_PASSPHRASE_FILE; vault {' '.join(pin)}"
    )
    assert ran.returncode == 0, ran


def test_no_secret_of_a_slot_stands_in_a_file_open_to_others(agency, soft_token):
    add(agency, "token", *soft_token.options(), *soft_token.pin_options())
    config = agency.root / "config"
    modes = {stat.S_IMODE(one.stat().st_mode) for one in config.rglob("*.*")}
    assert modes == {0o600}
