"""Create the table of ready replies; what ships is filled in when the app starts.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

IN_USE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    """Make the table and its index."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("short", sa.String(32), nullable=False),
        sa.Column("department", sa.String(32), nullable=True),
        sa.Column("title_ar", sa.String(80), nullable=False),
        sa.Column("title_en", sa.String(80), nullable=False),
        sa.Column("text_ar", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("changed_at", time, nullable=False),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("removed_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_canned_reply"),
    )
    op.create_index(
        "uq_canned_reply_short",
        "canned_reply",
        ["short"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )


def downgrade() -> None:
    """Forget the replies."""
    op.drop_table("canned_reply")
