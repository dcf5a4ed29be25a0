"""The happiness question: asked once at the end, answered by a face and a free line."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import Controller, Message
from conversations.ratings import OPEN_FOR, PAUSE, Face, Rating
from stores.sql_queue_reader import SqlQueueReader
from tests.app.conversations.parts import Parts
from tests.app.conversations.test_handover import CLOSING, NOURA, audited, held

ASKED = "كيف كانت خدمتنا لك في هذه المحادثة؟"
THANKED = "شكرًا لك، سُجّل تقييمك."


async def closed(parts: Parts, outcome: str = "resolved") -> str:
    id_ = await held(parts)
    await parts.handover.close(id_, NOURA, CLOSING | {"outcome": outcome, "case": "DF-26-000019"})
    return id_


async def texts(parts: Parts) -> list[str]:
    return [one.text for one in await parts.messages()]


async def the_question(parts: Parts) -> Message:
    [asked] = [one for one in await parts.messages() if one.text == ASKED]
    return asked


async def press(parts: Parts, payload: str) -> None:
    await parts.hear("", payload=payload)
    await parts.answer_all()


async def rating_of(engine: AsyncEngine, parts: Parts, id_: str) -> Rating:
    transcript = await SqlQueueReader(engine).transcript(id_, at=parts.clock())
    [rating] = transcript.ratings.values()
    assert rating.subject_id == transcript.spells[0].id
    return rating


async def test_a_face_and_a_line_are_kept_and_thanked_once(
    parts: Parts, engine: AsyncEngine
) -> None:
    id_ = await closed(parts)
    faces = (await the_question(parts)).buttons
    assert [one.title for one in faces] == ["😊 راضٍ", "😐 محايد", "😞 غير راضٍ"]
    asked_before = len(parts.rasa.heard)
    await press(parts, faces[2].payload)
    await press(parts, faces[0].payload)  # another mind: kept, and not thanked again
    assert (await texts(parts)).count(THANKED) == 1
    [thanks] = [one for one in await parts.messages() if one.text == THANKED]
    await press(parts, thanks.buttons[0].payload)
    await parts.hear("الموظفة كانت سريعة، شكرا على INV-9")
    await parts.answer_all()
    rating = await rating_of(engine, parts, id_)
    assert (rating.face, rating.words) == (Face.HAPPY, "الموظفة كانت سريعة، شكرا على INV-9")
    assert len(parts.rasa.heard) == asked_before  # the assistant hears of none of it
    said = [action for actor, action in await audited(engine) if actor.startswith("person:")]
    assert said == ["rated", "rated", "rating_words_added"]
    await parts.hear("ومتى الدوام؟")
    await parts.answer_all()
    assert (await texts(parts))[-1] == "سمعت: ومتى الدوام؟"


async def test_without_the_wish_to_comment_a_text_goes_to_the_assistant(
    parts: Parts, engine: AsyncEngine
) -> None:
    id_ = await closed(parts)
    await press(parts, (await the_question(parts)).buttons[1].payload)
    await parts.hear("متى الدوام؟")
    await parts.answer_all()
    assert (await texts(parts))[-1] == "سمعت: متى الدوام؟"
    assert (await rating_of(engine, parts, id_)).words is None


async def test_the_question_ends_in_time_and_says_so(parts: Parts, engine: AsyncEngine) -> None:
    id_ = await closed(parts)
    parts.clock.pass_(OPEN_FOR.total_seconds() + 1)
    await press(parts, (await the_question(parts)).buttons[0].payload)
    assert (await texts(parts))[-1] == "انتهت مدة هذا التقييم، ونشكر لك اهتمامك."
    assert (await rating_of(engine, parts, id_)).face is None


@pytest.mark.parametrize("outcome", ["spam", "no_reply", "callback"])
async def test_who_was_not_served_is_not_asked(parts: Parts, outcome: str) -> None:
    await closed(parts, outcome)
    assert ASKED not in await texts(parts)


async def test_nobody_is_asked_twice_in_a_day(parts: Parts) -> None:
    id_ = await closed(parts)
    for pause, times in ((timedelta(minutes=5), 1), (PAUSE, 2)):
        parts.clock.pass_(pause.total_seconds())
        await parts.handover.take_over(id_, NOURA)
        await parts.handover.close(id_, NOURA, CLOSING)
        assert (await texts(parts)).count(ASKED) == times


async def test_a_face_pressed_while_people_speak_is_kept_without_a_word(
    parts: Parts, engine: AsyncEngine
) -> None:
    id_ = await closed(parts)
    payload = (await the_question(parts)).buttons[0].payload
    await parts.handover.take_over(id_, NOURA)
    await press(parts, payload)
    assert (await parts.conversation()).controller is Controller.AGENT
    assert THANKED not in await texts(parts)
    transcript = await SqlQueueReader(engine).transcript(id_, at=parts.clock())
    assert [one.face for one in transcript.ratings.values()] == [Face.HAPPY]
