"""Adapters under test, and rows to put into them."""

import dataclasses
import hashlib
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from ledgervault.ports import rows
from ledgervault.storage.catalogue.opening import create_catalogue
from tools.soft_tokens import soft_token

__all__ = ["soft_token"]


def _digest(text, size=16):
    return hashlib.sha256(text.encode()).digest()[:size]


CLIENT = rows.ClientRow(_digest("client"), _digest("own", 8), "active", False, b"s", 1)
FOLDER = rows.FolderRow(
    id=_digest("folder", 8),
    code="F-7K3M9Q2A",
    client_id=CLIENT.id,
    series="vouchers",
    token=_digest("token", 32),
    state="open",
    due=date(2056, 12, 31),
    next_leaf=0,
    sealed=b"title",
    row_version=1,
)


def document(number, **changes):
    row = rows.DocumentRow(
        id=_digest(f"document {number}"),
        code=f"D-{number:08d}",
        ordinal=number,
        client_id=CLIENT.id,
        folder_id=FOLDER.id,
        leaf=number,
        compartment_id=_digest("compartment"),
        series="vouchers",
        state="active",
        due=None,
        size=4096,
        sealed=b"facts",
        row_version=1,
    )
    return dataclasses.replace(row, **changes)


def version(number, **changes):
    row = rows.VersionRow(
        document_id=_digest(f"document {number}"),
        version=1,
        blob_id=_digest(f"blob {number}"),
        pack="0" * 32,
        offset=number * 100,
        length=100,
        cipher_sha256=_digest("cipher", 32),
        wrap=b"w" * 140,
        fixity=_digest("fixity", 32),
        dedup=_digest(f"content {number}", 32),
    )
    return dataclasses.replace(row, **changes)


def text(number, **changes):
    row = rows.TextRow(_digest(f"document {number}"), 100 + number, b"words", 1)
    return dataclasses.replace(row, **changes)


def event(sequence, *objects):
    entry = f"entry {sequence}".encode()
    return rows.EventRow(sequence, "document.ingested", entry, objects)


@pytest.fixture
def make():
    return SimpleNamespace(
        digest=_digest,
        client=CLIENT,
        folder=FOLDER,
        document=document,
        version=version,
        text=text,
        event=event,
        now=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
    )


@pytest.fixture(params=["sqlite"])
def catalogue(request, tmp_path):
    assert request.param == "sqlite"
    opened = create_catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def filled(catalogue, make):
    with catalogue.transaction() as tx:
        tx.add_client(make.client)
        tx.add_folders([make.folder])
        tx.add_documents([make.document(number) for number in range(1, 6)])
        tx.add_versions([make.version(number) for number in range(1, 6)])
    return catalogue
