"""Remember which files of messages are still to be fetched from their service.

Expand step: code before this revision fetches none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    waiting = sa.text("state = 'waiting'")
    op.create_table(
        "wanted_media",
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("media_id", sa.String(255), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name="pk_wanted_media"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_wanted_media_message_id"),
    )
    op.create_index(
        "ix_wanted_media_waiting",
        "wanted_media",
        ["channel", "next_try_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Drop it; what was not fetched stays with the service."""
    op.drop_table("wanted_media")
