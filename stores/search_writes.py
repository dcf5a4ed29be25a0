"""Read the words of rows that the search does not know yet, inside the transaction at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.model import PLACEHOLDER, MessageKind
from search.words import MARK, kept, secret
from stores.case_tables import CaseRow
from stores.conversation_tables import IdentityRow, MessageRow
from stores.floor_tables import InternalNoteRow
from stores.prepared import Prepared
from stores.search_tables import PersonNoteRow, SearchEntryRow

ENTRIES = cast(sa.Table, SearchEntryRow.__table__)
AT_ONCE = 500

_WORDLESS = {MessageKind.REACTION.value, MessageKind.REVOKE.value, MessageKind.SYSTEM.value}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words of a kind come from: only columns that are as old as the search.

    The migration that made the search reads through this too, before later columns are there.
    """

    table: sa.Table
    key: str
    columns: tuple[str, ...]
    words: Callable[[sa.RowMapping], str]


def _message(row: sa.RowMapping | Mapping[str, Any]) -> str:
    ours = bool((row["details"] or {}).get(PLACEHOLDER)) or row["kind"] in _WORDLESS
    return "" if ours else kept(row["text"])


_OF_A_CASE = ("number", "subject", "text", "reference", "amount")


def _case(row: sa.RowMapping) -> str:
    said = (row[name] or "" for name in _OF_A_CASE)
    return kept(" \n ".join(said))


def _contact(row: sa.RowMapping) -> str:
    return secret(row["contact"]) if row["contact"] else ""


def _text(row: sa.RowMapping) -> str:
    return kept(row["text"])


SOURCES: Mapping[str, Source] = {
    "message": Source(
        cast(sa.Table, MessageRow.__table__), "id", ("kind", "details", "text"), _message
    ),
    "note": Source(cast(sa.Table, InternalNoteRow.__table__), "id", ("text",), _text),
    "case": Source(cast(sa.Table, CaseRow.__table__), "number", _OF_A_CASE, _case),
    "contact": Source(cast(sa.Table, CaseRow.__table__), "number", ("contact",), _contact),
    "identity": Source(
        cast(sa.Table, IdentityRow.__table__), "id", ("value",), lambda row: secret(row["value"])
    ),
    "person_note": Source(cast(sa.Table, PersonNoteRow.__table__), "id", ("text",), _text),
}


_KEPT = Prepared(
    sa.update(ENTRIES)
    .where(ENTRIES.c.kind == "message", ENTRIES.c.ref == sa.bindparam("message"))
    .values(folded=sa.bindparam("words"))
)


def of_kind(kind: str) -> str:
    """Return the word that every entry of a kind has and nobody can type."""
    return MARK + kind.replace("_", "")


async def keep_words(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Keep the words of a message that this transaction has just inserted."""
    words = f"{of_kind('message')} {_message(row)}".rstrip()
    await _KEPT.changed(connection, {"message": row["id"], "words": words})


async def read_unread(connection: AsyncConnection) -> int:
    """Read the words of up to ``AT_ONCE`` entries, the transaction's own and any left behind.

    Whoever writes people's words calls this last; who forgets leaves the entry to the next.
    """
    return await connection.run_sync(read_unread_now)


def read_unread_now(connection: sa.Connection) -> int:
    """Do what ``read_unread`` does on a connection of a migration; return how many were read."""
    waiting = connection.execute(
        sa.select(ENTRIES.c.id, ENTRIES.c.kind, ENTRIES.c.ref)
        .where(sa.text("folded IS NULL"))
        .order_by(ENTRIES.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not waiting:
        return 0
    refs: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for id_, kind, ref in waiting:
        refs[kind][ref] = id_
    read: list[dict[str, Any]] = []
    for kind, ids in refs.items():
        words = _words(connection, kind, ids)
        read += [{"entry": id_, "words": words.get(ref, "")} for ref, id_ in ids.items()]
    connection.execute(
        sa.update(ENTRIES)
        .where(ENTRIES.c.id == sa.bindparam("entry"))
        .values(folded=sa.bindparam("words")),
        read,
    )
    return len(read)


def _words(connection: sa.Connection, kind: str, ids: Mapping[str, int]) -> dict[str, str]:
    source = SOURCES[kind]
    key = source.table.c[source.key]
    wanted = [int(ref) for ref in ids] if isinstance(key.type, sa.Integer) else list(ids)
    columns = [source.table.c[name] for name in source.columns]
    query = sa.select(key.label("ref"), *columns).where(key.in_(wanted))
    rows = connection.execute(query).mappings()
    return {str(row["ref"]): f"{of_kind(kind)} {source.words(row)}".rstrip() for row in rows}
