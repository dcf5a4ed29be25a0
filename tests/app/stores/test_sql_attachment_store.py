"""Attachments on both databases, and what messages say of theirs."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.attachments import AttachmentNotFound, AttachmentState
from conversations.model import Address, MessageKind, MessageState, Sender
from conversations.ports import Judged, LookBack, NewMessage
from kernel.language import Language
from stores.sql_attachment_store import SqlAttachmentStore
from stores.sql_conversation_store import SqlConversationStore
from tests.contracts.attachment_store import NOON, AttachmentStoreContract, a_file

MARIAM = Address("webchat", "session", "s-1")
SALEM = Address("whatsapp", "phone", "971500000000")


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def conversations(engine: AsyncEngine) -> SqlConversationStore:
    return SqlConversationStore(engine, new_id=new_id)


@pytest.fixture
def store(engine: AsyncEngine, tmp_path: Path) -> SqlAttachmentStore:
    return SqlAttachmentStore(engine, tmp_path / "attachments")


@pytest_asyncio.fixture
async def of(conversations: SqlConversationStore) -> str:
    return (await conversations.ensure(MARIAM, Language.AR, NOON)).id


class TestSqlAttachmentStore(AttachmentStoreContract):
    """The contract, on SQLite and PostgreSQL."""


async def said(
    conversations: SqlConversationStore, message: NewMessage, of: Address = MARIAM
) -> str:
    kept = await conversations.keep_inbound(
        of,
        provider_id=str(message.provider_id),
        payload=None,
        language=Language.AR,
        at=NOON,
        look_back=LookBack(NOON, 20),
        judge=lambda *_: Judged(message, (), None),
    )
    return kept.message.id


def with_a_file(*files: object) -> NewMessage:
    return NewMessage(
        id=new_id(),
        sender=Sender.CITIZEN,
        text="هذا إيصال INV-9",
        language=Language.AR,
        state=MessageState.WAITING,
        kind=MessageKind.DOCUMENT,
        provider_id=new_id(),
        at=NOON,
        sent_at=NOON,
        attachments=files,  # type: ignore[arg-type]
    )


async def test_a_message_tells_of_its_files_and_of_what_the_scanner_said(
    store: SqlAttachmentStore, conversations: SqlConversationStore, of: str
) -> None:
    stored = await store.put(a_file(store, of), hourly=20, most=200)
    message_id = await said(conversations, with_a_file(stored.attachment))
    (shown,), _ = await conversations.history(of, after=0, limit=10)
    assert shown.attachments == (stored.attachment,)
    await store.scanned(stored.attachment.id, AttachmentState.CLEAN, finding=None, at=NOON)
    (shown,), _ = await conversations.history(of, after=0, limit=10)
    assert [one.state for one in shown.attachments] == [AttachmentState.CLEAN]
    event = (await conversations.events_after(0))[-1]
    assert (event.kind, event.data["state"], event.data["seq"]) == ("attachment", "clean", 1)
    assert event.data["message_id"] == message_id


async def test_what_a_scanner_said_while_the_message_was_stored_is_told_after_it(
    store: SqlAttachmentStore, conversations: SqlConversationStore, of: str
) -> None:
    stored = await store.put(a_file(store, of), hourly=20, most=200)
    await store.scanned(stored.attachment.id, AttachmentState.CLEAN, finding=None, at=NOON)
    assert stored.attachment.state is AttachmentState.PENDING  # as the message still says
    await said(conversations, with_a_file(stored.attachment))
    message, file = await conversations.events_after(0)
    assert (message.kind, file.kind, file.data["state"]) == ("message", "attachment", "clean")
    assert (file.data["id"], file.data["seq"]) == (stored.attachment.id, 1)


async def test_a_file_of_another_conversation_is_not_taken_along(
    store: SqlAttachmentStore, conversations: SqlConversationStore, of: str
) -> None:
    stolen = await store.put(a_file(store, of), hourly=20, most=200)
    await said(conversations, with_a_file(stolen.attachment), SALEM)
    assert (await store.get(stolen.attachment.id)).message_id is None


async def test_a_file_that_comes_after_its_message_is_shown_with_it(
    store: SqlAttachmentStore, conversations: SqlConversationStore, of: str
) -> None:
    message_id = await said(conversations, with_a_file())
    stored = await store.put(a_file(store, of), hourly=20, most=200)
    await store.attach(stored.attachment.id, message_id, NOON)
    (shown,), _ = await conversations.history(of, after=0, limit=10)
    assert [one.id for one in shown.attachments] == [stored.attachment.id]
    with pytest.raises(AttachmentNotFound):
        await store.attach(new_id(), message_id, NOON)
