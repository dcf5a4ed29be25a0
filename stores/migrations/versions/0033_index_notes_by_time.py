"""Index internal notes by time, so that who was named lately is found quickly.

Expand step: code before this revision runs unchanged beside it.
"""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_internal_note_at", "internal_note", ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_internal_note_at", table_name="internal_note")
