"""Texts: the words that were read of a document, sealed under a leaf of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table of texts; documents filed before have none."""
    document = sa.ForeignKey("documents.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "texts",
        sa.Column(
            "document_id", sa.LargeBinary, document, primary_key=True, nullable=False
        ),
        sa.Column("leaf", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
