"""List what is not closed by age from an index, a page at a time.

Expand step: code before this revision finds its lists as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
NOT_CLOSED = sa.text("state <> 'closed'")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_cases_not_closed",
        "cases",
        ["opened_at", "number"],
        sqlite_where=NOT_CLOSED,
        postgresql_where=NOT_CLOSED,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_cases_not_closed", "cases")
