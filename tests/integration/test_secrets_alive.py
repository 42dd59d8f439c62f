"""Secrets of processes that are at work: what a terminal shows, what a dump would hold."""

import contextlib
import ctypes
import dataclasses
import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from ledgervault.formats.confinement import ConfinedReader
from tools.made_papers import pdf

WORDS = "brindle 墨鱼 canary ox"
WRONG = "8402-1976-5531"
PROGRAM = [sys.executable, "-m", "ledgervault"]
SOURCE = Path(__file__).resolve().parents[2] / "src"
PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 60


class Terminal:
    """A program on a terminal of its own, and all that the terminal ever showed."""

    def __init__(self, *argv):
        self.process, self._screen = pty.fork()
        if not self.process:
            os.execv(PROGRAM[0], [*PROGRAM, *argv])  # noqa: S606 - on the new terminal
        self.shown = b""
        self.code = None

    def wait_for(self, text):
        while text not in self.shown:
            assert self._more(), self.shown

    def type(self, text):
        os.write(self._screen, f"{text}\n".encode())

    def echoes(self):
        return bool(termios.tcgetattr(self._screen)[3] & termios.ECHO)

    def end(self):
        while self._more():
            pass
        os.close(self._screen)
        status = os.waitpid(self.process, 0)[1]
        self.code = os.waitstatus_to_exitcode(status)
        return status

    def _more(self):
        assert select.select([self._screen], [], [], PATIENCE_S)[0], self.shown
        try:
            piece = os.read(self._screen, 65536)
        except OSError:  # how a terminal says that nobody is left on it
            return False
        self.shown += piece
        return bool(piece)


@dataclasses.dataclass
class Home:
    root: Path

    def vault(self, *argv):
        done = subprocess.run(
            [*PROGRAM, *argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done
        return done.stdout


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("LEDGERVAULT_HOME", str(tmp_path / "vault"))
    monkeypatch.setenv("LEDGERVAULT_LANG", "en")
    monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return Home(tmp_path)


@pytest.fixture
def founded(home):
    (home.root / "words").write_text(WORDS)
    home.vault("init", "--name", "鹿垄", "--passphrase-file", "words")
    yield home
    home.vault("lock")


def test_terminal_shows_nothing_of_what_is_typed_at_prompts(home):
    made = Terminal("init", "--name", "鹿垄")
    made.wait_for(b"New passphrase: ")
    assert not made.echoes()
    made.type(WORDS)
    made.wait_for(b"Again: ")
    assert not made.echoes()
    made.type(WORDS)
    made.end()
    assert made.code == 0, made.shown

    unlocked = Terminal("unlock")
    unlocked.wait_for(b"Passphrase of owner: ")
    unlocked.type(WORDS)
    unlocked.end()
    assert (unlocked.code, b"owner is unlocked" in unlocked.shown) == (0, True)
    home.vault("client", "list")
    home.vault("lock")

    refused = Terminal("client", "list")
    refused.wait_for(b"Passphrase of owner: ")
    refused.type(WRONG)
    refused.end()
    assert refused.code == 8

    shown = made.shown + unlocked.shown + refused.shown
    for secret in (WORDS, WRONG):
        words = [word.encode() for word in re.split("[ -]", secret) if len(word) > 2]
        assert [word for word in words if word in shown] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_terminal_shows_typing_again_after_a_prompt_was_broken_off(founded, number):
    asked = Terminal("client", "list")
    asked.wait_for(b"Passphrase of owner: ")
    assert not asked.echoes()
    os.kill(asked.process, number)
    asked.wait_for(b"run it again")
    assert asked.echoes()
    asked.end()
    assert asked.code == 128 + number


def test_terminal_that_cannot_hide_is_refused(founded, monkeypatch):
    from ledgervault.cli.session import ask_hidden
    from ledgervault.errors import NotAuthorised

    def cannot(*_):
        raise termios.error

    controlling, terminal = pty.openpty()
    monkeypatch.setattr(termios, "tcgetattr", cannot)
    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(NotAuthorised) as caught:
            ask_hidden("Passphrase: ")
    os.close(controlling)
    assert caught.value.code == "secret.shown"


def cores(process):
    """Lift its limit if we may, break the process off; return limit and dump."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    before = resource.prlimit(process, resource.RLIMIT_CORE)
    with contextlib.suppress(PermissionError):
        resource.prlimit(process, resource.RLIMIT_CORE, unlimited)
    os.kill(process, signal.SIGABRT)
    status = os.waitpid(process, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGABRT
    return before, os.WCOREDUMP(status)


@pytest.fixture
def dumping(tmp_path, monkeypatch):
    """Skip where even an ordinary program leaves no core, so that none proves nothing."""
    monkeypatch.chdir(tmp_path)
    ordinary = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    _limits, is_dumped = cores(ordinary.pid)
    ordinary.returncode = -signal.SIGABRT
    ordinary.stdin.close()
    if os.geteuid() or not is_dumped:
        pytest.skip("this machine writes no cores, or not for this user")


def test_command_at_its_prompt_leaves_no_core(founded, dumping):
    asked = Terminal("client", "list")
    asked.wait_for(b"Passphrase of owner: ")
    assert cores(asked.process) == ((0, 0), False)


def test_agent_leaves_no_core(founded, dumping):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        founded.vault("unlock", "--passphrase-file", str(founded.root / "words"))
        shown = founded.vault("unlock", "--status", "--json").decode()
        agent = int(re.search(r'"agent": (\d+)', shown)[1])
        assert cores(agent) == ((0, 0), False)
    finally:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def test_reader_of_papers_leaves_no_core(dumping):
    reader = ConfinedReader()
    assert reader.read_pdf(pdf("words")).texts
    process = reader._line._process
    assert cores(process.pid) == ((0, 0), False)
    process.returncode = -signal.SIGABRT
    reader.close()


class Broken:
    """Stands in for the key derivation of a library that has a bug."""

    def __init__(self, **settings):
        self.settings = settings

    def derive(self, material):
        raise ZeroDivisionError("a bug, deep inside")


def test_traceback_of_a_bug_shows_no_secret(founded, monkeypatch, capfd):
    from ledgervault.__main__ import main

    monkeypatch.setenv("LEDGERVAULT_DEBUG", "1")
    monkeypatch.setattr("ledgervault.crypto.slots.Argon2id", Broken)
    words = str(founded.root / "words")
    assert main(["client", "list", "--passphrase-file", words]) == 1
    printed = "".join(capfd.readouterr())
    assert "a bug, deep inside" in printed
    assert "in stretch" in printed
    assert [word for word in WORDS.split() if len(word) > 2 and word in printed] == []
