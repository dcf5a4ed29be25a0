"""Conversations on both databases, below what inbox and relay prove."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.errors import ConversationNotFound
from conversations.model import Address, Button, Controller, MessageState, Sender
from conversations.ports import Event, Judge, Judged, Lease, LookBack, NewMessage, Task
from kernel.language import Language
from stores.sql_conversation_store import SqlConversationStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)
MARIAM = Address("webchat", "session", "s-1")


def new_id() -> str:
    return str(uuid.uuid4())


def a_message(text: str = "أين INV-9؟", **changes: object) -> NewMessage:
    told: dict[str, object] = {
        "id": new_id(),
        "sender": Sender.CITIZEN,
        "text": text,
        "language": Language.AR,
        "state": MessageState.WAITING,
        "at": NOON,
        "sent_at": NOON,
    }
    return NewMessage(**(told | changes))


def judging(message: NewMessage) -> Judge:
    def judge(*_: object) -> Judged:
        return Judged(message, (), None)

    return judge


async def kept(
    store: SqlConversationStore, text: str = "أين INV-9؟", *, of: Address = MARIAM, after_s: int = 0
) -> tuple[str, str]:
    provider_id, at = new_id(), NOON + timedelta(seconds=after_s)
    stored = await store.keep_inbound(
        of,
        provider_id=provider_id,
        payload=None,
        language=Language.AR,
        at=at,
        look_back=LookBack(at - timedelta(hours=1), 20),
        judge=judging(a_message(text, provider_id=provider_id, at=at)),
    )
    return stored.conversation.id, stored.message.id


@pytest.fixture
def store(engine: AsyncEngine) -> SqlConversationStore:
    return SqlConversationStore(engine, new_id=new_id)


async def claimed(store: SqlConversationStore, owner: str = "w:1") -> Lease:
    lease = await store.claim(Task.RELAY, owner=owner, now=NOON, until=LATER)
    assert lease is not None
    return lease


async def test_a_hundred_messages_at_once_get_a_hundred_places(store: SqlConversationStore) -> None:
    await asyncio.gather(*(kept(store, f"رسالة {n}") for n in range(100)))
    conversation = await store.find(MARIAM)
    assert conversation is not None
    found, more = await store.history(conversation.id, after=0, limit=1000)
    assert [one.seq for one in found] == list(range(1, 101))
    assert not more


async def test_history_comes_in_pages(store: SqlConversationStore) -> None:
    for n in range(5):
        conversation_id, _ = await kept(store, f"رسالة {n}")
    found, more = await store.history(conversation_id, after=1, limit=2)
    assert [one.seq for one in found] == [2, 3]
    assert more
    found, more = await store.history(conversation_id, after=3, limit=2)
    assert [one.seq for one in found] == [4, 5]
    assert not more


async def test_fifty_claims_of_one_conversation_have_one_winner(
    store: SqlConversationStore,
) -> None:
    await kept(store)
    claims = (store.claim(Task.RELAY, owner=f"w:{n}", now=NOON, until=LATER) for n in range(50))
    assert sum(lease is not None for lease in await asyncio.gather(*claims)) == 1


async def test_the_conversation_that_waits_longest_comes_first(store: SqlConversationStore) -> None:
    salem = Address("webchat", "session", "s-2")
    _, first = await kept(store)
    other, _ = await kept(store, of=salem, after_s=1)
    await kept(store, after_s=2)
    leases = [await claimed(store, f"w:{n}") for n in range(2)]
    assert [lease.conversation_id == other for lease in leases] == [False, True]
    waiting = await store.next_waiting(leases[0])
    assert waiting is not None
    assert waiting[1].id == first


async def test_relaying_and_sending_are_claimed_apart(store: SqlConversationStore) -> None:
    conversation_id, _ = await kept(store)
    lease = await claimed(store)
    line = a_message("لحظة", sender=Sender.SYSTEM, state=MessageState.PENDING)
    assert await store.say(lease, await store.get(conversation_id), line, at=NOON)
    sending = await store.claim(Task.SEND, owner="o:1", now=NOON, until=LATER)
    assert sending is not None
    assert sending.conversation_id == conversation_id


async def test_a_lease_that_was_given_back_is_free_and_clean(store: SqlConversationStore) -> None:
    await kept(store)
    await store.release(await claimed(store))
    assert not (await claimed(store, "w:2")).taken_over


async def test_a_lease_that_ran_out_is_taken_over_and_says_so(store: SqlConversationStore) -> None:
    await kept(store)
    mine = await claimed(store)
    theirs = await store.claim(Task.RELAY, owner="w:2", now=LATER, until=LATER + (LATER - NOON))
    assert theirs is not None
    assert theirs.taken_over
    await store.renew(mine.owner, until=LATER + 2 * (LATER - NOON))
    await store.release(mine)  # does not give theirs away
    assert not await store.begin(mine, "m-1")
    assert await store.begin(theirs, "m-1")
    after = LATER + (LATER - NOON)
    third = await store.claim(Task.RELAY, owner="w:3", now=after, until=after)
    assert third is not None
    assert third.begun == "m-1"


async def test_an_abandoned_lease_is_free_at_once_and_says_so(store: SqlConversationStore) -> None:
    await kept(store)
    await store.abandon(await claimed(store), at=NOON)
    assert (await claimed(store, "w:2")).taken_over


async def test_an_answer_and_its_mark_are_one_thing(store: SqlConversationStore) -> None:
    conversation_id, _ = await kept(store)
    lease = await claimed(store)
    waiting = await store.next_waiting(lease)
    assert waiting is not None
    answers = [
        a_message(
            "سمعت",
            sender=Sender.BOT,
            state=MessageState.PENDING,
            buttons=(Button("نعم", "/affirm"),),
        )
    ]
    done = [await store.answer(lease, *waiting, answers, at=NOON) for _ in range(2)]
    assert [one is not None for one in done] == [True, False]
    found, _ = await store.history(conversation_id, after=0, limit=10)
    assert [(one.seq, one.state.value) for one in found] == [(1, "answered"), (2, "pending")]
    assert found[1].buttons == (Button("نعم", "/affirm"),)


async def test_what_two_answers_at_once_leave_is_one_answer(store: SqlConversationStore) -> None:
    conversation_id, _ = await kept(store)
    lease = await claimed(store)
    waiting = await store.next_waiting(lease)
    assert waiting is not None
    done = await asyncio.gather(
        *(
            store.answer(
                lease,
                *waiting,
                [a_message(f"جواب {n}", sender=Sender.BOT, state=MessageState.PENDING)],
                at=NOON,
            )
            for n in range(10)
        )
    )
    assert sum(one is not None for one in done) == 1
    found, _ = await store.history(conversation_id, after=0, limit=10)
    assert [one.seq for one in found] == [1, 2]


async def test_every_change_of_control_counts(store: SqlConversationStore) -> None:
    conversation_id, _ = await kept(store)
    versions = await asyncio.gather(
        *(store.take_control(conversation_id, Controller.AGENT, NOON) for _ in range(5))
    )
    assert sorted(versions) == [1, 2, 3, 4, 5]
    assert (await store.get(conversation_id)).controller is Controller.AGENT
    with pytest.raises(ConversationNotFound):
        await store.take_control("nobody", Controller.AGENT, NOON)


async def test_events_tell_what_happened_but_not_what_was_said(store: SqlConversationStore) -> None:
    conversation_id, message_id = await kept(store, "سرّي جدًا INV-9")
    await store.take_control(conversation_id, Controller.QUEUE, NOON)
    first, second = await store.events_after(0)
    assert (first.kind, first.conversation_id) == ("message", conversation_id)
    assert first.data["id"] == message_id
    assert "INV-9" not in repr(first)
    assert second.data == {"controller": "queue", "control_version": 1}
    assert [one.cursor for one in await store.events_after(first.cursor)] == [second.cursor]


async def test_who_follows_the_events_while_many_write_misses_none(
    store: SqlConversationStore,
) -> None:
    seen: list[Event] = []
    people = [Address("webchat", "session", f"s-{n}") for n in range(8)]

    async def follow() -> None:
        while len(seen) < 40:
            seen.extend(await store.events_after(seen[-1].cursor if seen else 0))
            await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(
            follow(), *(kept(store, f"رسالة {n}", of=people[n % 8]) for n in range(40))
        )
    cursors = [one.cursor for one in seen]
    assert cursors == sorted(set(cursors))
    assert len(cursors) == 40


async def test_a_conversation_can_be_there_before_its_first_message(
    store: SqlConversationStore,
) -> None:
    made = await asyncio.gather(*(store.ensure(MARIAM, Language.EN, NOON) for _ in range(8)))
    assert len({one.id for one in made}) == 1
    await store.pin_language(made[0].id, Language.AR)
    kept_so = await store.get(made[0].id)
    assert (kept_so.language, kept_so.language_pinned) == (Language.AR, True)
    await store.pin_language("nobody", Language.AR)


async def test_unknown_conversations(store: SqlConversationStore) -> None:
    assert await store.find(MARIAM) is None
    with pytest.raises(ConversationNotFound, match="c-404"):
        await store.get("c-404")
