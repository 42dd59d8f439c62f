import sqlite3
from contextlib import closing

import pytest

from ledgervault.ports import rows
from ledgervault.storage.catalogue.opening import create_catalogue


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def filled_path(path):
    client, folder, document = b"c" * 16, b"f" * 8, b"d" * 16
    created = create_catalogue(path)
    with created.transaction() as tx:
        tx.put_fact("agency", client)
        tx.add_client(rows.ClientRow(client, folder, "active", False, b"s", 1))
        tx.add_compartments([rows.CompartmentRow(b"k" * 16, client, "normal", 1, 1)])
        tx.add_folders(
            [rows.FolderRow(folder, "F-1", client, "s", b"t", "open", None, 1, b"x", 1)]
        )
        tx.add_documents(
            [
                rows.DocumentRow(
                    id=document,
                    code="D-1",
                    ordinal=1,
                    client_id=client,
                    folder_id=folder,
                    leaf=0,
                    compartment_id=b"k" * 16,
                    series="s",
                    state="active",
                    due=None,
                    size=4096,
                    sealed=b"sealed",
                    row_version=1,
                )
            ]
        )
        tx.add_versions(
            [
                rows.VersionRow(
                    document_id=document,
                    version=1,
                    blob_id=b"b" * 16,
                    pack="0" * 32,
                    offset=0,
                    length=10,
                    cipher_sha256=b"h" * 32,
                    wrap=b"w" * 140,
                    fixity=b"x" * 32,
                    dedup=b"y" * 32,
                )
            ]
        )
        tx.add_texts([rows.TextRow(document, 1, b"sealed", 1)])
        tx.append_events([rows.EventRow(0, "act", b"entry", ("object",))])
        tx.add_nodes([(0, 0, b"n" * 32)])
        tx.put_checkpoint(1, "note")
    created.close()
    return path


@pytest.fixture
def edit(filled_path):
    """Change the file as someone with an editor for SQLite would."""

    def run(*statements):
        with closing(sqlite3.connect(filled_path, isolation_level=None)) as editor:
            editor.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                editor.execute(statement)

    return run


READS = (
    lambda c: c.fact("agency"),
    lambda c: c.users(),
    lambda c: c.clients(),
    lambda c: c.client(b"c" * 16),
    lambda c: c.compartments(),
    lambda c: c.folders(None),
    lambda c: c.find_folders("F-1"),
    lambda c: c.document(b"d" * 16),
    lambda c: c.find_documents("D-1"),
    lambda c: c.documents(rows.DocumentFilter(), after=0, limit=9),
    lambda c: c.versions(b"d" * 16),
    lambda c: list(c.all_versions()),
    lambda c: c.find_text(b"d" * 16),
    lambda c: c.texts_of([b"d" * 16]),
    lambda c: c.text_counts(),
    lambda c: c.dedup_tokens(),
    lambda c: c.pack_uses(),
    lambda c: c.holds(),
    lambda c: c.policy(),
    lambda c: c.log_size(),
    lambda c: c.entry(0),
    lambda c: c.sequences_of("object"),
    lambda c: c.node(0, 0),
    lambda c: c.checkpoints(),
    lambda c: c.health(),
)


@pytest.fixture
def reads():
    return READS
