"""Answers from cases keep their contract on both databases, each step in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import Address, Message
from kernel.language import Language
from stores.audit_tables import AuditRow
from stores.sql_case_replies import SqlCaseReplies
from stores.sql_case_store import SqlCaseStore
from stores.sql_conversation_store import SqlConversationStore
from tests.app.stores.test_sql_conversation_store import kept, new_id
from tests.contracts.case_store import AGENT, NOON, opening
from tests.contracts.reply_store import (
    LATER,
    ReplyStoreContract,
    a_reply,
    answered,
    saying,
)


@dataclass
class SqlWorld:
    replies: SqlCaseReplies
    cases: SqlCaseStore
    conversations: SqlConversationStore
    conversation_id: str

    async def messages(self) -> Sequence[Message]:
        found, _ = await self.conversations.history(self.conversation_id, after=0, limit=50)
        return found


async def world_on(engine: AsyncEngine) -> SqlWorld:
    conversations = SqlConversationStore(engine, new_id=new_id)
    address = Address("webchat", "session", "s-1")
    conversation = await conversations.ensure(address, Language.AR, NOON)
    return SqlWorld(
        SqlCaseReplies(engine, lambda change: change),
        SqlCaseStore(engine),
        conversations,
        conversation.id,
    )


class TestSqlCaseReplies(ReplyStoreContract):
    @pytest_asyncio.fixture
    async def world(self, engine: AsyncEngine) -> SqlWorld:
        return await world_on(engine)


async def test_every_step_is_in_the_audit_without_the_words(engine: AsyncEngine) -> None:
    world = await world_on(engine)
    case = await world.cases.open(2026, opening(conversation_id=world.conversation_id))
    reply = await world.replies.hold(a_reply(case), seen=0)
    await world.replies.send(reply.id, answered, saying(reply), at=LATER)
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(AuditRow).order_by(AuditRow.id))).all()
    assert [(row.action, row.actor) for row in rows] == [
        ("case_opened", "person:p-7"),
        ("case_reply_held", AGENT),
        ("case_replied", AGENT),
        ("handover_replied_from_case", AGENT),
    ]
    assert "مبلغ" not in str(rows)


async def test_a_question_that_waits_for_the_assistant_still_gets_its_answer(
    engine: AsyncEngine,
) -> None:
    world = await world_on(engine)
    spoken_in, question = await kept(world.conversations)
    case = await world.cases.open(2026, opening(conversation_id=spoken_in))
    reply = await world.replies.hold(a_reply(case), seen=0)
    await world.replies.send(reply.id, answered, saying(reply), at=LATER)
    before, said = await world.messages()
    assert (before.id, before.state.value) == (question, "waiting")
    assert said.id == reply.id
