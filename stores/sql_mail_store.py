"""Mails in SQLite or PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.language import Language
from mail.model import Mail, MailFile, MailHealth, MailState, Sending
from stores.claims import any_waits, claimed
from stores.conversation_writes import upsert
from stores.database import reading
from stores.mail_tables import WAITING_MAIL, MailFileRow, MailRow, MailSendingRow

MAILS = cast(sa.Table, MailRow.__table__)
FILES = cast(sa.Table, MailFileRow.__table__)
SENDINGS = cast(sa.Table, MailSendingRow.__table__)


class SqlMailStore:
    """One transaction per step; several processes never hold the same sending."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, mail: Mail, *, mail_id: str, at: datetime) -> bool:
        """Keep a mail, due now; False when its key is known."""
        async with self._engine.begin() as connection:
            added = await connection.execute(
                upsert(connection)(MailRow)
                .values(
                    id=mail_id,
                    key=mail.key,
                    subject=mail.subject,
                    text=mail.text,
                    html=mail.html,
                    language=mail.language.value,
                    queued_at=at,
                )
                .on_conflict_do_nothing(index_elements=[MAILS.c.key])
                .returning(MAILS.c.id)
            )
            if added.first() is None:
                return False
            if mail.files:
                await connection.execute(
                    sa.insert(FILES),
                    [
                        {
                            "mail_id": mail_id,
                            "place": place,
                            "name": one.name,
                            "media_type": one.media_type,
                            "data": one.data,
                        }
                        for place, one in enumerate(mail.files)
                    ],
                )
            await connection.execute(
                sa.insert(SENDINGS),
                [
                    {
                        "mail_id": mail_id,
                        "recipient": recipient,
                        "state": MailState.WAITING.value,
                        "attempts": 0,
                        "next_try_at": at,
                        "moved_at": at,
                    }
                    for recipient in dict.fromkeys(mail.to)
                ],
            )
        return True

    async def claim(self, *, now: datetime, until: datetime) -> Sending | None:
        """Take the sending that is due longest, and hold it until ``until``."""
        due = (
            sa.select(SENDINGS.c.id)
            .where(WAITING_MAIL, SENDINGS.c.next_try_at <= now)
            .order_by(SENDINGS.c.next_try_at, SENDINGS.c.id)
            .limit(1)
        )
        if not await any_waits(self._engine, due):
            return None
        async with self._engine.begin() as connection:
            row = await claimed(
                connection, due, attempts=SENDINGS.c.attempts + 1, next_try_at=until
            )
            return None if row is None else await _sending(connection, row)

    async def sent(self, sending_id: int, *, at: datetime) -> None:
        """Note that the server took it."""
        await self._move(sending_id, MailState.SENT, at=at, why=None)

    async def later(self, sending_id: int, *, at: datetime, why: str) -> None:
        """Note why it did not go now, and when to try again."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(SENDINGS)
                .where(SENDINGS.c.id == sending_id)
                .values(next_try_at=at, why=why)
            )

    async def failed(self, sending_id: int, *, at: datetime, why: str) -> None:
        """Note why it goes never."""
        await self._move(sending_id, MailState.FAILED, at=at, why=why)

    async def health(self, *, since: datetime) -> MailHealth:
        """Return how the outbox does; failures count since ``since``."""
        failed = sa.and_(SENDINGS.c.state == MailState.FAILED.value, SENDINGS.c.moved_at >= since)
        async with reading(self._engine) as connection:
            waiting, oldest = (
                await connection.execute(
                    sa.select(sa.func.count(), sa.func.min(MAILS.c.queued_at))
                    .select_from(SENDINGS.join(MAILS))
                    .where(WAITING_MAIL)
                )
            ).one()
            count = await connection.scalar(
                sa.select(sa.func.count()).select_from(SENDINGS).where(failed)
            )
            sent = await connection.scalar(
                sa.select(sa.func.max(SENDINGS.c.moved_at)).where(
                    SENDINGS.c.state == MailState.SENT.value
                )
            )
            why = await connection.scalar(
                sa.select(SENDINGS.c.why)
                .where(sa.or_(WAITING_MAIL, failed), SENDINGS.c.why.is_not(None))
                .order_by(SENDINGS.c.id.desc())
                .limit(1)
            )
        return MailHealth(
            waiting=int(waiting),
            oldest=oldest,
            failed=int(count or 0),
            last_sent=sent,
            last_error=why,
        )

    async def _move(
        self, sending_id: int, state: MailState, *, at: datetime, why: str | None
    ) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(SENDINGS)
                .where(SENDINGS.c.id == sending_id)
                .values(state=state.value, moved_at=at, why=why)
            )


async def _sending(connection: AsyncConnection, row: sa.RowMapping) -> Sending:
    told = await connection.execute(sa.select(MAILS).where(MAILS.c.id == row["mail_id"]))
    mail = told.mappings().one()
    files = await connection.execute(
        sa.select(FILES).where(FILES.c.mail_id == row["mail_id"]).order_by(FILES.c.place)
    )
    return Sending(
        id=row["id"],
        mail_id=row["mail_id"],
        recipient=row["recipient"],
        attempts=row["attempts"],
        queued_at=mail["queued_at"],
        mail=Mail(
            key=mail["key"],
            to=(row["recipient"],),
            subject=mail["subject"],
            text=mail["text"],
            html=mail["html"],
            language=Language(mail["language"]),
            files=tuple(
                MailFile(one["name"], one["media_type"], one["data"]) for one in files.mappings()
            ),
        ),
    )
