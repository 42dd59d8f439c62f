"""A small vault that can be put back to what it was, and its invariants."""

import contextlib
import ctypes
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledgervault.__main__ import main

PILE = {
    "银行对账单_2013年01月.txt": b"statement one " * 300,
    "银行对账单_2013年02月.txt": hashlib.shake_128(b"two").digest(9000),
    "现金日记账_2013年.txt": b"sibling " * 500,
}


NEW_MOUNTS = 0x00020000  # CLONE_NEWNS


@pytest.fixture(scope="session", autouse=True)
def private_mounts():
    """Let what these tests mount vanish with their process, however that ends."""
    if sys.platform == "linux" and os.geteuid() == 0:
        with contextlib.suppress(OSError, AttributeError):
            if ctypes.CDLL(None).unshare(NEW_MOUNTS) == 0:
                subprocess.run(["mount", "--make-rprivate", "/"], check=False)


@dataclasses.dataclass
class Scene:
    root: Path
    saved: Path

    def save(self) -> None:
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.root, self.saved)

    def put_back(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.saved, self.root)

    def run(self, *argv: str) -> int:
        return main(["--quiet", *argv])

    def json(self, capfd, *argv: str):
        capfd.readouterr()
        code = main(["--json", *argv])
        out, err = capfd.readouterr()
        assert code == 0, (argv, out, err)
        return json.loads(out)

    def ingest(self) -> int:
        return self.run(
            "ingest", str(self.root / "pile"), "--client", "C001", "--workers", "1"
        )

    def leftovers(self) -> list[str]:
        return [
            str(path)
            for path in (self.root / "vault").rglob("*")
            if path.suffix in (".part", ".tmp") or path.name.endswith(".unfinished")
        ]


@pytest.fixture
def scene(tmp_path, monkeypatch):
    root = tmp_path / "scene"
    (root / "pile").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "config"))
    monkeypatch.setenv("LEDGERVAULT_HOME", str(root / "vault"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    made = Scene(root, tmp_path / "saved")
    assert made.run("init", "--name", "鹿垄", "--key-file", str(root / "key")) == 0
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(root / "key"))
    assert made.run("client", "add", "C001", "--name", "清河") == 0
    for name, content in PILE.items():
        (root / "pile" / name).write_bytes(content)
    return made
