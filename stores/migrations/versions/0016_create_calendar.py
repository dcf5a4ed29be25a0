"""Keep what is announced about working time: months, days, hours."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calendar_month",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("year", "month", name="pk_calendar_month"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("name_ar", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("spans", sa.JSON, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_week",
        sa.Column("season", sa.String(16), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("week", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("season", "since", name="pk_calendar_week"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("calendar_week")
    op.drop_table("calendar_days")
    op.drop_table("calendar_month")
