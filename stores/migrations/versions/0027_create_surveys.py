"""Create the tables of surveys, and let published questions never change.

Expand step: code before this revision does not know the tables and runs unchanged beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

TIME = sa.DateTime(timezone=True)
FROZEN = (
    ("survey_version_keeps_rows", "DELETE", "DELETE OR TRUNCATE"),
    ("survey_version_keeps_words", "UPDATE", "UPDATE"),
)


def upgrade() -> None:
    """Make the seven tables, an index of cases, and the triggers."""
    op.create_index("ix_cases_resolved_at", "cases", ["resolved_at"])
    _create_campaigns()
    _create_waves()
    _create_invitations()
    _create_beside_invitations()
    for name, on_sqlite, on_postgresql in FROZEN:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {on_postgresql} ON survey_version "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {on_sqlite} ON survey_version "
                "BEGIN SELECT RAISE(ABORT, 'survey_version is append-only'); END"
            )


def downgrade() -> None:
    """Forget all campaigns, and who was asked what; ratings stay."""
    for table in (
        "survey_follow_up",
        "survey_opt_out",
        "survey_answer",
        "survey_invitation",
        "survey_wave",
        "survey_version",
        "survey_campaign",
    ):
        op.drop_table(table)
    op.drop_index("ix_cases_resolved_at", table_name="cases")


def _create_campaigns() -> None:
    op.create_table(
        "survey_campaign",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_survey_campaign"),
    )
    op.create_table(
        "survey_version",
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("published_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "version", name="pk_survey_version"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["survey_campaign.id"], name="fk_survey_version_campaign_id"
        ),
    )


def _create_waves() -> None:
    op.create_table(
        "survey_wave",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("campaign_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_wave"),
        sa.UniqueConstraint("campaign_id", "number", name="uq_survey_wave_campaign_id_number"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["survey_campaign.id"], name="fk_survey_wave_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "version"],
            ["survey_version.campaign_id", "survey_version.version"],
            name="fk_survey_wave_campaign_id_version",
        ),
    )


def _create_invitations() -> None:
    op.create_table(
        "survey_invitation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("wave_id", sa.String(36), nullable=True),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("department", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(16), nullable=True),
        sa.Column("way", sa.String(8), nullable=True),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("planned_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("asked_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_survey_invitation"),
        sa.UniqueConstraint(
            "kind", "subject", "occasion", name="uq_survey_invitation_kind_subject_occasion"
        ),
        sa.UniqueConstraint("wave_id", "person_id", name="uq_survey_invitation_wave_id_person_id"),
        sa.UniqueConstraint("token_hash", name="uq_survey_invitation_token_hash"),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["survey_wave.id"], name="fk_survey_invitation_wave_id"
        ),
    )
    op.create_index(
        "ix_survey_invitation_person_id_asked_at", "survey_invitation", ["person_id", "asked_at"]
    )
    op.create_index("ix_survey_invitation_asked_at", "survey_invitation", ["asked_at"])
    to_ask = sa.text("state = 'planned'")
    op.create_index(
        "ix_survey_invitation_to_ask",
        "survey_invitation",
        ["planned_at"],
        sqlite_where=to_ask,
        postgresql_where=to_ask,
    )


def _create_beside_invitations() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("invitation_id", sa.String(36), nullable=False),
        sa.Column("question_id", sa.String(36), nullable=False),
        sa.Column("value", sa.String(16), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("invitation_id", "question_id", name="pk_survey_answer"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitation.id"], name="fk_survey_answer_invitation_id"
        ),
    )
    op.create_table(
        "survey_opt_out",
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_survey_opt_out"),
    )
    op.create_table(
        "survey_follow_up",
        sa.Column("rating_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(32), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("rating_id", name="pk_survey_follow_up"),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name="fk_survey_follow_up_rating_id"),
    )
