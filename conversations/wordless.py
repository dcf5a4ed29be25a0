"""What is answered to a message that has no words of the person's own."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from conversations.errors import AssistantError
from conversations.lines import FILE_FOR_CASE, FILE_IN_FORM, FILE_KEPT, NOT_READ, Lines
from conversations.model import Conversation, Message, MessageKind, MessageState, Sender
from conversations.ports import NewMessage

FILES = frozenset({MessageKind.IMAGE, MessageKind.DOCUMENT, MessageKind.VIDEO, MessageKind.AUDIO})
"""What people attach to something; a voice note is speech, which the assistant cannot read."""

JUST_OPENED = timedelta(minutes=30)
LOOK_BACK = 20

log = logging.getLogger(__name__)


class Forms(Protocol):
    """Knows whether a question is open in a conversation; ``RasaAssistant`` is the one in use."""

    async def asking(self, conversation_id: str) -> bool:
        """Tell whether a form waits for an answer; raises AssistantError."""


class Transcript(Protocol):
    """Reads what was said; a ``ConversationStore`` does."""

    async def history(
        self, conversation_id: str, *, after: int, limit: int
    ) -> tuple[Sequence[Message], bool]:
        """Return messages in order, and whether more follow."""


JoinToCase = Callable[..., Awaitable[str | None]]
TakeAnswer = Callable[[Conversation, Message], Awaitable[str | None]]


class Wordless:
    """A file in the middle of a form is acknowledged and the open question asked again; after
    a case it goes to the case; otherwise the person is asked what it is for.

    Args:
        join: ``AttachmentStore.to_recent_case``.
        answers: ``FileAnswers.take``, for a case that waits for something of the person.
    """

    def __init__(
        self,
        forms: Forms,
        transcript: Transcript,
        join: JoinToCase,
        lines: Lines,
        *,
        new_id: Callable[[], str],
        answers: TakeAnswer | None = None,
    ) -> None:
        self._answers = answers
        self._forms = forms
        self._transcript = transcript
        self._join = join
        self._lines = lines
        self._new_id = new_id

    async def answer(
        self, conversation: Conversation, message: Message, at: datetime
    ) -> Sequence[NewMessage]:
        """Return what to say; doing it twice says the same."""
        said = await self._said(conversation, message, at)
        return [replace(one, answer_to=message.id) for one in said]

    async def _said(
        self, conversation: Conversation, message: Message, at: datetime
    ) -> Sequence[NewMessage]:
        language = message.language
        if message.kind not in FILES:
            return [self._lines.line(NOT_READ, language, at)]
        question = await self._open_question(conversation, message, at)
        if question is not None:
            return [self._lines.line(FILE_IN_FORM, language, at), question]
        number = None if self._answers is None else await self._answers(conversation, message)
        if number is None:
            number = await self._join(message.id, since=at - JUST_OPENED, at=at)
        if number is not None:
            return [self._lines.line(FILE_FOR_CASE, language, at, number=number)]
        return [self._lines.line(FILE_KEPT, language, at)]

    async def _open_question(
        self, conversation: Conversation, message: Message, at: datetime
    ) -> NewMessage | None:
        """Return the last bubble of the assistant to be said again, while a form is open."""
        try:
            if not await self._forms.asking(conversation.id):
                return None
        except AssistantError as error:
            log.info("whether a form is open is not known: %s", error)
            return None
        before = max(message.seq - LOOK_BACK, 0)
        found, _ = await self._transcript.history(conversation.id, after=before, limit=LOOK_BACK)
        asked = [one for one in found if one.sender is Sender.BOT and one.seq < message.seq]
        if not asked:
            return None
        last = asked[-1]
        return NewMessage(
            id=self._new_id(),
            sender=Sender.BOT,
            text=last.text,
            language=last.language,
            state=MessageState.PENDING,
            buttons=last.buttons,
            at=at,
            sent_at=at,
        )
