"""Build the demonstration: its services in memory, and what keeps it in a database."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.model import Account, Role
from app.calendar_wiring import open_office
from app.desk_wiring import administration_of
from app.follow_up_wiring import kept_cases
from cases.chasing import Chasing
from cases.clocks import ServiceClocks
from cases.handling import Handling
from cases.history import CaseHistory
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from cases.work import CaseWork
from conversations.history import ConversationHistory
from demo.house import DemoHouse, Parts, SimulatedClock
from demo.people import new_id, staff
from demo.season import DAYS
from desk.viewer import agent_of
from stores.memory_case_store import MemoryCaseStore
from stores.sql_account_store import SqlAccountStore
from stores.sql_agent_store import SqlAgentStore
from stores.sql_calendar_store import SqlCalendarStore
from stores.sql_case_histories import SqlCaseHistories
from stores.sql_conversation_histories import SqlConversationHistories

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

FURNISHER = "system:demo"
SEED = 26
CASES = 3000


@dataclass(frozen=True, slots=True)
class Furnished:
    """What was made: one of each role with a one-time password, cases, and conversations."""

    passwords: tuple[tuple[Account, str], ...]
    histories: tuple[CaseHistory, ...]
    talks: tuple[ConversationHistory, ...]


async def furnish(
    engine: AsyncEngine, *, size: int = CASES, seed: int = SEED, until: datetime
) -> Furnished:
    """Fill an empty, migrated database with a demonstration that ends at ``until``.

    All but the passwords comes out the same for the same arguments.
    """
    chance = random.Random(seed)
    until = until.replace(second=0, microsecond=0)
    everybody, passwords = await _enrol(engine, chance, until - timedelta(days=DAYS))
    house = await play_house(engine, everybody, chance, size, until)
    histories = await house.play()
    await SqlCaseHistories(engine).keep(histories)
    talks = house.talks(histories)
    await SqlConversationHistories(engine).keep(talks)
    return Furnished(passwords, tuple(histories), tuple(talks))


async def play_house(
    engine: AsyncEngine, staff: list[Account], chance: random.Random, size: int, until: datetime
) -> DemoHouse:
    """Return the house with its services; its calendar is the one that the database has."""
    calendar = (await open_office(SqlCalendarStore(engine), now=lambda: until)).calendar
    kept = kept_cases(MemoryCaseStore(), calendar)
    clock = SimulatedClock()
    cases = CaseService(
        kept,
        calendar=calendar,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=clock.now,
    )
    parts = Parts(
        kept,
        cases,
        CaseWork(kept, cases.rules, now=clock.now),
        Handling(kept, kept.keeping.law, calendar, now=clock.now),
        Chasing(kept, kept.keeping, now=clock.now),
        calendar,
    )
    return DemoHouse(parts, clock, staff, size, until, chance)


async def _enrol(
    engine: AsyncEngine, chance: random.Random, at: datetime
) -> tuple[list[Account], tuple[tuple[Account, str], ...]]:
    """Keep everybody who works here; the first of each role gets a one-time password."""
    agents = SqlAgentStore(engine)
    administration = administration_of(
        SqlAccountStore(engine), agents, now=lambda: at, new_id=lambda: new_id(chance)
    )
    made = await administration.first_admin()
    if made is None:
        raise NotEmpty
    found = await administration.store.find(made[0])
    if found is None:
        raise AssertionError("the first account was just kept")
    everybody, passwords, roles = [found[0]], [(found[0], made[1])], set[frozenset[Role]]()
    for one in staff():
        if one.roles in roles:
            account = replace(one, id=new_id(chance))
            await administration.store.add(account, password_hash=None, actor=FURNISHER, at=at)
            await agents.enrol(agent_of(account))
        else:
            password = await administration.add(one, by=found[0])
            kept = await administration.store.find(one.email)
            account = kept[0] if kept else one
            passwords.append((account, password))
        roles.add(one.roles)
        everybody.append(account)
    return everybody, tuple(passwords)


class NotEmpty(Exception):
    """The database has accounts already: a demonstration would mix with what is there."""
