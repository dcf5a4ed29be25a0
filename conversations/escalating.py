"""When the assistant gives a conversation to people: because it says so, or because it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conversations.duty import Duty
from conversations.floor import Change, Floor, Reason
from conversations.floor_moves import Escalation, Moves
from conversations.floor_words import Words
from conversations.handover_ports import Decide
from conversations.model import Answer, Conversation, Message

ESCALATE = "escalate"
ASSISTANT = "system:assistant"


class Escalating:
    """Makes the moves that the relay keeps together with answers and marks."""

    def __init__(self, moves: Moves, words: Words, duty: Duty) -> None:
        self._moves = moves
        self._words = words
        self._duty = duty

    def asked(self, escalation: Escalation, message: Message) -> Decide:
        """Return the move into the queue that goes with a turn's answers."""

        def decide(floor: Floor) -> Change | None:
            return self._moves.escalate(floor, escalation, actor=ASSISTANT, at=message.stored_at)

        return decide

    async def failed(self, conversation: Conversation, message: Message) -> Decide | None:
        """Return the move for a message that the assistant could not answer.

        None when nobody is on duty: then an apology is all there is.
        """
        if not await self._duty.anybody(message.language, None):
            return None
        return self.asked(Escalation(Reason.BOT_FAILED), message)

    def heard(self, conversation: Conversation, message: Message) -> Decide:
        """Return the move for a message that waits for people: their clock starts."""

        def decide(floor: Floor) -> Change | None:
            actor = f"person:{conversation.person_id}"
            return self._words.heard(floor, actor=actor, at=message.stored_at)

        return decide


def without_wish(answers: Sequence[Answer]) -> tuple[list[Answer], Escalation | None]:
    """Return what is to be said, and the wish for people that an action put beside it.

    After the words that hand over nothing more is said; a wish without words is no bubble.
    """
    said: list[Answer] = []
    for answer in answers:
        wish = answer.metadata.get(ESCALATE)
        if wish is None:
            said.append(answer)
            continue
        left = {name: fact for name, fact in answer.metadata.items() if name != ESCALATE}
        if answer.text or left:
            said.append(replace(answer, metadata=left))
        return said, Escalation.from_facts(wish) or Escalation(Reason.ASKED)
    return said, None
