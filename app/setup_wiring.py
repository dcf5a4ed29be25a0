"""Wire what an administrator sets up on screen: units, working hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cases.board import Board
from cases.calendar_store import CalendarOffice
from cases.department_store import DepartmentOffice
from cases.departments import DEPARTMENTS
from cases.kept_store import KeptCases
from cases.recounting import RecountStore
from cases.routing import RoutingRules
from conversations.rounds import Rounds
from desk.application import Pages
from desk.calendar_pages import CalendarPages
from desk.department_pages import DepartmentPages
from desk.rendering import Rendering
from stores.sql_department_store import SqlDepartmentStore

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Setup:
    """What the desk shows of it, and what follows changes of other processes."""

    departments: DepartmentOffice
    board: Board
    calendar: CalendarOffice
    cases: KeptCases
    recounts: RecountStore
    now: Callable[[], datetime]

    def pages(self, rendering: Rendering) -> Sequence[Pages]:
        """Return the screens."""
        return [
            DepartmentPages(self.departments, self.board, rendering, now=self.now),
            CalendarPages(self.calendar, self.cases, self.recounts, rendering, now=self.now),
        ]

    def workers(self) -> Sequence[Rounds]:
        """Return what lets count here what another process kept."""
        return [Rounds("departments", self.departments.refresh, every_s=EVERY_S)]


async def open_setup(
    engine: AsyncEngine,
    board: Board,
    routes: RoutingRules,
    calendar: CalendarOffice,
    cases: KeptCases,
    recounts: RecountStore,
    *,
    now: Callable[[], datetime],
) -> Setup:
    """Return it with all that was changed in force."""
    departments = DepartmentOffice(
        SqlDepartmentStore(engine), DEPARTMENTS, needed=frozenset({routes.receiving}), now=now
    )
    await departments.refresh()
    return Setup(departments, board, calendar, cases, recounts, now)
