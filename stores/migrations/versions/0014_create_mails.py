"""Create the tables of mails to staff.

Expand step: code before this revision does not know the tables and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make the tables and their indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "mail",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("queued_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("key", name="uq_mail_key"),
    )
    op.create_index("ix_mail_queued_at", "mail", ["queued_at"])
    op.create_table(
        "mail_file",
        sa.Column("mail_id", sa.String(36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mail_id", "place", name="pk_mail_file"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_mail_file_mail_id"),
    )
    op.create_table(
        "mail_sending",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("mail_id", sa.String(36), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", time, nullable=False),
        sa.Column("moved_at", time, nullable=False),
        sa.Column("why", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_sending"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_mail_sending_mail_id"),
    )
    op.create_index("ix_mail_sending_mail_id", "mail_sending", ["mail_id"])
    op.create_index(
        "ix_mail_sending_waiting",
        "mail_sending",
        ["next_try_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    """Drop the tables; what was not sent is lost."""
    op.drop_table("mail_sending")
    op.drop_table("mail_file")
    op.drop_table("mail")
