"""Create the tables of reports, their files, who gets them and who wants which.

Expand step: code before this revision does not know the tables and runs unchanged beside them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

WANTED = sa.text("state = 'wanted'")
UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Make the tables and their indexes."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "report",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("rhythm", sa.String(16), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("asked_at", time, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", time, nullable=False),
        sa.Column("made_at", time, nullable=True),
        sa.Column("why", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("key", name="uq_report_key"),
    )
    op.create_index("ix_report_asked_at", "report", ["asked_at"])
    op.create_index(
        "ix_report_wanted",
        "report",
        ["next_try_at"],
        sqlite_where=WANTED,
        postgresql_where=WANTED,
    )
    op.create_table(
        "report_file",
        sa.Column("report_id", sa.String(36), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "format", name="pk_report_file"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_file_report_id"),
    )
    op.create_table(
        "report_recipient",
        sa.Column("rhythm", sa.String(16), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("report_id", sa.String(36), nullable=False),
        sa.Column("told_at", time, nullable=True),
        sa.PrimaryKeyConstraint(
            "rhythm", "period", "scope", "account_id", name="pk_report_recipient"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_recipient_report_id"),
    )
    op.create_index("ix_report_recipient_report_id", "report_recipient", ["report_id"])
    op.create_index(
        "ix_report_recipient_untold",
        "report_recipient",
        ["report_id", "account_id"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_table(
        "report_wish",
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("rhythm", sa.String(16), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "rhythm", name="pk_report_wish"),
    )


def downgrade() -> None:
    """Forget the archive."""
    op.drop_table("report_wish")
    op.drop_table("report_recipient")
    op.drop_table("report_file")
    op.drop_table("report")
