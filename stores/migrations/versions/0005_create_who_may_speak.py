"""Create agents, spells with people, notes, unsent lines, looks; mark stale assistants.

Expand step: the code before this revision runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OPEN = "closed_at IS NULL"


def upgrade() -> None:
    """Make the six tables and one column."""
    op.add_column(
        "conversation",
        sa.Column("assistant_stale", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _create_agent()
    _create_spell()
    _create_beside_spell()


def downgrade() -> None:
    """Drop all of it; who holds what is lost."""
    for table in ("seen", "look", "unsent_line", "internal_note", "spell", "agent"):
        op.drop_table(table)
    op.drop_column("conversation", "assistant_stale")


def _create_agent() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name_ar", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("supervises", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
    )


def _create_spell() -> None:
    op.create_table(
        "spell",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("department", sa.String(32), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(36), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(128), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("closing", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spell"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_spell_conversation_id"
        ),
    )
    for name, columns, rows, unique in (
        ("uq_spell_open", ["conversation_id"], OPEN, True),
        ("ix_spell_owner", ["owner_id"], OPEN, False),
        ("ix_spell_queue", ["priority", "opened_at"], OPEN, False),
        ("ix_spell_due", ["due_at"], f"{OPEN} AND due_at IS NOT NULL", False),
        ("ix_spell_snoozed", ["snoozed_until"], f"{OPEN} AND snoozed_until IS NOT NULL", False),
    ):
        which = sa.text(rows)
        op.create_index(
            name, "spell", columns, unique=unique, sqlite_where=which, postgresql_where=which
        )
    op.create_index("ix_spell_conversation_id", "spell", ["conversation_id"])
    op.create_index("ix_spell_closed_at", "spell", ["closed_at"])


def _create_beside_spell() -> None:
    op.create_table(
        "internal_note",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_internal_note"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_internal_note_conversation_id"
        ),
    )
    op.create_table(
        "unsent_line",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unsent_line"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_unsent_line_conversation_id"
        ),
    )
    op.create_table(
        "look",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("agent_id", sa.String(36), nullable=False),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "agent_id", name="pk_look"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_look_conversation_id"
        ),
    )
    op.create_table(
        "seen",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("agent_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "agent_id", name="pk_seen"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_seen_conversation_id"
        ),
    )
    op.create_index(
        "ix_internal_note_conversation_id_after_seq",
        "internal_note",
        ["conversation_id", "after_seq"],
    )
    op.create_index("ix_unsent_line_send_at", "unsent_line", ["send_at"])
    op.create_index("ix_unsent_line_conversation_id", "unsent_line", ["conversation_id"])
