"""Keep with an answer from a case what came of the case.

Expand step: code before this revision does not know the column, which is empty where it writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the column."""
    op.add_column("case_reply", sa.Column("outcome", sa.String(32), nullable=True))


def downgrade() -> None:
    """Forget the outcomes of answers that were not given yet."""
    op.drop_column("case_reply", "outcome")
