"""The case service on real databases, as several app processes use it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.errors import CaseNotFound
from cases.model import CaseKind, CaseState
from cases.ports import CaseQuery
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService, OpenRequest
from kernel.language import Language
from stores.database import engine_for
from stores.sql_case_store import SqlCaseStore

REQUEST = OpenRequest(
    kind=CaseKind.COMPLAINT,
    text="انخصم المبلغ مرتين عن الفاتورة INV-9 😡\x00",
    language=Language.AR,
    channel="webchat",
    person_id="p-7",
    conversation_id="c-7",
    caused_by="m-1",
    contact="0501234567",
)


def service_on(engine: AsyncEngine) -> CaseService:
    return CaseService(
        SqlCaseStore(engine),
        calendar=WorkingCalendar.load(),
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=lambda: datetime(2026, 11, 2, 6, tzinfo=UTC),
    )


async def test_fifty_openings_at_once_get_fifty_numbers(
    engine: AsyncEngine, database_url: str
) -> None:
    other = engine_for(database_url)  # as another process has it
    services = [service_on(engine), service_on(other)]
    requests = [replace(REQUEST, caused_by=f"m-{n}", person_id=f"p-{n}") for n in range(50)]
    opened = await asyncio.gather(
        *(services[n % 2].open(request) for n, request in enumerate(requests))
    )
    await other.dispose()
    assert len({case.number for case in opened}) == 50
    assert len(await services[0].list(CaseQuery(limit=100))) == 50


async def test_one_message_heard_twenty_times_at_once_opens_one_case(
    engine: AsyncEngine, database_url: str
) -> None:
    other = engine_for(database_url)
    services = [service_on(engine), service_on(other)]
    opened = await asyncio.gather(*(services[n % 2].open(REQUEST) for n in range(20)))
    await other.dispose()
    assert Counter(case.number for case in opened) == {opened[0].number: 20}
    [stored] = await services[0].list()
    assert stored == opened[0]
    assert len(await services[0].timeline(stored.number)) == 1


async def test_a_case_goes_its_whole_way(engine: AsyncEngine) -> None:
    cases = service_on(engine)
    case = await cases.open(REQUEST)
    way = [CaseState.OPEN, CaseState.WAITING_CITIZEN, CaseState.RESOLVED, CaseState.CLOSED]
    for state in way:
        await cases.move(case.number, state, actor="agent:mariam", note=f"إلى {state}")
    found = await cases.find_for("رقم شكوتي ٢٦ ٠٠٠٠١٠", person_id="p-7")
    assert (found.state, found.version) == (CaseState.CLOSED, 4)
    assert [event.version for event in await cases.timeline(case.number)] == [0, 1, 2, 3, 4]
    with pytest.raises(CaseNotFound):
        await cases.find_for(case.number, person_id="stranger")


async def test_notes_at_once_are_all_kept(engine: AsyncEngine) -> None:
    cases = service_on(engine)
    case = await cases.open(REQUEST)
    notes = [f"ملاحظة {n} عن INV-9" for n in range(4)]
    await asyncio.gather(*(cases.add_note(case.number, n, actor="agent:a") for n in notes))
    kept = [event.note for event in await cases.timeline(case.number)]
    assert sorted(note for note in kept if note) == notes
