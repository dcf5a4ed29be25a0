import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.audit import AuditQuery
from accounts.model import Role
from app.demo_wiring import NotEmpty, furnish, play_house
from cases.board import BoardFilter
from cases.departments import DEPARTMENTS
from cases.history import CaseHistory
from cases.model import CaseKind, CaseState
from cases.ports import CaseQuery
from cases.service import OpenRequest
from conversations.improving import UNSURE
from conversations.model import Sender
from conversations.queues import Queue
from conversations.ratings import Face
from demo.people import UNITS, staff
from desk.viewer import agent_of
from kernel.language import Language
from stores.database import engine_for
from stores.sql_audit_log import SqlAuditLog
from stores.sql_board import SqlBoard
from stores.sql_case_store import SqlCaseStore
from stores.sql_queue_reader import SqlQueueReader
from tests.app.demo.services import case_service_on

UNTIL = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
SIZE = 50
LATER = OpenRequest(
    kind=CaseKind.COMPLAINT,
    text="انخصم المبلغ مرتين عن الفاتورة INV-9",
    language=Language.AR,
    channel="webchat",
    person_id="p-1",
    conversation_id="c-1",
    caused_by="m-1",
)


async def test_a_demonstration_is_kept_as_it_was_lived(engine: AsyncEngine) -> None:
    made = await furnish(engine, size=SIZE, until=UNTIL)
    cases, store = [one.case for one in made.histories], SqlCaseStore(engine)
    assert await store.count(CaseQuery(with_confidential=True)) == SIZE
    for one in made.histories:
        assert await store.get(one.case.number) == one.case
        assert tuple(await store.timeline(one.case.number)) == one.events
        audited = await SqlAuditLog(engine).read(AuditQuery(subject=one.case.number))
        assert [row.action for row in reversed(audited)] == [f"case_{e.kind}" for e in one.events]

    for case in cases:
        if case.state is not CaseState.CLOSED:
            assert case.course.owner
            assert case.course.next_at is not None
            assert case.course.next_at > UNTIL

    everywhere = BoardFilter(now=UNTIL, day_end=UNTIL, confidential_of=frozenset(DEPARTMENTS))
    unfinished = [case for case in cases if not case.finished]
    assert await SqlBoard(engine).count(everywhere) == len(unfinished) > 0

    queues, agent = SqlQueueReader(engine), agent_of(made.passwords[0][0])
    assert (await queues.counts(agent))[Queue.UNASSIGNED] > 0
    for talk in made.talks:
        page = await queues.transcript(talk.conversation.id, at=UNTIL)
        assert [one.text for one in page.messages] == [one.text for one in talk.messages]
        assert page.spell == next((one for one in talk.spells if one.closed_at is None), None)
    faces = {rating.face for talk in made.talks for rating in talk.ratings}
    assert faces >= {None, Face.HAPPY}
    unsure = [
        one for talk in made.talks for one in talk.messages if (one.metadata or {}).get(UNSURE)
    ]
    assert {one.sender for one in unsure} == {Sender.BOT}

    assert {role for account, _ in made.passwords for role in account.roles} == set(Role)
    assert all(password for _, password in made.passwords)

    opened = await case_service_on(engine, UNTIL).open(LATER)
    assert opened.number > max(case.number for case in cases)
    with pytest.raises(NotEmpty):
        await furnish(engine, size=SIZE, until=UNTIL)


async def test_the_same_seed_makes_the_same_house(migrated_sqlite: Path) -> None:
    async def lived(seed: int) -> list[CaseHistory]:
        house = await play_house(engine, list(staff()), random.Random(seed), SIZE, UNTIL)
        return list(await house.play())

    engine = engine_for(f"sqlite+aiosqlite:///{migrated_sqlite}")
    first = await lived(26)
    assert await lived(26) == first
    assert await lived(27) != first
    await engine.dispose()


def test_everybody_works_in_a_unit_that_there_is() -> None:
    assert set(UNITS) <= set(DEPARTMENTS)
    assert len({one.email for one in staff()}) == len(staff())
