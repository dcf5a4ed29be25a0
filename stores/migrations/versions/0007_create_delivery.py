"""Create the delivery ledger and what durable sending keeps: attempts, pauses, stopped channels.

Expand step: every new column is nullable or has a default, and code before this revision
reads none of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

RETRYING = "state = 'pending' AND next_try_at IS NOT NULL"
NEEDING = "state IN ('failed', 'unknown', 'quarantined') AND cleared_at IS NULL"


def upgrade() -> None:
    """Add the columns of ``message``, their indexes, and the two tables."""
    time = sa.DateTime(timezone=True)
    op.add_column("message", sa.Column("moved_at", time, nullable=True))
    op.add_column("message", sa.Column("answer_to", sa.String(36), nullable=True))
    op.add_column("message", sa.Column("next_try_at", time, nullable=True))
    op.add_column(
        "message", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("message", sa.Column("cleared_at", time, nullable=True))
    for name, column, where in (
        ("ix_message_retrying", "next_try_at", RETRYING),
        ("ix_message_needing", "stored_at", NEEDING),
        ("ix_message_answer_to", "answer_to", "answer_to IS NOT NULL"),
    ):
        partly = sa.text(where)
        op.create_index(name, "message", [column], sqlite_where=partly, postgresql_where=partly)
    op.create_table(
        "delivery",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("provider_id", sa.String(255), nullable=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("noted_at", time, nullable=False),
        sa.Column("code", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_delivery_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("message_id", "status", name="uq_delivery_message_id_status"),
        sa.UniqueConstraint(
            "channel", "provider_id", "status", name="uq_delivery_channel_provider_id_status"
        ),
    )
    op.create_table(
        "channel_stop",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("since", time, nullable=False),
        sa.Column("code", sa.String(64), nullable=True),
        sa.Column("check_at", time, nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_stop"),
    )


def downgrade() -> None:
    """Drop both tables and the columns; what was delivered is then told by states alone."""
    op.drop_table("channel_stop")
    op.drop_table("delivery")
    for name in ("ix_message_answer_to", "ix_message_needing", "ix_message_retrying"):
        op.drop_index(name, "message")
    for column in ("cleared_at", "attempts", "next_try_at", "answer_to", "moved_at"):
        op.drop_column("message", column)
