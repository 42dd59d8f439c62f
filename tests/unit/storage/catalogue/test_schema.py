import dataclasses
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from ledgervault.errors import ConfigurationInvalid
from ledgervault.storage.catalogue import mappings, opening, tables
from ledgervault.storage.catalogue.migrations import upgrading
from ledgervault.storage.catalogue.migrations.upgrading import scripts
from ledgervault.storage.catalogue.opening import (
    REVISIONS,
    create_catalogue,
    open_catalogue,
)
from ledgervault.storage.catalogue.row_mapping import RowMapping

ALL = [value for value in vars(mappings).values() if isinstance(value, RowMapping)]


def _schema(path):
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'alembic%'"
        ).fetchall()
    connection.close()
    return {name: sql and " ".join(sql.split()) for name, sql in rows}


def test_migrations_build_the_tables_that_the_code_uses(tmp_path):
    create_catalogue(tmp_path / "migrated").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'declared'}")
    tables.metadata.create_all(engine)
    engine.dispose()
    migrated = _schema(tmp_path / "migrated")
    assert len(migrated) > 30
    assert migrated == _schema(tmp_path / "declared")


def test_known_revisions_are_the_history_that_ships():
    history = [script.revision for script in scripts().walk_revisions()]
    assert tuple(reversed(history)) == REVISIONS


@pytest.mark.parametrize("mapping", ALL, ids=lambda mapping: mapping.table.name)
def test_columns_are_the_fields_of_the_row_in_order(mapping):
    fields = [field.name for field in dataclasses.fields(mapping.row)]
    assert [column.name for column in mapping.table.columns] == fields


def test_every_table_is_strict(tmp_path):
    create_catalogue(tmp_path / "c").close()
    for name, sql in _schema(tmp_path / "c").items():
        if sql and sql.startswith("CREATE TABLE"):
            assert sql.endswith("STRICT"), name


SECOND_REVISION = """
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("CREATE TABLE novelty (id INTEGER PRIMARY KEY) STRICT")
"""


@pytest.fixture
def next_release(tmp_path, monkeypatch):
    history = tmp_path / "migrations"
    shutil.copytree(Path(upgrading.__file__).parent, history)
    (history / "versions" / "revision_0003.py").write_text(SECOND_REVISION)
    monkeypatch.setattr(upgrading, "_HERE", history)
    monkeypatch.setattr(opening, "REVISIONS", ("0001", "0002", "0003"))


def test_older_schema_is_brought_up_to_date_on_opening(tmp_path, request):
    path = tmp_path / "c"
    created = create_catalogue(path)
    with created.transaction() as tx:
        tx.put_fact("name", b"value")
    created.close()
    request.getfixturevalue("next_release")
    opened = open_catalogue(path)
    assert opened.health()["schema"] == "0003"
    assert opened.fact("name") == b"value"
    opened.close()
    assert "novelty" in _schema(path)


def test_failed_migration_leaves_the_older_schema(tmp_path, request, monkeypatch):
    path = tmp_path / "c"
    create_catalogue(path).close()
    before = _schema(path)
    broken = SECOND_REVISION + "    raise ValueError('half way')\n"
    monkeypatch.setattr(sys.modules[__name__], "SECOND_REVISION", broken)
    request.getfixturevalue("next_release")
    with pytest.raises(ValueError, match="half way"):
        open_catalogue(path)
    assert _schema(path) == before


@pytest.mark.usefixtures("next_release")
def test_schema_of_a_later_release_is_refused(tmp_path, monkeypatch):
    create_catalogue(tmp_path / "c").close()
    monkeypatch.setattr(opening, "REVISIONS", ("0001", "0002"))
    with pytest.raises(ConfigurationInvalid) as caught:
        open_catalogue(tmp_path / "c")
    assert caught.value.code == "vault.newer-schema"
    assert "0003" in caught.value.message


def test_opening_a_current_catalogue_loads_neither_alembic_nor_the_orm(tmp_path):
    create_catalogue(tmp_path / "c").close()
    program = (
        "import sys; from pathlib import Path;"
        "from ledgervault.storage.catalogue.opening import open_catalogue as o;"
        "c = o(Path(sys.argv[1])); c.clients(); c.close();"
        "print([m for m in ('alembic', 'sqlalchemy.orm', 'rich') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "c")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
