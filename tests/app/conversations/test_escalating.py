"""From the assistant to people and back, through the relay, on both databases."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from conversations.escalating import without_wish
from conversations.fake_rasa import Fault, Item
from conversations.floor import Reason
from conversations.floor_moves import Escalation
from conversations.model import Answer, Controller, MessageState, Sender
from phrases.catalogue import Catalogue
from tests.app.conversations.parts import Parts, all_parts
from tests.app.conversations.test_handover import KHALID, NOURA, said, seq

MONDAY_10 = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 10:00 in Dubai
PASSED_ON = "سأنقلك الآن إلى أحد زملائنا."
PHRASES = Catalogue.load()


def wishing(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    """Answer as an action does that hears a wish for a person."""
    if "موظف" not in text:
        return [{"text": f"سمعت: {text}"}]
    wish = {"reason": "asked", "department": "DPS"}
    return [{"text": PASSED_ON}, {"custom": {"escalate": wish}}, {"text": "وهل من شيء آخر؟"}]


async def on_duty(parts: Parts, *agents: Agent) -> None:
    parts.clock.at = MONDAY_10
    for agent in agents:
        await parts.agents.enrol(agent)
        await parts.agents.beat(agent.id, available=True, at=parts.clock())


async def test_a_wish_in_the_turn_moves_the_conversation_with_the_answer(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, answering=wishing) as parts:
        await parts.hear("أريد موظف عن INV-9")
        await parts.answer_all()
        assert (await parts.conversation()).controller is Controller.QUEUE
        assert await said(parts, Sender.BOT) == [PASSED_ON]  # nothing after handing over
        assert (await parts.messages())[-1].metadata == {}
        [event] = [one for one in await parts.store.events_after(0) if one.kind == "handover"]
        assert (event.data["reason"], event.data["department"]) == ("asked", "DPS")
        await parts.hear("هل من أحد؟")
        await parts.answer_all()
        assert len(parts.rasa.heard) == 1
        assert (await parts.messages())[-1].state is MessageState.FOR_AGENT


def test_a_wish_is_never_dropped() -> None:
    assert without_wish([Answer("أهلًا")]) == ([Answer("أهلًا")], None)
    assert without_wish([Answer("", (), {"escalate": {"reason": "whim"}})]) == (
        [],
        Escalation(Reason.ASKED, None),
    )
    assert without_wish([Answer("لحظة", (), {"escalate": None, "card": {}})]) == (
        [Answer("لحظة", (), {"escalate": None, "card": {}})],
        None,
    )
    assert without_wish([Answer("لحظة", (), {"escalate": "now", "card": {}})]) == (
        [Answer("لحظة", (), {"card": {}})],
        Escalation(Reason.ASKED, None),
    )


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.SLOW])
async def test_what_the_assistant_cannot_answer_goes_to_people_on_duty(
    engine: AsyncEngine, fault: Fault
) -> None:
    async with all_parts(engine, slow_s=1.5) as parts:
        await on_duty(parts, NOURA)
        parts.rasa.faults.extend([fault] * 3)
        await parts.hear("Where is INV-9?")
        await parts.answer_all()
        assert (await parts.conversation()).controller is Controller.QUEUE
        assert (await said(parts, Sender.SYSTEM))[-1].startswith("I have not found an answer")
        [message] = [one for one in await parts.messages() if one.sender is Sender.CITIZEN]
        assert message.state is MessageState.FOR_AGENT
        [event] = [one for one in await parts.store.events_after(0) if one.kind == "handover"]
        assert event.data["reason"] == "bot_failed"


async def test_with_nobody_on_duty_the_relay_apologises_as_before(parts: Parts) -> None:
    parts.rasa.faults.extend([Fault.ERROR] * 3)
    await parts.hear("أين INV-9؟")
    await parts.answer_all()
    assert (await parts.conversation()).controller is Controller.BOT
    [line] = await said(parts, Sender.SYSTEM)
    assert line.startswith("نعتذر")


async def test_the_assistant_says_nothing_after_a_claim(engine: AsyncEngine) -> None:
    """PAINS 1: the answer takes 5 s, a person claims after 2 s (here in tenths)."""
    async with all_parts(engine, slow_s=0.5) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        received = await parts.hear("أين INV-9؟")
        answering = asyncio.create_task(parts.answer_all())
        await asyncio.sleep(0.2)
        await parts.handover.take_over(received.conversation.id, NOURA)
        await answering
        assert len(parts.rasa.heard) == 1
        assert await said(parts, Sender.BOT) == []
        [message] = await parts.messages()
        assert message.state is MessageState.FOR_AGENT
        spell = await parts.handover_store.find(received.conversation.id)
        assert spell is not None
        assert spell.waits_since == message.stored_at


async def test_there_and_back_and_there_again_in_both_languages(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=wishing) as parts:
        for wish, thanks, back in (
            ("أريد موظف", "شكرًا لكم", "message_given_back"),
            ("I want a موظف please", "Thank you", "message_given_back"),
        ):
            received = await parts.hear(wish)
            await parts.answer_all()
            conversation_id = received.conversation.id
            await parts.handover.claim(conversation_id, KHALID)
            await parts.handover.reply(
                conversation_id, KHALID, "حيّاك الله", seen_seq=await seq(parts)
            )
            await parts.hear(thanks)
            await parts.answer_all()
            await parts.handover.give_back(conversation_id, KHALID)
            language = (await parts.conversation()).language
            assert (await said(parts, Sender.SYSTEM))[-1] == PHRASES.say(back, language)
        assert len(await said(parts, Sender.SYSTEM)) == 2
        assert len(parts.rasa.heard) == 2


async def test_the_assistant_is_reset_once_before_it_is_asked_again(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=wishing) as parts:
        received = await parts.hear("أريد موظف")
        await parts.answer_all()
        conversation_id = received.conversation.id
        await parts.handover.claim(conversation_id, NOURA)
        await parts.handover.give_back(conversation_id, NOURA)
        assert parts.rasa.resets == []
        for text in ("أين INV-9؟", "ومتى؟"):
            await parts.hear(text)
            await parts.answer_all()
        assert parts.rasa.resets == [conversation_id]
        assert (await said(parts, Sender.BOT))[-2:] == ["سمعت: أين INV-9؟", "سمعت: ومتى؟"]


async def test_a_person_who_writes_on_does_not_move_the_clock(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=wishing) as parts:
        await on_duty(parts, NOURA)
        received = await parts.hear("أريد موظف")
        await parts.answer_all()
        conversation_id = received.conversation.id
        store = parts.handover_store
        first = await store.find(conversation_id)
        assert first is not None
        assert first.due_at == received.message.stored_at + timedelta(minutes=3)
        parts.clock.pass_(60)
        await parts.hear("هل من أحد؟")
        await parts.answer_all()
        assert await store.find(conversation_id) == first
        await parts.handover.claim(conversation_id, NOURA)
        await parts.handover.reply(conversation_id, NOURA, "أهلًا", seen_seq=await seq(parts))
        answered = await store.find(conversation_id)
        assert answered is not None
        assert (answered.waits_since, answered.due_at) == (None, None)
        heard = await parts.hear("متى INV-9؟")
        await parts.answer_all()
        again = await store.find(conversation_id)
        assert again is not None
        assert again.due_at == heard.message.stored_at + timedelta(minutes=10)


async def test_a_snoozed_conversation_wakes_when_the_person_writes(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=wishing) as parts:
        received = await parts.hear("أريد موظف")
        await parts.answer_all()
        conversation_id = received.conversation.id
        await parts.handover.claim(conversation_id, NOURA)
        await parts.handover.snooze(conversation_id, NOURA)
        await parts.hear("وصلني الإيصال")
        await parts.answer_all()
        spell = await parts.handover_store.find(conversation_id)
        assert spell is not None
        assert (spell.snoozed_at, spell.owner_id) == (None, NOURA.id)
        assert spell.due_at is not None
