"""The catalogue's tables, column by column in the order of the port's rows.

Foreign keys are checked at commit, so an act may write its rows in any order.
"""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table

from ledgervault.ids import FOLDER_ID_BYTES, ID_BYTES
from ledgervault.storage.catalogue.column_types import Day, Flag, Octets, Whole, Words

HASH_BYTES = 32

metadata = MetaData()


def _id(name: str = "id", *, size: int = ID_BYTES, key: bool = False) -> Column[Any]:
    return Column(name, Octets(size), primary_key=key, nullable=False)


def _ref(name: str, target: str, *, size: int = ID_BYTES) -> Column[Any]:
    foreign = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Column(name, Octets(size), foreign, nullable=False)


def _bytes(name: str, size: int | None = None) -> Column[Any]:
    return Column(name, Octets(size), nullable=False)


def _text(name: str, *, unique: bool | None = None) -> Column[Any]:
    return Column(name, Words(), nullable=False, unique=unique)


def _number(name: str, *, unique: bool | None = None) -> Column[Any]:
    return Column(name, Whole(), nullable=False, unique=unique)


def _day(name: str) -> Column[Any]:
    return Column(name, Day(), nullable=True)


def _key(name: str, kind: Whole | Words | Octets) -> Column[Any]:
    return Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _table(name: str, *parts: Column[Any] | Index, with_rowid: bool = True) -> Table:
    return Table(
        name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=with_rowid
    )


facts = _table("facts", _key("name", Words()), _bytes("value"))

users = _table(
    "users",
    _id(key=True),
    _bytes("public"),
    _text("role"),
    _text("state"),
    _id("admitted_by"),
    _bytes("admission"),
    _bytes("sealed"),
    _number("row_version"),
)

teams = _table("teams", _id(key=True), _bytes("sealed"), _number("row_version"))

clients = _table(
    "clients",
    _id(key=True),
    _id("own_folder", size=FOLDER_ID_BYTES),
    _text("state"),
    Column("is_agency", Flag(), nullable=False),
    _bytes("sealed"),
    _number("row_version"),
)

compartments = _table(
    "compartments",
    _id(key=True),
    _ref("client_id", "clients.id"),
    _text("level"),
    _number("doc_epoch"),
    _number("meta_epoch"),
    Index("compartments_by_client", "client_id"),
)

grants = _table(
    "grants",
    _key("compartment_id", Octets(ID_BYTES)),
    _key("kind", Whole()),
    _key("epoch", Whole()),
    _key("recipient", Octets(ID_BYTES)),
    _id("granter"),
    _bytes("record"),
    Index("grants_by_recipient", "recipient"),
)

folders = _table(
    "folders",
    _id(key=True, size=FOLDER_ID_BYTES),
    _text("code", unique=True),
    _ref("client_id", "clients.id"),
    _text("series"),
    Column("token", Octets(), nullable=False, unique=True),
    _text("state"),
    _day("due"),
    _number("next_leaf"),
    _bytes("sealed"),
    _number("row_version"),
    Index("folders_by_client", "client_id"),
    Index("folders_by_due", "due"),
)

documents = _table(
    "documents",
    _id(key=True),
    _text("code", unique=True),
    _number("ordinal", unique=True),
    _ref("client_id", "clients.id"),
    _ref("folder_id", "folders.id", size=FOLDER_ID_BYTES),
    _number("leaf"),
    _id("compartment_id"),
    _text("series"),
    _text("state"),
    _day("due"),
    _number("size"),
    _bytes("sealed"),
    _number("row_version"),
    Index("documents_by_client", "client_id", "ordinal"),
    Index("documents_by_folder", "folder_id", "ordinal"),
)

versions = _table(
    "versions",
    Column(
        "document_id",
        Octets(ID_BYTES),
        ForeignKey("documents.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        nullable=False,
    ),
    _key("version", Whole()),
    _id("blob_id"),
    _text("pack"),
    _number("offset"),
    _number("length"),
    _bytes("cipher_sha256", HASH_BYTES),
    _bytes("wrap"),
    _bytes("fixity"),
    _bytes("dedup"),
    Index("versions_by_dedup", "dedup", "document_id"),
    Index("versions_by_pack", "pack", "offset"),
)

invoices = _table(
    "invoices",
    Column(
        "document_id",
        Octets(ID_BYTES),
        ForeignKey("documents.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        nullable=False,
    ),
    _bytes("token", HASH_BYTES),
    Index("invoices_by_token", "token", "document_id"),
)

texts = _table(
    "texts",
    Column(
        "document_id",
        Octets(ID_BYTES),
        ForeignKey("documents.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        nullable=False,
    ),
    _number("leaf"),
    _bytes("sealed"),
    _number("row_version"),
)

holds = _table(
    "holds",
    _id(key=True),
    _text("code", unique=True),
    _id("client_id"),
    Column("is_active", Flag(), nullable=False),
    _bytes("sealed"),
    _number("row_version"),
)

disposals = _table(
    "disposals",
    _id(key=True),
    _text("code", unique=True),
    _id("client_id"),
    _id("folder_id", size=FOLDER_ID_BYTES),
    _text("state"),
    _bytes("order"),
    _bytes("sealed"),
    _number("row_version"),
)

approvals = _table(
    "approvals",
    Column(
        "disposal_id",
        Octets(ID_BYTES),
        ForeignKey("disposals.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        nullable=False,
    ),
    _key("user_id", Octets(ID_BYTES)),
    _text("role"),
    _text("answer"),
    _text("at"),
    _bytes("signature"),
)

requests = _table(
    "requests",
    _id(key=True),
    _text("code", unique=True),
    _id("client_id"),
    _text("act"),
    _text("state"),
    _number("sequence"),
    _bytes("body"),
    _bytes("signature"),
    _bytes("sealed"),
    _number("row_version"),
    Index("requests_by_state", "state", "sequence"),
)

answers = _table(
    "answers",
    Column(
        "request_id",
        Octets(ID_BYTES),
        ForeignKey("requests.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        nullable=False,
    ),
    _key("user_id", Octets(ID_BYTES)),
    _text("answer"),
    _text("at"),
    _bytes("signature"),
)

shares = _table(
    "shares",
    _id(key=True),
    _text("code", unique=True),
    _id("client_id"),
    _day("expires_on"),
    _bytes("sealed"),
    _number("row_version"),
)

policies = _table(
    "policies",
    _key("hash", Words()),
    _bytes("canonical"),
    _number("adopted_at_sequence"),
)

mirrors = _table(
    "mirrors",
    _key("id", Octets()),
    _number("epoch"),
    _bytes("sealed"),
    _number("row_version"),
)

events = _table("events", _key("sequence", Whole()), _text("act"), _bytes("entry"))

event_objects = _table(
    "event_objects",
    _key("object", Words()),
    _key("sequence", Whole()),
    with_rowid=False,
)

nodes = _table(
    "nodes",
    _key("level", Whole()),
    _key("idx", Whole()),
    _bytes("hash", HASH_BYTES),
    with_rowid=False,
)

checkpoints = _table("checkpoints", _key("size", Whole()), _text("note"))
