"""Anger, grief and danger through the relay: answered, handed over where somebody is there."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.fake_rasa import Item
from conversations.floor import Reason
from conversations.model import Controller, Sender
from kernel.language import Language
from phrases.catalogue import Catalogue
from tests.app.conversations.parts import all_parts
from tests.app.conversations.test_escalating import on_duty
from tests.app.conversations.test_handover import NOURA, said

PHRASES = Catalogue.load()
DESPAIR = "بذبح نفسي اذا ما نزل المعاش MIL-77"
HELPED = {"title": "نعم", "payload": '/feedback{"helped": "yes"}'}


def line(key: str, language: Language = Language.AR) -> str:
    return PHRASES.say(key, language)


def answering(_sender: str, text: str, metadata: Mapping[str, Any]) -> Sequence[Item]:
    """Answer as the assistant does: register where a colleague takes over, else ask back."""
    if metadata.get("handover") == "angry":
        matter = {"kind": "complaint", "department": "DPS", "case": "DF-26-000010"}
        return [{"text": "سُجّلت شكواك"}, {"custom": {"matter": matter}}]
    return [{"text": f"سمعت: {text}"}, {"text": "هل أفادك؟", "buttons": [HELPED]}]


async def test_despair_is_answered_and_a_colleague_goes_on(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=answering) as parts:
        await on_duty(parts, NOURA)
        await parts.hear(DESPAIR)
        await parts.answer_all()
        assert await said(parts, Sender.BOT) == [
            line("care_danger"),
            f"سمعت: {DESPAIR}",
            line("handed_over_sensitive"),
        ]
        assert (await parts.conversation()).controller is Controller.QUEUE
        [event] = [one for one in await parts.store.events_after(0) if one.kind == "handover"]
        assert event.data["reason"] == Reason.SENSITIVE


async def test_an_insult_hands_over_with_the_department_of_what_was_registered(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, answering=answering) as parts:
        await on_duty(parts, NOURA)
        await parts.hear("انخصم مرتين عن TX-8841 يا حمير")
        await parts.answer_all()
        assert (await said(parts, Sender.BOT))[-1] == line("handed_over_angry")
        [event] = [one for one in await parts.store.events_after(0) if one.kind == "handover"]
        assert (event.data["reason"], event.data["department"]) == (Reason.ANGRY, "DPS")
        assert all("matter" not in one.metadata for one in await parts.messages())


@pytest.mark.parametrize("text", [DESPAIR, "you idiots, charged twice for TX-8841"])
async def test_with_nobody_there_the_assistant_goes_on(engine: AsyncEngine, text: str) -> None:
    async with all_parts(engine, answering=answering) as parts:
        await parts.hear(text)
        await parts.answer_all()
        assert (await parts.conversation()).controller is Controller.BOT
        assert (await said(parts, Sender.BOT))[1:] == [f"سمعت: {text}", "هل أفادك؟"]
        [call] = parts.rasa.heard
        metadata = call["metadata"]
        assert metadata.get("handover") is None
        assert metadata["care"] in ("danger", "anger")
