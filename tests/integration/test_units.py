"""The systemd units of the guide: well-formed, hardened, and enough for the program."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.tracing import PROGRAM

REPOSITORY = Path(__file__).resolve().parents[2]
UNITS = REPOSITORY / "docs" / "guides" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
CREDENTIAL = "${CREDENTIALS_DIRECTORY}/vault-key"
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateNetwork": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "SystemCallFilter": "@system-service",
}


def parsed(path):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(path.read_text())
    return unit


def test_there_are_services_each_with_its_timer():
    assert [path.stem for path in SERVICES] == [
        "ledgervault-backup",
        "ledgervault-purge",
    ]
    for path in SERVICES:
        timer = parsed(path.with_suffix(".timer"))
        assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:00", timer["Timer"]["OnCalendar"])
        assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_service_gets_its_key_as_a_credential_and_little_else(path):
    service = parsed(path)["Service"]
    assert service["LoadCredentialEncrypted"].startswith("vault-key:")
    assert service["ExecStart"].endswith(f"--passphrase-file {CREDENTIAL}")
    assert {name: service[name] for name in HARDENED} == HARDENED
    codes = service["RestartPreventExitStatus"].split()
    assert codes == ["1", "2", "3", "4", "5", "7", "8", "9"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("with_drop_in", [False, True])
def test_systemd_has_nothing_to_say_about_the_units(tmp_path, with_drop_in):
    for path in [*SERVICES, *UNITS.glob("*.timer")]:
        text = path.read_text().replace("/usr/local/bin/vault", sys.executable)
        (tmp_path / path.name).write_text(text)
        if with_drop_in and path.suffix == ".service":
            folder = tmp_path / f"{path.name}.d"
            folder.mkdir()
            shutil.copy(UNITS / "dynamic-user.conf", folder)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("ledgervault-*.*e*r"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def allowed_calls(name):
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", name],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in listed.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from allowed_calls(word)
        elif word and not word.startswith("#"):
            yield word


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_commands_of_the_units_make_no_call_that_is_filtered(agency, tmp_path):
    agency.ingest(agency.paper("银行对账单_2013年01月.txt"))
    (tmp_path / "media").mkdir()
    allowed = set(allowed_calls("@system-service"))
    assert len(allowed) > 200
    for path in SERVICES:
        line = parsed(path)["Service"]["ExecStart"].replace(CREDENTIAL, str(agency.key))
        words = line.replace("/media/backup", str(tmp_path / "media")).split()[1:]
        log = tmp_path / "calls"
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", str(log), *PROGRAM.split(), *words],
            env={**os.environ, "LEDGERVAULT_HOME": str(agency.vault)},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done
        made = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", log.read_text(), re.MULTILINE))
        assert len(made) > 30
        assert made - allowed == set()
