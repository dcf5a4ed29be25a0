"""Search in SQLite (FTS5) and PostgreSQL (a GIN index over words)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.model import Address, Sender
from search.marks import snippet
from search.model import CaseHit, Found, MessageHit, Narrowed, PersonHit, Seeker
from search.ports import MOST_RANKED
from search.question import Question
from search.ranking import score
from stores.case_rows import case_from
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS, IDENTITIES, MESSAGES
from stores.database import reading
from stores.floor_rows import NOTES
from stores.search_match import FTS, Match
from stores.search_sight import case_seen, conversation_seen, person_seen
from stores.search_tables import PERSON_NOTES
from stores.search_writes import AT_ONCE, ENTRIES, read_unread

MOST_ADDRESSES = 10
TRIED_FIRST, ALL = 3_000, 2_147_483_647
_NEWEST = sa.bindparam("newest", type_=sa.Integer)
_BY_INDEX = sa.text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
)
"""For one transaction: PostgreSQL takes making words of each row for cheap, which it is not."""


class SqlSearch:
    """Ranks the newest that match; what a writer forgot to read is read before the answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._match = Match(postgresql=engine.dialect.name == "postgresql")

    async def cases(
        self,
        question: Question,
        seeker: Seeker,
        narrowed: Narrowed,
        *,
        offset: int = 0,
        limit: int = 20,
    ) -> Found[CaseHit]:
        """Return cases by number, words, reference, amount or whole contact."""
        if not question:
            return Found(hits=(), more=False, ranked=0)
        match = self._match
        asked = match.either(match.words(question, "case"), match.contact(question, "contact"))
        wanted = (
            self._matching(asked)
            .add_columns(CASES)
            .join(CASES, CASES.c.number == ENTRIES.c.ref)
            .where(case_seen(seeker))
        )
        if narrowed.kind is not None:
            wanted = wanted.where(CASES.c.kind == narrowed.kind.value)
        if narrowed.department is not None:
            wanted = wanted.where(CASES.c.department == narrowed.department)
        rows = _once(await self._ranked(wanted, question), "number")
        page = rows[offset : offset + limit]
        fields = [column.name for column in CASES.c]
        cases = [case_from({name: row[name] for name in fields}) for row in page]
        hits = [
            CaseHit(
                case=case, text=snippet(case.text, question), named=case.number == question.number
            )
            for case in cases
        ]
        return Found(hits=hits, more=len(rows) > offset + limit, ranked=len(rows))

    async def messages(
        self, question: Question, seeker: Seeker, *, offset: int = 0, limit: int = 20
    ) -> Found[MessageHit]:
        """Return messages and notes; what the assistant says is not kept for searching."""
        if not question:
            return Found(hits=(), more=False, ranked=0)
        of = sa.func.coalesce(MESSAGES.c.conversation_id, NOTES.c.conversation_id)
        wanted = (
            self._matching(self._match.words(question, "message", "note"))
            .outerjoin(
                MESSAGES, sa.and_(ENTRIES.c.kind == "message", MESSAGES.c.id == ENTRIES.c.ref)
            )
            .outerjoin(NOTES, sa.and_(ENTRIES.c.kind == "note", NOTES.c.id == ENTRIES.c.ref))
            .where(conversation_seen(of, seeker))
        )
        rows = await self._ranked(wanted, question)
        page = rows[offset : offset + limit]
        async with reading(self._engine) as connection:
            hits = await _message_hits(connection, [row["entry"] for row in page], question)
        return Found(hits=hits, more=len(rows) > offset + limit, ranked=len(rows))

    async def people(
        self, question: Question, seeker: Seeker, *, offset: int = 0, limit: int = 20
    ) -> Found[PersonHit]:
        """Return people by a whole address or contact, or by words of a note about them."""
        if not question:
            return Found(hits=(), more=False, ranked=0)
        match = self._match
        asked = match.either(
            match.contact(question, "identity", "contact"), match.words(question, "person_note")
        )
        identity = sa.cast(IDENTITIES.c.id, sa.String(64))
        who = sa.func.coalesce(IDENTITIES.c.person_id, CASES.c.person_id, PERSON_NOTES.c.person_id)
        wanted = (
            self._matching(asked)
            .add_columns(who.label("person_id"), PERSON_NOTES.c.text.label("noted"))
            .outerjoin(IDENTITIES, sa.and_(ENTRIES.c.kind == "identity", identity == ENTRIES.c.ref))
            .outerjoin(CASES, sa.and_(ENTRIES.c.kind == "contact", CASES.c.number == ENTRIES.c.ref))
            .outerjoin(
                PERSON_NOTES,
                sa.and_(ENTRIES.c.kind == "person_note", PERSON_NOTES.c.id == ENTRIES.c.ref),
            )
            .where(person_seen(who, seeker))
        )
        rows = _once(await self._ranked(wanted, question), "person_id")
        page = rows[offset : offset + limit]
        async with reading(self._engine) as connection:
            hits = await _person_hits(connection, page, question, seeker)
        return Found(hits=hits, more=len(rows) > offset + limit, ranked=len(rows))

    def _matching(self, asked: str) -> sa.Select[int, str]:
        """Return a query of the newest entries that match, to be joined with what they are of.

        Both databases find by their index first: PostgreSQL would else rather try every entry
        from the newest on. It also tries sight on so many of the newest only as it is told;
        FTS5 gives the newest first by itself and stops when there are enough.
        """
        wanted = sa.select(ENTRIES.c.id.label("entry"), ENTRIES.c.folded)
        if self._engine.dialect.name == "postgresql":
            met = sa.select(ENTRIES.c.id).where(self._match.met(asked)).cte("met")
            met = met.prefix_with("MATERIALIZED")
            first = sa.select(met.c.id).order_by(met.c.id.desc()).limit(_NEWEST).cte("newest")
            wanted = wanted.select_from(ENTRIES).join(first, first.c.id == ENTRIES.c.id)
            wanted = wanted.order_by(ENTRIES.c.id.desc())
        else:
            wanted = wanted.select_from(FTS).join(ENTRIES, ENTRIES.c.id == FTS.c.rowid)
            wanted = wanted.order_by(FTS.c.rowid.desc()).where(self._match.met(asked))
        return wanted.limit(MOST_RANKED)

    async def _ranked(
        self, wanted: sa.Select[*tuple[object, ...]], question: Question
    ) -> list[sa.RowMapping]:
        await self._read_what_is_left()
        async with reading(self._engine, snapshot=False) as connection:
            on_postgresql = self._engine.dialect.name == "postgresql"
            if on_postgresql:
                await connection.execute(_BY_INDEX)
            rows = (await connection.execute(wanted, {"newest": TRIED_FIRST})).mappings().all()
            if on_postgresql and len(rows) < MOST_RANKED:
                rows = (await connection.execute(wanted, {"newest": ALL})).mappings().all()
        return sorted(rows, key=lambda row: (-score(row["folded"], question), -row["entry"]))

    async def _read_what_is_left(self) -> None:
        """Read what older code, running beside this, has written."""
        left = sa.select(ENTRIES.c.id).where(sa.text("folded IS NULL")).limit(1)
        while True:
            async with reading(self._engine, snapshot=False) as connection:
                if await connection.scalar(left) is None:
                    return
            async with self._engine.begin() as connection:
                if await read_unread(connection) < AT_ONCE:
                    return


def _once(rows: Sequence[sa.RowMapping], name: str) -> list[sa.RowMapping]:
    """Return the first row of each value of a column."""
    first: dict[str, sa.RowMapping] = {}
    for row in rows:
        first.setdefault(row[name], row)
    return list(first.values())


async def _message_hits(
    connection: AsyncConnection, entries: Sequence[int], question: Question
) -> list[MessageHit]:
    """Return what stands behind entries, in their order."""
    said = sa.func.coalesce(MESSAGES.c.text, NOTES.c.text)
    of = sa.func.coalesce(MESSAGES.c.conversation_id, NOTES.c.conversation_id)
    wanted = (
        sa.select(
            ENTRIES.c.id.label("entry"),
            ENTRIES.c.kind.label("entry_kind"),
            said.label("text"),
            MESSAGES.c.sender,
            sa.func.coalesce(MESSAGES.c.seq, NOTES.c.after_seq).label("seq"),
            MESSAGES.c.sent_at,
            NOTES.c.at,
            CONVERSATIONS.c.id.label("conversation_id"),
            CONVERSATIONS.c.person_id,
            IDENTITIES.c.channel,
            IDENTITIES.c.kind,
            IDENTITIES.c.value,
        )
        .outerjoin(MESSAGES, sa.and_(ENTRIES.c.kind == "message", MESSAGES.c.id == ENTRIES.c.ref))
        .outerjoin(NOTES, sa.and_(ENTRIES.c.kind == "note", NOTES.c.id == ENTRIES.c.ref))
        .join(CONVERSATIONS, CONVERSATIONS.c.id == of)
        .join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
        .where(ENTRIES.c.id.in_(entries))
    )
    rows = {row["entry"]: row for row in (await connection.execute(wanted)).mappings()}
    return [
        MessageHit(
            conversation_id=row["conversation_id"],
            seq=row["seq"],
            note=row["entry_kind"] == "note",
            by_person=row["sender"] == Sender.CITIZEN.value,
            address=Address(row["channel"], row["kind"], row["value"]),
            person_id=row["person_id"],
            at=row["sent_at"] or row["at"],
            text=snippet(row["text"], question),
        )
        for row in (rows[entry] for entry in entries if entry in rows)
    ]


async def _person_hits(
    connection: AsyncConnection,
    page: Sequence[sa.RowMapping],
    question: Question,
    seeker: Seeker,
) -> list[PersonHit]:
    ids = [row["person_id"] for row in page]
    addresses: defaultdict[str, list[Address]] = defaultdict(list)
    contacts: defaultdict[str, dict[str, None]] = defaultdict(dict)
    counts: defaultdict[str, int] = defaultdict(int)
    known = await connection.execute(
        sa.select(IDENTITIES).where(IDENTITIES.c.person_id.in_(ids)).order_by(IDENTITIES.c.id)
    )
    for row in known.mappings():
        addresses[row["person_id"]].append(Address(row["channel"], row["kind"], row["value"]))
    theirs = await connection.execute(
        sa.select(CASES.c.person_id, CASES.c.contact)
        .where(CASES.c.person_id.in_(ids), case_seen(seeker))
        .order_by(CASES.c.opened_at)
    )
    for person_id, contact in theirs:
        counts[person_id] += 1
        if contact:
            contacts[person_id][contact] = None
    return [
        PersonHit(
            person_id=row["person_id"],
            addresses=addresses[row["person_id"]][:MOST_ADDRESSES],
            contacts=list(contacts[row["person_id"]])[:MOST_ADDRESSES],
            cases=counts[row["person_id"]],
            note=snippet(row["noted"], question) if row["noted"] else (),
        )
        for row in page
    ]
