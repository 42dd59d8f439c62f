"""A full disk, a read-only disk, and a process killed at random moments."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time

import pytest

KILLS = 12


def needs_root():
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("needs root to mount a small file system")
        pytest.skip("needs root to mount a small file system")


@pytest.fixture
def small_disk(tmp_path):
    needs_root()
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], check=True
    )
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def vault(place, *argv, key=True):
    env = {
        **os.environ,
        "XDG_CONFIG_HOME": str(place / "config"),
        "LEDGERVAULT_HOME": str(place / "vault"),
    }
    env.pop("LEDGERVAULT_PASSPHRASE_FILE", None)
    if key:
        env["LEDGERVAULT_PASSPHRASE_FILE"] = str(place / "key")
    argv = [sys.executable, "-m", "ledgervault", *argv]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)


def founded(place):
    assert (
        vault(
            place, "init", "--name", "x", "--key-file", str(place / "key"), key=False
        ).returncode
        == 0
    )
    assert vault(place, "client", "add", "C001", "--name", "y").returncode == 0


def pile(folder, count, size):
    folder.mkdir()
    for number in range(count):
        content = hashlib.shake_128(b"%d" % number).digest(size)
        (folder / f"记账凭证_2026年01月_{number}.txt").write_bytes(content)
    return folder


def test_full_disk_fails_cleanly_and_loses_nothing(small_disk, tmp_path):
    founded(small_disk)
    first = pile(tmp_path / "first", 3, 20_000)
    assert vault(small_disk, "ingest", str(first), "--client", "C001").returncode == 0
    full = vault(
        small_disk,
        "ingest",
        str(pile(tmp_path / "second", 10, 900_000)),
        "--client",
        "C001",
    )
    assert full.returncode in (3, 10)
    assert "Traceback" not in full.stderr
    assert "No space" in full.stderr or "space" in full.stderr
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert vault(small_disk, "verify", "--read-data").returncode == 0
    again = vault(small_disk, "ingest", str(tmp_path / "second"), "--client", "C001")
    assert again.returncode == 0, again.stderr
    assert vault(small_disk, "verify", "--read-data").returncode == 0


def test_read_only_disk_fails_cleanly(small_disk, tmp_path):
    founded(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for argv in (
        ("ingest", str(pile(tmp_path / "p", 1, 100)), "--client", "C001"),
        ("list",),
    ):
        refused = vault(small_disk, *argv)
        assert refused.returncode in (3, 10), refused
        assert "Traceback" not in refused.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert vault(small_disk, "list").returncode == 0


def test_kill_at_random_moments_loses_nothing(tmp_path):
    founded(tmp_path)
    env = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "LEDGERVAULT_HOME": str(tmp_path / "vault"),
        "LEDGERVAULT_PASSPHRASE_FILE": str(tmp_path / "key"),
    }
    for number in range(KILLS):
        folder = pile(tmp_path / f"pile-{number}", 80, 3000 + number)
        argv = [
            sys.executable,
            "-m",
            "ledgervault",
            "ingest",
            str(folder),
            "--client",
            "C001",
            "--allow-duplicate",
        ]
        child = subprocess.Popen(
            argv,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            child.wait(timeout=0.25 + secrets.randbelow(500) / 1000)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    deadline = time.monotonic() + 30
    assert vault(tmp_path, "verify", "--read-data").returncode == 0
    assert vault(tmp_path, "log", "verify").returncode == 0
    assert (
        vault(
            tmp_path, "ingest", str(pile(tmp_path / "last", 2, 50)), "--client", "C001"
        ).returncode
        == 0
    )
    assert time.monotonic() < deadline
    left = [
        path
        for path in (tmp_path / "vault").rglob("*")
        if path.suffix in (".part", ".tmp")
    ]
    assert left == []
