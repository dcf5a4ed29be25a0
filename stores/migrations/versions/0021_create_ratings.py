"""Create the table of ratings.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the table and its indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "rating",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("asked_at", time, nullable=False),
        sa.Column("expires_at", time, nullable=False),
        sa.Column("face", sa.String(8), nullable=True),
        sa.Column("rated_at", time, nullable=True),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("words_wanted_at", time, nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("words_message_id", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rating"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_rating_conversation_id"
        ),
        sa.UniqueConstraint("subject_kind", "subject_id", name="uq_rating_subject_kind_subject_id"),
    )
    op.create_index("ix_rating_conversation_id_asked_at", "rating", ["conversation_id", "asked_at"])
    op.create_index("ix_rating_rated_at", "rating", ["rated_at"])


def downgrade() -> None:
    """Forget what people said of our service."""
    op.drop_table("rating")
