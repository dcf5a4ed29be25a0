"""Work that is leased in the transaction that stores it, on both databases."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import Address, Conversation, Message, MessageState, Sender
from conversations.ports import Claim, KeptInbound, Lease, LookBack, Task
from kernel.language import Language
from stores.sql_conversation_store import SqlConversationStore
from tests.app.stores.test_sql_conversation_store import (
    LATER,
    MARIAM,
    NOON,
    a_message,
    judging,
    new_id,
)

OURS = Claim("w:1", LATER)
SENDER = Claim("o:1", LATER)


@pytest.fixture
def store(engine: AsyncEngine) -> SqlConversationStore:
    return SqlConversationStore(engine, new_id=new_id)


async def kept(
    store: SqlConversationStore,
    claim: Claim | None = OURS,
    *,
    provider_id: str = "",
    of: Address = MARIAM,
    state: MessageState = MessageState.WAITING,
) -> KeptInbound:
    provider_id = provider_id or new_id()
    return await store.keep_inbound(
        of,
        provider_id=provider_id,
        payload=None,
        language=Language.AR,
        at=NOON,
        look_back=LookBack(NOON, 20),
        judge=judging(a_message(provider_id=provider_id, state=state)),
        claim=claim,
    )


async def claimed(store: SqlConversationStore, task: Task = Task.RELAY) -> Lease | None:
    return await store.claim(task, owner="other:1", now=NOON, until=LATER)


async def test_what_is_leased_as_it_is_stored_nobody_else_takes(
    store: SqlConversationStore,
) -> None:
    stored = await kept(store)
    assert stored.lease == Lease(stored.conversation.id, Task.RELAY, "w:1", LATER)
    assert await claimed(store) is None
    waiting = await store.next_waiting(stored.lease)
    assert waiting == (stored.conversation, stored.message)


async def test_a_lease_that_was_given_runs_out_like_any_other(store: SqlConversationStore) -> None:
    await kept(store)
    heir = await store.claim(Task.RELAY, owner="other:1", now=LATER, until=LATER)
    assert heir is not None
    assert heir.taken_over


async def test_nothing_is_leased_that_nobody_claims_or_that_waits_for_nobody(
    store: SqlConversationStore,
) -> None:
    salem = Address("webchat", "session", "s-2")
    assert (await kept(store, of=salem, state=MessageState.REFUSED)).lease is None
    assert (await kept(store, None)).lease is None


async def test_an_earlier_message_goes_first(store: SqlConversationStore) -> None:
    await kept(store, None)
    assert (await kept(store)).lease is None
    earlier = await claimed(store)
    assert earlier is not None
    assert (await kept(store)).lease is None


async def test_the_same_message_again_is_not_leased_again(store: SqlConversationStore) -> None:
    first = await kept(store, provider_id="wamid.7")
    again = await kept(store, Claim("w:2", LATER), provider_id="wamid.7")
    assert first.lease is not None
    assert again.repeated
    assert again.lease is None


async def test_of_many_at_once_in_one_conversation_one_is_leased(
    store: SqlConversationStore,
) -> None:
    stored = await asyncio.gather(*(kept(store, Claim(f"w:{n}", LATER)) for n in range(20)))
    leased = [one for one in stored if one.lease is not None]
    assert [one.message.seq for one in leased] == [1]


async def a_turn(store: SqlConversationStore) -> tuple[Lease, Conversation, Message]:
    stored = await kept(store)
    assert stored.lease is not None
    return stored.lease, stored.conversation, stored.message


def an_answer(text: str = "سمعت: INV-9") -> object:
    return a_message(text, sender=Sender.BOT, state=MessageState.PENDING)


async def test_an_answer_is_leased_to_be_sent_in_the_same_breath(
    store: SqlConversationStore,
) -> None:
    turn = await a_turn(store)
    answers = [an_answer("أولًا"), an_answer("ثانيًا")]
    done = await store.answer(*turn, answers, at=NOON, give_back=True, claim=SENDER)
    assert done is not None
    assert done.lease == Lease(turn[0].conversation_id, Task.SEND, "o:1", LATER)
    assert await claimed(store, Task.SEND) is None
    assert list(done.pending) == list(await store.pending(done.lease))


async def test_a_line_that_is_pending_before_it_goes_first(store: SqlConversationStore) -> None:
    turn = await a_turn(store)
    line = a_message("لحظة", sender=Sender.SYSTEM, state=MessageState.PENDING)
    assert await store.say(turn[0], turn[1], line, at=NOON)
    done = await store.answer(*turn, [an_answer()], at=NOON, give_back=True, claim=SENDER)
    assert done is not None
    assert done.lease is None
    assert await claimed(store, Task.SEND) is not None


async def test_nothing_is_leased_to_be_sent_to_a_channel_that_is_stopped(
    store: SqlConversationStore,
) -> None:
    await store.stop_channel(MARIAM.channel, code="131031", check_at=None, at=NOON)
    turn = await a_turn(store)
    done = await store.answer(*turn, [an_answer()], at=NOON, give_back=True, claim=SENDER)
    assert done is not None
    assert done.lease is None


async def test_an_answer_that_was_dropped_leases_nothing(store: SqlConversationStore) -> None:
    turn = await a_turn(store)
    await store.release(turn[0])
    assert await store.answer(*turn, [an_answer()], at=NOON, claim=SENDER) is None
    assert await store.claim(Task.SEND, owner="o:2", now=NOON, until=LATER) is None
