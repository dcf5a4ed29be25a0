"""What became of conversations is what they themselves say, on both databases."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.demo_wiring import play_house
from conversations.model import Sender
from conversations.talk_figures import Waiting
from demo.people import new_id, staff
from stores.sql_conversation_histories import SqlConversationHistories
from stores.sql_talk_figures import SqlTalkFigures

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Dubai")


async def test_days_and_loads_are_those_of_the_conversations(engine: AsyncEngine) -> None:
    chance = random.Random(9)
    people = [one for one in staff() if one.departments]
    team = [replace(one, id=new_id(chance)) for one in people]
    house = await play_house(engine, team, chance, 160, NOW)
    talks = house.talks(await house.play())
    await SqlConversationHistories(engine).keep(talks)
    figures = SqlTalkFigures(engine, ("webchat", "whatsapp"), zone=ZONE)

    last = NOW.astimezone(ZONE).date()
    days = await figures.days(last - timedelta(days=40), last)
    for day in days:
        wrote = {
            talk.conversation.id
            for talk in talks
            for one in talk.messages
            if one.sender is Sender.CITIZEN and one.at.astimezone(ZONE).date() == day.date
        }
        passed = {
            spell.conversation_id
            for talk in talks
            for spell in talk.spells
            if spell.opened_at.astimezone(ZONE).date() == day.date
        }
        missed = {
            one.answer_to
            for talk in talks
            for one in talk.messages
            if (one.metadata or {}).get("unsure") and one.at.astimezone(ZONE).date() == day.date
        }
        assert (day.held, day.escalated, day.unsure) == (len(wrote), len(passed), len(missed))
        assert day.alone == len(wrote - passed)
    assert sum(day.escalated for day in days) > 10
    assert sum(day.unsure for day in days) > 2

    midnight = NOW.astimezone(ZONE).replace(hour=0, minute=0)
    loads = {one.agent_id: one for one in await figures.loads(midnight.astimezone(UTC))}
    spells = [one for talk in talks for one in talk.spells]
    held = [one for one in spells if one.closed_at is None and one.owner_id]
    assert sum(one.open_now for one in loads.values()) == len(held) > 0
    untaken = [one.opened_at for one in spells if one.closed_at is None and not one.owner_id]
    assert await figures.waiting() == Waiting(len(untaken), min(untaken))
    answered = [
        (one.first_answer_at - one.opened_at).total_seconds()
        for talk in talks
        for one in talk.spells
        if one.first_answer_at is not None and one.first_answer_at >= midnight
    ]
    assert sum(one.first_answers for one in loads.values()) == len(answered)
    waited = sum((one.first_answer_s or 0) * one.first_answers for one in loads.values())
    assert round(waited) == round(sum(answered))
