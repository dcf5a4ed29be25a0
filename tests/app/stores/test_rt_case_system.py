"""Cases in a real Request Tracker 5: the contract, both ways, and RT down in the middle."""

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.departments import DEPARTMENTS
from cases.mirror import ChangedThere
from cases.mirroring import Mirroring
from cases.model import CaseState
from cases.ports import CaseQuery
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from cases.timeline import moved, noted
from stores.database import engine_for
from stores.rt_case_system import STATUSES, RtAccess, RtCaseSystem
from stores.sql_case_store import SqlCaseStore
from stores.sql_mirror_store import SqlMirrorStore
from tests.contracts.case_store import AGENT, NOON, CaseStoreContract, opening
from tests.request_tracker import INITIAL_DATA, PASSWORD, Clerk, RequestTracker, request_tracker

__all__ = ["request_tracker"]


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time

    def later(self, by: timedelta) -> None:
        self.time += by


class Side:
    """Our side: a register and what keeps RT in step with it."""

    def __init__(
        self, engine: AsyncEngine, http: aiohttp.ClientSession, tracker: RequestTracker
    ) -> None:
        self.store = SqlCaseStore(engine)
        self.mirror = SqlMirrorStore(engine)
        self.watch = Watch()
        self.cases = CaseService(
            self.store,
            calendar=WorkingCalendar.load(),
            clocks=ServiceClocks.load(),
            priorities=PriorityRules.load(),
            routes=RoutingRules.load(),
            now=self.watch.now,
        )
        access = RtAccess(url=tracker.url, user="baddala", password=PASSWORD, timeout_s=20.0)
        self.system = RtCaseSystem(http, access)
        self.mirroring = self.another("node-1")

    def another(self, owner: str) -> Mirroring:
        return Mirroring(self.system, self.mirror, self.cases, owner=owner, now=self.watch.now)

    async def round(self) -> int:
        """Let some time pass, then keep step."""
        self.watch.later(timedelta(seconds=10))
        return await self.mirroring.round()


@pytest_asyncio.fixture
async def clerk(request_tracker: RequestTracker) -> AsyncIterator[Clerk]:
    async with aiohttp.ClientSession() as http:
        one = Clerk(http, request_tracker)
        yield one
        await one.clear()


@pytest_asyncio.fixture
async def side(
    migrated_sqlite: Path, tmp_path: Path, request_tracker: RequestTracker, clerk: Clerk
) -> AsyncIterator[Side]:
    register = shutil.copyfile(migrated_sqlite, tmp_path / "register.db")
    engine = engine_for(f"sqlite+aiosqlite:///{register}")
    yield Side(engine, clerk.http, request_tracker)
    await engine.dispose()


async def _equal(side: Side, clerk: Clerk, *, but_ours: bool = False) -> None:
    """Compare what RT has with the register, as RT's own people see it.

    ``but_ours``: leave out the words that came from RT.
    """
    while await side.round():
        continue
    assert (await side.mirror.standing("rt")).behind == 0
    kept = await side.store.list(CaseQuery(limit=500))
    tickets = await clerk.tickets()
    assert set(tickets) == {case.number for case in kept}
    for case in kept:
        ticket = tickets[case.number]
        assert (ticket["queue"], ticket["status"]) == (case.department, STATUSES[case.state])
        assert ticket["version"] == str(case.version)
        assert (ticket["state"], ticket["kind"]) == (case.state.value, case.kind.value)
        assert ticket["contact"] == (case.contact or "")
        notes = [
            f"{case.number}/{event.version}"
            for event in await side.store.timeline(case.number)
            if event.note is not None and not (but_ours and event.actor == "system:rt")
        ]
        assert sorted(await clerk.comments(ticket["id"])) == sorted(notes)


class TestTheRegisterWithRequestTracker(CaseStoreContract):
    """What the contract does to the register is afterwards in RT, once."""

    AT_ONCE = 10  # RT takes a second and more of a processor for each

    @pytest_asyncio.fixture
    async def store(self, side: Side, clerk: Clerk) -> AsyncIterator[SqlCaseStore]:  # type: ignore[override]
        yield side.store
        await _equal(side, clerk)


async def test_what_is_done_in_rt_is_done_here(side: Side, clerk: Clerk) -> None:
    case = await side.store.open(2026, opening())
    await side.round()
    ticket = (await clerk.tickets())[case.number]
    await clerk.change(ticket["id"], Status="resolved", Queue="ACC")
    await side.round()
    case = await side.store.get(case.number)
    assert (case.state, case.department) == (CaseState.RESOLVED, "ACC")
    timeline = await side.store.timeline(case.number)
    assert [one.actor for one in timeline[1:]] == ["system:rt"] * 3
    assert timeline[-1].note == "rt: root"
    await _equal(side, clerk, but_ours=True)


async def test_what_the_rules_forbid_is_noted_and_put_back(side: Side, clerk: Clerk) -> None:
    case = await side.store.open(2026, opening())
    await side.store.save(moved(case, CaseState.CLOSED, at=NOON, actor=AGENT))
    second = await side.store.open(2026, opening(caused_by="m-2"))
    await side.round()
    tickets = await clerk.tickets()
    assert set(tickets) == {second.number}, "a case that was finished before is not brought"
    closed = await side.store.save(moved(second, CaseState.CLOSED, at=NOON, actor=AGENT))
    await side.round()
    await clerk.change(tickets[second.number]["id"], Status="stalled")
    await side.round()
    assert (await side.store.get(closed.number)).state is CaseState.CLOSED
    noted_here = (await side.store.timeline(closed.number))[-1]
    assert noted_here.note is not None
    assert "root" in noted_here.note
    assert "stalled" in noted_here.note
    assert (await clerk.tickets())[second.number]["status"] == "resolved"


async def test_a_change_on_both_sides_at_once_loses_neither(side: Side, clerk: Clerk) -> None:
    case = await side.store.open(2026, opening())
    await side.round()
    ticket = (await clerk.tickets())[case.number]["id"]
    case = await side.store.save(noted(case, "اتصلنا ولم يرد", at=NOON, actor=AGENT))
    mirrored = await side.mirror.of("rt", case.number)
    assert mirrored is not None
    await clerk.change(ticket, Status="open")
    with pytest.raises(ChangedThere):
        await side.system.push(mirrored, [])
    await side.round()
    case = await side.store.get(case.number)
    assert case.state is CaseState.OPEN
    await _equal(side, clerk, but_ours=True)
    assert await clerk.comments(ticket) == [f"{case.number}/1"]


async def test_an_hour_without_rt_loses_and_doubles_nothing(
    side: Side, clerk: Clerk, request_tracker: RequestTracker
) -> None:
    before = [
        await side.store.open(2026, opening(caused_by=f"m-{n}", text=f"شكوى {n}")) for n in range(3)
    ]
    await side.round()
    request_tracker.stop()
    try:
        meanwhile = [await side.store.open(2026, opening(caused_by=f"later-{n}")) for n in range(4)]
        await side.store.save(moved(before[0], CaseState.OPEN, at=NOON, actor=AGENT, note="بدأنا"))
        tried = [await side.round() for _ in range(360)]
        assert tried == [0] * 360
        standing = await side.mirror.standing("rt")
        assert (standing.behind, standing.refused) == (5, 0)
        assert standing.failures < 20, "it is asked less and less often"
        assert standing.problem == "ClientConnectorError"
    finally:
        request_tracker.start()
    side.watch.later(timedelta(minutes=6))
    await _equal(side, clerk)
    assert set(await clerk.tickets()) == {one.number for one in (*before, *meanwhile)}


async def test_what_broke_off_after_it_arrived_is_not_sent_again(side: Side, clerk: Clerk) -> None:
    case = await side.store.open(2026, opening())
    case = await side.store.save(noted(case, "ملاحظة أولى", at=NOON, actor=AGENT))
    mirrored = (await side.mirror.behind("rt", now=side.watch.now(), limit=1))[0]
    await side.mirror.begin("rt", case.number)
    await side.system.push(mirrored, await side.store.timeline(case.number))  # and we die here
    await _equal(side, clerk)
    case = await side.store.save(noted(case, "ملاحظة ثانية", at=NOON, actor=AGENT))
    mirrored = (await side.mirror.behind("rt", now=side.watch.now(), limit=1))[0]
    await side.mirror.begin("rt", case.number)
    events = [one for one in await side.store.timeline(case.number) if one.version == case.version]
    await side.system.push(mirrored, events)  # and here
    await _equal(side, clerk)


async def test_of_two_processes_one_speaks_to_rt(side: Side, clerk: Clerk) -> None:
    await side.store.open(2026, opening())
    other = side.another("node-2")
    assert await side.round() == 1
    await side.store.open(2026, opening(caused_by="m-2"))
    assert await other.round() == 0
    side.watch.later(timedelta(minutes=2))  # the first is dead
    assert await other.round() == 1
    assert await side.mirroring.round() == 0
    assert len(await clerk.tickets()) == 2


async def test_a_refused_case_holds_up_no_other(side: Side, clerk: Clerk) -> None:
    refused = await side.store.open(2026, opening(department="GONE"))
    good = await side.store.open(2026, opening(caused_by="m-2"))
    assert await side.round() == 1
    assert set(await clerk.tickets()) == {good.number}
    standing = await side.mirror.standing("rt")
    assert (standing.behind, standing.refused, standing.failures) == (1, 1, 0)
    mirrored = await side.mirror.of("rt", refused.number)
    assert mirrored is not None
    assert mirrored.failures == 1
    await side.cases.reclassify(
        refused.number,
        kind=refused.kind,
        department="ACC",
        priority=refused.priority,
        actor=AGENT,
    )
    side.watch.later(timedelta(minutes=2))
    await _equal(side, clerk)


async def test_confidential_cases_stay_here(side: Side, clerk: Clerk) -> None:
    await side.store.open(2026, opening(confidential=True))
    assert await side.round() == 0
    assert await clerk.tickets() == {}


async def test_a_wrong_password_is_an_outage_not_a_refusal(
    side: Side, clerk: Clerk, request_tracker: RequestTracker
) -> None:
    await side.store.open(2026, opening())
    side.system = RtCaseSystem(
        clerk.http, RtAccess(url=request_tracker.url, user="baddala", password="wrong")
    )
    side.mirroring = side.another("node-1")
    assert await side.round() == 0
    standing = await side.mirror.standing("rt")
    assert (standing.problem, standing.refused) == ("HTTP 401", 0)


def test_every_department_gets_its_queue() -> None:
    [listed] = re.findall(r"@departments = qw\((.*)\)", INITIAL_DATA.read_text("utf-8"))
    assert set(listed.split()) == set(DEPARTMENTS)
