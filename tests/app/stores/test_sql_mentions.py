"""Who was named in a note and has not looked since, on both systems."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.webchat.channel import address_of
from conversations.agents import Agent
from kernel.language import Language
from stores.floor_tables import InternalNoteRow
from stores.sql_agent_store import SqlAgentStore
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_looks import SqlLooks
from stores.sql_mentions import SqlMentions

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TALK = "00000000-0000-4000-8000-00000000000c"
KHALID = Agent(
    id="khalid",
    name_ar="خالد",
    name_en="Khalid",
    languages=frozenset(Language),
    departments=frozenset(),
    capacity=4,
)


async def test_a_mention_stands_until_the_conversation_was_looked_at(engine: AsyncEngine) -> None:
    conversations = SqlConversationStore(engine, new_id=lambda: TALK)
    talk = await conversations.ensure(address_of("s-1"), Language.AR, NOW)
    await SqlAgentStore(engine).enrol(KHALID)
    mentions, looks = SqlMentions(engine), SqlLooks(engine)

    async def note(number: int, at: datetime, *named: str) -> None:
        values = {
            "id": f"n-{number}",
            "conversation_id": talk.id,
            "after_seq": 0,
            "author_id": "noura",
            "text": "راجع الفاتورة INV-9",
            "mentions": list(named),
            "at": at,
        }
        async with engine.begin() as connection:
            await connection.execute(sa.insert(InternalNoteRow).values(values))

    async def unseen(agent_id: str = "khalid") -> list[str]:
        since = NOW - timedelta(days=7)
        return [one.note_id for one in await mentions.unseen(agent_id, since=since)]

    await note(1, NOW, "khalid", "mona")
    await note(2, NOW + MINUTE, "khalid-2")
    assert (await unseen(), await unseen("mona"), await unseen("noura")) == (["n-1"], ["n-1"], [])
    at = NOW + 2 * MINUTE
    until = at + timedelta(seconds=30)
    await looks.look(talk.id, KHALID, typing=False, at=at, until=until)
    assert (await unseen(), await unseen("mona")) == ([], ["n-1"])
    await note(3, NOW + 3 * MINUTE, "khalid")
    await note(4, NOW - timedelta(days=9), "khalid")
    assert await unseen() == ["n-3"]
