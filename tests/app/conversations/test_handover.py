"""Who may speak, on both databases: every move, and what it refuses."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from conversations.errors import ConversationNotFound
from conversations.floor import Changed, Outcome, Reason, Spell, Step
from conversations.floor_moves import Escalation
from conversations.handover_errors import (
    AgentNotFound,
    AlreadyClaimed,
    ClosingIncomplete,
    NothingToUndo,
    NotWithPeople,
    NotYours,
    StaleView,
    TextNotUsable,
)
from conversations.model import Controller, Sender
from stores.audit_tables import AuditRow
from stores.floor_tables import InternalNoteRow
from tests.app.conversations.parts import Parts, all_parts

NOURA = Agent(id="a-1", name_ar="نورة المزروعي", name_en="Noura Al Mazrouei")
KHALID = Agent(id="a-2", name_ar="خالد العامري", name_en="Khalid Al Ameri")
CHIEF = Agent(id="a-9", name_ar="منى الشامسي", name_en="Mona Al Shamsi", supervises=True)
ASKED = Escalation(Reason.ASKED, "DPS")
CLOSING = {"outcome": "resolved", "department": "DPS", "summary": "دُفعت INV-9"}


async def queued(parts: Parts, escalation: Escalation = ASKED) -> str:
    """Return a conversation that waits for somebody, after «أريد التحدث مع موظف»."""
    for agent in (NOURA, KHALID, CHIEF):
        await parts.agents.enrol(agent)
    received = await parts.hear("أريد التحدث مع موظف عن INV-9")
    await parts.answer_all()
    conversation_id = received.conversation.id
    changed = await parts.handover.escalate(conversation_id, escalation, actor="system:test")
    assert changed is not None
    return conversation_id


async def held(parts: Parts, agent: Agent = NOURA) -> str:
    conversation_id = await queued(parts)
    await parts.handover.claim(conversation_id, agent)
    return conversation_id


async def seq(parts: Parts) -> int:
    return (await parts.messages())[-1].seq


def spell_of(changed: Changed | None) -> Spell:
    assert changed is not None
    assert changed.spell is not None
    return changed.spell


async def audited(engine: AsyncEngine) -> list[tuple[str, str]]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            sa.select(AuditRow.actor, AuditRow.action)
            .where(AuditRow.subject_kind == "conversation")
            .order_by(AuditRow.id)
        )
        return [(actor, action) for actor, action in rows]


async def said(parts: Parts, sender: Sender) -> list[str]:
    return [one.text for one in await parts.messages() if one.sender is sender]


async def test_a_wish_for_a_person_makes_the_conversation_wait(parts: Parts) -> None:
    conversation_id = await queued(parts)
    assert (await parts.conversation()).controller is Controller.QUEUE
    again = await parts.handover.escalate(
        conversation_id, Escalation(Reason.ANGRY), actor="system:test"
    )
    assert again is None
    with pytest.raises(ConversationNotFound):
        await parts.handover.escalate("c-404", ASKED, actor="system:test")


async def test_of_fifty_claims_one_wins_and_the_others_hear_who(parts: Parts) -> None:
    conversation_id = await queued(parts)
    crowd = [Agent(id=f"c-{n}", name_ar=f"زميل {n}", name_en=f"Agent {n}") for n in range(50)]
    for one in crowd:
        await parts.agents.enrol(one)
    results = await asyncio.gather(
        *(parts.handover.claim(conversation_id, one) for one in crowd), return_exceptions=True
    )
    [winner] = [spell_of(one).owner_id for one in results if isinstance(one, Changed)]
    lost = [one for one in results if isinstance(one, AlreadyClaimed)]
    number = str(winner).removeprefix("c-")
    assert len(lost) == 49
    assert {one.facts["by"] for one in lost} == {winner}
    assert {one.facts["name_ar"] for one in lost} == {f"زميل {number}"}
    assert (await parts.conversation()).controller is Controller.AGENT


async def test_claiming_ones_own_again_changes_nothing(parts: Parts) -> None:
    conversation_id = await held(parts)
    before = await parts.conversation()
    assert await parts.handover.claim(conversation_id, NOURA) is None
    assert await parts.conversation() == before


async def test_what_the_assistant_has_is_not_claimed_but_taken_over(parts: Parts) -> None:
    received = await parts.hear("أين INV-9؟")
    with pytest.raises(NotWithPeople):
        await parts.handover.claim(received.conversation.id, NOURA)
    taken = await parts.handover.take_over(received.conversation.id, NOURA)
    assert spell_of(taken).reason is Reason.STEPPED_IN
    await parts.answer_all()  # the message came before, the answer comes after
    assert await said(parts, Sender.BOT) == []


async def test_only_the_owner_replies_and_taking_over_is_said_aloud(
    parts: Parts, engine: AsyncEngine
) -> None:
    conversation_id = await held(parts)
    seen = await seq(parts)
    with pytest.raises(NotYours) as refused:
        await parts.handover.reply(conversation_id, KHALID, "حيّاك الله", seen_seq=seen)
    assert refused.value.facts["by"] == "a-1"
    await parts.handover.reply(conversation_id, KHALID, "حيّاك الله", seen_seq=seen, take_over=True)
    assert await said(parts, Sender.AGENT) == ["حيّاك الله"]
    with pytest.raises(NotYours):
        await parts.handover.reply(conversation_id, NOURA, "أهلًا", seen_seq=seen)
    assert ("agent:a-2", "handover_replied_taking_over") in await audited(engine)


async def test_nobody_answers_what_they_have_not_seen(parts: Parts) -> None:
    conversation_id = await held(parts)
    seen = await seq(parts)
    await parts.hear("وهذا الإيصال RF-1178")
    with pytest.raises(StaleView) as stale:
        await parts.handover.reply(conversation_id, NOURA, "أرسل الإيصال", seen_seq=seen)
    assert stale.value.facts["last_seq"] == await seq(parts)
    await parts.handover.reply(conversation_id, NOURA, "وصل", seen_seq=await seq(parts))
    own = await seq(parts) - 1  # the own line is not on the screen yet
    await parts.handover.reply(conversation_id, NOURA, "شكرًا", seen_seq=own)
    with pytest.raises(StaleView):  # a colleague answered meanwhile
        await parts.handover.reply(conversation_id, KHALID, "وصل؟", seen_seq=own, take_over=True)


async def test_a_line_that_comes_twice_is_said_once(parts: Parts) -> None:
    conversation_id = await held(parts)
    seen = await seq(parts)

    async def send() -> object:
        return await parts.handover.reply(
            conversation_id, NOURA, "وصل", seen_seq=seen, line_id="line-1"
        )

    await asyncio.gather(*(send() for _ in range(5)))
    await send()
    assert await said(parts, Sender.AGENT) == ["وصل"]


@pytest.mark.parametrize("text", ["", " \u200b", "م" * 4001])
async def test_a_text_must_be_usable(parts: Parts, text: str) -> None:
    conversation_id = await held(parts)
    with pytest.raises(TextNotUsable):
        await parts.handover.reply(conversation_id, NOURA, text, seen_seq=await seq(parts))
    with pytest.raises(TextNotUsable):
        await parts.handover.note(conversation_id, NOURA, text)


async def test_the_last_line_can_be_taken_back_while_it_is_on_hold(engine: AsyncEngine) -> None:
    async with all_parts(engine, hold_s=5) as parts:
        conversation_id = await held(parts)
        seen = await seq(parts)
        first = await parts.handover.reply(conversation_id, NOURA, "أولًا", seen_seq=seen)
        last = await parts.handover.reply(conversation_id, NOURA, "ثانيًا", seen_seq=seen)
        assert await said(parts, Sender.AGENT) == ["أولًا"]  # only the last waits
        with pytest.raises(NothingToUndo):
            await parts.handover.undo(conversation_id, NOURA, first.id)
        with pytest.raises(NothingToUndo):
            await parts.handover.undo(conversation_id, KHALID, last.id)
        await parts.handover.undo(conversation_id, NOURA, last.id)
        with pytest.raises(NothingToUndo):
            await parts.handover.undo(conversation_id, NOURA, last.id)
        await parts.send_all()
        assert [one.message.text for one in parts.channel.sent][-1] == "أولًا"


async def test_a_line_taken_back_lets_the_clock_run_on(engine: AsyncEngine) -> None:
    async with all_parts(engine, hold_s=5) as parts:
        conversation_id = await held(parts)
        line = await parts.handover.reply(conversation_id, NOURA, "لحظة", seen_seq=await seq(parts))
        answered = await parts.handover_store.find(conversation_id)
        assert answered is not None
        assert (answered.waits_since, answered.first_answer_at) == (None, line.at)
        await parts.handover.undo(conversation_id, NOURA, line.id)
        waits = await parts.handover_store.find(conversation_id)
        assert waits is not None
        assert (waits.waits_since, waits.first_answer_at) == (line.at, None)
        assert waits.due_at is not None


async def test_what_is_on_hold_goes_out_before_the_word_passes_on(engine: AsyncEngine) -> None:
    async with all_parts(engine, hold_s=5) as parts:
        conversation_id = await held(parts)
        await parts.handover.reply(
            conversation_id, NOURA, "في أمان الله", seen_seq=await seq(parts)
        )
        await parts.handover.give_back(conversation_id, NOURA)
        texts = [(one.sender.value, one.text) for one in await parts.messages()][-2:]
        assert [sender for sender, _ in texts] == ["agent", "system"]
        assert texts[0][1] == "في أمان الله"


async def test_a_note_is_for_colleagues_only(parts: Parts, engine: AsyncEngine) -> None:
    conversation_id = await held(parts)
    before = await parts.messages()
    await parts.handover.note(
        conversation_id, KHALID, "الدفعتان بنفس المبلغ 4111 1111 1111 1111", mentions=["a-1"]
    )
    assert await parts.messages() == before
    async with engine.connect() as connection:
        [note] = (await connection.execute(sa.select(InternalNoteRow.__table__))).mappings()
    assert (note["author_id"], note["mentions"], note["after_seq"]) == ("a-2", ["a-1"], len(before))
    assert "4111 1111" not in note["text"]
    events = await parts.store.events_after(0)
    [told] = [one.data for one in events if one.kind == "note"]
    assert told["mentions"] == ["a-1"]


async def test_release_and_claim_pass_the_word_on(parts: Parts) -> None:
    conversation_id = await held(parts)
    with pytest.raises(NotYours):
        await parts.handover.release(conversation_id, KHALID)
    released = await parts.handover.release(conversation_id, NOURA, note="انتهت مناوبتي")
    assert spell_of(released).owner_id is None
    assert (await parts.conversation()).controller is Controller.QUEUE
    assert spell_of(await parts.handover.claim(conversation_id, KHALID)).owner_id == "a-2"
    assert (await parts.conversation()).control_version == 4


async def test_a_conversation_is_handed_to_a_colleague_or_a_department(parts: Parts) -> None:
    conversation_id = await held(parts)
    to_khalid = await parts.handover.transfer(
        conversation_id, NOURA, to="a-2", note="يتابع خالد RF-88214"
    )
    assert spell_of(to_khalid).owner_id == "a-2"
    assert spell_of(to_khalid).acknowledged_at is None
    with pytest.raises(NotYours):
        await parts.handover.transfer(conversation_id, NOURA, department="MIL")
    to_pensions = await parts.handover.transfer(conversation_id, KHALID, department="MIL")
    assert (spell_of(to_pensions).owner_id, spell_of(to_pensions).department) == (None, "MIL")
    for wrong in ({"to": "a-404"}, {}):
        with pytest.raises(AgentNotFound):
            await parts.handover.transfer(conversation_id, CHIEF, **wrong)
    assert await said(parts, Sender.SYSTEM) == []


async def test_a_supervisor_may_do_what_the_owner_may_but_speak(parts: Parts) -> None:
    conversation_id = await held(parts)
    with pytest.raises(NotYours):
        await parts.handover.reply(conversation_id, CHIEF, "أهلًا", seen_seq=await seq(parts))
    await parts.handover.transfer(conversation_id, CHIEF, to="a-2")
    await parts.handover.close(conversation_id, CHIEF, CLOSING)
    assert (await parts.conversation()).controller is Controller.BOT


async def test_giving_back_tells_the_person_once_in_their_language(parts: Parts) -> None:
    conversation_id = await held(parts)
    await parts.handover.give_back(conversation_id, NOURA)
    conversation = await parts.conversation()
    assert conversation.controller is Controller.BOT
    assert conversation.assistant_stale
    [line] = await said(parts, Sender.SYSTEM)
    assert line.startswith("عدت الآن إلى المساعد الآلي")
    with pytest.raises(NotWithPeople):
        await parts.handover.give_back(conversation_id, NOURA)


async def test_closing_asks_for_what_it_needs(parts: Parts) -> None:
    conversation_id = await held(parts)
    for told, missing in (
        ({}, "outcome,department"),
        ({"outcome": "case", "department": "DPS"}, "case"),
        ({"outcome": "done", "department": "DPS"}, "outcome"),
    ):
        with pytest.raises(ClosingIncomplete) as refused:
            await parts.handover.close(conversation_id, NOURA, told)
        assert refused.value.facts["missing"] == missing
    closed = spell_of(await parts.handover.close(conversation_id, NOURA, CLOSING))
    assert closed.outcome is Outcome.RESOLVED
    assert closed.closing == {"department": "DPS", "summary": "دُفعت INV-9"}
    assert len(await said(parts, Sender.SYSTEM)) == 2  # the farewell, and how it was


async def test_a_new_wish_after_closing_is_a_new_spell(parts: Parts) -> None:
    conversation_id = await held(parts)
    first = spell_of(await parts.handover.close(conversation_id, NOURA, CLOSING))
    again = spell_of(await parts.handover.escalate(conversation_id, ASKED, actor="system:test"))
    assert again.id != first.id
    assert (await parts.conversation()).controller is Controller.QUEUE


async def test_the_first_who_acknowledges_stops_the_alert(parts: Parts) -> None:
    conversation_id = await queued(parts)
    first = await parts.handover.acknowledge(conversation_id, NOURA)
    assert spell_of(first).acknowledged_by == "a-1"
    assert await parts.handover.acknowledge(conversation_id, KHALID) is None


async def test_snoozed_until_a_time_or_until_the_person_writes(parts: Parts) -> None:
    conversation_id = await held(parts)
    until = parts.clock() + timedelta(hours=2)
    asleep = spell_of(await parts.handover.snooze(conversation_id, NOURA, until=until))
    assert (asleep.snoozed_until, asleep.due_at) == (until, None)
    released = spell_of(await parts.handover.release(conversation_id, NOURA))
    assert released.snoozed_at is None


async def test_every_change_is_audited_with_an_actor_and_tells_its_event(
    parts: Parts, engine: AsyncEngine
) -> None:
    conversation_id = await held(parts)
    await parts.handover.reply(conversation_id, NOURA, "وصل", seen_seq=await seq(parts))
    await parts.handover.release(conversation_id, NOURA)
    assert await audited(engine) == [
        ("system:test", "handover_escalated"),
        ("agent:a-1", "handover_claimed"),
        ("agent:a-1", "handover_replied"),
        ("agent:a-1", "handover_released"),
    ]
    events = [one for one in await parts.store.events_after(0) if one.kind == "handover"]
    assert [one.data["what"] for one in events] == ["escalated", "claimed", "replied", "released"]
    released: dict[str, Any] = dict(events[-1].data)
    assert (released["owner_id"], released["was_owner_id"]) == (None, "a-1")
    assert released["step"] == Step.RUNNING.value
    assert "وصل" not in repr(events)


async def test_without_its_audit_row_a_change_does_not_happen(
    parts: Parts, engine: AsyncEngine
) -> None:
    received = await parts.hear("مرحبا")
    events = await parts.store.events_after(0)
    with pytest.raises(sa.exc.IntegrityError):
        await parts.handover.escalate(received.conversation.id, ASKED, actor="")
    assert await parts.store.events_after(0) == events
    assert (await parts.conversation()).controller is Controller.BOT
