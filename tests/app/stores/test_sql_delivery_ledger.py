"""The ledger on both systems: whatever the order of statuses, the same end."""

import asyncio
import itertools
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.delivery import DeliveryStatus
from conversations.errors import MessageNotFound
from conversations.model import Message, MessageState, Sender
from stores.sql_delivery_ledger import SqlDeliveryLedger
from tests.app.conversations.parts import NOON, Parts, all_parts

LATER = NOON + timedelta(minutes=1)
SENT, FAILED, DELIVERED, READ = (
    DeliveryStatus.SENT,
    DeliveryStatus.FAILED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
)


async def answered(parts: Parts) -> tuple[Message, Message]:
    await parts.hear("أين الفاتورة INV-9؟")
    await parts.answer_all()
    asked, answer = await parts.messages()
    return asked, answer


async def note(
    ledger: SqlDeliveryLedger, status: DeliveryStatus, *, minute: int = 1, **named: str | None
) -> bool:
    at = NOON + timedelta(minutes=minute)
    return await ledger.note("fake", status, at=at, noted_at=LATER, **named)


async def test_tells_the_whole_life_of_a_message_and_of_its_answers(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        asked, answer = await answered(parts)
        await parts.send_all()
        await note(ledger, DELIVERED, minute=2, provider_id="fake-1")
        await note(ledger, READ, minute=3, message_id=answer.id)
        life = await ledger.life(asked.id)
        assert [one.what for one in life.steps] == ["written", "received", "shown", "answered"]
        [reply] = life.answers
        assert reply.message.id == answer.id
        assert [one.what for one in reply.steps] == ["shown", "sent", "delivered", "read"]
        assert reply.steps[-1].at == NOON + timedelta(minutes=3)
        assert reply.status is READ
        assert await ledger.find_by_provider("fake", "fake-1") == reply
        assert await ledger.find_by_provider("other", "fake-1") is None
        with pytest.raises(MessageNotFound):
            await ledger.life("m-none")


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, DELIVERED, READ])))
async def test_statuses_never_go_down_in_whatever_order_they_come(
    engine: AsyncEngine, order: tuple[DeliveryStatus, ...]
) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        await parts.send_all()
        seen: list[DeliveryStatus] = []
        for status in order:
            rose = await note(ledger, status, provider_id="fake-1")
            assert rose is (not seen or status.rank > max(one.rank for one in seen))
            seen.append(status)
            assert not await note(ledger, status, provider_id="fake-1")  # told twice
        assert (await ledger.life(answer.id)).status is READ
        told = [
            one.data["status"]
            for one in await parts.store.events_after(0)
            if one.kind == "delivery"
        ]
        assert told == sorted(told, key=lambda one: DeliveryStatus(one).rank)


async def test_a_status_that_is_faster_than_our_own_noting_is_kept(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        assert await note(ledger, DELIVERED, provider_id="fake-1")
        assert await ledger.find_by_provider("fake", "fake-1") is None
        await parts.send_all()
        life = await ledger.life(answer.id)
        assert (life.status, life.message.state) == (DELIVERED, MessageState.SENT)


async def test_a_failure_told_before_our_own_noting_makes_the_message_failed(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        await note(ledger, FAILED, provider_id="fake-1", code="131047")
        await parts.send_all()
        life = await ledger.life(answer.id)
        assert life.message.state is MessageState.FAILED
        assert life.steps[-1].code == "131047"


async def test_a_status_by_our_id_says_that_a_pending_message_was_sent(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        assert (
            await parts.outbox.claims.lease() is not None
        )  # the sender died after the service took it
        await note(ledger, SENT, message_id=answer.id, provider_id="wamid.7")
        parts.clock.pass_(120)
        await parts.send_all()
        assert parts.channel.sent == []
        found = await ledger.find_by_provider("fake", "wamid.7")
        assert found is not None
        assert found.message.state is MessageState.SENT


async def test_what_arrived_after_a_failure_arrived(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        await parts.send_all()
        await note(ledger, FAILED, message_id=answer.id, code="131026")
        assert [one.message_id for one in await ledger.needing_look()] == [answer.id]
        assert await note(ledger, DELIVERED, message_id=answer.id)
        assert await ledger.needing_look() == []
        assert not await note(ledger, FAILED, provider_id="fake-1")
        assert (await ledger.life(answer.id)).message.state is MessageState.SENT


async def test_a_failure_is_shown_until_somebody_saw_to_it(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        _, answer = await answered(parts)
        await parts.send_all()
        await note(ledger, FAILED, message_id=answer.id)
        assert await ledger.clear(answer.id, at=LATER, by="agent:mariam")
        assert not await ledger.clear(answer.id, at=LATER, by="agent:mariam")
        assert await ledger.needing_look() == []


async def test_our_id_is_believed_only_on_its_own_channel(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        asked, answer = await answered(parts)
        told = {"at": LATER, "noted_at": LATER}
        assert not await ledger.note("whatsapp", READ, message_id=answer.id, **told)
        assert not await ledger.note("fake", READ, message_id=asked.id, **told)  # a person's own
        assert (await ledger.life(answer.id)).status is None


async def test_a_status_and_the_noting_at_the_same_moment_find_each_other(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine) as parts:
        ledger = SqlDeliveryLedger(engine)
        for n in range(10):
            await parts.hear(f"سؤال {n}")
        await parts.answer_all()
        await asyncio.gather(
            parts.send_all(),
            *(note(ledger, DELIVERED, provider_id=f"fake-{n + 1}") for n in range(10)),
        )
        ours = [one for one in await parts.messages() if one.sender is Sender.BOT]
        lives = [await ledger.life(one.id) for one in ours]
        assert {one.status for one in lives} == {DELIVERED}
