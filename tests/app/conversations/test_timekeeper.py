"""What happens without an agent's hand, on both databases, with a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.model import CaseKind
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from conversations.agents import Agent
from conversations.appointments import CaseAppointments
from conversations.duty import Roster
from conversations.floor import Reason, Spell, Step
from conversations.floor_moves import Escalation
from conversations.model import Address, Controller, Sender
from conversations.timekeeper import Timekeeper
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.sql_case_store import SqlCaseStore
from tests.app.conversations.parts import Clock, Parts, all_parts
from tests.app.conversations.test_handover import CHIEF, CLOSING, KHALID, NOURA, said, seq

MONDAY_10 = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 10:00 in Dubai
HOURS = WorkingCalendar.load()


@dataclass
class Day:
    """Parts, and somebody who keeps time."""

    parts: Parts
    engine: AsyncEngine
    unattended: Unattended
    keeper: Timekeeper
    here: tuple[Agent, ...] = ()

    async def pass_(self, minutes: float) -> None:
        """Let time pass: a look every minute, with signs of life of who is here."""
        for _ in range(round(minutes)):
            self.parts.clock.pass_(60)
            await self.tick()

    async def tick(self) -> None:
        for agent in self.here:
            await self.parts.agents.beat(agent.id, available=True, at=self.parts.clock())
        await self.keeper.keep()

    async def come(self, *agents: Agent) -> None:
        self.here = agents
        for agent in agents:
            await self.parts.agents.enrol(agent)
            await self.parts.agents.beat(agent.id, available=True, at=self.parts.clock())

    async def wanted(self, who: str = "mariam", reason: Reason = Reason.ASKED) -> str:
        received = await self.parts.hear("أريد موظف عن INV-9", of=Address("fake", "user", who))
        await self.parts.answer_all()
        await self.parts.handover.escalate(
            received.conversation.id, Escalation(reason), actor="system:test"
        )
        return received.conversation.id

    async def spell(self, of: str) -> Spell | None:
        return await self.parts.handover_store.find(of)

    async def steps(self) -> list[str]:
        events = await self.parts.store.events_after(0)
        return [one.data["what"] for one in events if one.kind == "handover"]


def cases_on(engine: AsyncEngine, clock: Clock) -> CaseService:
    return CaseService(
        SqlCaseStore(engine),
        calendar=HOURS,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=clock,
    )


def a_keeper(parts: Parts, engine: AsyncEngine, *, assign: bool = False) -> Day:
    roster = Roster(parts.agents, hours=HOURS, now=parts.clock)
    unattended = Unattended(parts.handover, parts.handover_store, now=parts.clock, assign=assign)
    parts.handover.when_freed(unattended.next_for)
    appointments = CaseAppointments(
        cases_on(engine, parts.clock),
        parts.handover_store,
        calendar=HOURS,
        phrases=Catalogue.load(),
        now=parts.clock,
    )
    keeper = Timekeeper(
        unattended,
        parts.handover_store,
        roster,
        appointments,
        hours=HOURS,
        now=parts.clock,
        wakeup=Wakeup(),
        poll_s=0.01,
    )
    return Day(parts, engine, unattended, keeper)


@pytest_asyncio.fixture
async def day(engine: AsyncEngine) -> AsyncIterator[Day]:
    async with all_parts(engine, hold_s=5) as parts:
        parts.clock.at = MONDAY_10
        yield a_keeper(parts, engine)


async def test_an_owner_is_reminded_then_loses_it_then_the_supervisor_hears(day: Day) -> None:
    await day.come(NOURA, KHALID)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    await day.pass_(2)
    assert await day.steps() == ["escalated", "claimed"]
    await day.pass_(2)  # first answer was due after 3 minutes
    spell = await day.spell(of)
    assert spell is not None
    assert (spell.step, spell.owner_id, spell.acknowledged_at) == (Step.REMINDED, NOURA.id, None)
    await day.pass_(6)
    spell = await day.spell(of)
    assert spell is not None
    assert (spell.step, spell.owner_id) == (Step.RETURNED, None)
    assert (await day.parts.conversation()).controller is Controller.QUEUE
    await day.pass_(6)
    spell = await day.spell(of)
    assert spell is not None
    assert spell.step is Step.RAISED
    assert spell.raised_at is not None
    assert await day.steps() == ["escalated", "claimed", "reminded", "returned", "raised"]
    await day.parts.handover.claim(of, KHALID)  # whoever takes it gets time of their own
    spell = await day.spell(of)
    assert spell is not None
    assert (spell.step, spell.waits_since) == (Step.RUNNING, spell.opened_at)


async def test_several_who_keep_time_do_each_thing_once(day: Day) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    await day.parts.handover.reply(of, NOURA, "أهلًا", seen_seq=await seq(day.parts))
    others = [a_keeper(day.parts, day.engine) for _ in range(3)]
    day.parts.clock.pass_(60 * 9)
    await asyncio.gather(*(one.keeper.keep() for one in [day, *others]))
    assert await said(day.parts, Sender.AGENT) == ["أهلًا"]
    await day.parts.hear("متى INV-9؟")
    await day.parts.answer_all()
    day.parts.clock.pass_(60 * 11)
    await asyncio.gather(*(one.keeper.keep() for one in [day, *others]))
    assert (await day.steps()).count("reminded") == 1


async def test_a_line_is_sent_when_its_time_on_hold_is_over(day: Day) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    await day.parts.handover.reply(of, NOURA, "حيّاك الله", seen_seq=await seq(day.parts))
    await day.keeper.keep()
    assert await said(day.parts, Sender.AGENT) == []
    day.parts.clock.pass_(5)
    await day.keeper.keep()
    assert await said(day.parts, Sender.AGENT) == ["حيّاك الله"]
    spell = await day.spell(of)
    assert spell is not None
    assert spell.waits_since is None


async def test_a_snooze_ends_at_its_time_and_calls_for_attention(day: Day) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    until = day.parts.clock() + timedelta(minutes=30)
    await day.parts.handover.snooze(of, NOURA, until=until)
    await day.pass_(29)
    spell = await day.spell(of)
    assert spell is not None
    assert (spell.snoozed_until, spell.owner_id) == (until, NOURA.id)
    await day.pass_(2)
    spell = await day.spell(of)
    assert spell is not None
    assert (spell.snoozed_at, spell.acknowledged_at) == (None, None)
    assert spell.due_at is not None


async def test_nobody_at_the_end_of_hours_makes_a_case_and_says_when(day: Day) -> None:
    await day.come(NOURA)
    day.parts.clock.at = MONDAY_10 + timedelta(hours=5, minutes=25)  # 15:25
    of = await day.wanted()
    mine = await day.wanted("salem")
    await day.parts.handover.claim(mine, NOURA)
    await day.pass_(8)  # 15:33, and Noura is still there
    assert await day.spell(of) is not None
    day.here = ()
    await day.pass_(4)
    for conversation_id in (of, mine):
        assert await day.spell(conversation_id) is None
        assert (await day.parts.store.get(conversation_id)).controller is Controller.BOT
    cases = cases_on(day.engine, day.parts.clock)
    [case] = await cases.cases_of((await day.parts.store.get(of)).person_id)
    assert (case.kind, case.text) == (CaseKind.CALLBACK, "أريد موظف عن INV-9")
    [line] = await said(day.parts, Sender.SYSTEM)
    assert case.number in line
    assert "الثلاثاء" in line
    assert (await day.steps()).count("called_back") == 2


async def test_at_the_end_of_hours_what_nobody_waits_for_returns_to_the_assistant(
    day: Day,
) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    await day.parts.handover.reply(of, NOURA, "أهلًا", seen_seq=await seq(day.parts))
    await day.parts.handover.release(of, NOURA)
    day.parts.clock.at = MONDAY_10 + timedelta(hours=5, minutes=29)
    await day.pass_(1)
    day.here = ()
    await day.pass_(3)
    assert await day.spell(of) is None
    assert (await day.parts.conversation()).controller is Controller.BOT
    assert (await day.steps())[-1] == "given_back"
    assert await cases_on(day.engine, day.parts.clock).list() == []


async def test_hours_with_nobody_there_end_in_a_case_too_but_only_at_the_last_step(
    day: Day,
) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    day.here = ()
    await day.pass_(7)
    assert await day.spell(of) is not None
    await day.pass_(4)
    assert await day.spell(of) is None
    [line] = await said(day.parts, Sender.SYSTEM)
    assert "خلال ساعات العمل اليوم" in line


async def test_who_becomes_free_is_pointed_to_who_waits_longest(day: Day) -> None:
    english = Agent(id="a-1", name_ar="نورة", name_en="Noura", languages=frozenset({Language.EN}))
    await day.come(NOURA)
    mine = await day.wanted("mine")
    first, _second = await day.wanted("first"), await day.wanted("second")
    await day.parts.handover.claim(mine, NOURA)
    await day.parts.handover.close(mine, NOURA, CLOSING)
    [offered] = [one for one in await day.parts.store.events_after(0) if one.data.get("offered_to")]
    assert (offered.conversation_id, offered.data["offered_to"]) == (first, NOURA.id)
    assert await day.unattended.next_for(english) is None


async def test_where_conversations_are_given_out_whoever_holds_least_gets_them(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine) as parts:
        parts.clock.at = MONDAY_10
        day = a_keeper(parts, engine, assign=True)
        small = Agent(id="a-2", name_ar="خالد", name_en="Khalid", capacity=1)
        await day.come(NOURA, small)
        waiting = [await day.wanted(f"u-{n}") for n in range(4)]
        await day.keeper.keep()
        spells = [await day.spell(one) for one in waiting]
        owners = [one.owner_id for one in spells if one is not None]
        assert sorted(str(one) for one in owners) == ["a-1", "a-1", "a-1", "a-2"]
        assert all(one is not None and one.acknowledged_at is None for one in spells)


async def test_a_week_leaves_nothing_open_without_an_owner_or_a_next_time(day: Day) -> None:
    """PAINS 12: every open conversation has somebody or a time, at every look."""
    shifts = {0: (NOURA, KHALID), 1: (NOURA,), 2: (), 3: (KHALID, CHIEF), 4: (NOURA,)}
    midnight = MONDAY_10.replace(hour=20) - timedelta(days=1)
    for agent in (NOURA, KHALID, CHIEF):
        await day.parts.agents.enrol(agent)
    for hour in range(7 * 24):
        day.parts.clock.at = midnight + timedelta(hours=hour)
        local = day.parts.clock.at.astimezone(HOURS.zone)
        working = shifts.get(local.weekday(), ())
        day.here = working if HOURS.is_open(day.parts.clock.at) else ()
        if hour % 5 == 0:
            await day.wanted(f"u-{hour % 15}")
        for _ in range(2):
            await day.tick()
            day.parts.clock.pass_(6)
        if hour % 9 == 0 and day.here:
            for _, conversation in await day.parts.handover_store.waiting():
                await day.parts.handover.claim(conversation.id, day.here[0])
                if hour % 2 == 0:
                    await day.parts.handover.close(conversation.id, day.here[0], CLOSING)
        for spell, _ in await day.parts.handover_store.waiting():
            assert spell.due_at is not None or spell.raised_at is not None
    day.here = ()
    day.parts.clock.pass_(3600)
    for _ in range(3):
        day.parts.clock.pass_(6)
        await day.tick()
    assert await day.parts.handover_store.waiting() == []


async def test_it_runs_until_it_is_stopped(day: Day) -> None:
    await day.come(NOURA)
    of = await day.wanted()
    await day.parts.handover.claim(of, NOURA)
    await day.parts.handover.reply(of, NOURA, "أهلًا", seen_seq=await seq(day.parts))
    day.parts.clock.pass_(5)
    day.keeper.start()
    for _ in range(200):
        if await said(day.parts, Sender.AGENT):
            break
        await asyncio.sleep(0.01)
    assert day.keeper.running
    await day.keeper.stop()
    assert not day.keeper.running
