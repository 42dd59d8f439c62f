import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from ledgervault.errors import (
    Conflict,
    IntegrityViolated,
    LedgerVaultError,
    StorageUnavailable,
)
from ledgervault.ports import rows
from ledgervault.storage import durable
from ledgervault.storage.catalogue.engine import Link
from ledgervault.storage.catalogue.migrations import upgrading
from ledgervault.storage.catalogue.opening import create_catalogue, open_catalogue
from ledgervault.storage.catalogue.sql_errors import sql_error, sql_errors


def test_settings_are_in_force(filled_path):
    link = Link(filled_path)
    expected = {
        "secure_delete": "1",
        "foreign_keys": "1",
        "trusted_schema": "0",
        "cell_size_check": "1",
        "temp_store": "2",
    }
    assert {name: link.pragma(name) for name in expected} == expected
    assert link.pragma("synchronous") in {"2", "3"}
    link.close()


def test_journal_of_the_rule_is_really_used(filled_path):
    opened = open_catalogue(filled_path)
    health = opened.health()
    opened.close()
    if health["journal_mode"] == "delete":
        assert health["synchronous"] == "EXTRA"
    else:
        assert (health["journal_mode"], health["synchronous"]) == ("wal", "FULL")


def test_catalogue_file_is_private_and_leaves_no_journal(filled_path):
    assert filled_path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in filled_path.parent.iterdir()] == [filled_path.name]


def test_existing_file_is_not_created_over(filled_path):
    before = filled_path.read_bytes()
    with pytest.raises(Conflict) as caught:
        create_catalogue(filled_path)
    assert caught.value.code == "catalogue.exists"
    assert filled_path.read_bytes() == before


def test_second_writer_is_locked_out_and_reads_go_on(filled_path):
    first = open_catalogue(filled_path)
    second = open_catalogue(filled_path, 0.0)
    with first.transaction() as tx:
        tx.put_fact("name", b"value")
        assert second.fact("name") is None
        with pytest.raises(Conflict) as caught, second.transaction():
            pass
    assert caught.value.code == "catalogue.locked"
    assert second.fact("name") == b"value"
    first.close()
    second.close()


def test_deleted_rows_leave_no_bytes_in_the_file(filled_path):
    opened = open_catalogue(filled_path)
    canary = b"canary-7K3M9Q2A-" * 8
    with opened.transaction() as tx:
        tx.put_fact("name", canary)
    assert canary in filled_path.read_bytes()
    with opened.transaction() as tx:
        tx.put_fact("name", b"")
    opened.close()
    assert b"canary" not in filled_path.read_bytes()


def test_values_never_reach_an_error(filled_path):
    opened = open_catalogue(filled_path)
    secret = rows.ClientRow(b"c" * 16, b"f" * 8, "x", False, b"canary-bytes", 1)
    with pytest.raises(Conflict) as caught, opened.transaction() as tx:
        tx.add_client(secret)
    opened.close()
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__cause__!r}"
    assert "canary" not in told
    assert "clients.id" in told


def test_full_disk_is_told_and_the_act_is_undone(filled_path):
    opened = open_catalogue(filled_path)
    pages = opened._link.pragma("page_count")
    opened._link.pragma(f"max_page_count={pages}")
    with pytest.raises(StorageUnavailable) as caught, opened.transaction() as tx:
        tx.put_fact("name", bytes(1 << 20))
    assert caught.value.code == "storage.full"
    assert opened.fact("name") is None
    with opened.transaction() as tx:
        tx.put_fact("name", b"small")
    opened.close()


def test_read_only_catalogue_is_told(filled_path):
    opened = open_catalogue(filled_path)
    opened._link.pragma("query_only=ON")
    with pytest.raises(StorageUnavailable) as caught, opened.transaction() as tx:
        tx.put_fact("name", b"")
    assert caught.value.code == "storage.read-only"
    opened.close()


def test_path_with_strange_characters_is_opened(tmp_path):
    path = tmp_path / "资料 %41?#&\udcff.sqlite"
    create_catalogue(path).close()
    opened = open_catalogue(path)
    assert opened.log_size() == 0
    opened.close()
    assert path.exists()


@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        (sqlite3.SQLITE_BUSY, Conflict, "catalogue.locked"),
        (sqlite3.SQLITE_LOCKED, Conflict, "catalogue.locked"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Conflict, "catalogue.conflict"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StorageUnavailable, "storage.read-only"),
        (sqlite3.SQLITE_FULL, StorageUnavailable, "storage.full"),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageUnavailable, "storage.io"),
        (sqlite3.SQLITE_CANTOPEN, StorageUnavailable, "storage.not-permitted"),
        (sqlite3.SQLITE_CORRUPT_INDEX, IntegrityViolated, "catalogue.damaged"),
        (sqlite3.SQLITE_NOTADB, IntegrityViolated, "catalogue.damaged"),
        (sqlite3.SQLITE_ERROR, IntegrityViolated, "catalogue.damaged"),
    ],
)
def test_driver_errors_are_translated(code, kind, name):
    error = sqlite3.OperationalError("what SQLite said")
    error.sqlite_errorcode = code
    translated = sql_error(error)
    assert isinstance(translated, kind)
    assert translated.code == name
    with pytest.raises(kind), sql_errors():
        raise error


def test_wrong_use_of_the_driver_stays_a_bug():
    bug = sqlite3.ProgrammingError("a bug")
    for error, kind in (
        (bug, sqlite3.ProgrammingError),
        (DBAPIError("x", None, bug), DBAPIError),
    ):
        with pytest.raises(kind) as caught, sql_errors():
            raise error
        assert not isinstance(caught.value, LedgerVaultError)


def test_link_to_nothing_is_refused():
    with pytest.raises(StorageUnavailable):
        Link(Path("/nowhere/at/all"))


def test_large_batch_is_one_commit(filled_path):
    opened = open_catalogue(filled_path)
    with opened.transaction() as tx:
        tx.add_nodes((1, index, b"h" * 32) for index in range(20_000))
    opened.close()
    with closing(sqlite3.connect(filled_path)) as reader:
        assert reader.execute("SELECT count(*) FROM nodes").fetchone() == (20_001,)


def test_failed_copy_leaves_no_file(filled_path, tmp_path, monkeypatch):
    opened = open_catalogue(filled_path)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable, "sync_file", full)
    with pytest.raises(OSError, match="No space"):
        opened.copy_to(str(tmp_path / "copy"))
    opened.close()
    assert not (tmp_path / "copy").exists()


def test_failed_migration_at_creation_is_told(path, monkeypatch):
    def failing(_):
        raise sqlite3.OperationalError("half way")

    monkeypatch.setattr(upgrading, "upgrade", failing)
    with pytest.raises(sqlite3.OperationalError):
        create_catalogue(path)
