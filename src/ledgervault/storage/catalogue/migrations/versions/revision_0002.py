"""Tokens of invoices, so that twins and double bookings are seen within a client."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table; documents of before have no token."""
    document = sa.ForeignKey("documents.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "invoices",
        sa.Column(
            "document_id", sa.LargeBinary, document, primary_key=True, nullable=False
        ),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("invoices_by_token", "invoices", ["token", "document_id"])
