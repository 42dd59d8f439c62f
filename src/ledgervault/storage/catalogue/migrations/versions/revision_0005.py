"""Requests: acts that several people must agree to, and their signed answers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables; disposals and their approvals stay where they are."""
    op.create_table(
        "requests",
        sa.Column("id", sa.LargeBinary, primary_key=True, nullable=False),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("client_id", sa.LargeBinary, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("requests_by_state", "requests", ["state", "sequence"])
    request = sa.ForeignKey("requests.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "answers",
        sa.Column(
            "request_id", sa.LargeBinary, request, primary_key=True, nullable=False
        ),
        sa.Column("user_id", sa.LargeBinary, primary_key=True, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
