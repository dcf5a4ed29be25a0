"""Let managers' screens read what is unfinished, and what was finished, from indexes alone.

Expand step: code before this revision runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

UNFINISHED = sa.text("state IN ('new', 'open', 'waiting_citizen', 'waiting_entity')")
COUNTED_BY = [
    *("state", "department", "kind", "channel", "owner", "segment", "priority"),
    *("opened_at", "resolve_due_at", "paused_since", "confidential", "language", "number"),
]
FINISHING_SQLITE = sa.text(
    "json_extract(after, '$.state') IN ('resolved', 'closed')"
    " AND json_extract(before, '$.state') NOT IN ('resolved', 'closed') AND kind <> 'merged'"
)
FINISHING_POSTGRESQL = sa.text(
    "after ->> 'state' IN ('resolved', 'closed')"
    " AND before ->> 'state' NOT IN ('resolved', 'closed') AND kind <> 'merged'"
)


def upgrade() -> None:
    """Make the three indexes."""
    op.create_index(
        "ix_cases_unfinished",
        "cases",
        COUNTED_BY,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index("ix_cases_came", "cases", ["opened_at", "department", "confidential"])
    op.create_index(
        "ix_case_event_finishing",
        "case_event",
        ["at", "case_number"],
        sqlite_where=FINISHING_SQLITE,
        postgresql_where=FINISHING_POSTGRESQL,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_case_event_finishing", "case_event")
    op.drop_index("ix_cases_came", "cases")
    op.drop_index("ix_cases_unfinished", "cases")
