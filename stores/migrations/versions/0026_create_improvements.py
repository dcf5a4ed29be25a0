"""Create the improvement inbox of the content studio.

Expand step: code before this revision does not know the tables and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

NEW = sa.text("state = 'new'")


def upgrade() -> None:
    """Make both tables."""
    time = sa.DateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "improvement",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("by", sa.String(128), nullable=True),
        sa.Column("done_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_improvement"),
        sa.UniqueConstraint("message_id", "cause", name="uq_improvement_message_id_cause"),
    )
    op.create_index(
        "ix_improvement_new", "improvement", ["at"], sqlite_where=NEW, postgresql_where=NEW
    )
    op.create_table(
        "improvement_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_improvement_cursor"),
    )


def downgrade() -> None:
    """Forget the inbox."""
    op.drop_table("improvement_cursor")
    op.drop_table("improvement")
