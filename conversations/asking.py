"""Ask the assistant about one message, and again only what did not become a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.attention import Attended, Attention
from conversations.breaker import Breaker
from conversations.buttons import for_assistant
from conversations.errors import AssistantError, AssistantSilent, AssistantUnreachable
from conversations.model import Answer, Conversation, Message
from conversations.ports import Assistant

PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Patience:
    """When to say "one moment", and when to give up: after seconds, or after errors."""

    one_moment_s: float = 8.0
    give_up_s: float = 20.0
    most_errors: int = 3
    pause_s: float = 1.0


class Asking:
    """Waits for an assistant that is not there, up to a limit for all messages together.

    An assistant that stayed unreachable for ``give_up_s`` is tried once per message
    from then on, until one gets through: a dead one must not hold everybody up.
    """

    def __init__(
        self,
        assistant: Assistant,
        patience: Patience,
        attention: Attention | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._assistant = assistant
        self._patience = patience
        self._attention = attention
        self._breaker = breaker or Breaker(patience.give_up_s, _seconds)

    async def ask(
        self, conversation: Conversation, message: Message, *, perhaps_asked: bool
    ) -> Sequence[Answer]:
        """Return the answers; none when the turn happened in silence. Has no time limit.

        Args:
            perhaps_asked: somebody may have asked before and died, so look first.

        Raises:
            AssistantError: it failed, and asking once more would not help.
        """
        look_first, errors = perhaps_asked, 0
        attended = await self._attention.judge(message) if self._attention else Attended()
        while True:
            try:
                answers = await self._attempt(
                    conversation,
                    message,
                    attended,
                    look_first=look_first,
                    broke_off=perhaps_asked and errors == 0,
                )
            except AssistantUnreachable:
                if self._breaker.did_not_get_through():
                    raise
            except AssistantError:
                self._breaker.got_through(answered=False)
                look_first, errors = True, errors + 1
                if errors >= self._patience.most_errors:
                    raise
            else:
                self._breaker.got_through(answered=True)
                if self._attention:
                    return self._attention.complete(answers, message, attended)
                return answers
            await asyncio.sleep(self._patience.pause_s)

    async def _attempt(
        self,
        conversation: Conversation,
        message: Message,
        attended: Attended,
        *,
        look_first: bool,
        broke_off: bool,
    ) -> Sequence[Answer]:
        if look_first:
            said = await self._assistant.recall(conversation.id, message.id)
            if said is not None and (said or not broke_off):
                return said
            if said is not None:
                # its actions failed because we died under them; what they did is kept by
                # message, so that asking once more does nothing twice
                await self._assistant.take_back(conversation.id, message.id)
        if conversation.assistant_stale:
            await self._assistant.reset(conversation.id)
        answers = await self._assistant.reply(
            conversation.id,
            for_assistant(message),
            {**_metadata(conversation, message), **attended.facts()},
        )
        if not answers:
            raise AssistantSilent(conversation_id=conversation.id)
        return answers


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def _metadata(conversation: Conversation, message: Message) -> Mapping[str, Any]:
    """Return what the assistant's actions may know of a message."""
    address = conversation.address
    return {
        "mid": message.id,
        "channel": address.channel,
        "language": conversation.language.value,
        "pinned": conversation.language_pinned,
        "person_id": conversation.person_id,
        "contact": address.value if address.kind == PHONE else message.metadata.get(PHONE),
    }
