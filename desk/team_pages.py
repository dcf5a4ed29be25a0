"""Managers' page of the assistant and the team: who did what today, and how much lies where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.model import Account
from cases.board import Board, By, ClockState
from conversations.agents import Attendance
from conversations.duty import AgentStore
from conversations.talk_figures import ChatLoad, TalkFigures
from desk.access import ACCOUNT, Routes
from desk.oversight_filter import Chosen, board_filter
from desk.rendering import MANAGING, Rendering
from desk.team import is_present, team_of

DAYS = 7
NOTHING = Chosen(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the team, and what they have to do."""

    attendance: Attendance
    present: bool
    chats: ChatLoad
    cases: int
    late: int


class TeamPages:
    """For managers and supervisors; of the team, those who work for one of their units."""

    def __init__(
        self,
        talks: TalkFigures,
        board: Board,
        agents: AgentStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._talks = talks
        self._board = board
        self._agents = agents
        self._rendering = rendering
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/oversight/team", self.show, MANAGING)
        routes.get("/oversight/team/live", self.live, MANAGING)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page."""
        return await self._screen(request, "team.html")

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Show its numbers alone, drawn anew."""
        return await self._screen(request, "team_live.html")

    async def _screen(self, request: web.Request, template: str) -> web.StreamResponse:
        now = self._now()
        today = now.astimezone(self._zone).date()
        facts: dict[str, Any] = {
            "now": now,
            "days": await self._talks.days(today - timedelta(days=DAYS - 1), today),
            "team": await self._team(request[ACCOUNT], now),
            "address": NOTHING,
            "By": By,
        }
        return self._rendering.page(request, template, facts)

    async def _team(self, account: Account, now: datetime) -> list[Person]:
        """Return the team, who has most to do first; cases by the board, as everywhere."""
        wanted = board_filter(NOTHING, account, now=now, zone=self._zone)
        (owned,) = await self._board.tally(wanted, (By.OWNER, By.CLOCK))
        midnight = datetime.combine(now.astimezone(self._zone).date(), time(), self._zone)
        loads = {one.agent_id: one for one in await self._talks.loads(midnight.astimezone(UTC))}
        team = []
        for one in await team_of(self._agents, account):
            theirs = [owned.get((one.agent.actor, clock.value), 0) for clock in ClockState]
            team.append(
                Person(
                    attendance=one,
                    present=is_present(one, now),
                    chats=loads.get(one.agent.id, ChatLoad(agent_id=one.agent.id)),
                    cases=sum(theirs),
                    late=owned.get((one.agent.actor, ClockState.LATE.value), 0),
                )
            )
        return sorted(team, key=lambda one: (-one.chats.open_now, -one.cases))
