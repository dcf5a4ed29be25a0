"""The archive of reports in SQLite or PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.language import Language
from reports.archive import File, Format, Kept, Order, Recipient, State, scope_word
from reports.figures import Scope
from reports.periods import Period, Rhythm
from stores.audit_tables import AuditRow, record
from stores.claims import any_waits, claimed
from stores.conversation_writes import upsert
from stores.database import reading
from stores.report_tables import (
    UNTOLD,
    WANTED,
    ReportFileRow,
    ReportRecipientRow,
    ReportRow,
    ReportWishRow,
)

REPORTS = cast(sa.Table, ReportRow.__table__)
FILES = cast(sa.Table, ReportFileRow.__table__)
RECIPIENTS = cast(sa.Table, ReportRecipientRow.__table__)
WISHES = cast(sa.Table, ReportWishRow.__table__)
AUDIT = cast(sa.Table, AuditRow.__table__)
SUBJECT, DOWNLOADED = "report", "report_downloaded"


class SqlReportArchive:
    """One transaction per step; several processes never hold the same order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def want(self, order: Order, *, for_account: str | None = None) -> str:
        """Keep an order, and who gets it by mail; return its id, or that of the same key."""
        async with reading(self._engine, snapshot=False) as connection:
            known = await _known(connection, order.key)
            if known is not None and (
                for_account is None or await _enlisted(connection, order, for_account)
            ):
                return known
        async with self._engine.begin() as connection:
            if for_account is not None and await _enlisted(connection, order, for_account):
                return known or order.id
            added = await connection.execute(
                upsert(connection)(ReportRow)
                .values(_values(order))
                .on_conflict_do_nothing(index_elements=[REPORTS.c.key])
                .returning(REPORTS.c.id)
            )
            if added.first() is not None:
                await record(
                    connection,
                    at=order.asked_at,
                    actor=order.asked_by,
                    action="report_ordered",
                    subject_kind=SUBJECT,
                    subject_id=order.id,
                    before={},
                    after={
                        "rhythm": order.period.rhythm.value,
                        "period": order.period.key,
                        "scope": scope_word(order.scope),
                        "language": order.language.value,
                    },
                )
            report_id = await _known(connection, order.key) or order.id
            if for_account is not None:
                await connection.execute(
                    upsert(connection)(ReportRecipientRow)
                    .values(**_subject(order), account_id=for_account, report_id=report_id)
                    .on_conflict_do_nothing()
                )
        return report_id

    async def claim(self, *, now: datetime, until: datetime) -> Order | None:
        """Take the order that waits longest, and hold it until ``until``."""
        due = (
            sa.select(REPORTS.c.id)
            .where(WANTED, REPORTS.c.next_try_at <= now)
            .order_by(REPORTS.c.next_try_at, REPORTS.c.id)
            .limit(1)
        )
        if not await any_waits(self._engine, due):
            return None
        async with self._engine.begin() as connection:
            row = await claimed(connection, due, attempts=REPORTS.c.attempts + 1, next_try_at=until)
            return None if row is None else _order(row)

    async def keep(self, report_id: str, files: Sequence[File], *, at: datetime) -> bool:
        """Keep what was made; False when another process was faster."""
        async with self._engine.begin() as connection:
            moved = await connection.execute(
                sa.update(REPORTS)
                .where(REPORTS.c.id == report_id, WANTED)
                .values(state=State.MADE.value, made_at=at, why=None)
            )
            if not moved.rowcount:
                return False
            await connection.execute(
                sa.insert(FILES),
                [
                    {
                        "report_id": report_id,
                        "format": one.format.value,
                        "name": one.name,
                        "size": len(one.data),
                        "data": one.data,
                    }
                    for one in files
                ],
            )
        return True

    async def later(self, report_id: str, *, at: datetime, why: str) -> None:
        """Note why it could not be made now, and when to try again."""
        await self._put(report_id, next_try_at=at, why=why)

    async def failed(self, report_id: str, *, at: datetime, why: str) -> None:
        """Note why it will not be made."""
        await self._put(report_id, state=State.FAILED.value, next_try_at=at, why=why)

    async def untold(self, *, since: datetime) -> Sequence[Recipient]:
        """Return who has not got a report by mail that was made since then."""
        found = (
            sa.select(RECIPIENTS.c.report_id, RECIPIENTS.c.account_id)
            .join(REPORTS, REPORTS.c.id == RECIPIENTS.c.report_id)
            .where(UNTOLD, REPORTS.c.state == State.MADE.value, REPORTS.c.made_at >= since)
            .order_by(REPORTS.c.made_at, RECIPIENTS.c.account_id)
        )
        async with reading(self._engine, snapshot=False) as connection:
            return [Recipient(*row) for row in (await connection.execute(found)).all()]

    async def told(self, one: Recipient, *, at: datetime) -> None:
        """Note that the mail is in the outbox."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(RECIPIENTS)
                .where(
                    RECIPIENTS.c.report_id == one.report_id,
                    RECIPIENTS.c.account_id == one.account_id,
                )
                .values(told_at=at)
            )

    async def get(self, report_id: str) -> Kept | None:
        """Return one report."""
        found = await self._kept(sa.select(REPORTS).where(REPORTS.c.id == report_id))
        return found[0] if found else None

    async def list(self, scopes: frozenset[str] | None, *, limit: int) -> Sequence[Kept]:
        """Return the newest."""
        wanted = sa.select(REPORTS).order_by(REPORTS.c.asked_at.desc(), REPORTS.c.id).limit(limit)
        if scopes is not None:
            wanted = wanted.where(REPORTS.c.scope.in_(sorted(scopes)))
        return await self._kept(wanted)

    async def open(self, report_id: str, wanted: Format) -> File | None:
        """Return one file."""
        found = sa.select(FILES).where(
            FILES.c.report_id == report_id, FILES.c.format == wanted.value
        )
        async with reading(self._engine, snapshot=False) as connection:
            row = (await connection.execute(found)).mappings().one_or_none()
        return None if row is None else File(wanted, row["name"], row["data"])

    async def wishes(self) -> Mapping[str, Mapping[Rhythm, bool]]:
        """Return what people decided to get, by account."""
        found: dict[str, dict[Rhythm, bool]] = defaultdict(dict)
        async with reading(self._engine, snapshot=False) as connection:
            for row in (await connection.execute(sa.select(WISHES))).mappings():
                found[row["account_id"]][Rhythm(row["rhythm"])] = row["wanted"]
        return found

    async def wish(
        self, account_id: str, wanted: Mapping[Rhythm, bool], *, actor: str, at: datetime
    ) -> None:
        """Keep what somebody wants to get."""
        before = (await self.wishes()).get(account_id, {})
        async with self._engine.begin() as connection:
            for rhythm, wants in wanted.items():
                await connection.execute(
                    upsert(connection)(ReportWishRow)
                    .values(account_id=account_id, rhythm=rhythm.value, wanted=wants)
                    .on_conflict_do_update(
                        index_elements=[WISHES.c.account_id, WISHES.c.rhythm],
                        set_={"wanted": wants},
                    )
                )
            await record(
                connection,
                at=at,
                actor=actor,
                action="report_wishes_changed",
                subject_kind="account",
                subject_id=account_id,
                before={rhythm.value: wants for rhythm, wants in before.items()},
                after={rhythm.value: wants for rhythm, wants in wanted.items()},
            )

    async def _put(self, report_id: str, **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(REPORTS).where(REPORTS.c.id == report_id, WANTED).values(values)
            )

    async def _kept(self, wanted: sa.Select[Any]) -> Sequence[Kept]:
        async with reading(self._engine) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
            ids = [row["id"] for row in rows]
            sizes: dict[str, dict[Format, int]] = defaultdict(dict)
            files = sa.select(FILES.c.report_id, FILES.c.format, FILES.c.size)
            for report_id, kind, size in await _rows(connection, files, FILES.c.report_id, ids):
                sizes[report_id][Format(kind)] = size
            told = sa.select(RECIPIENTS.c.report_id).where(RECIPIENTS.c.told_at.is_not(None))
            mailed = [one for (one,) in await _rows(connection, told, RECIPIENTS.c.report_id, ids)]
            taken: dict[str, list[tuple[str, str, datetime]]] = defaultdict(list)
            looked = (
                sa.select(AUDIT.c.subject_id, AUDIT.c.actor, AUDIT.c.after, AUDIT.c.at)
                .where(AUDIT.c.subject_kind == SUBJECT, AUDIT.c.action == DOWNLOADED)
                .order_by(AUDIT.c.id)
            )
            for report_id, actor, after, at in await _rows(
                connection, looked, AUDIT.c.subject_id, ids
            ):
                taken[report_id].append((actor, str(after.get("format", "")), at))
        return [
            Kept(
                order=_order(row),
                state=State(row["state"]),
                made_at=row["made_at"],
                why=row["why"] or "",
                sizes={one: sizes[row["id"]][one] for one in Format if one in sizes[row["id"]]},
                mailed=mailed.count(row["id"]),
                downloads=taken[row["id"]],
            )
            for row in rows
        ]


async def _rows(
    connection: AsyncConnection, wanted: sa.Select[Any], key: sa.ColumnElement[str], ids: list[str]
) -> Sequence[Any]:
    return (await connection.execute(wanted.where(key.in_(ids)))).all() if ids else []


async def _known(connection: AsyncConnection, key: str) -> str | None:
    found: str | None = await connection.scalar(sa.select(REPORTS.c.id).where(REPORTS.c.key == key))
    return found


async def _enlisted(connection: AsyncConnection, order: Order, account_id: str) -> bool:
    conditions = [RECIPIENTS.c[name] == value for name, value in _subject(order).items()]
    found = sa.select(RECIPIENTS.c.report_id).where(
        *conditions, RECIPIENTS.c.account_id == account_id
    )
    return await connection.scalar(found) is not None


def _subject(order: Order) -> dict[str, str]:
    return {
        "rhythm": order.period.rhythm.value,
        "period": order.period.key,
        "scope": scope_word(order.scope),
    }


def _values(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "key": order.key,
        **_subject(order),
        "language": order.language.value,
        "asked_by": order.asked_by,
        "asked_at": order.asked_at,
        "state": State.WANTED.value,
        "attempts": 0,
        "next_try_at": order.asked_at,
    }


def _order(row: sa.RowMapping) -> Order:
    scope = None if row["scope"] == "all" else row["scope"]
    return Order(
        id=row["id"],
        key=row["key"],
        period=Period.read(Rhythm(row["rhythm"]), row["period"]),
        scope=Scope(scope),
        language=Language(row["language"]),
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        attempts=row["attempts"],
    )
