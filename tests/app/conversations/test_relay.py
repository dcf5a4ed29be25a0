import asyncio
import random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.asking import Patience
from conversations.fake_rasa import Fault, Item
from conversations.model import Address, Controller, MessageKind, MessageState, Sender
from kernel.language import Language
from phrases.catalogue import Catalogue
from tests.app.conversations.parts import Parts, all_parts

PHRASES = Catalogue.load()


async def texts(parts: Parts) -> list[tuple[str, str]]:
    return [(one.sender.value, one.text) for one in await parts.messages()]


async def states(parts: Parts) -> list[str]:
    return [one.state.value for one in await parts.messages() if one.sender is Sender.CITIZEN]


async def test_answers_in_the_order_of_asking(parts: Parts) -> None:
    for text in ("أولًا INV-1", "ثانيًا INV-2", "ثالثًا INV-3"):
        await parts.hear(text)
    await parts.answer_all()
    assert [one["message"] for one in parts.rasa.heard] == [
        "أولًا INV-1",
        "ثانيًا INV-2",
        "ثالثًا INV-3",
    ]
    assert [text for sender, text in await texts(parts) if sender == "bot"] == [
        "سمعت: أولًا INV-1",
        "سمعت: ثانيًا INV-2",
        "سمعت: ثالثًا INV-3",
    ]
    assert await states(parts) == ["answered"] * 3
    assert parts.typing == [True, False] * 3


async def test_an_answer_remembers_which_release_gave_it(engine: AsyncEngine) -> None:
    release = {"number": 7, "model": "baddala-0a"}
    async with all_parts(engine, said_by=lambda: {"release": release}) as parts:
        await parts.hear("وين INV-9")
        await parts.answer_all()
        asked, answered = await parts.messages()
    assert answered.metadata["release"] == release
    assert "release" not in asked.metadata


async def test_tells_the_assistant_what_its_actions_need(parts: Parts) -> None:
    received = await parts.hear("Where is invoice INV-9?")
    await parts.answer_all()
    [call] = parts.rasa.heard
    conversation = received.conversation
    assert call["sender"] == conversation.id
    assert call["metadata"] == {
        "mid": received.message.id,
        "channel": "fake",
        "language": "en",
        "pinned": False,
        "person_id": conversation.person_id,
        "contact": None,
    }


async def test_a_phone_number_that_the_channel_knows_is_told_as_contact(parts: Parts) -> None:
    phone = Address("fake", "phone", "+971501234567")
    await parts.hear("أين الفاتورة؟", of=phone)
    await parts.answer_all()
    assert parts.rasa.heard[0]["metadata"]["contact"] == "+971501234567"


async def test_who_is_known_by_a_user_id_has_the_phone_of_the_message_as_contact(
    parts: Parts,
) -> None:
    who = Address("fake", "user_id", "AE.1A2B")
    await parts.hear("أين طلبي INV-9؟", of=who, metadata={"phone": "971501234567"})
    await parts.answer_all()
    assert parts.rasa.heard[0]["metadata"]["contact"] == "971501234567"


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.NO_TURN, Fault.CUT_BEFORE])
async def test_asks_again_when_no_turn_came_of_it(parts: Parts, fault: Fault) -> None:
    parts.rasa.faults.append(fault)
    await parts.hear("أين الفاتورة؟")
    await parts.answer_all()
    assert await states(parts) == ["answered"]
    assert len(parts.rasa.heard) == 2
    assert len(parts.rasa.looked_up) == 1


async def test_an_answer_lost_on_the_way_is_looked_up_and_not_asked_for_again(parts: Parts) -> None:
    parts.rasa.faults.append(Fault.CUT_AFTER)
    await parts.hear("أين الفاتورة؟")
    await parts.answer_all()
    assert (await texts(parts))[1:] == [("bot", "سمعت: أين الفاتورة؟")]
    assert len(parts.rasa.heard) == 1


async def test_a_turn_that_ended_in_silence_is_not_repeated_but_apologised_for(
    parts: Parts,
) -> None:
    parts.rasa.faults.append(Fault.EMPTY)
    await parts.hear("Where is invoice INV-9?")
    await parts.hear("أين الفاتورة؟")
    await parts.answer_all()
    assert len(parts.rasa.heard) == 2
    first, second, sorry, answer = await parts.messages()
    assert (first.state, first.reason) == (MessageState.FAILED, "assistant_silent")
    assert sorry.text == PHRASES.say("message_not_answered", Language.EN)
    assert [one.payload for one in sorry.buttons] == ["/talk_to_human"]
    assert second.state is MessageState.ANSWERED
    assert answer.sender is Sender.BOT


async def test_three_errors_are_enough(parts: Parts) -> None:
    parts.rasa.faults.extend([Fault.ERROR] * 5)
    await parts.hear("أين الفاتورة؟")
    await parts.answer_all()
    assert len(parts.rasa.heard) == 3
    [message, _] = await parts.messages()
    assert (message.state, message.reason) == (MessageState.FAILED, "assistant_failed")


async def test_says_one_moment_when_it_takes_long_and_answers_after_it(parts: Parts) -> None:
    parts.rasa.faults.append(Fault.SLOW)
    await parts.hear("أين الفاتورة؟")
    await parts.answer_all()
    assert [sender for sender, _ in await texts(parts)] == ["citizen", "system", "bot"]
    assert (await texts(parts))[1][1] == PHRASES.say("message_one_moment", Language.AR)


async def test_gives_up_in_time_and_goes_on_with_the_next(engine: AsyncEngine) -> None:
    async with all_parts(engine, slow_s=5) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        await parts.hear("بطيئة")
        await parts.hear("سريعة")
        began = asyncio.get_running_loop().time()
        await parts.answer_all()
        assert asyncio.get_running_loop().time() - began < 3
        messages = await parts.messages()
        assert messages[0].reason == "assistant_timeout"
        assert await states(parts) == ["failed", "answered"]


async def test_waits_for_an_assistant_that_is_starting_again(parts: Parts) -> None:
    await parts.rasa.stop()
    await parts.hear("أين الفاتورة؟")
    answering = asyncio.create_task(parts.answer_all())
    await asyncio.sleep(0.2)
    await parts.rasa.start()
    await answering
    assert await states(parts) == ["answered"]


async def test_an_assistant_that_stays_away_does_not_hold_everybody_up(engine: AsyncEngine) -> None:
    patience = Patience(one_moment_s=0.1, give_up_s=0.5, pause_s=0.05)
    async with all_parts(engine, patience=patience) as parts:
        await parts.rasa.stop()
        for n in range(10):
            await parts.hear(f"سؤال {n}", of=Address("fake", "user", f"u-{n}"))
        began = asyncio.get_running_loop().time()
        await parts.answer_all()
        assert asyncio.get_running_loop().time() - began < 2.5  # one waited, nine did not
        found = [await parts.messages(Address("fake", "user", f"u-{n}")) for n in range(10)]
        assert {one[0].state for one in found} == {MessageState.FAILED}
        await parts.rasa.start()
        await parts.hear("عدنا", of=Address("fake", "user", "u-0"))
        await parts.answer_all()
        last = (await parts.messages(Address("fake", "user", "u-0")))[-1]
        assert last.sender is Sender.BOT


async def test_a_bug_in_the_assistant_does_not_bring_the_message_back_for_ever(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with all_parts(engine) as parts:

        async def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(parts.relay._asking, "ask", broken)
        await parts.hear("أين الفاتورة؟")
        await parts.answer_all()
        assert (await parts.messages())[0].reason == "unexpected"


@pytest.mark.parametrize("controller", [Controller.QUEUE, Controller.AGENT])
async def test_the_assistant_is_not_asked_when_people_are_in_control(
    parts: Parts, controller: Controller
) -> None:
    received = await parts.hear("أين الفاتورة؟")
    await parts.store.take_control(received.conversation.id, controller, parts.clock())
    await parts.answer_all()
    assert parts.rasa.heard == []
    assert await states(parts) == ["for_agent"]


async def test_who_takes_control_meanwhile_wins(engine: AsyncEngine) -> None:
    async with all_parts(engine, slow_s=0.25) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        received = await parts.hear("أين الفاتورة؟")
        answering = asyncio.create_task(parts.answer_all())
        await asyncio.sleep(0.1)
        await parts.store.take_control(received.conversation.id, Controller.AGENT, parts.clock())
        await answering
        assert [sender for sender, _ in await texts(parts)] == ["citizen"]
        assert await states(parts) == ["for_agent"]


async def test_control_that_went_and_came_back_asks_anew(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, slow_s=0.25) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        received = await parts.hear("أين الفاتورة؟")
        answering = asyncio.create_task(parts.answer_all())
        await asyncio.sleep(0.1)
        for controller in (Controller.AGENT, Controller.BOT):
            await parts.store.take_control(received.conversation.id, controller, parts.clock())
        await answering
        assert len(parts.rasa.heard) == 2
        assert [sender for sender, _ in await texts(parts)] == ["citizen", "bot"]


async def test_no_answer_after_a_claim_however_the_two_interleave(parts: Parts) -> None:
    chance = random.Random(7)

    async def one(n: int) -> None:
        who = Address("fake", "user", f"u-{n}")
        received = await parts.hear(f"سؤال {n}", of=who)
        conversation_id = received.conversation.id

        async def claim() -> int:
            await asyncio.sleep(chance.random() * 0.05)
            await parts.store.take_control(conversation_id, Controller.AGENT, parts.clock())
            return len(await parts.messages(who))

        at_claim, _ = await asyncio.gather(claim(), parts.answer_all())
        assert len(await parts.messages(who)) == at_claim

    for n in range(30):
        await one(n)


async def test_one_worker_at_a_time_per_conversation_others_beside_it(engine: AsyncEngine) -> None:
    async with all_parts(engine, slow_s=0.05) as parts:
        parts.rasa.faults.extend([Fault.SLOW] * 24)
        people = [Address("fake", "user", f"u-{n}") for n in range(4)]
        for n in range(24):
            await parts.hear(f"سؤال {n}", of=people[n % 4])
        await asyncio.gather(*(parts.answer_all() for _ in range(4)))
        assert parts.rasa.most_at_once == 1
        for n, who in enumerate(people):
            heard = [one.text for one in await parts.messages(who) if one.sender is Sender.BOT]
            assert heard == [f"سمعت: سؤال {m}" for m in range(n, 24, 4)]


async def test_what_a_dead_worker_had_asked_is_looked_up_and_not_asked_twice(parts: Parts) -> None:
    received = await parts.hear("أين الفاتورة؟")
    lease = await parts.relay.claims.lease()
    assert lease is not None
    parts.rasa.remember(
        received.conversation.id,
        "أين الفاتورة؟",
        {"mid": received.message.id},
        [{"text": "قيل قبل أن يموت"}],
    )
    assert await parts.relay.claims.lease() is None
    parts.clock.pass_(120)
    await parts.answer_all()
    assert parts.rasa.heard == []
    assert (await texts(parts))[1:] == [("bot", "قيل قبل أن يموت")]


async def test_the_answer_of_a_worker_that_was_given_up_is_dropped(parts: Parts) -> None:
    received = await parts.hear("أين الفاتورة؟")
    slow = await parts.relay.claims.lease()
    assert slow is not None
    parts.clock.pass_(120)
    await parts.answer_all()
    conversation = await parts.conversation()
    late = await parts.store.answer(slow, conversation, received.message, [], at=parts.clock())
    assert not late
    assert [sender for sender, _ in await texts(parts)] == ["citizen", "bot"]


async def test_a_stop_in_the_middle_leaves_the_message_to_the_next_start(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, slow_s=5) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        await parts.hear("أين الفاتورة؟")
        answering = asyncio.create_task(parts.answer_all())
        await asyncio.sleep(0.1)
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        assert await states(parts) == ["waiting"]
        await parts.answer_all()
        assert await states(parts) == ["answered"]
        assert len(parts.rasa.looked_up) == 1


async def test_cards_and_buttons_travel_with_the_text_before_them(engine: AsyncEngine) -> None:
    def opened(_sender: str, _text: str, _metadata: object) -> list[Item]:
        return [
            {"text": "فُتحت الشكوى DF-26-000019."},
            {"custom": {"card": {"number": "DF-26-000019"}}},
            {"text": "غير ذلك؟", "buttons": [{"title": "لا", "payload": "/deny"}]},
        ]

    async with all_parts(engine, answering=opened) as parts:
        await parts.hear("نعم")
        await parts.answer_all()
        _, first, second = await parts.messages()
        assert first.metadata == {"card": {"number": "DF-26-000019"}}
        assert [one.title for one in second.buttons] == ["لا"]


async def test_a_message_without_words_is_not_asked_about(parts: Parts) -> None:
    await parts.hear("", kind=MessageKind.IMAGE, metadata={"media": {"media_id": "1"}})
    await parts.answer_all()
    picture, line = await parts.messages()
    assert (picture.text, picture.state) == ("صورة بلا نص", MessageState.ANSWERED)
    assert line.reason == "not_read"
    assert line.buttons
    assert parts.rasa.heard == []


async def test_a_caption_is_asked_about_like_any_text(parts: Parts) -> None:
    await parts.hear("هل وصل هذا الإيصال RC-88؟", kind=MessageKind.IMAGE)
    await parts.answer_all()
    assert [one["message"] for one in parts.rasa.heard] == ["هل وصل هذا الإيصال RC-88؟"]
