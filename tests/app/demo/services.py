"""The case service on a database, at a fixed moment."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from app.follow_up_wiring import kept_cases
from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from stores.sql_case_joins import SqlCaseJoins


def case_service_on(engine: AsyncEngine, at: datetime) -> CaseService:
    calendar = WorkingCalendar.load()
    return CaseService(
        kept_cases(SqlCaseJoins(engine), calendar),
        calendar=calendar,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=lambda: at,
    )
