"""Keep answers to the persons of cases.

Expand step: nothing before it reads the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_reply",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(32), nullable=False),
        sa.Column("author_id", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=True),
        sa.Column("move_to", sa.String(24), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(128), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_case_reply_case_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_reply"),
    )
    op.create_index("ix_case_reply_case_number_at", "case_reply", ["case_number", "at"])
    op.create_index(
        "ix_case_reply_due",
        "case_reply",
        ["send_at"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def downgrade() -> None:
    """Drop it; the words of answers stay in conversations and on timelines."""
    op.drop_table("case_reply")
