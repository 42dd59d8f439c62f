import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledgervault.errors import IntegrityViolated, LedgerVaultError, NotFound
from ledgervault.storage.catalogue.opening import open_catalogue

LOOSE = (
    "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') "
    "WHERE name = '{table}' AND sql NOT LIKE '%WITHOUT ROWID%'"
)
EDITS = [
    ("clients", "own_folder = x'00'", lambda c: c.clients()),
    ("clients", "is_agency = 7", lambda c: c.clients()),
    ("clients", "row_version = -1", lambda c: c.client(b"c" * 16)),
    ("clients", "state = x'ff'", lambda c: c.clients()),
    ("clients", "sealed = 'text'", lambda c: c.clients()),
    ("clients", "row_version = 'many'", lambda c: c.clients()),
    ("folders", "due = '2026-02-30'", lambda c: c.folders(None)),
    ("folders", "due = '20260228'", lambda c: c.folders(None)),
    ("folders", "due = 20260228", lambda c: c.folders(None)),
    ("folders", "due = 'yesterday!'", lambda c: c.folders(None)),
    ("documents", "code = CAST(x'ff' AS TEXT)", lambda c: c.document(b"d" * 16)),
    ("documents", "size = 1.5", lambda c: c.document(b"d" * 16)),
    ("versions", "cipher_sha256 = x'00'", lambda c: list(c.all_versions())),
    ("versions", "dedup = 'text'", lambda c: c.dedup_tokens()),
    ("versions", "length = 'text'", lambda c: c.versions(b"d" * 16)),
    ("nodes", "hash = x'00'", lambda c: c.node(0, 0)),
    ("events", "entry = 5", lambda c: c.entry(0)),
    ("checkpoints", "note = x'00'", lambda c: c.last_checkpoint()),
    ("facts", "value = 'text'", lambda c: c.fact("agency")),
]


@pytest.mark.parametrize(("table", "change", "read"), EDITS)
def test_edited_value_is_damage_and_not_a_crash(filled_path, edit, table, change, read):
    edit(LOOSE.format(table=table), "PRAGMA schema_version = 4711")
    edit(f"UPDATE {table} SET {change}")
    opened = open_catalogue(filled_path)
    with pytest.raises(IntegrityViolated) as caught:
        read(opened)
    opened.close()
    assert caught.value.code == "catalogue.damaged"


def test_strict_tables_refuse_the_wrong_type_at_the_door(edit):
    with pytest.raises(sqlite3.IntegrityError):
        edit("UPDATE clients SET sealed = 'text'")


def test_entry_missing_inside_the_log_is_damage(filled_path, edit):
    edit("INSERT INTO events VALUES (2, 'act', x'00')")
    opened = open_catalogue(filled_path)
    assert opened.log_size() == 3
    for read in (lambda: opened.entry(1), lambda: list(opened.entries(0, 3))):
        with pytest.raises(IntegrityViolated) as caught:
            read()
        assert caught.value.code == "log.missing"
    opened.close()


def test_missing_catalogue_is_not_found_and_not_created(path):
    with pytest.raises(NotFound) as caught:
        open_catalogue(path)
    assert caught.value.code == "catalogue.missing"
    assert not path.exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"SQLite format 3\0", b"SQLite format 3\0" * 99]
)
def test_file_that_is_no_catalogue_is_damage(path, content):
    path.write_bytes(content)
    with pytest.raises(IntegrityViolated) as caught:
        open_catalogue(path)
    assert caught.value.code == "catalogue.damaged"


def test_database_of_another_program_is_damage(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(IntegrityViolated):
        open_catalogue(path)


@pytest.mark.parametrize("value", ["NULL", "x'00'", "5"])
def test_strange_revision_is_damage_or_newer(filled_path, edit, value):
    edit(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num)",
        f"INSERT INTO alembic_version VALUES ({value})",
    )
    with pytest.raises(IntegrityViolated):
        open_catalogue(filled_path)


@settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(place=0.0, bit=0)
@example(place=0.001, bit=3)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_flipped_bit_never_crashes(filled_path, tmp_path, reads, place, bit):
    copy = tmp_path / "flipped.sqlite"
    shutil.copy(filled_path, copy)
    raw = bytearray(copy.read_bytes())
    raw[int(place * len(raw))] ^= 1 << bit
    copy.write_bytes(raw)
    try:
        opened = open_catalogue(copy)
    except LedgerVaultError:
        return
    for read in reads:
        try:
            read(opened)
        except LedgerVaultError:
            continue
    opened.close()


def test_untouched_catalogue_reads_well(filled_path, reads):
    opened = open_catalogue(filled_path)
    for read in reads:
        read(opened)
    assert opened.health()["integrity"] == "ok"
    opened.close()
