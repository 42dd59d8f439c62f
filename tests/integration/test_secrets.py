"""Canaries: secrets are looked for wherever a program leaves things by mistake.

Every argument, variable and written byte of all processes is recorded while a whole
day's work is done, with a passphrase, a token's PIN that is also given as a wrong passphrase,
a recovery code and a key file; afterwards every file is read and its mode looked at.
"""

import dataclasses
import itertools
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ledgervault.config import PassphraseCost
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.slots import unlock_with_passphrase
from tools.made_papers import pdf
from tools.soft_tokens import MODULES
from tools.tracing import PROGRAM, Call, forms_of, traced

PASSPHRASE = "墨鱼canary 拒绝 brindle-ox"
PIN = "8402-1976-5531"
VARIABLE = "variable-of-the-house-Q7741"
SOURCE = Path(__file__).resolve().parents[2] / "src"
PAPERS = 70  # enough for forked sealers

DAY = f"""
umask 0
vault() {{ {PROGRAM} "$@"; }}
vault init --name 鹿垄财务 --passphrase-file words --key-file key --recovery-kit kit
vault unlock --passphrase-file words
vault client add C001 --name 清河茶叶
vault ingest pile --client C001
vault list --limit 3
vault search words
vault get --all --client C001 -o out
vault report inventory --format csv -o inventory.csv
vault backup run backup
vault purge --expired --dry-run
vault unlock --status
vault lock
! vault client list </dev/null
! vault unlock --passphrase-file pin
! vault client list --passphrase-file pin
grep -o 'LVR-[0-9A-Z-]*' kit > code
vault unlock --passphrase-file code
vault verify --read-data
vault lock
vault client list --passphrase-file key
vault log show --passphrase-file words
vault doctor --passphrase-file words
vault key slot add token --module $MODULE --token canary --pin-file pin --passphrase-file words
vault client list --pin-file pin
"""


@dataclasses.dataclass(frozen=True)
class Day:
    root: Path
    printed: bytes
    calls: Sequence[Call]
    secrets: dict[str, bytes]

    def starts(self, of: bytes) -> list[Call]:
        return [
            call for call in self.calls if call.name == "execve" and of in call.content
        ]

    def leaks(self, content: bytes) -> set[str]:
        return {
            name
            for name, secret in self.secrets.items()
            if any(form in content for form in forms_of(secret))
        }


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    root = tmp_path_factory.mktemp("day")
    (root / "pile").mkdir()
    (root / "backup").mkdir()
    (root / "run").mkdir(mode=0o700)
    for number in range(PAPERS):
        (root / "pile" / f"{number}.txt").write_text(f"words of paper {number}")
    (root / "pile" / "a.pdf").write_bytes(pdf("words in a PDF"))
    (root / "words").write_text(PASSPHRASE + "\n")
    (root / "pin").write_text(PIN)
    (root / "pin").chmod(0o600)
    module = make_token(root)
    printed, calls = traced(
        DAY,
        folder=root,
        environment={
            "XDG_CONFIG_HOME": str(root / "config"),
            "XDG_RUNTIME_DIR": str(root / "run"),
            "LEDGERVAULT_HOME": str(root / "vault"),
            "LEDGERVAULT_DEBUG": "1",
            "HOUSE_SECRET": VARIABLE,
            "TMPDIR": str(root),
            "MODULE": str(module),
            "SOFTHSM2_CONF": str(root / "softhsm2.conf"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(SOURCE),
        },
    )
    return Day(root, printed, calls, secrets_of(root))


def make_token(root):
    (root / "tokens").mkdir(mode=0o700)
    configuration = root / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {root / 'tokens'}\n")
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", "canary"),
            *("--so-pin", "13579135", "--pin", PIN),
        ],
        env={**os.environ, "SOFTHSM2_CONF": str(configuration)},
        check=True,
        capture_output=True,
    )
    return next(path for path in MODULES if path.exists())


def secrets_of(root):
    folder = root / "config" / "ledgervault" / "identities"
    (file,) = folder.glob("*.identity")
    cost = PassphraseCost()
    parsed = parse_identity_file(file.read_bytes(), cost)
    seed = unlock_with_passphrase(parsed, PASSPHRASE, cost).seed.raw
    code = re.search(r"LVR-[0-9A-Z-]+", (root / "kit").read_text())
    return {
        "passphrase": PASSPHRASE.encode(),
        "PIN": PIN.encode(),
        "recovery code": code[0].encode(),
        "key file": (root / "key").read_bytes().split()[-1],
        "seed": seed,
    }


def test_day_has_seen_every_kind_of_process(day):
    assert len(day.starts(b"ledgervault\0client\0add")) == 1
    assert len(day.starts(b"agent_server")) == 2
    assert len(day.starts(b"formats.confined")) >= 1
    started = {call.process for call in day.calls if call.name == "execve"}
    writers = {call.process for call in day.calls if "/packs/" in call.place}
    assert len(writers - started) >= 2  # the forked sealers
    assert len(day.secrets) == 5
    assert day.leaks((day.root / "words").read_bytes()) == {"passphrase"}
    assert day.leaks(b"..." + day.secrets["seed"].hex().encode()) == {"seed"}


def test_no_secret_is_an_argument_or_a_variable(day):
    started = [call for call in day.calls if call.name == "execve"]
    assert len(started) > 20
    assert [call for call in started if day.leaks(call.content)] == []


def test_readers_and_agent_get_no_variable_of_their_user(day):
    for program in (b"agent_server", b"formats.confined"):
        for call in day.starts(program):
            variables = call.content.partition(b"LANG=")[2]
            assert variables == b"C.UTF-8\0PATH=/bin:/usr/bin"
            assert VARIABLE.encode() not in call.content


def may_be_written(name, place, root):
    """Say where a secret may go: what is made for it, and the agent's socket."""
    if name == "seed":
        return place.startswith("socket:")
    if name == "recovery code" and place.startswith("pipe:"):
        return True  # of the shell that takes the code out of the kit
    made = {"key file": "key", "recovery code": "kit"}.get(name)
    return made is not None and place.startswith((f"{root}/.{made}.", f"{root}/code"))


def test_no_secret_is_ever_written_where_it_does_not_belong(day):
    written = [call for call in day.calls if call.name not in {"execve", "prctl"}]
    assert len(written) > 500
    assert sum(len(call.content) for call in written) > 200_000
    wrong = [
        (name, call.name, call.place)
        for call in written
        for name in day.leaks(call.content)
        if not may_be_written(name, call.place, day.root)
    ]
    assert wrong == []
    seeds = [call for call in written if "seed" in day.leaks(call.content)]
    assert len(seeds) > 4  # twice brought, and given to each command


def test_nothing_printed_shows_a_secret(day):
    assert b"Traceback" not in day.printed
    assert b"owner is unlocked" in day.printed
    assert day.leaks(day.printed) == set()


def test_files_that_are_left_show_no_secret(day):
    ours = {"words", "pin", "code", "key", "kit", "calls"}
    files = [
        path
        for path in day.root.rglob("*")
        if path.is_file() and path.relative_to(day.root).parts[0] not in ours | {"pile"}
    ]
    assert len(files) > 10
    assert {str(path) for path in files if day.leaks(path.read_bytes())} == set()


def test_every_file_and_folder_is_closed_to_others_whatever_the_umask(day):
    given = {"words", "pin", "code", "calls", "pile", "backup", "softhsm2.conf"}
    made = [
        path
        for path in day.root.rglob("*")
        if not (path.parent == day.root and path.name in given)
        and not {"pile", "tokens"} & set(path.relative_to(day.root).parts)
    ]
    assert {path.name for path in made} >= {"key", "kit", "vault.json", "config"}
    wrong = {
        f"{path}: {path.stat().st_mode:o}"
        for path in made
        if path.stat().st_mode & 0o7777 != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == set()


def test_every_program_forbids_dumps_before_it_writes_anything(day):
    for program in (b"ledgervault\0", b"agent_server", b"formats.confined"):
        for start in day.starts(program):
            own = [call for call in day.calls if call.process == start.process]
            before = itertools.takewhile(
                lambda call: call.name in {"execve", "prctl", "prlimit64"}, own
            )
            acts = " ".join(call.rest for call in before)
            assert "RLIMIT_CORE, {rlim_cur=0, rlim_max=0}" in acts
            assert "PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0" in acts
