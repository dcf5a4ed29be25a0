"""Read the board's lists in the order of their index, and its counts from the same index.

Expand step: code before this revision finds what it counts in the new index or the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

WAS_UNFINISHED = sa.text("state IN ('new', 'open', 'waiting_citizen', 'waiting_entity')")
UNFINISHED = sa.text("state NOT IN ('resolved', 'closed')")
WAS_COUNTED_BY = [
    *("state", "department", "kind", "channel", "owner", "segment", "priority"),
    *("opened_at", "resolve_due_at", "paused_since", "confidential", "language", "number"),
]
COUNTED_BY = [
    *("resolve_due_at", "number", "state", "department", "kind", "channel", "owner"),
    *("segment", "priority", "opened_at", "paused_since", "confidential", "language"),
]


def upgrade() -> None:
    """Make the index, and drop the one whose place it takes."""
    op.create_index(
        "ix_cases_board",
        "cases",
        COUNTED_BY,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.drop_index("ix_cases_unfinished", "cases")


def downgrade() -> None:
    """Go back to the one before."""
    op.create_index(
        "ix_cases_unfinished",
        "cases",
        WAS_COUNTED_BY,
        sqlite_where=WAS_UNFINISHED,
        postgresql_where=WAS_UNFINISHED,
    )
    op.drop_index("ix_cases_board", "cases")
