"""The first schema. Written out here so that later tables cannot change it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_STRICT = {"sqlite_strict": True}
_CLUSTERED = {**_STRICT, "sqlite_with_rowid": False}


def upgrade() -> None:
    """Create every table of the first release."""
    _people()
    _keys()
    _papers()
    _rules()
    _acts()
    _log()


def _people() -> None:
    op.create_table("facts", _text_key("name"), _bytes("value"), **_STRICT)
    op.create_table(
        "users",
        _bytes_key("id"),
        _bytes("public"),
        _text("role"),
        _text("state"),
        _bytes("admitted_by"),
        _bytes("admission"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )
    op.create_table(
        "clients",
        _bytes_key("id"),
        _bytes("own_folder"),
        _text("state"),
        _number("is_agency"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )


def _keys() -> None:
    op.create_table(
        "compartments",
        _bytes_key("id"),
        _ref("client_id", "clients.id"),
        _text("level"),
        _number("doc_epoch"),
        _number("meta_epoch"),
        **_STRICT,
    )
    op.create_index("compartments_by_client", "compartments", ["client_id"])
    op.create_table(
        "grants",
        _bytes_key("compartment_id"),
        _number_key("kind"),
        _number_key("epoch"),
        _bytes_key("recipient"),
        _bytes("granter"),
        _bytes("record"),
        **_STRICT,
    )
    op.create_index("grants_by_recipient", "grants", ["recipient"])


def _papers() -> None:
    op.create_table(
        "folders",
        _bytes_key("id"),
        _text("code", unique=True),
        _ref("client_id", "clients.id"),
        _text("series"),
        _bytes("token", unique=True),
        _text("state"),
        _day("due"),
        _number("next_leaf"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )
    op.create_index("folders_by_client", "folders", ["client_id"])
    op.create_index("folders_by_due", "folders", ["due"])
    op.create_table(
        "documents",
        _bytes_key("id"),
        _text("code", unique=True),
        _number("ordinal", unique=True),
        _ref("client_id", "clients.id"),
        _ref("folder_id", "folders.id"),
        _number("leaf"),
        _bytes("compartment_id"),
        _text("series"),
        _text("state"),
        _day("due"),
        _number("size"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )
    op.create_index("documents_by_client", "documents", ["client_id", "ordinal"])
    op.create_index("documents_by_folder", "documents", ["folder_id", "ordinal"])
    _versions()


def _versions() -> None:
    op.create_table(
        "versions",
        _ref("document_id", "documents.id", is_key=True),
        _number_key("version"),
        _bytes("blob_id"),
        _text("pack"),
        _number("offset"),
        _number("length"),
        _bytes("cipher_sha256"),
        _bytes("wrap"),
        _bytes("fixity"),
        _bytes("dedup"),
        **_STRICT,
    )
    op.create_index("versions_by_dedup", "versions", ["dedup", "document_id"])
    op.create_index("versions_by_pack", "versions", ["pack", "offset"])


def _rules() -> None:
    op.create_table(
        "policies",
        _text_key("hash"),
        _bytes("canonical"),
        _number("adopted_at_sequence"),
        **_STRICT,
    )
    op.create_table(
        "mirrors",
        _bytes_key("id"),
        _number("epoch"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )


def _acts() -> None:
    op.create_table(
        "holds",
        _bytes_key("id"),
        _text("code", unique=True),
        _bytes("client_id"),
        _number("is_active"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )
    op.create_table(
        "disposals",
        _bytes_key("id"),
        _text("code", unique=True),
        _bytes("client_id"),
        _bytes("folder_id"),
        _text("state"),
        _bytes("order"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )
    op.create_table(
        "approvals",
        _ref("disposal_id", "disposals.id", is_key=True),
        _bytes_key("user_id"),
        _text("role"),
        _text("answer"),
        _text("at"),
        _bytes("signature"),
        **_STRICT,
    )
    _shares()


def _shares() -> None:
    op.create_table(
        "shares",
        _bytes_key("id"),
        _text("code", unique=True),
        _bytes("client_id"),
        _day("expires_on"),
        _bytes("sealed"),
        _number("row_version"),
        **_STRICT,
    )


def _log() -> None:
    op.create_table(
        "events", _number_key("sequence"), _text("act"), _bytes("entry"), **_STRICT
    )
    op.create_table(
        "event_objects", _text_key("object"), _number_key("sequence"), **_CLUSTERED
    )
    op.create_table(
        "nodes", _number_key("level"), _number_key("idx"), _bytes("hash"), **_CLUSTERED
    )
    op.create_table("checkpoints", _number_key("size"), _text("note"), **_STRICT)


def _bytes(name: str, *, unique: bool | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False, unique=unique)


def _text(name: str, *, unique: bool | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, unique=unique)


def _number(name: str, *, unique: bool | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, unique=unique)


def _day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=True)


def _bytes_key(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, primary_key=True, nullable=False)


def _text_key(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=True, nullable=False)


def _number_key(name: str) -> sa.Column[Any]:
    return sa.Column(
        name, sa.Integer, primary_key=True, nullable=False, autoincrement=False
    )


def _ref(name: str, target: str, *, is_key: bool = False) -> sa.Column[Any]:
    foreign = sa.ForeignKey(target, deferrable=True, initially="DEFERRED")
    return sa.Column(name, sa.LargeBinary, foreign, primary_key=is_key, nullable=False)
