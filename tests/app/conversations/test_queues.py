"""Queues, transcripts and looks on both databases."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from conversations.errors import ConversationNotFound
from conversations.floor import Reason
from conversations.floor_moves import Escalation
from conversations.model import Address, Sender
from conversations.queues import Queue
from stores.audit_tables import AuditRow
from stores.conversation_rows import CONVERSATIONS, IDENTITIES, MESSAGES, PEOPLE
from stores.floor_rows import SPELLS
from stores.sql_looks import SqlLooks
from stores.sql_queue_reader import SqlQueueReader
from tests.app.conversations.parts import NOON, Parts, all_parts
from tests.app.conversations.test_handover import CHIEF, CLOSING, KHALID, NOURA, seq

PENSIONS = Agent(
    id="a-3", name_ar="سيف الكعبي", name_en="Saif Al Kaabi", departments=frozenset({"MIL"})
)


@pytest.fixture
def reader(engine: AsyncEngine) -> SqlQueueReader:
    return SqlQueueReader(engine)


async def wanted(
    parts: Parts, who: str, department: str | None = "DPS", reason: Reason = Reason.ASKED
) -> str:
    received = await parts.hear("أريد موظف عن INV-9", of=Address("fake", "user", who))
    await parts.answer_all()
    conversation_id = received.conversation.id
    await parts.handover.escalate(
        conversation_id, Escalation(reason, department), actor="system:test"
    )
    return conversation_id


async def ids(reader: SqlQueueReader, queue: Queue, viewer: Agent) -> list[str]:
    return [one.conversation.id for one in await reader.list(queue, viewer)]


async def test_each_conversation_is_in_the_queues_where_it_belongs(
    parts: Parts, reader: SqlQueueReader
) -> None:
    for agent in (NOURA, KHALID, PENSIONS, CHIEF):
        await parts.agents.enrol(agent)
    waits = await wanted(parts, "waits")
    angry = await wanted(parts, "angry", "MIL", Reason.ANGRY)
    mine = await wanted(parts, "mine")
    said = await wanted(parts, "said")
    asleep = await wanted(parts, "asleep")
    done = await wanted(parts, "done", None)
    for one in (mine, said, asleep, done):
        await parts.handover.claim(one, NOURA)
    await parts.handover.reply(said, NOURA, "وصل", seen_seq=99)
    await parts.handover.snooze(asleep, NOURA)
    await parts.handover.close(done, NOURA, CLOSING)

    assert await ids(reader, Queue.MINE, NOURA) == [mine, said]
    assert await ids(reader, Queue.UNASSIGNED, NOURA) == [angry, waits]
    assert await ids(reader, Queue.ALL, CHIEF) == [angry, waits, mine, said, asleep]
    assert await ids(reader, Queue.WAITING, KHALID) == [said]
    assert await ids(reader, Queue.SNOOZED, KHALID) == [asleep]
    assert await ids(reader, Queue.CLOSED, KHALID) == [done]
    assert await ids(reader, Queue.DEPARTMENT, PENSIONS) == [angry]
    assert await ids(reader, Queue.ALL, PENSIONS) == [angry]
    assert await ids(reader, Queue.CLOSED, PENSIONS) == [done]
    counts = await reader.counts(NOURA)
    assert {queue.value: count for queue, count in counts.items()} == {
        "mine": 2,
        "unassigned": 2,
        "department": 4,
        "all": 5,
        "waiting": 1,
        "snoozed": 1,
    }
    assert [one.conversation.id for one in await reader.alerts(KHALID)] == [angry, waits]
    assert await reader.may_see(PENSIONS, angry)
    assert not await reader.may_see(PENSIONS, waits)
    assert await reader.may_see(NOURA, mine)


async def test_a_row_shows_what_a_queue_must_tell(
    parts: Parts, reader: SqlQueueReader, engine: AsyncEngine
) -> None:
    await parts.agents.enrol(NOURA)
    conversation_id = await wanted(parts, "mariam")
    await parts.handover.claim(conversation_id, NOURA)
    await parts.hear("وهذا الإيصال RF-1178", of=Address("fake", "user", "mariam"))
    [row] = await reader.list(Queue.ALL, KHALID)
    assert row.owner == NOURA
    assert row.last is not None
    assert (row.last.text, row.last.sender) == ("وهذا الإيصال RF-1178", Sender.CITIZEN)
    assert (row.unread, row.spell.reason, row.conversation.address.channel) == (
        2,
        Reason.ASKED,
        "fake",
    )
    looks = SqlLooks(engine)
    await looks.seen(conversation_id, KHALID.id, row.last.seq)
    await looks.seen(conversation_id, KHALID.id, 1)  # never goes back
    assert [one.unread for one in await reader.list(Queue.ALL, KHALID)] == [0]
    assert [one.unread for one in await reader.list(Queue.ALL, NOURA)] == [2]
    await wanted(parts, "khawla")  # what was seen of one conversation says nothing of another
    assert [one.unread for one in await reader.list(Queue.ALL, KHALID)] == [0, 1]


async def test_a_conversation_pages_backwards_with_its_notes(engine: AsyncEngine) -> None:
    reader = SqlQueueReader(engine)
    async with all_parts(engine, hold_s=5) as parts:
        await parts.agents.enrol(NOURA)
        for n in range(7):
            received = await parts.hear(f"رسالة {n}")
        conversation_id = received.conversation.id
        await parts.handover.take_over(conversation_id, NOURA)
        await parts.handover.note(conversation_id, NOURA, "انتبهوا: INV-9")
        await parts.hear("رسالة 7")
        await parts.handover.reply(conversation_id, NOURA, "لحظة", seen_seq=await seq(parts))
        pages = []
        before: int | None = None
        while True:
            page = await reader.transcript(
                conversation_id, at=parts.clock(), before=before, limit=3
            )
            pages.append(([one.seq for one in page.messages], [one.text for one in page.notes]))
            if not page.earlier:
                break
            before = page.messages[0].seq
        note = ["انتبهوا: INV-9"]
        assert pages == [([6, 7, 8], note), ([3, 4, 5], []), ([1, 2], [])]
        assert [one.text for one in page.unsent] == ["لحظة"]
        assert page.spell is not None
        assert page.spell.owner_id == NOURA.id
        assert page.cursor == await reader.newest()
        older = await reader.transcript(conversation_id, at=parts.clock(), before=8, limit=3)
        assert [one.text for one in older.notes] == note  # it stands after 7
    with pytest.raises(ConversationNotFound):
        await reader.transcript("c-404", at=NOON)


async def test_who_looks_and_types_is_shown_until_heard_of_no_more(
    parts: Parts, reader: SqlQueueReader, engine: AsyncEngine
) -> None:
    looks = SqlLooks(engine)
    for agent in (NOURA, KHALID):
        await parts.agents.enrol(agent)
    of = await wanted(parts, "mariam")
    at = parts.clock()

    async def look(agent: Agent, *, typing: bool, after_s: int) -> bool:
        began = at + timedelta(seconds=after_s)
        until = began + timedelta(seconds=30)
        return await looks.look(of, agent, typing=typing, at=began, until=until)

    changes = [await look(KHALID, typing=False, after_s=0)]
    changes.append(await look(NOURA, typing=False, after_s=1))
    changes.append(await look(KHALID, typing=False, after_s=10))  # a sign of life
    changes.append(await look(KHALID, typing=True, after_s=12))
    assert changes == [True, True, False, True]
    page = await reader.transcript(of, at=at + timedelta(seconds=20))
    assert [(one.agent.id, one.typing) for one in page.looks] == [("a-2", True), ("a-1", False)]
    page = await reader.transcript(of, at=at + timedelta(seconds=35))
    assert [one.agent.id for one in page.looks] == ["a-2"]
    await looks.look_away(of, KHALID, at=at)
    await looks.look_away(of, KHALID, at=at)
    kinds = [one.kind for one in await reader.events_after(0)]
    assert kinds.count("look") == 4
    async with engine.connect() as connection:
        opened = await connection.scalars(
            sa.select(AuditRow.actor).where(AuditRow.action == "conversation_opened")
        )
        assert list(opened) == ["agent:a-2", "agent:a-1"]


async def test_two_thousand_open_conversations_list_quickly(
    engine: AsyncEngine, reader: SqlQueueReader
) -> None:
    count = 2_000
    async with engine.begin() as connection:
        await connection.execute(
            sa.insert(PEOPLE), [{"id": f"p-{n}", "created_at": NOON} for n in range(count)]
        )
        await connection.execute(
            sa.insert(IDENTITIES),
            [
                {
                    "id": n + 1,
                    "channel": "fake",
                    "kind": "user",
                    "value": f"u-{n}",
                    "person_id": f"p-{n}",
                    "created_at": NOON,
                }
                for n in range(count)
            ],
        )
        await connection.execute(
            sa.insert(CONVERSATIONS),
            [
                {
                    "id": f"c-{n}",
                    "identity_id": n + 1,
                    "person_id": f"p-{n}",
                    "language": "ar",
                    "language_pinned": False,
                    "controller": "queue",
                    "control_version": 1,
                    "last_seq": 5,
                    "created_at": NOON,
                }
                for n in range(count)
            ],
        )
        await connection.execute(
            sa.insert(MESSAGES),
            [
                {
                    "id": f"m-{n}-{place}",
                    "conversation_id": f"c-{n}",
                    "seq": place,
                    "sender": "citizen",
                    "text": f"أين INV-{n}؟",
                    "buttons": [],
                    "language": "ar",
                    "state": "for_agent",
                    "channel": "fake",
                    "sent_at": NOON,
                    "stored_at": NOON,
                    "details": {},
                }
                for n in range(count)
                for place in range(1, 6)
            ],
        )
        await connection.execute(
            sa.insert(SPELLS),
            [
                {
                    "id": f"s-{n}",
                    "conversation_id": f"c-{n}",
                    "reason": "asked",
                    "department": ("DPS", "MIL")[n % 2],
                    "language": "ar",
                    "priority": 1 + n % 2,
                    "opened_at": NOON + timedelta(seconds=n),
                    "owner_id": None if n % 3 else "a-1",
                    "step": "running",
                    "closing": {},
                    "version": 0,
                }
                for n in range(count)
            ],
        )
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.text("ANALYZE"))
    took_ms = []
    for queue in (Queue.ALL, Queue.ALL, Queue.UNASSIGNED, Queue.DEPARTMENT):
        began = time.process_time()
        rows = await reader.list(queue, PENSIONS)
        took_ms.append((time.process_time() - began) * 1000)
        assert len(rows) == 50
        assert {one.unread for one in rows} == {5}
    assert (await reader.counts(CHIEF))[Queue.ALL] == count
    assert min(took_ms) < 100, took_ms  # 9 to 15 measured; it must not be seconds
