"""What the assistant failed at goes on once it answers again, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.breaker import Breaker
from conversations.fake_rasa import Fault
from conversations.floor_moves import ASKED_AGAIN
from conversations.model import Controller, MessageState, Sender
from conversations.resumption import Resumption
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup
from phrases.catalogue import Catalogue
from stores.sql_failed_talks import SqlFailedTalks
from tests.app.conversations.parts import Parts, all_parts
from tests.app.conversations.test_escalating import on_duty
from tests.app.conversations.test_handover import NOURA, said, seq

MONDAY_10 = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PHRASES = Catalogue.load()


class Assistant:
    """Answers whether it is there as a test wants it."""

    there = True

    async def answers(self) -> bool:
        return self.there


class Failed:
    """A conversation that the assistant failed in, and who gives it back."""

    def __init__(self, parts: Parts, engine: AsyncEngine) -> None:
        self.parts = parts
        self.assistant = Assistant()
        self.breaker = Breaker(20.0, lambda: 0.0)
        self.resumption = Resumption(
            Unattended(parts.handover, parts.handover_store, now=parts.clock),
            SqlFailedTalks(engine),
            breaker=self.breaker,
            answers=self.assistant.answers,
            to_answer=Wakeup(),
            now=parts.clock,
        )

    async def fails(self, text: str = "أين طلبي INV-9؟") -> str:
        self.parts.rasa.faults.extend([Fault.ERROR] * 3)
        received = await self.parts.hear(text)
        await self.parts.answer_all()
        assert (await self.parts.conversation()).controller is Controller.QUEUE
        return received.conversation.id

    async def goes_on(self) -> bool:
        await self.resumption.once()
        await self.parts.answer_all()
        return (await self.parts.conversation()).controller is Controller.BOT

    async def states(self) -> list[MessageState]:
        return [one.state for one in await self.parts.messages() if one.sender is Sender.CITIZEN]


@pytest_asyncio.fixture
async def failed(engine: AsyncEngine) -> AsyncIterator[Failed]:
    async with all_parts(engine) as parts:
        await on_duty(parts, NOURA)
        yield Failed(parts, engine)


async def test_everything_unanswered_is_answered_once_in_order(failed: Failed) -> None:
    await failed.fails()
    await failed.parts.hear("هل من أحد؟")
    await failed.parts.answer_all()
    assert await failed.states() == [MessageState.FOR_AGENT, MessageState.FOR_AGENT]
    assert await failed.goes_on()
    assert await failed.states() == [MessageState.ANSWERED, MessageState.ANSWERED]
    assert await said(failed.parts, Sender.BOT) == ["سمعت: أين طلبي INV-9؟", "سمعت: هل من أحد؟"]
    language = (await failed.parts.conversation()).language
    assert (await said(failed.parts, Sender.SYSTEM))[-1] == PHRASES.say("message_resumed", language)
    assert failed.parts.rasa.resets == []  # forms and slots are as they were
    await failed.goes_on()
    assert len(await said(failed.parts, Sender.BOT)) == 2


async def test_a_turn_that_happened_after_all_does_not_happen_twice(failed: Failed) -> None:
    of = await failed.fails()
    [message] = [one for one in await failed.parts.messages() if one.sender is Sender.CITIZEN]
    asked = len(failed.parts.rasa.heard)
    failed.parts.rasa.remember(of, message.text, {"mid": message.id}, [{"text": "وصل متأخرًا"}])
    assert await failed.goes_on()
    assert await said(failed.parts, Sender.BOT) == ["وصل متأخرًا"]
    assert len(failed.parts.rasa.heard) == asked


async def test_what_somebody_claimed_stays_with_people(failed: Failed) -> None:
    of = await failed.fails()
    await failed.parts.handover.claim(of, NOURA)
    assert not await failed.goes_on()
    await failed.parts.handover.reply(of, NOURA, "حيّاك الله", seen_seq=await seq(failed.parts))
    await failed.parts.handover.release(of, NOURA)
    assert not await failed.goes_on()  # somebody answered already
    assert await failed.states() == [MessageState.FOR_AGENT]


async def test_nothing_happens_while_the_assistant_is_away(failed: Failed) -> None:
    await failed.fails()
    failed.assistant.there = False
    assert not await failed.goes_on()
    failed.assistant.there = True
    assert await failed.goes_on()


async def test_what_fails_again_stays_with_people_for_an_hour(failed: Failed) -> None:
    await failed.fails()
    failed.parts.rasa.faults.extend([Fault.ERROR] * 3)
    assert not await failed.goes_on()
    asked = len(failed.parts.rasa.heard)
    assert not await failed.goes_on()
    assert len(failed.parts.rasa.heard) == asked
    failed.parts.clock.at += timedelta(hours=2)
    assert await failed.goes_on()
    assert await failed.states() == [MessageState.ANSWERED]


async def test_a_wish_for_a_person_is_not_taken_back(engine: AsyncEngine) -> None:
    async with all_parts(
        engine, answering=lambda *_: [{"text": "لحظة", "custom": {"escalate": {"reason": "asked"}}}]
    ) as parts:
        await on_duty(parts, NOURA)
        failed = Failed(parts, engine)
        await parts.hear("أريد موظفًا")
        await parts.answer_all()
        assert not await failed.goes_on()


@pytest.mark.parametrize("failing", [True, False])
async def test_one_goes_first_while_answers_fail(failed: Failed, failing: bool) -> None:
    if failing:
        failed.breaker.got_through(answered=False)
    talks = failed.resumption._talks
    limits: list[int] = []

    class Watched:
        async def failed(self, *, by: str, since: datetime, limit: int) -> object:
            limits.append(limit)
            return await talks.failed(by=by, since=since, limit=limit)

    failed.resumption._talks = Watched()  # type: ignore[assignment]
    await failed.resumption.once()
    assert limits == [1 if failing else 10]


def test_the_reason_is_a_stable_word() -> None:
    assert ASKED_AGAIN == "asked_again"
