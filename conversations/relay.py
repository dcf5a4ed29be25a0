"""Bring a stored message to the assistant and its answers back into the conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from conversations.asking import Asking, Patience
from conversations.attention import Attention
from conversations.breaker import Breaker
from conversations.claims import Claims
from conversations.errors import AssistantError, AssistantSilent
from conversations.escalating import Escalating, without_wish
from conversations.floor_moves import ASKED_AGAIN
from conversations.lines import HANDED_OVER, NOT_ANSWERED, NOT_READ, ONE_MOMENT, Lines
from conversations.model import (
    PLACEHOLDER,
    Answer,
    Controller,
    Conversation,
    Message,
    MessageState,
    Sender,
)
from conversations.places import SendPlaces
from conversations.ports import LEASE_S, Assistant, Lease, NewMessage, Task
from conversations.rating_turns import RatingTurns
from conversations.sending import MOST_BREAKS, SendingStore
from conversations.wordless import Wordless
from kernel.folding import for_display
from kernel.reading import read

TIMEOUT, UNEXPECTED = "assistant_timeout", "unexpected"

ShowTyping = Callable[[Conversation, bool], Awaitable[None]]

Shape = Callable[[Conversation, Sequence[Answer]], Sequence[Answer]]
"""Makes of a turn's answers the messages that a channel wants them to be."""

log = logging.getLogger(__name__)


def as_they_are(_conversation: Conversation, answers: Sequence[Answer]) -> Sequence[Answer]:
    """Let each answer be a message."""
    return answers


class Relay:
    """One message per claim, so that who waits longest is next; several may run at once."""

    def __init__(
        self,
        store: SendingStore,
        assistant: Assistant,
        lines: Lines,
        *,
        patience: Patience,
        attention: Attention | None = None,
        show_typing: ShowTyping,
        shape: Shape = as_they_are,
        to_send: SendPlaces,
        owner: str,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        escalating: Escalating,
        wordless: Wordless | None = None,
        breaker: Breaker | None = None,
        ratings: RatingTurns | None = None,
        said_by: Callable[[], Mapping[str, Any]] = dict,
        lease_s: float = LEASE_S,
    ) -> None:
        self._store = store
        self._said_by = said_by
        self._escalating = escalating
        self._wordless = wordless
        self._ratings = ratings
        self._asking = Asking(assistant, patience, attention, breaker)
        self._lines = lines
        self._patience = patience
        self._show_typing = show_typing
        self._shape = shape
        self._to_send = to_send
        self._now = now
        self._new_id = new_id
        self.claims = Claims(store, Task.RELAY, owner=owner, now=now, lease_s=lease_s)

    async def work(self, lease: Lease, waiting: tuple[Conversation, Message] | None = None) -> bool:
        """Answer the next message of the leased conversation, then give it back.

        A break-off, for whatever reason, leaves word that the message may have been asked.

        Args:
            lease: ours, for a conversation.
            waiting: its next message, where that is known; otherwise it is looked for.

        Returns:
            Whether the message was dealt with.
        """
        try:
            if lease.taken_over:
                await self._store.count_break(lease, most=MOST_BREAKS, at=self._now())
            waiting = waiting or await self._store.next_waiting(lease)
            if waiting is not None and await self._handle(lease, *waiting):
                return True
            await self._store.release(lease)
        except BaseException:
            await asyncio.shield(self._store.abandon(lease, at=self._now()))
            raise
        return False

    async def _handle(self, lease: Lease, conversation: Conversation, message: Message) -> bool:
        """Answer a message; return whether the lease went back with the answer."""
        said = None if self._ratings is None else await self._ratings.take(conversation, message)
        if said is not None:
            return await self._settle(lease, conversation, message, said)
        if conversation.controller is not Controller.BOT:
            return await self._leave_for_people(lease, conversation, message)
        if message.metadata.get(PLACEHOLDER):
            return await self._say_to_wordless(lease, conversation, message)
        try:
            async with self._waited_for(lease, conversation, message):
                answers = await self._asking.ask(
                    conversation,
                    message,
                    perhaps_asked=lease.taken_over or message.reason == ASKED_AGAIN,
                )
            if not answers:
                raise AssistantSilent(conversation_id=conversation.id)
        except TimeoutError:
            return await self._give_up(lease, conversation, message, TIMEOUT)
        except AssistantError as error:
            return await self._give_up(lease, conversation, message, error.code)
        except Exception:  # a bug must not bring the same message back for ever
            log.exception("asking about message %s", message.id)
            return await self._give_up(lease, conversation, message, UNEXPECTED)
        return await self._keep(lease, conversation, message, answers)

    @asynccontextmanager
    async def _waited_for(
        self, lease: Lease, conversation: Conversation, message: Message
    ) -> AsyncIterator[None]:
        """Show that we type, say "one moment" in time, and raise TimeoutError at the limit."""

        async def say_one_moment() -> None:
            await asyncio.sleep(self._patience.one_moment_s)
            line = self._lines.line(ONE_MOMENT, message.language, self._now())
            await self._store.say(lease, conversation, line, at=line.at)
            self._to_send.wake()

        saying = asyncio.create_task(say_one_moment())
        await self._show_typing(conversation, True)
        try:
            async with asyncio.timeout(self._patience.give_up_s):
                yield
        finally:
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)
            await self._show_typing(conversation, False)

    async def _keep(
        self,
        lease: Lease,
        conversation: Conversation,
        message: Message,
        answers: Sequence[Answer],
    ) -> bool:
        at = self._now()
        said, wish = without_wish(answers)
        shaped = self._shape(conversation, said)
        stored = [self._stored_as(answer, message, at) for answer in shaped]
        decide = self._escalating.moving(conversation, message, wish) if wish else None
        async with self._to_send.place() as place:
            kept = await self._store.answer(
                lease,
                conversation,
                message,
                stored,
                at=at,
                decide=decide,
                give_back=True,
                claim=place.claim,
            )
            if kept is None or not place.take(kept.lease, kept.pending):
                self._to_send.wake()
        if kept is not None:
            return True
        log.info("answers dropped, people took over: message %s", message.id)
        return await self._leave_for_people(lease, conversation, message)

    def _stored_as(self, answer: Answer, message: Message, at: datetime) -> NewMessage:
        text = for_display(answer.text)
        return NewMessage(
            id=self._new_id(),
            sender=Sender.BOT,
            text=text,
            language=read(text).language or message.language,
            state=MessageState.PENDING,
            buttons=answer.buttons,
            metadata={**answer.metadata, **self._said_by()},
            at=at,
            sent_at=at,
            answer_to=message.id,
        )

    async def _give_up(
        self, lease: Lease, conversation: Conversation, message: Message, reason: str
    ) -> bool:
        """Pass a message that the assistant did not answer to people, or apologise."""
        log.warning("message %s stays unanswered: %s", message.id, reason)
        at = self._now()
        wish = await self._escalating.failed(message)
        decide = self._escalating.moving(conversation, message, wish)
        state = MessageState.FAILED if wish is None else MessageState.FOR_AGENT
        what = NOT_ANSWERED if wish is None else HANDED_OVER
        line = replace(self._lines.line(what, message.language, at), answer_to=message.id)
        done = await self._store.settle(
            lease,
            message,
            state,
            reason=reason,
            lines=[line],
            at=at,
            decide=decide,
            give_back=True,
        )
        self._to_send.wake()
        return done

    async def _say_to_wordless(
        self, lease: Lease, conversation: Conversation, message: Message
    ) -> bool:
        """Answer a message without words of its own; the assistant reads words only."""
        at = self._now()
        if self._wordless is None:
            line = self._lines.line(NOT_READ, message.language, at)
            said: Sequence[NewMessage] = [replace(line, answer_to=message.id)]
        else:
            said = await self._wordless.answer(conversation, message, at)
        return await self._settle(lease, conversation, message, said)

    async def _settle(
        self,
        lease: Lease,
        conversation: Conversation,
        message: Message,
        said: Sequence[NewMessage],
    ) -> bool:
        """Close a message that the assistant is not asked about, with lines of ours."""
        done = await self._store.settle(
            lease,
            message,
            MessageState.ANSWERED,
            reason=None,
            lines=said,
            at=self._now(),
            decide=self._escalating.moving(conversation, message),
            give_back=True,
        )
        self._to_send.wake()
        return done

    async def _leave_for_people(
        self, lease: Lease, conversation: Conversation, message: Message
    ) -> bool:
        """Mark a message as people's; one that people gave back meanwhile waits on."""
        decide = self._escalating.moving(conversation, message)
        return await self._store.leave_for_people(
            lease, message, at=self._now(), decide=decide, give_back=True
        )
