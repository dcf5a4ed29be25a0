"""Where every message arrives: masked, judged, stored, and only then answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from conversations.abuse import Abuse
from conversations.arrivals import Prepared
from conversations.buttons import COMMAND, without_invisible_start
from conversations.flood import FloodLimits
from conversations.lines import (
    ABUSE,
    BLOCKED,
    EMPTY,
    LONGEST_TEXT,
    LOOPING,
    MASKED,
    TOO_FAST,
    TOO_LONG,
    Lines,
)
from conversations.model import (
    PLACEHOLDER,
    Button,
    Controller,
    Conversation,
    InboundMessage,
    MessageKind,
    MessageState,
    Sender,
)
from conversations.places import AnswerPlaces
from conversations.ports import ConversationStore, Judged, LookBack, NewMessage, Received
from conversations.wakeup import Wakeup
from kernel.folding import for_display
from kernel.language import Language
from kernel.masking import Masked, mask
from kernel.reading import read
from kernel.variety import Variety

LONGEST_PAYLOAD = 500
WANTS_NO_ANSWER = frozenset(
    {MessageKind.REACTION, MessageKind.EDIT, MessageKind.REVOKE, MessageKind.SYSTEM}
)
MASK_IN_THREAD_FROM = 10_000
"""Characters; masking 100,000 hostile ones takes half a second."""


class Inbox:
    """Takes in what the channels hear. Never raises for what a message holds."""

    def __init__(
        self,
        store: ConversationStore,
        lines: Lines,
        *,
        flood: FloodLimits,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        to_answer: AnswerPlaces,
        to_send: Wakeup,
        default_language: Language = Language.AR,
        abuse: Abuse | None = None,
    ) -> None:
        self._store = store
        self._abuse = abuse
        self._lines = lines
        self._flood = flood
        self._now = now
        self._new_id = new_id
        self._to_answer = to_answer
        self._to_send = to_send
        self._default_language = default_language

    async def prepare(self, inbound: InboundMessage) -> Prepared:
        """Mask a message and return what judges it; nothing is stored yet."""
        masked = await _masked(for_display(inbound.text))
        blocked = self._abuse is not None and await self._abuse.blocked(inbound)
        now = self._now()
        first_language = (
            read(masked.text).language or inbound.language_hint or self._default_language
        )

        def judge(
            conversation: Conversation,
            offered: Button | None,
            accepted: Sequence[datetime],
            told: datetime | None,
        ) -> Judged:
            too_fast = self._flood.exceeded(accepted, now)
            wordless = offered or inbound.kind is not MessageKind.TEXT
            reason = TOO_FAST if too_fast else None if wordless else _refused(masked.text)
            reason = self._abused(inbound, conversation, now, blocked, offered) or reason
            message = self._stored_as(inbound, masked, conversation, offered, reason, now)
            said: list[str] = []
            if masked.kinds and offered is None and not too_fast and reason not in ABUSE:
                said.append(MASKED)
            told_lately = too_fast is not None and told is not None and told > now - too_fast
            if reason in ABUSE and self._abuse is not None:
                told_lately = not self._abuse.tells(conversation.id, reason, now)
            if reason and asks(inbound.kind) and not inbound.refusal_shown and not told_lately:
                said.append(reason)
            spoken = message.language
            return Judged(
                message,
                tuple(self._lines.line(one, spoken, now) for one in said),
                None if conversation.language_pinned else spoken,
            )

        look_back = LookBack(now - self._flood.longest, self._flood.least)
        return Prepared(_payload(inbound), first_language, now, look_back, judge)

    def _abused(
        self,
        inbound: InboundMessage,
        conversation: Conversation,
        now: datetime,
        blocked: bool,
        offered: Button | None,
    ) -> str | None:
        """Return why nobody answers this sender; while people hold the talk, they see loops."""
        if self._abuse is None or blocked:
            return BLOCKED if blocked else None
        if offered is not None or conversation.controller is not Controller.BOT:
            return None
        return LOOPING if self._abuse.loops(conversation.id, inbound, now) else None

    def wake(self) -> None:
        """Let the workers look at what was stored."""
        self._to_answer.wake()
        self._to_send.wake()

    async def receive(self, inbound: InboundMessage) -> Received:
        """Store one message, whatever it holds, and have it answered if it may be."""
        prepared = await self.prepare(inbound)
        async with self._to_answer.place() as place:
            kept = await self._store.keep_inbound(
                inbound.address,
                provider_id=inbound.provider_id,
                payload=prepared.payload,
                language=prepared.language,
                at=prepared.at,
                look_back=prepared.look_back,
                judge=prepared.judge,
                claim=place.claim,
            )
            conversation, message = kept.conversation, kept.message
            if not place.take(kept.lease, (conversation, message)):
                self._to_answer.wake()
        if kept.said:
            self._to_send.wake()
        refused = message.state is MessageState.REFUSED and message.reason
        refusal = self._lines.sentence(refused, message.language) if refused else None
        return Received(conversation, message, kept.repeated, refusal)

    def _stored_as(
        self,
        inbound: InboundMessage,
        masked: Masked,
        conversation: Conversation,
        offered: Button | None,
        reason: str | None,
        now: datetime,
    ) -> NewMessage:
        text = masked.text if offered is None else offered.title
        language = conversation.language
        if offered is None:
            language = language_of(masked.text, conversation)
        facts = dict(inbound.metadata)
        if offered is None and inbound.kind is not MessageKind.TEXT and not text.strip():
            text = self._lines.placeholder(inbound.kind, facts, language)
            facts[PLACEHOLDER] = True
        state = MessageState.WAITING if asks(inbound.kind) else MessageState.ANSWERED
        if masked.kinds and offered is None:
            facts["masked"] = sorted(masked.kinds)
        return NewMessage(
            id=self._new_id(),
            sender=Sender.CITIZEN,
            text=text,
            payload=offered.payload if offered else None,
            language=language,
            state=MessageState.REFUSED if reason else state,
            reason=reason,
            provider_id=inbound.provider_id,
            sent_at=inbound.sent_at,
            at=now,
            metadata=facts,
            kind=inbound.kind,
            attachments=inbound.attachments,
        )


def asks(kind: MessageKind) -> bool:
    """Tell whether a person waits for an answer to a message of this kind."""
    return kind not in WANTS_NO_ANSWER


def language_of(text: str, conversation: Conversation) -> Language:
    """Return the language to answer a text in: its own, if it tells, else the conversation's.

    After a wish for a language, Arabizi does not tell.
    """
    reading = read(text)
    if conversation.language_pinned and reading.variety is Variety.ARABIZI:
        return conversation.language
    return reading.language or conversation.language


def _refused(text: str) -> str | None:
    if not without_invisible_start(text):
        return EMPTY
    return TOO_LONG if len(text) > LONGEST_TEXT else None


def _payload(inbound: InboundMessage) -> str | None:
    """Return what to look up among the offered buttons."""
    asked = inbound.payload
    if asked is None and inbound.text.startswith(COMMAND):
        asked = inbound.text
    if asked is None or len(asked) > LONGEST_PAYLOAD or asked != for_display(asked):
        return None
    return asked


async def _masked(text: str) -> Masked:
    if len(text) < MASK_IN_THREAD_FROM:
        return mask(text)
    return await asyncio.to_thread(mask, text)
