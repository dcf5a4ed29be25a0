"""Releases of the content in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.finding import Finding
from content.release import (
    Drop,
    Editor,
    Release,
    ReleaseChanged,
    ReleaseNotFound,
    ReleaseState,
)
from stores.audit_tables import record
from stores.database import reading
from stores.release_tables import ContentReleaseRow

RELEASES = cast(sa.Table, ContentReleaseRow.__table__)
SUBJECT = "content_release"


class SqlReleaseStore:
    """A release is saved only over the version it was read at."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, release: Release) -> Release:
        """Keep a new one and return it with its number."""
        async with self._engine.begin() as connection:
            values = {"created_at": release.created_at, **_values(release), "version": 0}
            added = await connection.execute(
                sa.insert(RELEASES).values(values).returning(RELEASES.c.number)
            )
            kept = replace(release, number=added.scalar_one(), version=0)
            await _audit(connection, kept, None, kept.author.id, kept.created_at)
        return kept

    async def get(self, number: int) -> Release:
        """Return one; raises ReleaseNotFound."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(sa.select(RELEASES).where(RELEASES.c.number == number))
            row = rows.mappings().one_or_none()
        if row is None:
            raise ReleaseNotFound(number=number)
        return _release(row)

    async def recent(self, limit: int) -> Sequence[Release]:
        """Return the newest, newest first."""
        wanted = sa.select(RELEASES).order_by(RELEASES.c.number.desc()).limit(limit)
        async with reading(self._engine, snapshot=False) as connection:
            return [_release(row) for row in (await connection.execute(wanted)).mappings()]

    async def in_states(self, states: Sequence[ReleaseState]) -> Sequence[Release]:
        """Return those in one of the states, oldest first."""
        names = [state.value for state in states]
        wanted = sa.select(RELEASES).where(RELEASES.c.state.in_(names)).order_by(RELEASES.c.number)
        async with reading(self._engine, snapshot=False) as connection:
            return [_release(row) for row in (await connection.execute(wanted)).mappings()]

    async def save(self, release: Release, *, actor: str, at: datetime) -> Release:
        """Keep what it is now; raises ReleaseChanged."""
        async with self._engine.begin() as connection:
            return await _saved(connection, release, actor, at)

    async def make_live(self, release: Release, *, actor: str, at: datetime) -> Release:
        """Let it be the live one and the one before replaced; raises ReleaseChanged."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(RELEASES)
                .where(RELEASES.c.state == ReleaseState.LIVE, RELEASES.c.number != release.number)
                .values(
                    state=ReleaseState.REPLACED.value,
                    changed_at=at,
                    version=RELEASES.c.version + 1,
                )
            )
            live = replace(release, state=ReleaseState.LIVE, live_at=at, share=1.0, part="")
            return await _saved(connection, live, actor, at)


async def _saved(
    connection: AsyncConnection, release: Release, actor: str, at: datetime
) -> Release:
    mine = RELEASES.c.number == release.number
    was = await connection.scalar(sa.select(RELEASES.c.state).where(mine))
    saved = replace(release, changed_at=at, version=release.version + 1)
    done = await connection.execute(
        sa.update(RELEASES)
        .where(mine, RELEASES.c.version == release.version)
        .values({**_values(saved), "version": saved.version})
    )
    if done.rowcount != 1:
        raise ReleaseChanged(number=release.number)
    if was != saved.state.value:
        await _audit(connection, saved, was, actor, at)
    return saved


async def _audit(
    connection: AsyncConnection, release: Release, was: str | None, actor: str, at: datetime
) -> None:
    await record(
        connection,
        at=at,
        actor=actor,
        action=f"release_{release.state.value}",
        subject_kind=SUBJECT,
        subject_id=str(release.number),
        before={"state": was},
        after={
            "state": release.state.value,
            "commit": release.commit,
            "reason": release.override_reason or release.note or release.failure,
        },
    )


def _values(release: Release) -> dict[str, Any]:
    return {
        "state": release.state.value,
        "title": release.title[:200],
        "author": release.author.id,
        "commit_id": release.commit,
        "base_id": release.base,
        "model": release.model,
        "of": release.of,
        "due_at": release.due_at,
        "part": release.part,
        "share": release.share,
        "changed_at": release.changed_at,
        "live_at": release.live_at,
        "facts": {
            "author": asdict(release.author),
            "reviewer": asdict(release.reviewer) if release.reviewer else None,
            "note": release.note,
            "override_by": asdict(release.override_by) if release.override_by else None,
            "override_reason": release.override_reason,
            "findings": [asdict(one) for one in release.findings],
            "scores": release.scores,
            "drops": [asdict(one) for one in release.drops],
            "failure": release.failure,
        },
    }


def _release(row: Mapping[Any, Any]) -> Release:
    facts: dict[str, Any] = row["facts"]
    return Release(
        number=row["number"],
        state=ReleaseState(row["state"]),
        title=row["title"],
        author=Editor(**facts["author"]),
        commit=row["commit_id"],
        base=row["base_id"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        of=row["of"],
        due_at=row["due_at"],
        reviewer=Editor(**facts["reviewer"]) if facts["reviewer"] else None,
        note=facts["note"],
        override_by=Editor(**facts["override_by"]) if facts["override_by"] else None,
        override_reason=facts["override_reason"],
        model=row["model"],
        part=row["part"],
        share=row["share"],
        findings=tuple(Finding(**one) for one in facts["findings"]),
        scores=facts["scores"],
        drops=tuple(Drop(**one) for one in facts["drops"]),
        failure=facts["failure"],
        live_at=row["live_at"],
        version=row["version"],
    )
