"""Keep which sending was begun under a lease, so that its heir knows what may have arrived.

Expand step: code before this revision leaves the column empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("lease", sa.Column("begun", sa.String(36), nullable=True))


def downgrade() -> None:
    """Forget what was begun."""
    op.drop_column("lease", "begun")
