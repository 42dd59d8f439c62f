"""The program as a process: closed, full and broken streams, and interruption."""

import json
import os
import signal
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-m", "ledgervault"]


@pytest.fixture
def document(agency, monkeypatch):
    monkeypatch.setenv("LEDGERVAULT_HOME", str(agency.vault))
    content = b"0123456789abcdef" * 65_536  # more than a pipe holds
    return agency.ingest(agency.paper("银行对账单_2026年01月.txt", content))[0]["id"]


def run(*argv, **streams):
    streams.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [*PROGRAM, *argv], stderr=subprocess.PIPE, check=False, **streams
    )


@pytest.mark.parametrize(
    "argv", [("list",), ("--version",), ("--help",), ("log", "verify"), ("cat", "D")]
)
def test_full_output_device_is_said_and_exits_10(document, argv):
    argv = tuple(document if word == "D" else word for word in argv)
    with open("/dev/full", "wb") as full:
        ran = run(*argv, stdout=full)
    assert ran.returncode == 10
    assert b"No space left" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("argv", [("list",), ("--json", "doctor"), ("cat", "D")])
def test_closed_standard_output_is_said_and_exits_10(document, argv):
    argv = tuple(document if word == "D" else word for word in argv)
    closed = ["sh", "-c", '"$@" >&-', "sh", *PROGRAM, *argv]
    ran = subprocess.run(closed, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, b"standard output is closed" in ran.stderr) == (10, True)


def test_all_standard_descriptors_closed_harms_no_file(agency, document):
    closed = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *PROGRAM, "list"]
    assert subprocess.run(closed, check=False).returncode == 10
    assert agency.json("verify", "--read-data")["ok"] is True


def test_full_error_device_still_gives_the_exit_code(document):
    with open("/dev/full", "wb") as full:
        argv = [*PROGRAM, "show", "D-0000"]
        done = subprocess.run(argv, stderr=full, stdout=full, check=False)
    assert done.returncode == 5


def test_reader_that_stops_early_is_no_error(document):
    with subprocess.Popen(
        [*PROGRAM, "cat", document], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout.read(4) == b"0123"
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (0, b"")


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_interruption_has_its_exit_code_and_no_traceback(document, sent, code):
    with subprocess.Popen(
        [*PROGRAM, "--json", "cat", document],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout.read(4) == b"0123"  # now it waits for its reader
        running.send_signal(sent)
        complaint = running.stderr.read()  # ends though nobody reads its output
        assert running.wait() == code
    assert json.loads(complaint)["error"]["exit"] == code


def test_no_colour_and_no_control_character_leaves_the_program(agency, document):
    agency.ingest(agency.paper("\x1b[31m红\x9b.txt"))
    for argv in (
        ("list",),
        ("log", "show"),
        ("report", "inventory"),
        ("--json", "list"),
    ):
        ran = run(*argv, env={**os.environ, "NO_COLOR": "1"})
        text = ran.stdout.decode() + ran.stderr.decode()
        assert ran.returncode == 0
        assert not [char for char in text if not char.isprintable() and char != "\n"]


def test_output_of_a_terminal_without_utf8_ends_in_no_traceback(document):
    ran = run("list", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
