"""What the assistant made of a message, for people who want to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MOST = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that may be meant, and how sure that is, from 0 to 1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A parse in our words. ``topics`` are questions of the FAQ, likeliest first.

    ``at_the_time``: it is what was understood when the message was answered, not what the
    model of today makes of it.
    """

    intent: Guess | None
    department: Guess | None
    topics: Sequence[Guess]
    language: str
    variety: str
    at_the_time: bool


class Understanding(Protocol):
    """Tells what was understood, or would be."""

    async def of_turn(self, conversation_id: str, message_id: str) -> Understood | None:
        """Return what was understood when the message was answered; None: not asked then.

        Raises:
            AssistantError: it cannot tell now.
        """

    async def of_text(self, text: str) -> Understood:
        """Return what a text is understood as now; nothing is said or remembered.

        Raises:
            AssistantError: it cannot tell now.
        """


def understood_from(parse: Mapping[str, Any], *, at_the_time: bool) -> Understood:
    """Read a parse of Rasa's; what is not there or of another shape is left out."""
    selector = _mapping(_mapping(parse.get("response_selector")).get("default"))
    ranking = selector.get("ranking")
    told = (
        [_guess(one, "intent_response_key") for one in ranking if isinstance(one, Mapping)]
        if (isinstance(ranking, list))
        else []
    )
    topics = [Guess(one.name.partition("/")[2], one.confidence) for one in told if one]
    return Understood(
        intent=_guess(_mapping(parse.get("intent")), "name"),
        department=_guess(_mapping(parse.get("department")), "name"),
        topics=topics[:MOST],
        language=str(parse.get("language") or ""),
        variety=str(parse.get("variety") or ""),
        at_the_time=at_the_time,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _guess(told: Mapping[str, Any], name: str) -> Guess | None:
    confidence = told.get("confidence")
    if not told.get(name) or not isinstance(confidence, int | float):
        return None
    return Guess(str(told[name]), float(confidence))
