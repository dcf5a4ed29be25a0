"""Create the table of releases of the content.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Make the table and its index."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "content_release",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("commit_id", sa.String(64), nullable=False),
        sa.Column("base_id", sa.String(64), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("due_at", time, nullable=True),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("changed_at", time, nullable=False),
        sa.Column("live_at", time, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_content_release"),
    )
    op.create_index("ix_content_release_state", "content_release", ["state", "number"])


def downgrade() -> None:
    """Forget the releases; the commits stay."""
    op.drop_table("content_release")
