"""Conversations in SQLite or PostgreSQL: what people and screens ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.errors import ConversationNotFound
from conversations.model import (
    Address,
    Button,
    Controller,
    Conversation,
    Message,
    MessageState,
)
from conversations.ports import Claim, Event, Judge, KeptInbound, LookBack
from kernel.language import Language
from stores.attachment_rows import with_files
from stores.conversation_rows import (
    CONVERSATIONS,
    IDENTITIES,
    MESSAGES,
    OFFERED,
    PEOPLE,
    WITH_ADDRESS,
    conversation_from,
    events_from,
    message_from,
    numbered,
)
from stores.conversation_tables import ACCEPTED, SLOWED
from stores.conversation_writes import (
    Happened,
    append_events,
    conversation_of,
    insert_messages,
    take_seqs,
)
from stores.database import reading, urgently
from stores.leases_given import leased_to_answer
from stores.prepared import Prepared
from stores.sql_conversation_work import SqlConversationWork

ATTEMPTS = 4
MOST_LOOKED_AT = 1000
ADDRESS = ("channel", "kind", "value")


class SqlConversationStore(SqlConversationWork):
    """Writes in one transaction per call. ``new_id`` makes the ids of people and conversations."""

    def __init__(self, engine: AsyncEngine, *, new_id: Callable[[], str]) -> None:
        super().__init__(engine)
        self._new_id = new_id

    async def find(self, address: Address) -> Conversation | None:
        """Return the newest conversation of an address."""
        rows = await _NEWEST.read(self._engine, _of(address))
        return conversation_from(rows[0]) if rows else None

    async def get(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                WITH_ADDRESS.where(CONVERSATIONS.c.id == conversation_id)
            )
            row = rows.mappings().one_or_none()
        if row is None:
            raise ConversationNotFound(conversation_id=conversation_id)
        return conversation_from(row)

    async def ensure(self, address: Address, language: Language, at: datetime) -> Conversation:
        """Return the conversation of an address; make person and conversation if needed."""
        for attempt in range(ATTEMPTS):
            try:
                async with self._engine.begin() as connection:
                    return await self._ensured(connection, address, language, at)
            except IntegrityError:  # another process made them at the same moment
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def pin_language(self, conversation_id: str, language: Language) -> None:
        """Keep the wish for a language; does nothing for an unknown conversation."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation_id)
                .values(language=language.value, language_pinned=True)
            )

    async def keep_inbound(
        self,
        address: Address,
        *,
        provider_id: str,
        payload: str | None,
        language: Language,
        at: datetime,
        look_back: LookBack,
        judge: Judge,
        claim: Claim | None = None,
    ) -> KeptInbound:
        """Store a person's message once per ``provider_id``, with our lines beside it."""
        for attempt in range(ATTEMPTS):
            try:
                async with urgently(self._engine).begin() as connection:
                    conversation = await self._ensured(connection, address, language, at)
                    return await self._keep(
                        connection, conversation, payload, look_back, at, judge, claim
                    )
            except IntegrityError:  # the same message, or at the same time the same new person
                async with reading(self._engine, snapshot=False) as connection:
                    before = await _by_provider_id(connection, address.channel, provider_id)
                if before is not None:
                    known = await self.get(before.conversation_id)
                    return KeptInbound(conversation=known, message=before, repeated=True, said=True)
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _keep(
        self,
        connection: AsyncConnection,
        conversation: Conversation,
        payload: str | None,
        look_back: LookBack,
        at: datetime,
        judge: Judge,
        claim: Claim | None,
    ) -> KeptInbound:
        offered = await _offered(connection, conversation.id, payload)
        accepted = await _accepted(connection, conversation.id, look_back.since)
        told: datetime | None = None
        if len(accepted) >= look_back.busy_from:
            told = await _told_to_slow_down(connection, conversation.id, look_back.since)
        judged = judge(conversation, offered, accepted, told)
        messages = (judged.message, *judged.lines)
        first = await take_seqs(connection, conversation.id, len(messages))
        happened = await insert_messages(connection, conversation, first, messages)
        if judged.language is not None and judged.language is not conversation.language:
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation.id)
                .values(language=judged.language.value)
            )
            conversation = replace(conversation, language=judged.language)
        message = numbered(judged.message, conversation_id=conversation.id, seq=first)
        lease = None
        if message.state is MessageState.WAITING and not message.attachments:
            lease = await leased_to_answer(connection, message, claim)
        await append_events(connection, conversation.id, at, happened)
        return KeptInbound(
            conversation=conversation, message=message, said=bool(judged.lines), lease=lease
        )

    async def _ensured(
        self, connection: AsyncConnection, address: Address, language: Language, at: datetime
    ) -> Conversation:
        """Return the conversation of an address, made if needed, and lock it."""
        found = await _locked(connection, address)
        if found is not None:
            return found
        identity = (await connection.execute(_IDENTITY, _of(address))).one_or_none()
        if identity is None:
            person_id = self._new_id()
            await connection.execute(_PERSON, {"id": person_id, "created_at": at})
            identity_id = await connection.scalar(
                _NEW_IDENTITY,
                {
                    "channel": address.channel,
                    "kind": address.kind,
                    "value": address.value,
                    "person_id": person_id,
                    "created_at": at,
                },
            )
        else:
            identity_id, person_id = identity
            found = await _locked(connection, address)
            if found is not None:  # made while we waited for the identity
                return found
        conversation_id = self._new_id()
        await connection.execute(
            _CONVERSATION,
            {
                "id": conversation_id,
                "identity_id": identity_id,
                "person_id": person_id,
                "language": language.value,
                "language_pinned": False,
                "controller": Controller.BOT.value,
                "control_version": 0,
                "last_seq": 0,
                "created_at": at,
            },
        )
        return await conversation_of(connection, conversation_id)

    async def history(
        self, conversation_id: str, *, after: int, limit: int
    ) -> tuple[Sequence[Message], bool]:
        """Return the messages with ``seq`` above ``after``, in order, and whether more follow."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(MESSAGES)
                .where(MESSAGES.c.conversation_id == conversation_id, MESSAGES.c.seq > after)
                .order_by(MESSAGES.c.seq)
                .limit(limit + 1)
            )
            found = [message_from(row) for row in rows.mappings()]
            shown = await with_files(connection, found[:limit])
        return shown, len(found) > limit

    async def take_control(self, conversation_id: str, controller: Controller, at: datetime) -> int:
        """Change who answers; return the new ``control_version``."""
        async with self._engine.begin() as connection:
            version = await connection.scalar(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation_id)
                .values(
                    controller=controller.value,
                    control_version=CONVERSATIONS.c.control_version + 1,
                )
                .returning(CONVERSATIONS.c.control_version)
            )
            if version is None:
                raise ConversationNotFound(conversation_id=conversation_id)
            happened: list[Happened] = [
                ("control", {"controller": controller.value, "control_version": version})
            ]
            await append_events(connection, conversation_id, at, happened)
            return int(version)

    async def events_after(self, cursor: int, *, limit: int = 500) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""
        return await events_from(self._engine, cursor, limit)


_IS = tuple(IDENTITIES.c[one] == sa.bindparam(one) for one in ADDRESS)
_IDENTITY = sa.select(IDENTITIES.c.id, IDENTITIES.c.person_id).where(*_IS).with_for_update()
_PERSON = sa.insert(PEOPLE)
_NEW_IDENTITY = sa.insert(IDENTITIES).returning(IDENTITIES.c.id)
_CONVERSATION = sa.insert(CONVERSATIONS)
_OF_ADDRESS = (
    WITH_ADDRESS.where(*_IS)
    .order_by(CONVERSATIONS.c.created_at.desc(), CONVERSATIONS.c.id)
    .limit(1)
)
_NEWEST = Prepared(_OF_ADDRESS)
_LOCKED = Prepared(_OF_ADDRESS.with_for_update(of=CONVERSATIONS, key_share=True))
"""To lock is to keep others from writing into it, not from naming it: a lease does that."""

_ACCEPTED_SINCE = Prepared(
    sa.select(MESSAGES.c.stored_at)
    .where(MESSAGES.c.conversation_id == sa.bindparam("of"), ACCEPTED)
    .where(MESSAGES.c.stored_at > sa.bindparam("since"))
    .order_by(MESSAGES.c.stored_at.desc())
    .limit(MOST_LOOKED_AT)
)


async def _locked(connection: AsyncConnection, address: Address) -> Conversation | None:
    row = await _LOCKED.row(connection, _of(address))
    return None if row is None else conversation_from(row)


def _of(address: Address) -> dict[str, str]:
    return {"channel": address.channel, "kind": address.kind, "value": address.value}


async def _by_provider_id(
    connection: AsyncConnection, channel: str, provider_id: str
) -> Message | None:
    rows = await connection.execute(
        sa.select(MESSAGES).where(
            MESSAGES.c.channel == channel, MESSAGES.c.provider_id == provider_id
        )
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    (message,) = await with_files(connection, [message_from(row)])
    return message


async def _offered(
    connection: AsyncConnection, conversation_id: str, payload: str | None
) -> Button | None:
    if payload is None:
        return None
    title = await connection.scalar(
        sa.select(OFFERED.c.title).where(
            OFFERED.c.conversation_id == conversation_id, OFFERED.c.payload == payload
        )
    )
    return None if title is None else Button(title, payload)


async def _accepted(
    connection: AsyncConnection, conversation_id: str, since: datetime
) -> list[datetime]:
    rows = await _ACCEPTED_SINCE.rows(connection, {"of": conversation_id, "since": since})
    return [row["stored_at"] for row in rows]


async def _told_to_slow_down(
    connection: AsyncConnection, conversation_id: str, since: datetime
) -> datetime | None:
    told: datetime | None = await connection.scalar(
        sa.select(MESSAGES.c.stored_at)
        .where(MESSAGES.c.conversation_id == conversation_id, SLOWED)
        .where(MESSAGES.c.stored_at > since)
        .order_by(MESSAGES.c.stored_at.desc())
        .limit(1)
    )
    return told
