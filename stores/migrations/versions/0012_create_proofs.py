"""Create the table of proofs.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Make the table and its indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "proof",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("until", time, nullable=False),
        sa.Column("ended_at", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proof"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_proof_conversation_id"
        ),
    )
    op.create_index(
        "ix_proof_open",
        "proof",
        ["conversation_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_proof_conversation_id_at", "proof", ["conversation_id", "at"])
    op.create_index("ix_proof_channel_kind_value_at", "proof", ["channel", "kind", "value", "at"])


def downgrade() -> None:
    """Drop the table; who was joined stands in the audit."""
    op.drop_table("proof")
