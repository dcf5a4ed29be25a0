"""A file that a person sends when their case waits for something: it is the answer."""

from __future__ import annotations

from cases.service import CaseService
from conversations.model import Conversation, Message


class FileAnswers:
    """Only where one case waits: of several, the person is asked what the file is for."""

    def __init__(self, cases: CaseService) -> None:
        self._cases = cases

    async def take(self, conversation: Conversation, message: Message) -> str | None:
        """Put the file on the case that waits for this person; return its number."""
        waiting = await self._cases.waiting_for(conversation.person_id)
        if len(waiting) != 1:
            return None
        case = await self._cases.follow_up(
            waiting[0].number,
            message.text,
            person_id=conversation.person_id,
            caused_by=message.id,
        )
        return case.number
