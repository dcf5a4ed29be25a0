"""Managers' counts for all who look: read once until a case changes, or a few seconds pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cases.board import Board, BoardFilter, By, Line, Pair, Pairs, of_first
from cases.flow import Day, Flow
from cases.kept_counts import KeptCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases.model import Case

CLOCKS_MOVE = timedelta(seconds=5)
"""For so long what is due counts as not late yet; changes of cases show at once."""

DAYS_OVER = timedelta(minutes=1)
"""For so long what is corrected in a day that is over may not show."""


class SharedBoard:
    """A board before another; whose cases somebody may see is part of what they ask."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._kept = KeptCounts[Sequence[Pairs]](CLOCKS_MOVE)

    async def tally(self, wanted: BoardFilter, *pairs: Pair) -> Sequence[Pairs]:
        """Return how many there are of each pair of values, for every pair that is asked for."""
        return await self._kept.of(
            (replace(wanted, now=wanted.day_end), pairs),
            partial(self._board.tally, wanted, *pairs),
            now=wanted.now,
            state=await self._board.newest(),
        )

    async def count(self, wanted: BoardFilter) -> int:
        """Return how many there are."""
        return await self._board.count(wanted)

    async def count_by(self, wanted: BoardFilter, by: By) -> Mapping[str, int]:
        """Return how many there are of each."""
        return of_first((await self.tally(wanted, (by, by)))[0])

    async def list(
        self, wanted: BoardFilter, *, limit: int = 50, offset: int = 0
    ) -> Sequence[Case]:
        """Return one page: the earliest deadline first."""
        return await self._board.list(wanted, limit=limit, offset=offset)

    def lines(self, wanted: BoardFilter, *, at_once: int) -> AsyncIterator[Sequence[Line]]:
        """Yield all of them in the order of ``list``."""
        return self._board.lines(wanted, at_once=at_once)

    async def newest(self) -> int:
        """Return what is another number once any case was changed."""
        return await self._board.newest()


class SharedFlow:
    """Counts the last day each time, and the days before it once a minute."""

    def __init__(self, flow: Flow, *, now: Callable[[], datetime]) -> None:
        self._flow = flow
        self._now = now
        self._kept = KeptCounts[Sequence[Day]](DAYS_OVER)

    async def days(
        self, first: date, last: date, *, departments: frozenset[str], seen: frozenset[str]
    ) -> Sequence[Day]:
        """Return every day from ``first`` to ``last``."""
        count = partial(self._flow.days, departments=departments, seen=seen)
        before = last - timedelta(days=1)
        over = (
            await self._kept.of(
                (first, before, departments, seen), partial(count, first, before), now=self._now()
            )
            if first <= before
            else ()
        )
        return [*over, *await count(last, last)]
