"""Create the tables of periods, legal holds and erasures; let old rows of the audit go.

Expand step: code before this revision does not know the tables and runs unchanged beside it.
The audit still refuses every change, and every deletion but of rows before the floor that the
retention of the audit has set.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

STANDS = sa.text("lifted_at IS NULL")
FLOOR = "SELECT 1 FROM retention WHERE kind = 'audit' AND floor > OLD.at"


def upgrade() -> None:
    """Make the tables, and replace the trigger that keeps the audit."""
    time = sa.DateTime(timezone=True)

    def counted() -> sa.Column[int]:
        return sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        )

    op.create_table(
        "retention",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.String(128), nullable=False),
        sa.Column("set_at", time, nullable=False),
        sa.Column("floor", time, nullable=True),
        sa.PrimaryKeyConstraint("kind", name="pk_retention"),
    )
    op.create_table(
        "legal_hold",
        counted(),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("lifted_at", time, nullable=True),
        sa.Column("lifted_by", sa.String(128), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_legal_hold_standing",
        "legal_hold",
        ["kind", "subject"],
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "erasure",
        counted(),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("conversations", sa.JSON(), nullable=False),
        sa.Column("tracker_done", time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps_rows")
        op.execute(
            "CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit "
            f"WHEN NOT EXISTS ({FLOOR}) "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER audit_keeps_rows ON audit")
    op.execute(
        "CREATE FUNCTION refuse_young_audit() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({FLOOR}) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'audit is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION refuse_young_audit()"
    )
    op.execute(
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Keep the whole audit again, and drop the tables."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps_rows")
        op.execute(
            "CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
    else:
        op.execute("DROP TRIGGER audit_is_not_emptied ON audit")
        op.execute("DROP TRIGGER audit_keeps_rows ON audit")
        op.execute("DROP FUNCTION refuse_young_audit()")
        op.execute(
            "CREATE TRIGGER audit_keeps_rows BEFORE DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.drop_table("erasure")
    op.drop_table("legal_hold")
    op.drop_table("retention")
