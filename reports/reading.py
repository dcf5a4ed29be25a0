"""Read everything that a report says of a period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.board import Board
from reports.figures import Figures, FigureStore, Scope, read_backlog, whole_filter
from reports.periods import Period, Rhythm, Span
from reports.subjects import top_subjects

EARLIER = {Rhythm.DAILY: 6, Rhythm.WEEKLY: 6, Rhythm.MONTHLY: 5, Rhythm.QUARTERLY: 3}
"""How many periods before are told as well: a week, a month and a half, half a year, a year."""
TEXTS_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks the store of figures and the managers' board."""

    store: FigureStore
    board: Board
    zone: ZoneInfo
    now: Callable[[], datetime]

    async def read(self, period: Period, scope: Scope) -> Figures:
        """Return the figures of a period, and of those before it, as of now."""
        at = self.now()
        span = period.span(self.zone)
        day_end = _day_end(at, self.zone)
        earlier = [
            (one, await self.store.read(one.span(self.zone), scope, at=at))
            for one in period.earlier(EARLIER[period.rhythm])
        ]
        said = await self.store.said(
            Span(span.since, min(span.until, at)), scope, limit=TEXTS_AT_MOST
        )
        return Figures(
            period=period,
            scope=scope,
            at=at,
            day_end=day_end,
            now=await self.store.read(span, scope, at=at),
            earlier=earlier,
            backlog=await read_backlog(self.board, whole_filter(scope, at=at, day_end=day_end)),
            subjects=top_subjects(said),
        )


def _day_end(at: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = at.astimezone(zone) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
