"""Create the table of what can be searched, its index, and notes about people; read what is there.

Expand step: triggers add to the search what code before this revision writes; code of this
revision reads the words of it later.
"""

import sqlalchemy as sa
from alembic import op

from stores.search_writes import read_unread_now

revision = "0022"
down_revision = "0021"

UNREAD = sa.text("folded IS NULL")
WORDS = "array_to_tsvector(string_to_array(coalesce(folded, ''), ' '))"

# kind: table, key, columns of words, condition on a row, order in time
SOURCES = {
    "message": ("message", "id", ("text",), "sender IN ('citizen', 'agent')", "stored_at"),
    "note": ("internal_note", "id", ("text",), "", "at"),
    "case": ("cases", "number", ("text", "subject", "reference", "amount"), "", "opened_at"),
    "contact": ("cases", "number", ("contact",), "", "opened_at"),
    "identity": ("identity", "id", ("value",), "", "created_at"),
    "person_note": ("person_note", "id", ("text",), "", "at"),
}


def upgrade() -> None:
    """Make the tables, read what is there, and let triggers see to what comes."""
    op.create_table(
        "person_note",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_note"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_note_person_id"),
    )
    op.create_index("ix_person_note_person_id_at", "person_note", ["person_id", "at"])
    op.create_table(
        "search_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("folded", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("kind", "ref", name="uq_search_entry_kind_ref"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_search_entry_unread",
        "search_entry",
        ["id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )
    _enter_what_is_missing()
    connection = op.get_bind()
    while read_unread_now(connection):
        pass
    if connection.dialect.name == "postgresql":
        _on_postgresql()
        _enter_what_is_missing()  # written meanwhile, before the triggers saw to it
    else:
        _on_sqlite()


def _enter_what_is_missing() -> None:
    for kind, (table, key, _, condition, order) in SOURCES.items():
        op.execute(
            f"INSERT INTO search_entry (kind, ref) SELECT '{kind}', CAST({key} AS VARCHAR(64)) "  # noqa: S608 names of ours
            f"FROM {table} WHERE {condition or 'true'} "
            f"AND CAST({key} AS VARCHAR(64)) NOT IN "
            f"(SELECT ref FROM search_entry WHERE kind = '{kind}') ORDER BY {order}, {key}"
        )


def _on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_fts USING fts5(folded, content='search_entry', "
        "content_rowid='id', tokenize='ascii', detail=none, prefix='2 3')"
    )
    op.execute("INSERT INTO search_fts(search_fts) VALUES('rebuild')")
    out = "INSERT INTO search_fts(search_fts, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);"
    into = "INSERT INTO search_fts(rowid, folded) VALUES (NEW.id, NEW.folded);"
    for name, event, when, does in (
        ("in", "INSERT", "NEW.folded IS NOT NULL", into),
        ("out", "DELETE", "OLD.folded IS NOT NULL", out),
        ("gone", "UPDATE OF folded", "OLD.folded IS NOT NULL", out),
        ("come", "UPDATE OF folded", "NEW.folded IS NOT NULL", into),
    ):
        # what goes must go before its words change, what comes after
        time = "BEFORE" if name == "gone" else "AFTER"
        op.execute(
            f"CREATE TRIGGER search_fts_{name} {time} {event} ON search_entry WHEN {when} "
            f"BEGIN {does} END"
        )
    for kind, (table, key, columns, condition, _) in SOURCES.items():
        enter = (
            f"INSERT INTO search_entry (kind, ref) VALUES ('{kind}', NEW.{key}) "  # noqa: S608 names of ours
            "ON CONFLICT (kind, ref) DO UPDATE SET folded = NULL;"
        )
        leave = f"DELETE FROM search_entry WHERE kind = '{kind}' AND ref = OLD.{key};"  # noqa: S608 names of ours
        changed = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in columns)
        only = condition and f"NEW.{condition}"
        op.execute(
            f"CREATE TRIGGER search_{kind}_new AFTER INSERT ON {table} "
            f"{only and f'WHEN {only} '}BEGIN {enter} END"
        )
        op.execute(
            f"CREATE TRIGGER search_{kind}_changed AFTER UPDATE OF {', '.join(columns)} "
            f"ON {table} WHEN ({changed}){only and f' AND {only}'} BEGIN {enter} END"
        )
        op.execute(f"CREATE TRIGGER search_{kind}_gone AFTER DELETE ON {table} BEGIN {leave} END")


def _on_postgresql() -> None:
    op.execute(f"CREATE INDEX ix_search_entry_words ON search_entry USING gin ({WORDS})")
    for kind, (table, key, columns, condition, _) in SOURCES.items():
        op.execute(
            f"CREATE FUNCTION search_{kind}_enter() RETURNS trigger LANGUAGE plpgsql AS "  # noqa: S608 names of ours
            f"$$ BEGIN INSERT INTO search_entry (kind, ref) VALUES ('{kind}', NEW.{key}) "
            "ON CONFLICT (kind, ref) DO UPDATE SET folded = NULL; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE FUNCTION search_{kind}_leave() RETURNS trigger LANGUAGE plpgsql AS "  # noqa: S608 names of ours
            f"$$ BEGIN DELETE FROM search_entry WHERE kind = '{kind}' "
            f"AND ref = CAST(OLD.{key} AS VARCHAR(64)); RETURN NULL; END $$"
        )
        changed = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns)
        only = condition and f"NEW.{condition}"
        op.execute(
            f"CREATE TRIGGER search_{kind}_new AFTER INSERT ON {table} FOR EACH ROW "
            f"{only and f'WHEN ({only}) '}EXECUTE FUNCTION search_{kind}_enter()"
        )
        op.execute(
            f"CREATE TRIGGER search_{kind}_changed AFTER UPDATE OF {', '.join(columns)} "
            f"ON {table} FOR EACH ROW WHEN (({changed}){only and f' AND {only}'}) "
            f"EXECUTE FUNCTION search_{kind}_enter()"
        )
        op.execute(
            f"CREATE TRIGGER search_{kind}_gone AFTER DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION search_{kind}_leave()"
        )


def downgrade() -> None:
    """Drop all of it; notes about people are lost."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for kind, (table, *_) in SOURCES.items():
        for event in ("new", "changed", "gone"):
            op.execute(f"DROP TRIGGER search_{kind}_{event}{f' ON {table}' * on_postgresql}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION search_{kind}_enter()")
            op.execute(f"DROP FUNCTION search_{kind}_leave()")
    if not on_postgresql:
        op.execute("DROP TABLE search_fts")
    op.drop_table("search_entry")
    op.drop_table("person_note")
