"""Teams: what several people together are called."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table of teams; who is in one is stated in the log."""
    op.create_table(
        "teams",
        sa.Column("id", sa.LargeBinary, primary_key=True, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
