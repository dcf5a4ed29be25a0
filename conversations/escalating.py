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

    async def failed(self, message: Message) -> Escalation | None:
        """Return the wish for people that a message without an answer makes.

        None when nobody is on duty: then an apology is all there is.
        """
        on_duty = await self._duty.anybody(message.language, None)
        return Escalation(Reason.BOT_FAILED) if on_duty else None

    def moving(
        self, conversation: Conversation, message: Message, wish: Escalation | None = None
    ) -> Decide:
        """Return the move that goes with a message: into the queue, if that is wished.

        Where people have the conversation already, their clock starts.
        """

        def decide(floor: Floor) -> Change | None:
            at = message.stored_at
            if floor.spell is not None:
                actor = f"person:{conversation.person_id}"
                return self._words.heard(floor, actor=actor, at=at)
            if wish is None:
                return None
            return self._moves.escalate(floor, wish, actor=ASSISTANT, at=at)

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
