"""Keep which message made an event of a case, so that none makes it twice.

Expand step: the code before this revision leaves the new column empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEX = "ix_case_event_case_number_caused_by"
TRIGGER = "case_event_keeps_cause"


def upgrade() -> None:
    """Add the column, its index, and the trigger that keeps it as written."""
    op.add_column("case_event", sa.Column("caused_by", sa.String(128), nullable=True))
    op.create_index(INDEX, "case_event", ["case_number", "caused_by"], unique=True)
    begin = f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OF caused_by ON case_event "
    if op.get_bind().dialect.name == "sqlite":
        op.execute(begin + "BEGIN SELECT RAISE(ABORT, 'case_event is append-only'); END")
    else:
        op.execute(begin + "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    """Drop all three; which message made an event is lost."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(f"DROP TRIGGER {TRIGGER}{' ON case_event' if on_postgresql else ''}")
    op.drop_index(INDEX, table_name="case_event")
    op.drop_column("case_event", "caused_by")
