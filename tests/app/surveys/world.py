"""A person with a conversation and cases, and what asks them, on one database."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.follow_up_wiring import case_service, kept_cases
from cases.calendar import WorkingCalendar
from cases.kept_store import KeptCases
from cases.model import Case, CaseState
from cases.service import CaseService
from cases.timeline import moved
from cases.work import CaseWork
from conversations.lines import Lines
from conversations.model import Address, Conversation, Message
from conversations.wakeup import Wakeup
from phrases.catalogue import Catalogue
from stores.audit_tables import AuditRow
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_survey_answers import SqlSurveyAnswers
from stores.sql_survey_asking import SqlSurveyAsking
from stores.sql_survey_campaigns import SqlSurveyCampaigns
from stores.sql_survey_drawing import SqlSurveyDrawing
from stores.sql_survey_follow_ups import SqlSurveyFollowUps
from stores.sql_survey_results import SqlSurveyResults
from surveys.asking import Asking, AskingRules
from surveys.drawing import Drawing
from surveys.following_up import FollowingUp, FollowUpCases
from surveys.wording import Wording
from tests.app.conversations.parts import MARIAM, Parts, all_parts, new_id
from tests.contracts.case_store import AGENT, opening

TEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""Ten o'clock of a Tuesday in Dubai."""

PAGE = "https://chat.finance.example"


@dataclass
class World:
    engine: AsyncEngine
    parts: Parts
    cases: KeptCases
    calendar: WorkingCalendar
    service: CaseService
    asking: Asking
    store: SqlSurveyAsking
    answers: SqlSurveyAnswers
    following: FollowingUp
    follow_ups: FollowUpCases
    campaigns: SqlSurveyCampaigns
    draws: SqlSurveyDrawing
    drawing: Drawing
    results: SqlSurveyResults
    tokens: list[str] = field(default_factory=list)
    window: datetime | None = None
    again: str | None = None
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def closed_case(self, of: Address = MARIAM, **changes: Any) -> Case:
        """Have somebody write, open a case of theirs, and resolve it."""
        await self.parts.hear("انخصم المبلغ مرتين INV-9", of=of)
        await self.parts.answer_all()
        conversation = await self.parts.conversation(of)
        given = {
            "conversation_id": conversation.id,
            "person_id": conversation.person_id,
            "caused_by": f"m-{next(self.numbers)}",
            "opened_at": self.parts.clock(),
            **changes,
        }
        case = await self.cases.open(2026, opening(**given))
        return await self.close(case)

    async def close(self, case: Case) -> Case:
        at = self.parts.clock()
        if case.state is CaseState.NEW:
            case = await self.cases.save(moved(case, CaseState.OPEN, at=at, actor=AGENT))
        return await self.cases.save(moved(case, CaseState.RESOLVED, at=at, actor=AGENT))

    async def round(self, after: timedelta = timedelta(minutes=31)) -> None:
        self.parts.clock.pass_(after.total_seconds())
        await self.asking.make_round()

    async def asked(self, of: Address = MARIAM) -> list[Message]:
        """Return the messages that ask."""
        return [one for one in await self.parts.messages(of) if (one.reason or "") in ASKING]

    async def press(self, payload: str) -> None:
        await self.parts.hear("", payload=payload)
        await self.parts.answer_all()

    async def say(self, text: str) -> None:
        await self.parts.hear(text)
        await self.parts.answer_all()

    async def rows(self, table: sa.Table) -> Sequence[Mapping[str, Any]]:
        async with self.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]

    async def audited(self, action: str) -> int:
        async with self.engine.connect() as connection:
            found = sa.select(sa.func.count()).where(AuditRow.action == action)
            return int(await connection.scalar(found) or 0)


ASKING = frozenset({"rate_us", "rate_case", "rate_survey", "survey_case_link", "survey_link"})


@asynccontextmanager
async def a_world(engine: AsyncEngine, **rules: Any) -> AsyncIterator[World]:
    async with all_parts(engine) as parts:
        parts.clock.at = TEN
        phrases, calendar = Catalogue.load(), WorkingCalendar.load()
        cases = kept_cases(SqlCaseJoins(engine), calendar)
        service = case_service(cases, calendar, now=parts.clock)
        store = SqlSurveyAsking(engine, new_id=new_id)
        tokens: list[str] = []

        def new_token() -> str:
            if world.again is not None:
                return world.again
            tokens.append(f"{len(tokens):024d}")
            return tokens[-1]

        async def open_until(_conversation: Conversation) -> datetime | None:
            return world.window

        def template(
            _conversation: Conversation, name: str, facts: Mapping[str, str]
        ) -> tuple[str, Mapping[str, Any]] | None:
            if name != "survey_case":
                return None
            return f"{facts['number']}: {facts['link']}", {"template": {"name": name}}

        work = CaseWork(cases, service.rules, now=parts.clock)
        follow_ups = FollowUpCases(service, work, phrases)
        world = World(
            engine=engine,
            parts=parts,
            cases=cases,
            calendar=calendar,
            service=service,
            asking=Asking(
                store,
                Wording(Lines(phrases, new_id=new_id), template=template, page=PAGE),
                AskingRules(**rules),
                working=calendar.is_open,
                open_until=open_until,
                to_send=Wakeup(),
                now=parts.clock,
                new_token=new_token,
            ),
            store=store,
            answers=SqlSurveyAnswers(engine),
            following=FollowingUp(SqlSurveyFollowUps(engine), follow_ups, now=parts.clock),
            follow_ups=follow_ups,
            campaigns=SqlSurveyCampaigns(engine),
            draws=SqlSurveyDrawing(engine),
            drawing=Drawing(SqlSurveyDrawing(engine), calendar, now=parts.clock, new_id=new_id),
            results=SqlSurveyResults(engine),
            tokens=tokens,
        )
        yield world


__all__ = ["MARIAM", "PAGE", "TEN", "World", "a_world"]
