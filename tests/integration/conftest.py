"""A vault driven only through the command line, with a key file instead of a KDF."""

import dataclasses
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledgervault.__main__ import main
from tools.soft_tokens import soft_token

__all__ = ["soft_token"]


@dataclasses.dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Agency:
    """One agency: its folders and its command line."""

    def __init__(self, root: Path, capfdbinary: Any) -> None:
        self.root = root
        self.vault = root / "vault"
        self.key = root / "key-file"
        self._capture = capfdbinary

    def run(self, *argv: str, vault: Path | None = None) -> Ran:
        self._capture.readouterr()
        code = main(["--vault", str(vault or self.vault), *argv])
        out, err = self._capture.readouterr()
        return Ran(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))

    def json(self, *argv: str, vault: Path | None = None, code: int = 0) -> Any:
        ran = self.run("--json", *argv, vault=vault)
        assert ran.code == code, (argv, ran)
        return ran.json()

    def found(self) -> None:
        made = self.run("init", "--name", "鹿垄财务", "--key-file", str(self.key))
        assert made.code == 0, made

    def paper(self, name: str, content: bytes = b"") -> Path:
        path = self.root / "pile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or f"{name}\n".encode())
        return path

    def ingest(self, *paths: Path, client: str = "C001") -> list[dict[str, Any]]:
        done = self.json("ingest", *map(str, paths), "--client", client)
        return list(done["ingested"])

    def sql(self, statement: str, *values: Any) -> list[Any]:
        with sqlite3.connect(self.vault / "catalogue.sqlite") as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def packs(self) -> list[Path]:
        return sorted((self.vault / "packs").rglob("*.pack"))

    def files(self) -> list[Path]:
        return [path for path in self.root.rglob("*") if path.is_file()]


@pytest.fixture
def agency(tmp_path, monkeypatch, capfdbinary):
    made = Agency(tmp_path, capfdbinary)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LEDGERVAULT_PASSPHRASE_FILE", raising=False)
    made.found()
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", str(made.key))
    assert made.run("client", "add", "C001", "--name", "清河茶叶").code == 0
    return made


@pytest.fixture
def keys_only(monkeypatch):
    """Take the policy's word away, so that only keys stand between user and paper."""

    def permit():
        monkeypatch.setattr(
            "ledgervault.vault.authority.find_refusal", lambda *_args, **_more: None
        )

    return permit
