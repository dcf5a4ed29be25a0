"""Attachments: rows in SQLite or PostgreSQL, files in a folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.attachments import (
    Attachment,
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentState,
    NewAttachment,
    StoredAttachment,
    TooManyAttachments,
)
from conversations.ports import NewMessage
from kernel.language import Language
from stores.attachment_cases import join_recent_case
from stores.attachment_files import AttachmentFiles
from stores.attachment_rows import ATTACHMENTS, attachment_from, attachment_values, stored_from
from stores.conversation_rows import MESSAGES
from stores.conversation_writes import (
    append_events,
    attachment_told,
    conversation_of,
    insert_messages,
    take_seqs,
)
from stores.database import reading

PIECE = 64 * 1024
LONGEST_FINDING = 255


class SqlAttachmentStore:
    """The file comes before its row and goes after it: a row always has its file."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self._engine = engine
        self._files = AttachmentFiles(folder)

    def arriving(self, attachment_id: str) -> Path:
        """Return where to write a file that is on its way."""
        return self._files.arriving(attachment_id)

    async def put(self, new: NewAttachment, *, hourly: int, most: int) -> StoredAttachment:
        """Move the file into its place, then keep its row; raises TooManyAttachments."""
        if (before := await self._find(new.id)) is not None:
            return before
        await asyncio.to_thread(self._files.keep, new.id, new.path)
        try:
            async with self._engine.begin() as connection:
                await take_seqs(connection, new.conversation_id, 0)  # one count at a time
                if new.from_citizen:
                    await _check_share(connection, new, hourly=hourly, most=most)
                await connection.execute(sa.insert(ATTACHMENTS).values(attachment_values(new)))
        except TooManyAttachments:
            await asyncio.to_thread(self._files.delete, new.id)
            raise
        return await self.get(new.id)

    async def get(self, attachment_id: str) -> StoredAttachment:
        """Return what is kept of a file; raises AttachmentNotFound."""
        found = await self._find(attachment_id)
        if found is None:
            raise AttachmentNotFound(attachment_id=attachment_id)
        return found

    async def _find(self, attachment_id: str) -> StoredAttachment | None:
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(ATTACHMENTS).where(ATTACHMENTS.c.id == attachment_id)
            )
            row = rows.mappings().one_or_none()
        return None if row is None else stored_from(row)

    async def of_conversation(
        self, conversation_id: str, ids: Sequence[str]
    ) -> Sequence[Attachment]:
        """Return those of the files that belong to the conversation, in the order of ``ids``."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(ATTACHMENTS).where(
                    ATTACHMENTS.c.id.in_(ids), ATTACHMENTS.c.conversation_id == conversation_id
                )
            )
            found = {row["id"]: attachment_from(row) for row in rows.mappings()}
        return [found[one] for one in dict.fromkeys(ids) if one in found]

    @asynccontextmanager
    async def open(self, attachment_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Give the bytes of a file in pieces; raises AttachmentNotFound, AttachmentNotGivenOut."""
        path = await self.path_given_out(attachment_id)
        with await asyncio.to_thread(path.open, "rb") as file:

            async def pieces() -> AsyncIterator[bytes]:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    yield piece

            yield pieces()

    async def path_given_out(self, attachment_id: str) -> Path:
        """Return where a file lies that may be given out."""
        stored = await self.get(attachment_id)
        if not stored.attachment.state.given_out:
            raise AttachmentNotGivenOut(attachment_id=attachment_id)
        return self._files.kept(attachment_id)

    async def attach(self, attachment_id: str, message_id: str, at: datetime) -> None:
        """Make a file part of a message that is stored already; raises AttachmentNotFound."""
        async with self._engine.begin() as connection:
            moved = await connection.execute(
                sa.update(ATTACHMENTS)
                .where(ATTACHMENTS.c.id == attachment_id)
                .where(
                    ATTACHMENTS.c.conversation_id
                    == sa.select(MESSAGES.c.conversation_id)
                    .where(MESSAGES.c.id == message_id)
                    .scalar_subquery()
                )
                .values(message_id=message_id)
            )
            if moved.rowcount != 1:
                raise AttachmentNotFound(attachment_id=attachment_id)
            await _tell(connection, attachment_id, at)

    async def to_recent_case(self, message_id: str, *, since: datetime, at: datetime) -> str | None:
        """Give the files of a message to the case last opened in its conversation."""
        async with self._engine.begin() as connection:
            return await join_recent_case(connection, message_id, since=since, at=at)

    async def of_case(self, number: str) -> Sequence[StoredAttachment]:
        """Return the files of a case, oldest first."""
        wanted = sa.select(ATTACHMENTS).where(ATTACHMENTS.c.case_number == number)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                wanted.order_by(ATTACHMENTS.c.stored_at, ATTACHMENTS.c.id)
            )
            return [stored_from(row) for row in rows.mappings()]

    async def next_unscanned(self, now: datetime) -> StoredAttachment | None:
        """Return the file that waits longest for the scanner and whose time has come."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(ATTACHMENTS)
                .where(sa.text("state = 'pending'"), ATTACHMENTS.c.scan_at <= now)
                .order_by(ATTACHMENTS.c.scan_at)
                .limit(1)
            )
            row = rows.mappings().one_or_none()
        return None if row is None else stored_from(row)

    def path_to_scan(self, attachment_id: str) -> Path:
        """Return where a file lies that the scanner is to look at."""
        return self._files.kept(attachment_id)

    async def scanned(
        self,
        attachment_id: str,
        state: AttachmentState,
        *,
        finding: str | None,
        at: datetime,
        again_at: datetime | None = None,
        tell: Callable[[Language], NewMessage] | None = None,
    ) -> bool:
        """Keep what the scanner said; an infected file goes into quarantine."""
        changed = state is not AttachmentState.PENDING
        async with self._engine.begin() as connection:
            moved = await connection.execute(
                sa.update(ATTACHMENTS)
                .where(ATTACHMENTS.c.id == attachment_id, sa.text("state = 'pending'"))
                .values(
                    state=state.value,
                    finding=finding[:LONGEST_FINDING] if finding else None,
                    scanned_at=at if changed else None,
                    scan_at=again_at,
                    scan_attempts=ATTACHMENTS.c.scan_attempts + 1,
                )
            )
            if moved.rowcount == 1 and changed:
                await _tell(connection, attachment_id, at, tell)
        if state is AttachmentState.INFECTED:
            await asyncio.to_thread(self._files.shut_away, attachment_id)
        return moved.rowcount == 1 and changed

    async def sweep(self, *, unsent_before: datetime, limit: int = 200) -> int:
        """Delete rows that never became part of a message, and files without a row."""
        old = unsent_before.timestamp()
        async with self._engine.begin() as connection:
            unsent = list(
                await connection.scalars(
                    sa.select(ATTACHMENTS.c.id)
                    .where(sa.text("message_id IS NULL"), ATTACHMENTS.c.case_number.is_(None))
                    .where(ATTACHMENTS.c.stored_at < unsent_before)
                    .order_by(ATTACHMENTS.c.stored_at)
                    .limit(limit)
                )
            )
            gone = await connection.scalars(
                sa.delete(ATTACHMENTS)
                .where(ATTACHMENTS.c.id.in_(unsent), ATTACHMENTS.c.message_id.is_(None))
                .returning(ATTACHMENTS.c.id)
            )
            deleted = list(gone)
        candidates = await asyncio.to_thread(lambda: list(self._files.older_than(old)))
        orphans = await self._without_row(candidates)
        for one in {*deleted, *orphans}:
            await asyncio.to_thread(self._files.delete, one)
        unfinished = await asyncio.to_thread(self._files.sweep_arriving, old)
        await self._shut_away_again()
        return len({*deleted, *orphans}) + unfinished

    async def _without_row(self, ids: Sequence[str]) -> list[str]:
        """Return which ids no row has."""
        known: set[str] = set()
        async with reading(self._engine, snapshot=False) as connection:
            for start in range(0, len(ids), 500):
                part = ids[start : start + 500]
                known.update(
                    await connection.scalars(
                        sa.select(ATTACHMENTS.c.id).where(ATTACHMENTS.c.id.in_(part))
                    )
                )
        return [one for one in ids if one not in known]

    async def _shut_away_again(self) -> None:
        """Finish what a kill between the row and the move left open."""
        async with reading(self._engine, snapshot=False) as connection:
            infected = await connection.scalars(
                sa.select(ATTACHMENTS.c.id).where(
                    ATTACHMENTS.c.state == AttachmentState.INFECTED.value
                )
            )
        for one in infected:
            await asyncio.to_thread(self._files.shut_away, one)


async def _check_share(
    connection: AsyncConnection, new: NewAttachment, *, hourly: int, most: int
) -> None:
    """Raise TooManyAttachments when the conversation has sent its share."""
    of_this = sa.select(sa.func.count()).where(
        ATTACHMENTS.c.conversation_id == new.conversation_id, ATTACHMENTS.c.from_citizen
    )
    lately = of_this.where(ATTACHMENTS.c.stored_at > new.at - timedelta(hours=1))
    for counted, limit in ((lately, hourly), (of_this, most)):
        if (await connection.scalar(counted) or 0) >= limit:
            raise TooManyAttachments(most=limit)


async def _tell(
    connection: AsyncConnection,
    attachment_id: str,
    at: datetime,
    say: Callable[[Language], NewMessage] | None = None,
) -> None:
    """Tell the event log, and with ``say`` the person, what became of a file in a message."""
    rows = await connection.execute(
        sa.select(ATTACHMENTS.c.state, MESSAGES.c.id, MESSAGES.c.conversation_id, MESSAGES.c.seq)
        .join(MESSAGES, MESSAGES.c.id == ATTACHMENTS.c.message_id)
        .where(ATTACHMENTS.c.id == attachment_id)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return
    state = AttachmentState(row["state"])
    happened = [attachment_told(attachment_id, row["id"], row["seq"], state)]
    if say is not None:
        first = await take_seqs(connection, row["conversation_id"], 1)
        conversation = await conversation_of(connection, row["conversation_id"])
        line = say(conversation.language)
        happened += await insert_messages(connection, conversation, first, [line])
    await append_events(connection, row["conversation_id"], at, happened)
