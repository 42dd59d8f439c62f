"""What is asked on a real terminal, in which order, and what stays on the screen."""

import os
import subprocess
import sys

import pytest

OLD, NEW = "gubah-dozim-ratol-fisan", "nuvok-latib-zofud-hiram"
ON_A_TERMINAL = (
    "import os, pty, sys\n"
    "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))\n"
)


class Screen:
    """A command on a terminal of its own; answers are typed when they are asked for."""

    def __init__(self, agency, *argv):
        command = [sys.executable, "-m", "ledgervault", "--vault", str(agency.vault)]
        self.seen = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", ON_A_TERMINAL, *command, *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def answer(self, prompt, text):
        start = len(self.seen)
        while prompt.encode() not in self.seen[start:]:
            piece = os.read(self._process.stdout.fileno(), 4096)
            assert piece, (prompt, self.seen)
            self.seen += piece
        self._process.stdin.write(f"{text}\n".encode())
        self._process.stdin.flush()

    def finish(self):
        out, _none = self._process.communicate()
        self.seen += out
        return self._process.returncode


@pytest.fixture
def passphrase(agency, monkeypatch):
    path = agency.root / "passphrase"
    path.write_text(f"{OLD}\n")
    argv = ("key", "slot", "add", "passphrase", "--new-passphrase-file", str(path))
    assert agency.run(*argv).code == 0
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE")
    return path


def test_the_old_passphrase_is_asked_once_and_the_new_one_twice(agency, passphrase):
    screen = Screen(agency, "key", "passphrase")
    screen.answer("Passphrase of owner: ", OLD)
    screen.answer("New passphrase: ", NEW)
    screen.answer("Again: ", NEW)
    assert screen.finish() == 0, screen.seen
    text = screen.seen.decode()
    offered = text.split("such as: ")[1].split()[0]
    assert len(offered.split("-")) == 6
    assert OLD not in text
    assert NEW not in text
    passphrase.write_text(f"{NEW}\n")
    assert agency.run("list", "--passphrase-file", str(passphrase)).code == 0


def test_two_different_new_passphrases_change_nothing(agency, passphrase):
    screen = Screen(agency, "key", "passphrase")
    screen.answer("Passphrase of owner: ", OLD)
    screen.answer("New passphrase: ", NEW)
    screen.answer("Again: ", OLD)
    assert screen.finish() == 8
    assert agency.run("list", "--passphrase-file", str(passphrase)).code == 0


def test_a_wrong_old_passphrase_is_told_before_a_new_one_is_asked_for(
    agency, passphrase
):
    screen = Screen(agency, "key", "passphrase")
    screen.answer("Passphrase of owner: ", NEW)
    assert screen.finish() == 8
    assert b"New passphrase" not in screen.seen


def test_passphrase_and_pin_are_both_asked_for(agency, passphrase, soft_token):
    options = (*soft_token.options(), *soft_token.pin_options())
    argv = ("key", "slot", "add", "passphrase+token", *options)
    other = agency.root / "other"
    other.write_text(f"{NEW}\n")
    done = agency.run(
        *argv, "--new-passphrase-file", str(other), "--passphrase-file", str(passphrase)
    )
    assert done.code == 0, done
    screen = Screen(agency, "list")
    screen.answer("Passphrase of owner: ", NEW)
    screen.answer(f"PIN of the token {soft_token.label}: ", soft_token.pin)
    assert screen.finish() == 0, screen.seen
    assert soft_token.pin not in screen.seen.decode()


def test_a_token_slot_asks_for_the_pin_alone(agency, passphrase, soft_token):
    options = (*soft_token.options(), *soft_token.pin_options())
    argv = ("key", "slot", "add", "token", *options)
    assert agency.run(*argv, "--passphrase-file", str(passphrase)).code == 0
    screen = Screen(agency, "list")
    screen.answer(f"PIN of the token {soft_token.label}: ", soft_token.pin)
    assert screen.finish() == 0, screen.seen
    assert b"Passphrase of" not in screen.seen
