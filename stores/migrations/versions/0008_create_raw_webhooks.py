"""Keep the webhooks of messaging services, and when a person was last heard.

Expand step: code before this revision leaves ``last_heard_at`` empty, which means: look it up.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UNPLACED = sa.text("reason = 'original_unknown'")
QUARANTINED = sa.text("state = 'quarantined'")


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "raw_webhook",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("part_of", sa.String(36), nullable=True),
        sa.Column("provider_id", sa.String(255), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_raw_webhook"),
        sa.UniqueConstraint("channel", "digest", name="uq_raw_webhook_channel_digest"),
    )
    op.create_index("ix_raw_webhook_received_at", "raw_webhook", ["received_at"])
    op.create_index(
        "ix_raw_webhook_quarantined",
        "raw_webhook",
        ["received_at"],
        sqlite_where=QUARANTINED,
        postgresql_where=QUARANTINED,
    )
    op.create_index(
        "ix_message_unplaced",
        "message",
        ["conversation_id"],
        sqlite_where=UNPLACED,
        postgresql_where=UNPLACED,
    )
    op.add_column(
        "conversation", sa.Column("last_heard_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Drop both; the messages stay."""
    op.drop_index("ix_message_unplaced", table_name="message")
    op.drop_column("conversation", "last_heard_at")
    op.drop_table("raw_webhook")
