"""Keep what cases are called and how they belong together.

Expand step: code before this revision leaves the columns empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

INDEX = "ix_cases_merged_into"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("cases", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("merged_into", sa.String(32), nullable=True))
    op.add_column("cases", sa.Column("split_from", sa.String(32), nullable=True))
    op.add_column("cases", sa.Column("related", sa.JSON(), nullable=True))
    op.add_column("cases", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(INDEX, "cases", ["merged_into"])


def downgrade() -> None:
    """Forget which cases belong together."""
    op.drop_index(INDEX, table_name="cases")
    for name in ("reopened_at", "related", "split_from", "merged_into", "subject"):
        op.drop_column("cases", name)
