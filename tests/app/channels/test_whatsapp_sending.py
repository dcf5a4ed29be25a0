"""What the Graph API answers, and what follows from it: on both databases."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.whatsapp.fake_graph import GraphFault
from channels.whatsapp.templates import Templates
from conversations.agents import Agent
from conversations.handover_errors import WindowClosed
from conversations.model import MessageState
from kernel.language import Language
from tests.app.channels.whatsapp_sending import MARIAM, SALEM, Sending, sending

NOURA = Agent(id="a-1", name_ar="نورة المزروعي", name_en="Noura Al Mazrouei")
DAY_S = 24 * 3600
CLOSED = [("failed", "channel_window_closed")]


@pytest_asyncio.fixture
async def desk(engine: AsyncEngine) -> AsyncIterator[Sending]:
    async with sending(engine) as built:
        yield built


async def claimed(desk: Sending) -> str:
    """Return Mariam's conversation, held by Noura, everything sent."""
    await desk.parts.agents.enrol(NOURA)
    await desk.answered("أريد التحدث مع موظف عن INV-9")
    await desk.send_all()
    conversation = await desk.parts.conversation(MARIAM)
    await desk.handover.take_over(conversation.id, NOURA)
    return conversation.id


async def seq(desk: Sending) -> int:
    return (await desk.parts.messages(MARIAM))[-1].seq


async def test_a_phone_and_a_user_id_are_reached_by_different_fields(desk: Sending) -> None:
    await desk.answered("أين INV-9؟")
    await desk.answered("أين INV-9؟", of=SALEM)
    await desk.send_all()
    first, second = desk.meta.taken
    assert (first["to"], first.get("recipient")) == ("+971501234567", None)
    assert (second.get("to"), second["recipient"]) == (None, SALEM.value)
    (ours,) = await desk.ours(SALEM)
    assert second["biz_opaque_callback_data"] == ours.id
    assert second["id"] == ours.provider_id


async def test_one_second_after_a_day_nothing_plain_is_sent(desk: Sending) -> None:
    await desk.answered("أين INV-9؟", "ومتى؟")
    heard = (await desk.parts.messages(MARIAM))[1].sent_at
    desk.parts.clock.at = heard.replace(microsecond=0)
    desk.parts.clock.pass_(DAY_S + 1)
    await desk.send_all()
    assert await desk.states() == CLOSED * 2
    assert desk.meta.asked == []
    (first, _) = await desk.ours()
    needing = await desk.ledger.needing_look()
    assert first.id in {one.message_id for one in needing}
    await desk.answered("ما زلت هنا")
    await desk.send_all()
    assert (await desk.states())[-1] == ("sent", None)


async def test_a_second_before_the_day_is_over_it_is_sent(desk: Sending) -> None:
    await desk.answered("أين INV-9؟")
    heard = (await desk.parts.messages(MARIAM))[0].sent_at
    desk.parts.clock.at = heard
    desk.parts.clock.pass_(DAY_S - 1)
    await desk.send_all()
    assert await desk.states() == [("sent", None)]


async def test_an_agent_is_refused_after_a_day_and_may_send_a_template(desk: Sending) -> None:
    conversation_id = await claimed(desk)
    desk.parts.clock.pass_(DAY_S + 1)
    with pytest.raises(WindowClosed) as refused:
        await desk.handover.reply(conversation_id, NOURA, "مرحبًا", seen_seq=await seq(desk))
    assert refused.value.code == "window_closed"
    assert refused.value.facts["until"]
    template = Templates.load().find("case_update", Language.AR)
    assert template in Templates.load().offered(Language.AR)
    assert template is not None
    text, metadata = template.filled({"number": "26-0042"})
    await desk.handover.reply(
        conversation_id, NOURA, text, seen_seq=await seq(desk), metadata=metadata
    )
    await desk.send_all()
    sent = desk.meta.taken[-1]
    assert sent["template"]["name"] == "case_update"
    assert sent["template"]["language"]["code"] == "ar"
    assert sent["template"]["components"][0]["parameters"] == [{"type": "text", "text": "26-0042"}]
    last = (await desk.ours())[-1]
    assert last.state is MessageState.SENT
    assert "26-0042" in last.text


async def test_the_service_says_that_the_window_is_closed(desk: Sending) -> None:
    conversation_id = await claimed(desk)
    desk.meta.faults.append(131047)
    await desk.handover.reply(conversation_id, NOURA, "مرحبًا", seen_seq=await seq(desk))
    await desk.send_all()
    assert (await desk.states())[-1:] == CLOSED
    with pytest.raises(WindowClosed):
        await desk.handover.reply(conversation_id, NOURA, "مرحبًا", seen_seq=await seq(desk))
    await desk.writes("أنا هنا")
    await desk.handover.reply(conversation_id, NOURA, "أهلًا", seen_seq=await seq(desk))
    await desk.send_all()
    assert (await desk.states())[-1] == ("sent", None)


async def test_the_service_says_so_later_in_a_status(desk: Sending) -> None:
    conversation_id = await claimed(desk)
    last = (await desk.ours())[-1]
    await desk.told(last, "failed", "131047")
    assert (await desk.ours())[-1].state is MessageState.FAILED
    with pytest.raises(WindowClosed):
        await desk.handover.reply(conversation_id, NOURA, "مرحبًا", seen_seq=await seq(desk))


async def test_too_much_to_one_person_waits_for_that_person_only(desk: Sending) -> None:
    desk.meta.faults.append(131056)
    await desk.answered("أين INV-9؟")
    await desk.send_all()
    await desk.answered("أين INV-9؟", of=SALEM)
    await desk.send_all()
    assert await desk.states(SALEM) == [("sent", None)]
    assert (await desk.states())[0][0] == "pending"
    desk.parts.clock.pass_(3.9)
    await desk.send_all()
    assert len(desk.meta.taken) == 1
    desk.parts.clock.pass_(0.2)
    await desk.send_all()
    assert len(desk.meta.taken) == 2
    assert (await desk.states())[0][0] == "sent"


@pytest.mark.parametrize("fault", [130429, 131016, 131000, 2, GraphFault.ERROR, GraphFault.BUSY])
async def test_what_may_be_taken_later_is_sent_again_once(
    desk: Sending, fault: GraphFault | int
) -> None:
    desk.meta.faults.append(fault)
    await desk.answered("أين INV-9؟")
    await desk.send_all()
    assert desk.meta.taken == []
    desk.parts.clock.pass_(1.1)
    await desk.send_all()
    assert len(desk.meta.taken) == 1
    assert (await desk.states())[0][0] == "sent"


@pytest.mark.parametrize("fault", [GraphFault.SLOW, GraphFault.CUT_AFTER, GraphFault.CUT_BEFORE])
async def test_what_may_have_been_taken_is_never_sent_again(
    desk: Sending, fault: GraphFault
) -> None:
    desk.meta.faults.append(fault)
    await desk.answered("أين INV-9؟")
    await desk.send_all()
    desk.parts.clock.pass_(3600)
    await desk.send_all()
    assert await desk.states() == [("unknown", "channel_delivery_unknown")]
    assert len(desk.meta.asked) == 1
    (ours,) = await desk.ours()
    await desk.told(ours, "delivered")  # it was taken after all, and our id says so
    assert (await desk.ours())[0].state is MessageState.SENT


async def test_nobody_there_is_tried_again(desk: Sending) -> None:
    await desk.meta.stop()
    await desk.answered("أين INV-9؟")
    await desk.send_all()
    assert (await desk.states())[0][0] == "pending"
    await desk.meta.start()
    desk.parts.clock.pass_(2)
    await desk.send_all()
    assert (await desk.states())[0][0] == "sent"


@pytest.mark.parametrize("code", [100, 131026, 131050, 132000, 470])
async def test_what_will_never_be_taken_is_shown_as_failed(desk: Sending, code: int) -> None:
    desk.meta.faults.append(code)
    await desk.answered("أين INV-9؟")
    await desk.send_all()
    desk.parts.clock.pass_(3600)
    await desk.send_all()
    assert await desk.states() == [("failed", "channel_delivery_failed")]
    assert len(desk.meta.asked) == 1
    life = await desk.ledger.life((await desk.ours())[0].id)
    assert str(code) in {one.code for one in life.steps}


@pytest.mark.parametrize("code", [190, 368, 131042, 131031, 200, 10])
async def test_a_stopped_channel_keeps_everything(desk: Sending, code: int) -> None:
    desk.meta.faults.append(code)
    await desk.answered("أين INV-9؟")
    await desk.answered("وأين INV-10؟", of=SALEM)
    await desk.send_all()
    (stop,) = await desk.parts.store.stopped_channels()
    assert (stop.channel, stop.code) == ("whatsapp", str(code))
    assert desk.meta.taken == []
    await desk.parts.store.resume_channel("whatsapp", by="user:mona", at=desk.parts.clock())
    await desk.send_all()
    assert len(desk.meta.taken) == 2


async def test_we_keep_to_the_pair_rate_ourselves(desk: Sending) -> None:
    conversation_id = await claimed(desk)
    for n in range(50):
        await desk.handover.reply(conversation_id, NOURA, f"سطر {n}", seen_seq=await seq(desk))
    await desk.send_all()
    assert len(desk.meta.taken) == 45
    desk.parts.clock.pass_(6)
    await desk.send_all()
    assert len(desk.meta.taken) == 46
    for _ in range(4):
        desk.parts.clock.pass_(7)
        await desk.send_all()
    texts = [one["text"]["body"] for one in desk.meta.taken[1:]]
    assert texts == [f"سطر {n}" for n in range(50)][: len(texts)]
    assert len(texts) >= 49
