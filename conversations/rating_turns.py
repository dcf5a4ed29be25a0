"""Turns that are about a rating: the assistant is not asked about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from conversations.lines import (
    ASKING,
    RATED,
    RATING_EXPIRED,
    SURVEYS_STOPPED,
    WORDS_TAKEN,
    WORDS_WANTED,
    Lines,
)
from conversations.model import Controller, Conversation, Message
from conversations.opting_out import may_mean_no_surveys, wants_no_surveys
from conversations.ports import NewMessage
from conversations.rating_buttons import RATE, WORDS, words_button
from conversations.ratings import Answered, Face, RatingStore


class RatingTurns:
    """Each thing is said once: who changes the mind is not thanked again."""

    def __init__(self, store: RatingStore, lines: Lines, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._lines = lines
        self._now = now

    async def take(
        self, conversation: Conversation, message: Message
    ) -> Sequence[NewMessage] | None:
        """Return what is said to a face or to a free line; None for any other message."""
        if message.payload is None:
            return await self._line(conversation, message)
        command, _, facts = message.payload.partition("{")
        if command not in (RATE, WORDS):
            return None
        told = json.loads("{" + facts)  # offered by us, so it reads
        rating_id, at = str(told["id"]), self._now()
        if command == WORDS:
            wanted = await self._store.want_words(
                rating_id, conversation.id, message_id=message.id, at=at
            )
            return self._said(
                message, at, WORDS_WANTED if wanted is Answered.FIRST else None, wanted
            )
        face = Face(told["face"])
        answered = await self._store.rate(
            rating_id, conversation.id, face, message_id=message.id, at=at
        )
        said = self._said(message, at, RATED if answered is Answered.FIRST else None, answered)
        if answered is Answered.FIRST:
            button = words_button(self._lines, rating_id, message.language)
            said = [replace(one, buttons=(button,)) for one in said]
        return said

    async def _line(
        self, conversation: Conversation, message: Message
    ) -> Sequence[NewMessage] | None:
        at = self._now()
        stopped = await self._stopped(conversation, message, at)
        if conversation.controller is not Controller.BOT or not message.text.strip():
            return None
        if stopped:
            return self._said(message, at, SURVEYS_STOPPED, Answered.FIRST)
        taken = await self._store.add_words(
            conversation.id, message.text, message_id=message.id, at=at
        )
        return self._said(message, at, WORDS_TAKEN, Answered.FIRST) if taken else None

    async def _stopped(self, conversation: Conversation, message: Message, at: datetime) -> bool:
        """Keep that the person wants no more questions, whoever speaks; tell whether they do."""
        if not may_mean_no_surveys(message.text):
            return False
        plainly = wants_no_surveys(message.text, after_a_question=False)
        return await self._store.opt_out(conversation.id, after=None if plainly else ASKING, at=at)

    def _said(
        self, message: Message, at: datetime, reason: str | None, answered: Answered | None
    ) -> list[NewMessage]:
        if answered is Answered.EXPIRED:
            reason = RATING_EXPIRED
        if reason is None:
            return []
        line = self._lines.line(reason, message.language, at)
        return [replace(line, answer_to=message.id)]
