"""Name on each answer the question that it is for, so that editors see how often it was given.

Expand step: code before this revision leaves it empty, and answers given before are not counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
NAMED = sa.text("topic IS NOT NULL")


def upgrade() -> None:
    """Add the column and the way to its rows."""
    op.add_column("message", sa.Column("topic", sa.String(60), nullable=True))
    op.create_index(
        "ix_message_topic",
        "message",
        ["topic", "stored_at"],
        sqlite_where=NAMED,
        postgresql_where=NAMED,
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_message_topic", table_name="message")
    op.drop_column("message", "topic")
