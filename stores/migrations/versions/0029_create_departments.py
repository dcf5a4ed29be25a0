"""Create the table of units that were changed or added at the desk.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "department",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name_ar", sa.String(160), nullable=False),
        sa.Column("name_en", sa.String(160), nullable=False),
        sa.Column("owns_ar", sa.Text(), nullable=False),
        sa.Column("owns_en", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(160), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_department"),
    )


def downgrade() -> None:
    """Forget what was changed."""
    op.drop_table("department")
