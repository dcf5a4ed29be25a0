"""The door to proving a number, in the web chat: ``prove {step, typed}``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from channels.webchat.channel import address_of
from channels.webchat.protocol import Told
from conversations.ports import ConversationStore
from conversations.proofs import Outcome, Proving
from kernel.language import Language
from phrases.catalogue import Catalogue

LONGEST = 100
EXAMPLE = "050 123 4567"

SessionOf = Callable[[str, object], Awaitable[tuple[str | None, Language]]]


class WebchatProofs:
    """What is typed here becomes no message: a code is stored nowhere."""

    def __init__(
        self, proving: Proving, conversations: ConversationStore, phrases: Catalogue
    ) -> None:
        self._proving = proving
        self._conversations = conversations
        self._phrases = phrases

    async def heard(
        self, session_of: SessionOf, sid: str, given: object = None, *_rest: object
    ) -> Told:
        """Answer ``{outcome, text}``; ``begin`` takes a number, ``check`` a code."""
        session, language = await session_of(sid, given)
        told = given if isinstance(given, dict) else {}
        step, typed = told.get("step"), told.get("typed")
        conversation = await self._conversations.find(address_of(session)) if session else None
        if conversation is None or not isinstance(typed, str):
            return self._told(Outcome.SPENT, language)
        typed = typed[:LONGEST]
        if step == "begin":
            return self._told(await self._proving.begin(conversation, typed), language)
        outcome, numbers = await self._proving.check(conversation, typed)
        return self._told(outcome, language, numbers=", ".join(numbers))

    def _told(self, outcome: Outcome, language: Language, *, numbers: str = "") -> Told:
        key = f"proof_{outcome.value}" + ("_cases" if numbers else "")
        return {
            "outcome": outcome.value,
            "text": self._phrases.say(key, language, numbers=numbers, example=EXAMPLE),
        }
