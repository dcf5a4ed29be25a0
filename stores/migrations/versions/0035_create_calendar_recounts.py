"""Create the orders to count deadlines anew after the calendar changed.

Expand step: code before this revision counts on its own and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

NOT_DONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make the table."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_recount",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", time, nullable=False),
        sa.Column("next_at", time, nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("last", sa.String(32), nullable=True),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("done_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_recount"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_calendar_recount_not_done",
        "calendar_recount",
        ["id"],
        sqlite_where=NOT_DONE,
        postgresql_where=NOT_DONE,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("calendar_recount")
