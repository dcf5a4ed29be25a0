"""Create the tables of other case systems.

Expand step: code before this revision knows nothing of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "case_system",
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("system", name="pk_case_system"),
    )
    op.create_table(
        "case_mirror",
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("case_number", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(128), nullable=True),
        sa.Column("remote_state", sa.String(64), nullable=False),
        sa.Column("remote_department", sa.String(128), nullable=False),
        sa.Column("unsure", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_case_mirror_case_number"
        ),
        sa.PrimaryKeyConstraint("system", "case_number", name="pk_case_mirror"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("case_mirror")
    op.drop_table("case_system")
