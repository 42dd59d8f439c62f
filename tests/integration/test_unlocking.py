"""A passphrase is asked once: unlock, work, lock, with the real agent process."""

import hashlib
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ledgervault.storage.agent import Keeping, SessionAgent

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def unlocked(agency, tmp_path, monkeypatch):
    """Return an agency whose identity the agent holds, and no key file in sight."""
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    made = agency.json("unlock")
    assert made["identity"] == "owner"
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    yield agency
    agency.run("lock")


def status(agency):
    return agency.json("unlock", "--status")


def ended(process):
    """Wait for the end of a process that is not a child of ours."""
    descriptor = os.pidfd_open(process)
    assert select.select([descriptor], [], [], 20)[0]
    os.close(descriptor)


def test_commands_need_no_passphrase_until_it_is_locked(unlocked):
    assert unlocked.json("client", "list")["clients"][0]["code"] == "C001"
    paper = unlocked.ingest(unlocked.paper("a.txt", b"words"))[0]["id"]
    assert unlocked.run("get", paper, "-o", "-").out == "words"
    process = status(unlocked)["agent"]
    assert unlocked.json("lock") == {"locked": 1}
    ended(process)
    ran = unlocked.run("client", "list")
    assert ran.code == 8
    assert "vault unlock" in ran.err
    assert unlocked.json("lock") == {"locked": 0}
    assert status(unlocked) == {"agent": None, "unlocked": []}


def test_status_tells_what_is_unlocked_and_for_how_long(unlocked):
    found = status(unlocked)
    (one,) = found["unlocked"]
    assert one["identity"] == "owner"
    assert 28700 < one["ends_in_s"] <= 28800
    assert 800 < one["idle_in_s"] <= 900
    assert "owner: unlocked for" in unlocked.run("unlock", "--status").out
    assert "owner：解锁还剩" in unlocked.run("--lang", "zh", "unlock", "--status").out


def test_unlocking_again_wants_the_secret_again(unlocked):
    ran = unlocked.run("unlock")
    assert ran.code == 8
    assert "identity.locked" in unlocked.run("--json", "unlock").err


def test_times_are_taken_and_bounded(unlocked):
    key = ["--passphrase-file", str(unlocked.key)]
    made = unlocked.json("unlock", "--for", "90m", "--idle", "2h", *key)
    assert (made["ends_in_s"], made["idle_in_s"]) == (5400, 5400)
    made = unlocked.json("unlock", "--for", "1h", "--idle", "30s", *key)
    assert (made["ends_in_s"], made["idle_in_s"]) == (3600, 30)
    for text in ("25h", "0h", "8", "h", "-1h", "1d", "99999999h", "８h"):
        assert unlocked.run("unlock", "--for", text, *key).code == 2
        assert unlocked.run("unlock", "--idle", text, *key).code == 2


def test_secret_that_is_given_outranks_the_agent(unlocked, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("these are not the words")
    assert unlocked.run("client", "list", "--passphrase-file", str(wrong)).code == 8


def test_one_agent_keeps_several_identities_and_locks_them_singly(unlocked, tmp_path):
    key = tmp_path / "second-key"
    made = unlocked.run(
        "init", "--name", "二", "--key-file", str(key), vault=tmp_path / "second"
    )
    assert made.code == 0, made
    second = unlocked.json(
        "unlock", "--passphrase-file", str(key), vault=tmp_path / "second"
    )
    assert second["identity"] == "owner-2"
    found = status(unlocked)
    assert [one["identity"] for one in found["unlocked"]] == ["owner", "owner-2"]
    assert unlocked.json("lock", "--as", "owner") == {"locked": 1}
    assert [one["identity"] for one in status(unlocked)["unlocked"]] == ["owner-2"]
    assert unlocked.json("client", "list", vault=tmp_path / "second") == {"clients": []}
    assert unlocked.run("client", "list").code == 8


def test_changed_identity_file_locks_it(unlocked, tmp_path):
    process = status(unlocked)["agent"]
    (file,) = (tmp_path / "config" / "ledgervault" / "identities").iterdir()
    record = file.read_bytes()
    file.with_name("new").write_bytes(record)
    file.with_name("new").chmod(0o600)
    file.with_name("new").rename(file)
    assert unlocked.run("client", "list").code == 8
    ended(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_agent_that_is_told_to_end_leaves_no_socket(unlocked, tmp_path, number):
    process = status(unlocked)["agent"]
    os.kill(process, number)
    ended(process)
    assert list((tmp_path / "runtime" / "ledgervault").iterdir()) == []


def test_killed_agent_is_replaced(unlocked):
    process = status(unlocked)["agent"]
    os.kill(process, signal.SIGKILL)
    ended(process)
    assert unlocked.run("client", "list").code == 8
    unlocked.json("unlock", "--passphrase-file", str(unlocked.key))
    assert status(unlocked)["agent"] != process
    assert unlocked.run("client", "list").code == 0


def test_agent_stands_alone_and_gives_nothing_away(unlocked, tmp_path):
    process = status(unlocked)["agent"]
    place = Path(f"/proc/{process}")
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    parent, group, session = (int(field) for field in fields[1:4])
    assert parent != os.getpid()
    assert process not in (group, session)  # so it can never get a terminal
    assert (place / "environ").read_bytes() == b"LANG=C.UTF-8\0PATH=/bin:/usr/bin\0"
    assert os.readlink(place / "cwd") == "/"
    limits = (place / "limits").read_text()
    assert "Max core file size        0                    0" in limits
    assert place.stat().st_uid == 0  # what the kernel does to undumpable processes
    assert (place / "status").read_text().split("Umask:")[1].split()[0] == "0077"
    smaps = (place / "smaps").read_text()
    flags = [line.split() for line in smaps.splitlines() if line.startswith("VmFlags")]
    assert any("lo" in one and "dd" in one for one in flags)
    opened = {os.readlink(one) for one in (place / "fd").iterdir()}
    assert {one for one in opened if not one.startswith("socket:")} == {"/dev/null"}
    runtime = tmp_path / "runtime" / "ledgervault"
    assert runtime.stat().st_mode & 0o777 == 0o700
    assert (runtime / "agent.sock").stat().st_mode & 0o777 == 0o600


def test_agent_imports_little():
    program = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from ledgervault.storage.agent_server import main\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(SOURCE)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("ledgervault")}
    assert ours == {
        "ledgervault",
        "ledgervault.storage",
        "ledgervault.storage.agent_directory",
        "ledgervault.storage.agent_keeper",
        "ledgervault.storage.agent_protocol",
        "ledgervault.storage.agent_server",
        "ledgervault.storage.private_memory",
    }
    heavy = {"sqlalchemy", "rich", "typer", "cryptography", "json", "logging", "ssl"}
    assert loaded & heavy == set()


@pytest.mark.parametrize("argv", [["unlock"], ["unlock", "--status"], ["lock"]])
def test_unlocking_loads_no_catalogue(unlocked, monkeypatch, argv):
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(unlocked.key))
    program = (
        "import sys; from ledgervault.__main__ import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'sqlalchemy', 'rich', 'yaml', 'numpy', 'zstandard'}\n"
        "print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--vault", str(unlocked.vault), *argv],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split("\n")[-2] == "0 []"


def test_runtime_directory_open_to_others_gets_nothing(agency, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir(mode=0o700)
    (tmp_path / "shared").chmod(0o1777)
    assert agency.run("unlock").code == 0
    assert list((tmp_path / "shared").iterdir()) == []
    assert (tmp_path / "config" / "ledgervault" / "run" / "agent.sock").is_socket()
    run = tmp_path / "config" / "ledgervault" / "run"
    of_the_first = (run / "agent.sock").stat().st_ino
    agency.run("lock")
    run.chmod(0o755)
    ran = agency.run("--json", "unlock")
    assert ran.code == 8
    assert "agent.directory" in ran.err
    # The agent that was told to end may be about to take its own away.
    assert {one.stat().st_ino for one in run.glob("agent.sock")} <= {of_the_first}


def test_socket_of_a_stranger_is_not_believed(agency, tmp_path, monkeypatch):
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    directory = tmp_path / "runtime" / "ledgervault"
    directory.mkdir(mode=0o700)
    monkeypatch.chdir(directory)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("agent.sock")
        listener.listen()
        monkeypatch.setattr("ledgervault.storage.agent.PATIENCE_S", 0.05)
        # Ours, but mute: the command goes on without it.
        assert agency.run("client", "list").code == 8
        assert agency.json("unlock", "--status")["agent"] is None


def test_wrong_seed_from_an_agent_counts_for_nothing(unlocked, tmp_path):
    (file,) = (tmp_path / "config" / "ledgervault" / "identities").iterdir()
    record = file.read_bytes()
    agent = SessionAgent(tmp_path / "config" / "ledgervault")
    agent.keep(
        Keeping(
            identity=record[8:24],
            digest=hashlib.sha256(record).digest(),
            path=str(file),
            seed=b"x" * 32,
            lasts_s=60,
            idle_s=60,
        )
    )
    assert unlocked.run("client", "list").code == 8
