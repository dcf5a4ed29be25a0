"""How often an answer was given and what became of it, on both systems."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.webchat.channel import address_of
from content.answer_figures import AnswerFigures
from conversations.floor import Reason, Spell
from conversations.improving import HELP, NO_HELP
from conversations.model import MessageState, Sender
from conversations.ports import NewMessage
from kernel.language import Language
from stores.conversation_rows import MESSAGES, message_values
from stores.floor_rows import SPELLS, spell_values
from stores.sql_answer_counts import SqlAnswerCounts
from stores.sql_conversation_store import SqlConversationStore

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REFUND, HOURS = "refund_how_to", "working_hours"


class Talk:
    """One conversation, written line by line."""

    def __init__(self, engine: AsyncEngine, conversation_id: str, at: datetime) -> None:
        self._engine = engine
        self._id = conversation_id
        self._at = at
        self._seq = 0

    async def line(self, sender: Sender, payload: str | None = None, **facts: object) -> None:
        self._seq += 1
        self._at += MINUTE
        new = NewMessage(
            id=f"{self._id[-9:]}-{self._seq}",
            sender=sender,
            text="كيف أسترد مبلغ INV-9؟",
            language=Language.AR,
            state=MessageState.SENT,
            at=self._at,
            sent_at=self._at,
            payload=payload,
            metadata=facts,
        )
        values = message_values(new, conversation_id=self._id, seq=self._seq)
        async with self._engine.begin() as connection:
            await connection.execute(sa.insert(MESSAGES).values({**values, "channel": "webchat"}))

    async def answered(self, topic: str, **facts: object) -> None:
        await self.line(Sender.CITIZEN)
        await self.line(Sender.BOT, answer=topic, **facts)

    async def pressed(self, payload: str) -> None:
        await self.line(Sender.CITIZEN, payload)

    async def people_came(self, after: timedelta = MINUTE) -> None:
        spell = Spell(
            id=f"{self._id[-9:]}-s{self._seq}",
            conversation_id=self._id,
            reason=Reason.ASKED,
            language=Language.AR,
            opened_at=self._at + after,
            closed_at=self._at + after + MINUTE,
        )
        async with self._engine.begin() as connection:
            await connection.execute(sa.insert(SPELLS).values(spell_values(spell)))


async def test_what_became_of_an_answer_is_counted_to_the_last_one_given(
    engine: AsyncEngine,
) -> None:
    ids = iter(f"00000000-0000-4000-8000-{number:012d}" for number in range(20))
    conversations = SqlConversationStore(engine, new_id=lambda: next(ids))

    async def a_talk(at: datetime = NOW) -> Talk:
        talk = await conversations.ensure(address_of(next(ids)), Language.AR, at)
        return Talk(engine, talk.id, at)

    first = await a_talk()
    await first.answered(REFUND)
    await first.pressed(HELP)
    await first.answered(HOURS)
    await first.pressed(NO_HELP)  # of the hours, and a second press counts for nothing
    await first.pressed(NO_HELP)
    second = await a_talk()
    await second.answered(REFUND)
    await second.people_came()
    third = await a_talk()
    await third.answered(REFUND)
    await third.answered(HOURS)
    await third.people_came()  # for the hours
    fourth = await a_talk()
    await fourth.answered(REFUND, outdated=True)
    await fourth.people_came(timedelta(hours=3))  # for something else
    before = await a_talk(NOW - timedelta(days=40))
    await before.answered(REFUND)
    await before.pressed(HELP)

    counts, since = SqlAnswerCounts(engine), NOW - timedelta(days=30)
    refund = await counts.of(REFUND, since=since)
    assert refund == AnswerFigures(given=3, not_current=1, helped=1, taken_over=1)
    assert refund.share_helped == pytest.approx(1.0)
    hours = await counts.of(HOURS, since=since)
    assert hours == AnswerFigures(given=2, not_helped=1, taken_over=1)
    assert hours.share_helped == pytest.approx(0.0)
    assert await counts.of("weather", since=since) == AnswerFigures()
    assert (await counts.of(REFUND, since=NOW - timedelta(days=60))).helped == 2
