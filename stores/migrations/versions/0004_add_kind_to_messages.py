"""Say of every message what kind it is.

Expand step: code before this revision reads and writes text messages only, which is the default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; what is there is text."""
    op.add_column(
        "message", sa.Column("kind", sa.String(16), nullable=False, server_default="text")
    )


def downgrade() -> None:
    """Forget the kinds."""
    op.drop_column("message", "kind")
