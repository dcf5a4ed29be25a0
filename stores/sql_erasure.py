"""Erase a person in SQLite or PostgreSQL: words and names go, what is counted stays."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.model import MessageState
from kernel.folding import fold_digits
from privacy.errors import HeldBack, PersonUnknown, StillTalking
from privacy.model import Erasure, Known, digest_of, masked
from stores.attachment_files import AttachmentFiles
from stores.attachment_rows import ATTACHMENTS
from stores.audit_tables import record
from stores.block_tables import BlockRow
from stores.conversation_rows import CONVERSATIONS, IDENTITIES, MESSAGES, OFFERED, PEOPLE
from stores.database import reading
from stores.delivery_tables import DeliveryRow
from stores.erased_words import CASES, REPLIES, empty_cases, empty_messages
from stores.floor_rows import SPELLS
from stores.floor_tables import OPEN, InternalNoteRow, UnsentLineRow
from stores.held import held_people
from stores.media_tables import WantedMediaRow
from stores.opt_outs import opt_out
from stores.privacy_tables import ErasureRow
from stores.proof_tables import ProofRow
from stores.rating_tables import RatingRow
from stores.reply_tables import HELD
from stores.search_tables import PersonNoteRow
from stores.survey_rows import ANSWERS, INVITATIONS
from stores.webhook_tables import RawWebhookRow

ERASURES = cast(sa.Table, ErasureRow.__table__)
NOTES = cast(sa.Table, InternalNoteRow.__table__)
UNSENT = cast(sa.Table, UnsentLineRow.__table__)
PROOFS = cast(sa.Table, ProofRow.__table__)
MEDIA = cast(sa.Table, WantedMediaRow.__table__)
DELIVERIES = cast(sa.Table, DeliveryRow.__table__)
RAW = cast(sa.Table, RawWebhookRow.__table__)
PERSON_NOTES = cast(sa.Table, PersonNoteRow.__table__)
RATINGS = cast(sa.Table, RatingRow.__table__)
BLOCKS = cast(sa.Table, BlockRow.__table__)
GONE = "erased:"
SHORTEST_IN_BODIES = 6
NEITHER = re.compile(r"[^0-9]+")


class SqlErasures:
    """One transaction per person; files go after it, and the sweep finds what a kill left.

    Args:
        folder: where the files of people lie.
    """

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self._engine = engine
        self._files = AttachmentFiles(folder)

    async def find(self, named: str, *, limit: int = 10) -> Sequence[Known]:
        """Return whom an identity, a case number, or the id of a person or conversation names."""
        named = named.strip()
        digits = NEITHER.sub("", fold_digits(named)).lstrip("0")
        values = [named, *([digits] if len(digits) >= SHORTEST_IN_BODIES else [])]
        by = sa.union(
            sa.select(PEOPLE.c.id).where(PEOPLE.c.id == named),
            sa.select(IDENTITIES.c.person_id).where(IDENTITIES.c.value.in_(values)),
            sa.select(CONVERSATIONS.c.person_id).where(CONVERSATIONS.c.id == named),
            sa.select(CASES.c.person_id).where(CASES.c.number == fold_digits(named).upper()),
            sa.select(CASES.c.person_id).where(CASES.c.contact.in_(values)),
        )
        async with reading(self._engine) as connection:
            ids = list(await connection.scalars(by))[:limit]
            return [known for id_ in ids if (known := await _known(connection, id_)) is not None]

    async def erase(self, person_id: str, *, reason: str, by: str, at: datetime) -> Erasure:
        """Erase a person in one transaction, then their files."""
        async with self._engine.begin() as connection:
            known = await _known(connection, person_id)
            if known is None:
                raise PersonUnknown(person_id=person_id)
            if known.held:
                raise HeldBack(person_id=person_id)
            conversations = list(
                await connection.scalars(
                    sa.update(CONVERSATIONS)  # locks them: nobody writes there meanwhile
                    .where(CONVERSATIONS.c.person_id == person_id)
                    .values(last_heard_at=None, assistant_stale=True)
                    .returning(CONVERSATIONS.c.id)
                )
            )
            if await _talking(connection, conversations, known.cases):
                raise StillTalking(person_id=person_id)
            counts, files = await _take_away(connection, person_id, conversations)
            await opt_out(connection, person_id, way="erased", at=at, actor=by)
            erasure_id = await connection.scalar(
                sa.insert(ERASURES)
                .values(
                    person_id=person_id,
                    reason=reason,
                    by=by,
                    at=at,
                    counts=counts,
                    conversations=conversations,
                    tracker_done=None if conversations else at,
                )
                .returning(ERASURES.c.id)
            )
            digest = digest_of(person_id=person_id, reason=reason, by=by, at=at, counts=counts)
            await record(
                connection,
                at=at,
                actor=by,
                action="person_erased",
                subject_kind="person",
                subject_id=person_id,
                before={},
                after={"erasure": erasure_id, "sha256": digest, **counts},
            )
        for one in files:
            await asyncio.to_thread(self._files.delete, one)
        found = await self.get(int(erasure_id or 0))
        assert found is not None  # noqa: S101 it was written a moment ago
        return found

    async def get(self, erasure_id: int) -> Erasure | None:
        """Return an erasure."""
        found = await self._read(sa.select(ERASURES).where(ERASURES.c.id == erasure_id))
        return found[0] if found else None

    async def recent(self, *, limit: int = 50) -> Sequence[Erasure]:
        """Return erasures, newest first."""
        return await self._read(sa.select(ERASURES).order_by(ERASURES.c.id.desc()).limit(limit))

    async def with_trackers(self) -> Sequence[tuple[int, Sequence[str]]]:
        """Return the erasures whose conversations the assistant may still remember."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(ERASURES.c.id, ERASURES.c.conversations).where(
                    ERASURES.c.tracker_done.is_(None)
                )
            )
            return [(row.id, row.conversations) for row in rows]

    async def tracker_gone(self, erasure_id: int, *, at: datetime) -> None:
        """Note that the assistant's memory is gone."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(ERASURES).where(ERASURES.c.id == erasure_id).values(tracker_done=at)
            )

    async def _read(self, wanted: sa.Select[Any]) -> Sequence[Erasure]:
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted)
            return [
                Erasure(
                    id=row["id"],
                    person_id=row["person_id"],
                    reason=row["reason"],
                    by=row["by"],
                    at=row["at"],
                    counts=row["counts"],
                    tracker_done=row["tracker_done"],
                )
                for row in rows.mappings()
            ]


async def _known(connection: AsyncConnection, person_id: str) -> Known | None:
    since = await connection.scalar(sa.select(PEOPLE.c.created_at).where(PEOPLE.c.id == person_id))
    if since is None:  # a caller or visitor is known by cases alone
        since = await connection.scalar(
            sa.select(sa.func.min(CASES.c.opened_at)).where(CASES.c.person_id == person_id)
        )
    if since is None:
        return None
    theirs = sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.person_id == person_id)
    identities = await connection.execute(
        sa.select(IDENTITIES.c.channel, IDENTITIES.c.value)
        .where(IDENTITIES.c.person_id == person_id)
        .order_by(IDENTITIES.c.id)
    )

    async def count(table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
        counted = sa.select(sa.func.count()).select_from(table).where(*which)
        return int(await connection.scalar(counted) or 0)

    held = held_people().subquery()
    return Known(
        person_id=person_id,
        identities=tuple(f"{row.channel} {masked(row.value)}" for row in identities),
        since=since,
        conversations=await count(CONVERSATIONS, CONVERSATIONS.c.person_id == person_id),
        messages=await count(MESSAGES, MESSAGES.c.conversation_id.in_(theirs)),
        cases=tuple(
            await connection.scalars(
                sa.select(CASES.c.number)
                .where(CASES.c.person_id == person_id)
                .order_by(CASES.c.opened_at)
            )
        ),
        files=await count(ATTACHMENTS, ATTACHMENTS.c.conversation_id.in_(theirs)),
        held=await connection.scalar(sa.select(held.c[0]).where(held.c[0] == person_id))
        is not None,
        erased=await count(ERASURES, ERASURES.c.person_id == person_id) > 0,
    )


async def _talking(
    connection: AsyncConnection, conversations: Sequence[str], numbers: Sequence[str]
) -> bool:
    unsent = sa.select(REPLIES.c.id).where(REPLIES.c.case_number.in_(numbers), HELD)
    held = sa.select(SPELLS.c.id).where(SPELLS.c.conversation_id.in_(conversations), OPEN)
    waits = sa.select(MESSAGES.c.id).where(
        MESSAGES.c.conversation_id.in_(conversations),
        MESSAGES.c.state.in_([MessageState.WAITING.value, MessageState.PENDING.value]),
    )
    for going_on in (held, waits, unsent):
        if await connection.scalar(going_on.limit(1)) is not None:
            return True
    return False


async def _take_away(
    connection: AsyncConnection, person_id: str, conversations: Sequence[str]
) -> tuple[dict[str, int], Sequence[str]]:
    """Take away everything; return the counts and the files that are to be deleted."""
    here = MESSAGES.c.conversation_id.in_(conversations)
    messages = sa.select(MESSAGES.c.id).where(here)

    async def delete(table: sa.Table, which: sa.ColumnElement[bool]) -> int:
        return (await connection.execute(sa.delete(table).where(which))).rowcount

    known = (
        (await connection.execute(sa.select(IDENTITIES).where(IDENTITIES.c.person_id == person_id)))
        .mappings()
        .all()
    )
    numbers = list(
        await connection.scalars(sa.select(CASES.c.number).where(CASES.c.person_id == person_id))
    )
    files = list(
        await connection.scalars(
            sa.delete(ATTACHMENTS)
            .where(
                sa.or_(
                    ATTACHMENTS.c.conversation_id.in_(conversations),
                    ATTACHMENTS.c.case_number.in_(numbers),
                )
            )
            .returning(ATTACHMENTS.c.id)
        )
    )
    await delete(MEDIA, MEDIA.c.message_id.in_(messages))
    await connection.execute(  # the service's ids hold the number of the person
        sa.update(DELIVERIES).where(DELIVERIES.c.message_id.in_(messages)).values(provider_id=None)
    )
    counts = {
        "messages": await empty_messages(connection, here),
        "cases": await empty_cases(connection, numbers),
        "files": len(files),
        "notes": await delete(NOTES, NOTES.c.conversation_id.in_(conversations))
        + await delete(PERSON_NOTES, PERSON_NOTES.c.person_id == person_id),
        "conversations": len(conversations),
        "identities": len(known),
    }
    await connection.execute(
        sa.update(MESSAGES)
        .where(here, MESSAGES.c.provider_id.is_not(None))
        .values(provider_id=GONE + MESSAGES.c.id)
    )
    await connection.execute(
        sa.update(SPELLS).where(SPELLS.c.conversation_id.in_(conversations)).values(closing={})
    )
    await connection.execute(
        sa.update(RATINGS).where(RATINGS.c.conversation_id.in_(conversations)).values(words=None)
    )
    of_person = sa.select(INVITATIONS.c.id).where(INVITATIONS.c.person_id == person_id)
    await connection.execute(
        sa.update(ANSWERS).where(ANSWERS.c.invitation_id.in_(of_person)).values(line=None)
    )
    await delete(UNSENT, UNSENT.c.conversation_id.in_(conversations))
    await delete(OFFERED, OFFERED.c.conversation_id.in_(conversations))
    await delete(PROOFS, PROOFS.c.conversation_id.in_(conversations))
    counts["webhooks"] = await _empty_bodies(connection, known)
    for row in known:
        value = row["value"]
        await delete(PROOFS, sa.and_(PROOFS.c.channel == row["channel"], PROOFS.c.value == value))
        named = f"{row['channel']}:{row['kind']}:{value}"
        await delete(BLOCKS, sa.and_(BLOCKS.c.kind == "identity", BLOCKS.c.value == named))
        await connection.execute(
            sa.update(IDENTITIES)
            .where(IDENTITIES.c.id == row["id"])
            .values(value=f"{GONE}{row['id']}")
        )
    return counts, files


async def _empty_bodies(connection: AsyncConnection, known: Sequence[sa.RowMapping]) -> int:
    """Empty the raw bodies in which an identity stands; their digests stay: none comes twice."""
    emptied = 0
    for row in known:
        if len(row["value"]) < SHORTEST_IN_BODIES:
            continue
        done = await connection.execute(
            sa.update(RAW)
            .where(
                RAW.c.channel == row["channel"],
                RAW.c.body.contains(row["value"], autoescape=True),
            )
            .values(body="", provider_id=None)
        )
        emptied += done.rowcount
    return emptied
