"""Keep how a case is followed up: owner, next step, what its clocks met, pauses.

Expand step: code before this revision leaves the columns as they are. Open cases get their
unit as owner and their deadline as next time, so that none is forgotten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MOMENTS = (
    "next_at",
    "acknowledged_at",
    "contacted_at",
    "resolved_at",
    "closed_at",
    "promised_for",
    "paused_since",
)
INDEXES = {
    "ix_cases_next_at": ["next_at"],
    "ix_cases_owner_state": ["owner", "state"],
    "ix_cases_resolve_due_at": ["resolve_due_at"],
}


def upgrade() -> None:
    """Add the columns, and give every open case an owner and a time."""
    op.add_column("cases", sa.Column("owner", sa.String(128), nullable=True))
    for name in MOMENTS:
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("step", sa.Integer, nullable=True))
    op.add_column("cases", sa.Column("bounces", sa.Integer, nullable=True))
    op.add_column("cases", sa.Column("outcome", sa.String(32), nullable=True))
    op.add_column("cases", sa.Column("course", sa.JSON, nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "cases", columns)
    op.execute(
        "UPDATE cases SET owner = 'unit:' || department, "
        "next_at = COALESCE(contact_due_at, resolve_due_at, opened_at) "
        "WHERE state NOT IN ('resolved', 'closed')"
    )


def downgrade() -> None:
    """Forget how cases were followed up."""
    for name in INDEXES:
        op.drop_index(name, table_name="cases")
    for name in ("owner", *MOMENTS, "step", "bounces", "outcome", "course"):
        op.drop_column("cases", name)
