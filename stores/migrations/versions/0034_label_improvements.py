"""Keep what an editor said a message means, so that a release can be measured on it.

Expand step: code before this revision leaves it empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the column."""
    op.add_column("improvement", sa.Column("meaning", sa.String(80), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("improvement", "meaning")
