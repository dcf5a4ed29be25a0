"""Create the table of attachments.

Expand step: code before this revision does not know the table and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table and its indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("case_number", sa.String(32), nullable=True),
        sa.Column("from_citizen", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("finding", sa.String(255), nullable=True),
        sa.Column("scan_attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("scan_at", time, nullable=True),
        sa.Column("scanned_at", time, nullable=True),
        sa.Column("stored_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_attachment_conversation_id"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_attachment_message_id"),
    )
    op.create_index(
        "ix_attachment_conversation_id_stored_at", "attachment", ["conversation_id", "stored_at"]
    )
    op.create_index("ix_attachment_message_id", "attachment", ["message_id"])
    op.create_index("ix_attachment_case_number", "attachment", ["case_number"])
    for name, column, rows in (
        ("ix_attachment_unscanned", "scan_at", "state = 'pending'"),
        ("ix_attachment_unsent", "stored_at", "message_id IS NULL"),
    ):
        which = sa.text(rows)
        op.create_index(name, "attachment", [column], sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    """Drop the table; the files stay where they are, without anything that leads to them."""
    op.drop_table("attachment")
