"""Keep what persons and owners of cases are to be told.

Expand step: nothing before it reads the table; code before it makes no notices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

UNSETTLED = sa.text("state IN ('due', 'knocked')")
SAID = sa.text("state = 'said'")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_notice",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_number", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=True),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name="fk_case_notice_case_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_notice"),
    )
    op.create_index("ix_case_notice_case_number_version", "case_notice", ["case_number", "version"])
    op.create_index(
        "ix_case_notice_unsettled",
        "case_notice",
        ["at"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
    op.create_index(
        "ix_case_notice_said",
        "case_notice",
        ["settled_at"],
        sqlite_where=SAID,
        postgresql_where=SAID,
    )


def downgrade() -> None:
    """Drop it; what was said stays in conversations."""
    op.drop_table("case_notice")
