"""Who is on duty, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from conversations.agents import Agent
from conversations.duty import Roster
from conversations.heartbeats import Heartbeats
from kernel.language import Language
from stores.sql_agent_store import SqlAgentStore
from tests.app.conversations.parts import Clock

MONDAY_10 = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 10:00 in Dubai
NOURA = Agent(id="a-1", name_ar="نورة المزروعي", name_en="Noura Al Mazrouei")
KHALID = Agent(
    id="a-2",
    name_ar="خالد العامري",
    name_en="Khalid Al Ameri",
    languages=frozenset({Language.AR}),
    departments=frozenset({"DPS"}),
)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY_10)


@pytest.fixture
def agents(engine: AsyncEngine) -> SqlAgentStore:
    return SqlAgentStore(engine)


@pytest.fixture
def roster(agents: SqlAgentStore, clock: Clock) -> Roster:
    return Roster(agents, hours=WorkingCalendar.load(), now=clock)


async def on(agents: SqlAgentStore, agent: Agent, clock: Clock, *, available: bool = True) -> None:
    await agents.enrol(agent)
    assert await agents.beat(agent.id, available=available, at=clock())


async def test_nobody_is_on_duty_before_anybody_came(roster: Roster) -> None:
    assert not await roster.anybody(Language.AR, None)


async def test_an_agent_is_on_duty_as_long_as_their_desk_gives_signs_of_life(
    roster: Roster, agents: SqlAgentStore, clock: Clock
) -> None:
    await agents.enrol(NOURA)
    assert not await roster.anybody(Language.AR, "DPS")
    await on(agents, NOURA, clock)
    assert await roster.anybody(Language.AR, "DPS")
    clock.pass_(61)
    assert not await roster.anybody(Language.AR, "DPS")
    await on(agents, NOURA, clock, available=False)
    assert not await roster.anybody(Language.AR, "DPS")


async def test_language_and_department_must_fit(
    roster: Roster, agents: SqlAgentStore, clock: Clock
) -> None:
    await on(agents, KHALID, clock)
    assert await roster.anybody(Language.AR, "DPS")
    assert await roster.anybody(Language.AR, None)
    assert not await roster.anybody(Language.AR, "MIL")
    assert not await roster.anybody(Language.EN, "DPS")


async def test_out_of_hours_nobody_is_on_duty_but_may_be_there(
    roster: Roster, agents: SqlAgentStore, clock: Clock
) -> None:
    clock.at += timedelta(hours=6)  # 16:00
    await on(agents, NOURA, clock)
    assert not await roster.anybody(Language.AR, None)
    assert [one.agent for one in await roster.present()] == [NOURA]


async def test_who_left_the_house_is_not_on_duty(
    roster: Roster, agents: SqlAgentStore, clock: Clock
) -> None:
    await on(agents, NOURA, clock)
    await agents.enrol(Agent(id="a-1", name_ar="نورة", name_en="Noura", active=False))
    assert not await roster.anybody(Language.AR, None)
    assert not await agents.beat("a-404", available=True, at=clock())
    assert await agents.find("a-404") is None
    found = await agents.find("a-1")
    assert found is not None
    assert (found.name(Language.AR), found.actor) == ("نورة", "agent:a-1")


async def test_signs_of_life_of_many_are_kept_with_one_write(
    roster: Roster, agents: SqlAgentStore, clock: Clock
) -> None:
    for agent in (NOURA, KHALID):
        await on(agents, agent, clock)
    heartbeats = Heartbeats(agents, now=clock)
    clock.pass_(61)
    assert not await roster.present()
    for id_ in ("a-1", "a-2", "a-1", "a-404"):
        heartbeats.note(id_)
    heartbeats.start()
    await asyncio.sleep(0)  # so that its first round begins
    await heartbeats.stop()
    assert len(await roster.present()) == 2
