"""Create the table of incidents, and an index of what came by channel.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

GOES_ON = sa.text("ended_at IS NULL")
ACCEPTED = sa.text("sender = 'citizen' AND state <> 'refused'")


def upgrade() -> None:
    """Make the table and the indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "incident",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("began_at", time, nullable=False),
        sa.Column("seen_at", time, nullable=False),
        sa.Column("told_at", time, nullable=True),
        sa.Column("told_to", sa.JSON(), nullable=False),
        sa.Column("ended_at", time, nullable=True),
        sa.Column("cleared_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_incident_open",
        "incident",
        ["kind", "subject"],
        unique=True,
        sqlite_where=GOES_ON,
        postgresql_where=GOES_ON,
    )
    op.create_index(
        "ix_message_came",
        "message",
        ["channel", "stored_at"],
        sqlite_where=ACCEPTED,
        postgresql_where=ACCEPTED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_message_came", "message")
    op.drop_table("incident")
