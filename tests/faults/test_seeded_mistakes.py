"""Seeded mistakes: each is put into the product and must turn a check red.

A check is a function that raises when a promise is broken. It is first run on
the product as it is, where it must hold, then with the mistake in place.
"""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import PILE

from ledgervault.errors import LedgerVaultError
from tools.joining import join

SKIPPED = "skipped"  # what a mistake returns instead of syncing


class Broken(AssertionError):
    """A promise does not hold."""


def require(holds, what):
    if not holds:
        raise Broken(what)


class Recorder:
    """Records what is synced, named, and committed, in order."""

    def __init__(self, monkeypatch):
        self.events = []
        self._names = {}
        for name in ("open", "fsync", "rename", "replace"):
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))
        from sqlalchemy import Connection

        execute = Connection.exec_driver_sql

        def exec_driver_sql(connection, statement, *rest, **more):
            if statement.upper().startswith("COMMIT"):
                self.events.append(("commit", "", ""))
            return execute(connection, statement, *rest, **more)

        monkeypatch.setattr(Connection, "exec_driver_sql", exec_driver_sql)

    def _wrap(self, name, real):
        def call(*args, **kwargs):
            result = real(*args, **kwargs)
            if result == SKIPPED:
                return None
            if name == "open":
                self._names[result] = (
                    os.fsdecode(args[0]) if not isinstance(args[0], int) else ""
                )
            elif name == "fsync":
                self.events.append(("fsync", self._names.get(args[0], "?"), ""))
            else:
                self.events.append(
                    ("rename", os.fsdecode(args[0]), os.fsdecode(args[1]))
                )
            return result

        return call

    def index(self, kind, suffix, start=0):
        for at in range(start, len(self.events)):
            if self.events[at][0] == kind and self.events[at][1].endswith(suffix):
                return at
        return -1


def check_pack_order(scene, monkeypatch, capfd):
    recorder = Recorder(monkeypatch)
    require(scene.ingest() == 0, "ingest")
    renames = [
        at
        for at, one in enumerate(recorder.events)
        if one[0] == "rename" and one[2].endswith(".pack")
    ]
    require(renames, "a pack is named")
    commits = [at for at, one in enumerate(recorder.events) if one[0] == "commit"]
    for at in renames:
        _kind, part, pack = recorder.events[at]
        require(
            recorder.index("fsync", part) in range(at),
            "the pack is synced before it is named",
        )
        folder = recorder.index("fsync", str(Path(pack).parent), at)
        require(folder > at, "its directory is synced after")
        require(
            any(folder < commit for commit in commits), "and both before the commit"
        )
        require(
            not any(at < commit < folder for commit in commits), "no commit between"
        )


def check_ring_order(scene, monkeypatch, capfd):
    recorder = Recorder(monkeypatch)
    require(scene.ingest() == 0, "ingest")
    head = next(
        at
        for at, one in enumerate(recorder.events)
        if one[0] == "rename" and one[2].endswith("HEAD")
    )
    pages = [
        at
        for at, one in enumerate(recorder.events)
        if one[0] == "rename" and one[2].endswith(".page")
    ]
    require(pages, "a page is written")
    for at in pages:
        part = recorder.events[at][1]
        require(
            recorder.index("fsync", part) in range(at),
            "a page is synced before it is named",
        )
    require(max(pages) < head, "pages come before HEAD")


def check_journal(scene, monkeypatch, capfd):
    health = {one["finding"] for one in scene.json_any(capfd, "doctor")["checks"]}
    durable = (
        {"synchronous: EXTRA"}
        if "journal_mode: delete" in health
        else {"synchronous: FULL"}
    )
    require(durable <= health, "an acknowledged commit survives a power cut")
    require("secure_delete: on" in health, "deleted rows are overwritten")


def check_blob_before_row(scene, monkeypatch, capfd):
    from ledgervault.storage.packs import FilePackWriter

    def fail(_self):
        raise LedgerVaultError("the disk is full")

    monkeypatch.setattr(FilePackWriter, "close", fail)
    scene.ingest()
    monkeypatch.undo_last()
    require(
        scene.rows("select count(*) from versions") == [(0,)], "no row without its blob"
    )


def check_hold(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    require(scene.run("hold", "add", "--client", "C001", "--reason", "x") == 0, "hold")
    report = scene.json_any(capfd, "purge", "--expired")
    require(report["proposed"] == [], "what is held is not proposed")


def check_service_hold(scene, monkeypatch, capfd):
    cron = join(scene.root, "cron", "service").flags
    require(scene.ingest() == 0, "ingest")
    require(scene.run("hold", "add", "--client", "C001", "--reason", "x") == 0, "hold")
    report = scene.json_any(capfd, "purge", "--expired", *cron)
    require(report["refused"], "what is held was looked at")
    require(report["proposed"] == [], "a service proposes nothing that is held")


def check_service_matter(scene, monkeypatch, capfd):
    cron = join(scene.root, "cron", "service").flags
    require(scene.ingest() == 0, "ingest")
    opened = scene.run("client", "event", "C001", "unsettled_debt", "open")
    require(opened == 0, "a matter is opened")
    report = scene.json_any(capfd, "purge", "--expired", *cron)
    require(report["refused"], "what waits was looked at")
    require(report["proposed"] == [], "a service proposes nothing that waits")


def check_whole_folder(scene, monkeypatch, capfd):
    cron = join(scene.root, "cron", "service").flags
    require(scene.ingest() == 0, "ingest")
    statements = "(select id from documents where due < '2026-01-01')"
    one = f"(select max(id) from documents where id in {statements})"
    scene.rows(f"delete from versions where document_id = {one}")
    scene.rows(f"delete from documents where id = {one}")
    report = scene.json_any(capfd, "purge", "--expired", *cron)
    require(report["proposed"] == [], "no folder goes whose papers are not all known")


def check_logged(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    acts = [one["act"] for one in scene.json_any(capfd, "log", "show")["entries"]]
    require(
        acts.count("document.ingested") == len(PILE), "every document has its event"
    )


def check_signed(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    require(scene.run("log", "verify") == 0, "the log is signed for to its end")


def destroyed(scene, capfd):
    require(scene.ingest() == 0, "ingest")
    shutil.copytree(scene.root / "vault", scene.root / "before")
    disposal = scene.json_any(capfd, "purge", "--expired")["proposed"][0]["id"]
    require(scene.run("disposal", "approve", disposal) == 0, "approve")
    return scene.run("purge", "--expired"), disposal


def check_anchor_destroyed(scene, monkeypatch, capfd):
    destroyed(scene, capfd)
    anchors = [path.name for path in (scene.root / "vault" / "anchor").iterdir()]
    require(anchors == ["00000002.key"], "the old anchor is gone")


def check_keys_destroyed(scene, monkeypatch, capfd):
    code, disposal = destroyed(scene, capfd)
    shown = scene.json_any(capfd, "disposal", "show", disposal)["disposal"]
    certificate = scene.json_any(capfd, "disposal", "certificate", disposal).get(
        "certificate", {}
    )
    drill = certificate.get("facts", {}).get("drill", {"refused": -1, "destroyed": 0})
    require(code == 0 and shown["state"] == "destroyed", "the purge ran")
    require(
        drill["refused"] == drill["destroyed"] == 2, "no destroyed key can be derived"
    )


def check_logged_before_flip(scene, monkeypatch, capfd):
    from ledgervault.crypto.heads import parse_head
    from ledgervault.storage.ring_files import FileRingStore

    acts = []
    write = FileRingStore.write_head

    def write_head(store, record):
        if parse_head(record).epoch > 1:
            acts.append([row[0] for row in scene.rows("select act from events")][-1])
        return write(store, record)

    monkeypatch.setattr(FileRingStore, "write_head", write_head)
    destroyed(scene, capfd)
    monkeypatch.undo_last()
    require(acts, "HEAD flips")
    require(
        set(acts) <= {"document.destroyed", "purge.executed"}, "logged before the flip"
    )


def check_order_rechecked(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    disposal = scene.json_any(capfd, "purge", "--expired")["proposed"][0]["id"]
    require(scene.run("disposal", "approve", disposal) == 0, "approve")
    (scene.root / "late").mkdir()
    (scene.root / "late" / "银行对账单_2013年09月.txt").write_bytes(b"late")
    require(
        scene.run("ingest", str(scene.root / "late"), "--client", "C001") == 0, "ingest"
    )
    scene.run("purge", "--expired")
    state = scene.json_any(capfd, "disposal", "show", disposal)["disposal"]["state"]
    require(state == "approved", "a changed folder goes back")


def check_edited_row(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    document = scene.json_any(capfd, "list")["documents"][0]["id"]
    scene.rows(
        "update documents set due='2001-01-01', series='cn.other.bank_statement'"
    )
    require(scene.run("show", document) == 9, "an edited row is noticed")


def check_swapped_blob(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    rows = scene.rows(
        "select pack, offset, length, blob_id, wrap, fixity, document_id from versions"
    )
    for one, other in zip(rows, rows[1:] + rows[:1], strict=True):
        scene.rows(
            "update versions set pack=?, offset=?, length=? where document_id=?",
            *other[:3],
            one[6],
        )
    codes = {
        scene.run("get", one["id"], "-o", "-")
        for one in scene.json_any(capfd, "list")["documents"]
    }
    require(codes == {9}, "another document's blob is refused")


def check_no_plaintext(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    wanted = PILE["银行对账单_2013年01月.txt"][:60]
    found = [
        path
        for path in (scene.root / "vault").rglob("*")
        if path.is_file() and wanted in path.read_bytes()
    ]
    require(not found, "no plaintext at rest")


def check_rollback(scene, monkeypatch, capfd):
    shutil.copy(scene.root / "vault" / "catalogue.sqlite", scene.root / "old")
    require(scene.ingest() == 0, "ingest")
    shutil.copy(scene.root / "old", scene.root / "vault" / "catalogue.sqlite")
    require(scene.run("list") == 9, "a rolled-back catalogue is noticed")


def check_texts_end(scene, monkeypatch, capfd):
    destroyed(scene, capfd)
    left = scene.rows(
        "select count(*) from texts where document_id not in "
        "(select id from documents where state = 'active')"
    )
    require(left == [(0,)], "no text outlives its paper")


def check_texts_apart(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    shared = scene.rows(
        "select count(*) from texts join documents d on d.id = document_id "
        "join documents o on o.folder_id = d.folder_id and o.leaf = texts.leaf"
    )
    require(scene.rows("select count(*) from texts") != [(0,)], "texts are kept")
    require(shared == [(0,)], "a text has a leaf of its own")


def check_no_silent_shortening(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    before = scene.rows("select id, due from documents order by id")
    code = scene.run("client", "edit", "C001", "--fiscal-year-end", "06-30")
    require(code == 4, "a shorter date is refused")
    require(
        scene.rows("select id, due from documents order by id") == before,
        "and no date has moved",
    )


def check_client_put_back(scene, monkeypatch, capfd):
    require(scene.ingest() == 0, "ingest")
    old = scene.rows("select sealed, row_version, id from clients where not is_agency")
    code = scene.run("client", "event", "C001", "open_matter", "open")
    require(code == 0, "a matter opens")
    scene.rows("update clients set sealed = ?, row_version = ? where id = ?", *old[0])
    report = scene.json_any(capfd, "purge", "--expired")
    require(report["proposed"] == [], "the older record lets nothing go")


def skip_pack_fsync(patch):
    real = os.fsync
    patch(
        os,
        "fsync",
        lambda fd: (
            SKIPPED
            if os.readlink(f"/proc/self/fd/{fd}").endswith(".part")
            else real(fd)
        ),
    )


def skip_directory_fsync(patch):
    from ledgervault.storage import durable, packs

    patch(durable, "sync_directory", lambda _path: None)
    if hasattr(packs, "sync_directory"):
        patch(packs, "sync_directory", lambda _path: None)


def skip_page_fsync(patch):
    real = os.fsync
    patch(
        os,
        "fsync",
        lambda fd: (
            SKIPPED if "ring" in os.readlink(f"/proc/self/fd/{fd}") else real(fd)
        ),
    )


def weak_journal(patch):
    from ledgervault.storage.catalogue import engine
    from ledgervault.storage.catalogue.journal_mode import JournalRule

    patch(
        engine,
        "choose_journal",
        lambda _version: JournalRule("delete", "FULL", "wrong"),
    )


def forget_secure_delete(patch):
    from ledgervault.storage.catalogue import engine

    kept = tuple(one for one in engine._SETTINGS if "secure_delete" not in one)
    patch(engine, "_SETTINGS", (*kept, "secure_delete=OFF"))


def acknowledge_before_durable(patch):
    from ledgervault.services.ingest import sealing

    real = sealing.Sealery._file

    def eager(self, horizon, writer, sealed):
        real(self, horizon, writer, sealed)
        self._pending[horizon] = []
        return [sealed]

    patch(sealing.Sealery, "_file", eager)
    patch(
        sealing.Sealery, "_close", lambda self, horizon: self._pending.pop(horizon, [])
    )


def ignore_holds(patch):
    from ledgervault.vault.evidence import Evidence

    patch(Evidence, "holds_covering", lambda *_arguments: [])


def ignore_stated_holds(patch):
    from ledgervault.vault import stated

    patch(stated, "_held_by", lambda *_arguments: [])


def ignore_stated_matters(patch):
    from ledgervault.vault import overriding

    patch(overriding, "has_open_matter", lambda _client: False)


def believe_folders(patch):
    from ledgervault.vault.evidence import Evidence

    patch(Evidence, "verify_whole", lambda *_arguments: None)


def skip_events(patch):
    from ledgervault.vault.opened import Act

    real = Act.log

    def log(self, act, **more):
        return (
            self.next_sequence
            if act == "document.ingested"
            else real(self, act, **more)
        )

    patch(Act, "log", log)


def skip_checkpoint(patch):
    from ledgervault.storage.catalogue.writes import Writes

    real = Writes.put_checkpoint
    calls = []

    def put_checkpoint(self, size, note):
        calls.append(size)
        return None if len(calls) == 1 else real(self, size, note)

    patch(Writes, "put_checkpoint", put_checkpoint)


def keep_anchor(patch):
    from ledgervault.storage.anchors import FileAnchorStore

    patch(FileAnchorStore, "destroy", lambda _self, _epoch: "kept")


def keep_seeds(patch):
    from ledgervault.vault import ring

    patch(ring, "_without", lambda page, _erase: dict(page))
    patch(ring.Ring, "_verify_prepared", lambda *_arguments: None)


def flip_before_logging(patch):
    from ledgervault.vault import ring

    prepare = ring.Ring.prepare

    def prepare_and_flip(self, *arguments, **more):
        record = prepare(self, *arguments, **more)
        self.store.write_head(record)
        return record

    patch(ring.Ring, "prepare", prepare_and_flip)


def skip_recheck(patch):
    from ledgervault.services import purging

    patch(purging, "verify_unchanged", lambda *_arguments: None)


def trust_rows(patch):
    from ledgervault.services import showing

    patch(showing, "verify_document_row", lambda *_arguments: None)


def trust_blobs(patch):
    from ledgervault.crypto import blobs
    from ledgervault.vault import contents

    real = blobs.open_blob

    def careless(chunks, dek, binding):
        try:
            yield from real(chunks, dek, binding)
        except LedgerVaultError:
            yield b"whatever"

    patch(contents, "open_blob", careless)
    patch(contents.hmac, "compare_digest", lambda _one, _other: True)


def write_plaintext(patch):
    from ledgervault.services.ingest import sealing

    real = sealing.Sealery._seal_small

    def careless(self, waiting, source):
        with self.packs._directory.joinpath("scratch").open("ab") as scratch:
            scratch.write(Path(os.fsdecode(waiting.found.path)).read_bytes())
        return real(self, waiting, source)

    patch(sealing.Sealery, "_seal_small", careless)


def forget_pins(patch):
    from ledgervault.vault.journal import Journal

    patch(Journal, "_verify_pin", lambda *_arguments: None)


def keep_texts(patch):
    from ledgervault.storage.catalogue.writes import Writes

    patch(Writes, "remove_texts", lambda *_arguments: None)


def share_a_leaf(patch):
    from ledgervault.services.ingest import recording

    patch(recording, "_text_leaf", lambda row: row.leaf)


def shorten_at_will(patch):
    from ledgervault.services import restating

    patch(restating, "_verify_not_shortened", lambda *_arguments: None)


def believe_clients(patch):
    from ledgervault.vault.evidence import Evidence

    patch(Evidence, "verified_client", lambda _self, row: row)


MISTAKES = {
    "the pack is not synced": (skip_pack_fsync, check_pack_order),
    "the directory is not synced after a rename": (
        skip_directory_fsync,
        check_pack_order,
    ),
    "ring pages are not synced": (skip_page_fsync, check_ring_order),
    "DELETE journal with FULL": (weak_journal, check_journal),
    "secure_delete is forgotten": (forget_secure_delete, check_journal),
    "rows come before the pack is durable": (
        acknowledge_before_durable,
        check_blob_before_row,
    ),
    "holds are ignored": (ignore_holds, check_hold),
    "a service ignores holds": (ignore_stated_holds, check_service_hold),
    "open matters are not stated": (ignore_stated_matters, check_service_matter),
    "rows of a folder are believed": (believe_folders, check_whole_folder),
    "ingest is not logged": (skip_events, check_logged),
    "a checkpoint is not written": (skip_checkpoint, check_signed),
    "the old anchor is kept": (keep_anchor, check_anchor_destroyed),
    "seeds stay in the ring": (keep_seeds, check_keys_destroyed),
    "HEAD flips before the log knows": (flip_before_logging, check_logged_before_flip),
    "orders are not checked again": (skip_recheck, check_order_rechecked),
    "rows are believed": (trust_rows, check_edited_row),
    "blobs are believed": (trust_blobs, check_swapped_blob),
    "plaintext is written": (write_plaintext, check_no_plaintext),
    "pins are forgotten": (forget_pins, check_rollback),
    "texts outlive their papers": (keep_texts, check_texts_end),
    "text and paper share a leaf": (share_a_leaf, check_texts_apart),
    "dates get shorter unasked": (shorten_at_will, check_no_silent_shortening),
    "older client records are believed": (believe_clients, check_client_put_back),
}


class Patching:
    """The monkeypatch of a check, which can take back its last change."""

    def __init__(self, monkeypatch):
        self._inner = monkeypatch
        self._undo = []

    def setattr(self, place, name, value):
        self._undo.append((place, name, getattr(place, name)))
        self._inner.setattr(place, name, value)

    def undo_last(self):
        self._inner.setattr(*self._undo.pop())


@pytest.fixture
def watched(scene, monkeypatch):
    import json

    from ledgervault.__main__ import main

    def json_any(capfd, *argv):
        capfd.readouterr()
        main(["--json", *argv])
        out, _err = capfd.readouterr()
        return json.loads(out) if out.strip() else {}

    def rows(statement, *values):
        connection = sqlite3.connect(scene.root / "vault" / "catalogue.sqlite")
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    object.__setattr__(scene, "json_any", json_any)
    object.__setattr__(scene, "rows", rows)
    return scene


def test_there_are_enough_mistakes():
    assert len(MISTAKES) >= 12


@pytest.mark.parametrize(
    "check",
    sorted({check for _m, check in MISTAKES.values()}, key=str),
    ids=lambda c: c.__name__,
)
def test_check_holds_for_the_product_as_it_is(check, watched, monkeypatch, capfd):
    check(watched, Patching(monkeypatch), capfd)


@pytest.mark.parametrize("name", MISTAKES)
def test_seeded_mistake_is_caught(name, watched, monkeypatch, capfd):
    seed, check = MISTAKES[name]
    seed(monkeypatch.setattr)
    with pytest.raises((Broken, LedgerVaultError, KeyError, IndexError)):
        check(watched, Patching(monkeypatch), capfd)
