"""One vault with a history, put back before each attack; and what an attacker has.

Built once through the command line. The attacker may write every file of the
vault, knows the program, keeps older copies, and has a vault and an identity of
his own: what he forges is as good as it can be without keys of this vault.
"""

import contextlib
import dataclasses
import io
import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from integration.colleagues import grant, join
from ledgervault.__main__ import main
from ledgervault.config import PassphraseCost
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.crypto.keys import IdentitySeed, SlotKey
from ledgervault.crypto.slots import unlock_with_key
from ledgervault.storage.key_files import read_key_file
from tools.invoice_papers import tax_bureau_xml

CANARY = "CANARY-7f3a"
CLIENTS = ("C001", "C002", "C003", "C004")
PAPERS = {
    "a": ("C001", "记账凭证_2026年01月.txt"),
    "b": ("C001", "记账凭证_2026年02月.txt"),
    "old1": ("C001", "银行对账单_2013年01月.txt"),
    "old2": ("C001", "银行对账单_2013年02月.txt"),
    "journal": ("C001", "现金日记账_2013年.txt"),
    "salary": ("C001", "工资表_2026年01月.txt"),
    "invoice": ("C001", "dzfp.xml"),
    "c": ("C002", "记账凭证_2026年01月.txt"),
    "kept": ("C002", "银行对账单_2013年01月.txt"),
    "gone": ("C003", "银行对账单_2013年01月.txt"),
    "held": ("C004", "银行对账单_2013年01月.txt"),
    "closed": ("C004", "记账凭证_2025年01月.txt"),
}
PEOPLE = {
    "lin": "bookkeeper",
    "zhou": "bookkeeper",
    "he": "partner",
    "cron": "service",
}
PARTS = ("vault", "config", "backup", "people")
OVERRIDE = """\
language: ledgervault-policy/1
override: C002
series:
  - id: cn.voucher.journal
    title: {zh: 甲, en: A}
    family: custody
    level: sensitive
    retention: {min: P40Y, trigger: fiscal_year_end, starts: next_day}
    then: appraise
    block_while: [litigation]
"""


@dataclasses.dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)


class Scene:
    """A vault, its older copies, and the hands of someone who may write them."""

    def __init__(self, root):
        self.root = root
        self.vault = root / "vault"
        self.config = root / "config" / "ledgervault"
        self.key = root / "key-file"
        self.target = root / "backup"
        self.past = root / "past"  # before edits, purge and the last policy
        self.other = root / "other"  # the attacker's own vault
        self.ids = {}  # paper -> code
        self.people = {}  # name -> colleague, each on a machine of his own
        self.stranger = Identity(b"s" * 16, IdentitySeed(b"\5" * 32))

    # --- what people run

    def run(self, *argv, vault=None):
        out, err = io.BytesIO(), io.BytesIO()
        with _captured(out, err):
            code = main(["--vault", str(vault or self.vault), *map(str, argv)])
        return Ran(code, _text(out), _text(err))

    def ok(self, *argv, vault=None):
        ran = self.run("--json", *argv, vault=vault)
        assert ran.code == 0, (argv, ran)
        return ran.json() if ran.out else None

    def json(self, *argv, code=0, vault=None):
        ran = self.run("--json", *argv, vault=vault)
        assert ran.code == code, (argv, ran)
        return ran.json()

    # --- what an attacker does

    def sql(self, statement, *values, database=None):
        """Run a statement as anyone can who may write the file."""
        connection = sqlite3.connect(database or self.vault / "catalogue.sqlite")
        with contextlib.closing(connection), connection:
            return connection.execute(statement, values).fetchall()

    def old(self, statement, *values):
        return self.sql(statement, *values, database=self.past / "catalogue.sqlite")

    def foreign(self, statement, *values):
        return self.sql(statement, *values, database=self.other / "catalogue.sqlite")

    def one(self, statement, *values):
        return self.sql(statement, *values)[0][0]

    def document(self, paper):
        """Return the id of a paper's row."""
        return self.one("select id from documents where code=?", self.ids[paper])

    def client(self, paper):
        return self.one("select client_id from documents where code=?", self.ids[paper])

    def put(self, table, key, values):
        """Set columns of the row with a key; several columns of one row."""
        names = ", ".join(f'"{name}"=?' for name in values)
        where = " and ".join(f'"{name}"=?' for name in key)
        self.sql(
            f'update "{table}" set {names} where {where}',
            *values.values(),
            *key.values(),
        )

    def exchange(self, table, column, one, other, key="id"):
        """Exchange a column, or several, between two rows."""
        columns = column if isinstance(column, tuple) else (column,)
        names = ", ".join(f'"{name}"' for name in columns)
        rows = [
            self.sql(f'select {names} from "{table}" where "{key}"=?', which)[0]
            for which in (one, other)
        ]
        self.put(table, {key: one}, dict(zip(columns, rows[1], strict=True)))
        self.put(table, {key: other}, dict(zip(columns, rows[0], strict=True)))

    def restore_row(self, table, key, value):
        """Put back a row as an older copy of the database had it."""
        columns = [one[1] for one in self.sql(f'pragma table_info("{table}")')]
        row = self.old(f'select * from "{table}" where "{key}"=?', value)[0]
        self.put(table, {key: value}, dict(zip(columns, row, strict=True)))

    def flip(self, table, column, offset, key, value):
        raw = bytearray(
            self.one(f'select "{column}" from "{table}" where "{key}"=?', value)
        )
        raw[offset] ^= 1
        self.put(table, {key: value}, {column: bytes(raw)})

    def edit_file(self, path, change):
        os.chmod(path, 0o600)
        path.write_bytes(change(path.read_bytes()))

    def put_back(self, *names):
        """Put older files of the vault where the present ones are."""
        for name in names:
            here, there = self.vault / name, self.past / name
            if there.is_dir():
                shutil.rmtree(here)
                shutil.copytree(there, here)
            else:
                shutil.copy(there, here)

    def identity(self):
        return next((self.config / "identities").glob("*.identity"))

    def identity_of(self, name):
        """Unlock a colleague's identity: an insider has it, and the program."""
        who = self.people[name]
        path = next((who.home / "config").rglob("*.identity"))
        file = parse_identity_file(path.read_bytes(), PassphraseCost())
        return unlock_with_key(file, SlotKey(read_key_file(who.key)))

    def owner(self):
        """Return the row of the founder: id, public keys."""
        founder = self.one("select value from facts where name='founder'")
        return self.sql("select id, public from users where id=?", founder)[0]

    def packs(self):
        return sorted((self.vault / "packs").rglob("*.pack"))

    def standing(self):
        """Return what a destruction would take from: keys, pages, packs, papers."""
        anchors = {one.name for one in (self.vault / "anchor").iterdir()}
        pages = {path.name for path in (self.vault / "ring").rglob("*.page")}
        packs = {(one.name, one.stat().st_size) for one in self.packs()}
        return anchors, pages, packs, set(self.sql("select document_id from versions"))


def build(root):
    """Make the scene through the command line."""
    scene = Scene(root)
    os.environ["XDG_CONFIG_HOME"] = str(root / "config")
    os.environ.pop("LEDGERVAULT_PASSPHRASE_FILE", None)
    _found(scene)
    _fill(scene)
    for name, role in PEOPLE.items():
        scene.people[name] = join(scene, name, role)
        if role == "service":
            continue
        signed = (f"person={name}", "version=2", "signed_on=2026-01-05")
        scene.ok("register", "nda", "add", *signed)
    grant(scene, scene.people["lin"], "C001", "confidential")
    grant(scene, scene.people["he"], "C002", "confidential")
    grant(scene, scene.people["zhou"], "C002", "confidential")
    shutil.copytree(scene.vault, scene.past)
    _live(scene)
    return scene


def _found(scene):
    password = scene.root / "password"
    password.write_text("oxide plum gravel kite yonder seven\n")
    scene.ok(
        "--passphrase-file", password, "init", "--name", "B", "--as", "thief",
        "--key-file", scene.root / "thief-key", vault=scene.other,
    )  # fmt: skip
    os.environ["LEDGERVAULT_PASSPHRASE_FILE"] = str(scene.root / "thief-key")
    scene.ok("--as", "thief", "client", "add", "T", "--name", "贼", vault=scene.other)
    (scene.config / "identities" / "thief.identity").rename(scene.root / "thief.id")
    del os.environ["LEDGERVAULT_PASSPHRASE_FILE"]
    scene.ok(
        "--passphrase-file", password, "init", "--name", "鹿垄财务",
        "--key-file", scene.key,
    )  # fmt: skip
    os.environ["LEDGERVAULT_PASSPHRASE_FILE"] = str(scene.key)


def _fill(scene):
    pile = scene.root / "pile"
    for code in CLIENTS:
        scene.ok("client", "add", code, "--name", f"客户{code}")
    for paper, (client, name) in PAPERS.items():
        path = pile / client / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = f"{CANARY} {paper} {name}\n".encode() * 40
        path.write_bytes(tax_bureau_xml() if name.endswith("xml") else content)
        done = scene.ok("ingest", path, "--client", client)
        scene.ids[paper] = done["ingested"][0]["id"]


def _live(scene):
    scene.target.mkdir()
    scene.ok("backup", "run", scene.target)
    shutil.copytree(scene.target, scene.root / "old-backup")
    ids, why = scene.ids, ("--reason", "因甲乙丙丁案")
    scene.ok("edit", ids["a"], "--title", "改过", *why)
    scene.ok("edit", ids["journal"], "--level", "sensitive", *why)
    scene.ok("client", "edit", "C001", "--name", "清河茶叶", *why)
    scene.ok("hold", "add", "--client", "C004", "--period", "2013", *why)
    scene.ok("hold", "add", "--client", "C002", "--period", "2026", *why)
    override = scene.root / "own.yaml"
    override.write_text(OVERRIDE)
    scene.ok("policy", "adopt", "--client", "C002", override)
    scene.ok("archive", "--client", "C004", "--period", "2025")
    scene.ok(
        "share", ids["a"], "--to", "李会计", "--purpose", "壬字年度审计", "-o", "s.age"
    )
    scene.ok("wall", "raise", "lin", "--client", "C003")
    scene.ok("revoke", "zhou", "--client", "C002")
    scene.ok("user", "disable", "he", *why)
    _dispose(scene)
    scene.ok("backup", "run", scene.target)


def _dispose(scene):
    """Destroy C003's statement, refuse C002's, leave C001's waiting for its answer."""
    for one in scene.ok("purge", "--expired")["proposed"]:
        client = scene.ok("disposal", "show", one["id"])["disposal"]["client"]
        if client == "C003":
            scene.ok("disposal", "approve", one["id"])
        elif client == "C002":
            scene.ok("disposal", "reject", one["id"], "--reason", "还要用")
    assert scene.ok("purge", "--expired")["destroyed"] == 1


@contextlib.contextmanager
def _captured(out, err):
    with contextlib.ExitStack() as stack:
        for redirect, sink in (
            (contextlib.redirect_stdout, out),
            (contextlib.redirect_stderr, err),
        ):
            file = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
            stack.callback(_drain, file, sink)
            stack.enter_context(redirect(file))
        yield


def _drain(file, sink):
    file.flush()
    file.seek(0)
    sink.write(file.buffer.read())


def _text(sink):
    return sink.getvalue().decode("utf-8", "replace")


def snapshot(scene, kept: Path):
    """Keep the scene aside, so that `reset` can put it back at the same place."""
    for name in PARTS:
        shutil.copytree(scene.root / name, kept / name)


def reset(scene, kept: Path):
    """Put the scene back as it was built."""
    for name in PARTS:
        shutil.rmtree(scene.root / name)
        shutil.copytree(kept / name, scene.root / name)
    shutil.rmtree(scene.root / "out", ignore_errors=True)
