"""Hear anger, grief and danger in every message, and let a person go on where one is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from conversations.model import Answer, Message
from kernel.language import Language

ASKED_BACK = "/feedback"
ESCALATE, MATTER = "escalate", "matter"


class Heard(Protocol):
    """What words ask for: ``name`` of the line of care, ``reason`` of a hand-over or None."""

    @property
    def name(self) -> str:
        """Return which line is said."""

    @property
    def reason(self) -> str | None:
        """Return why a colleague takes over."""


OnDuty = Callable[[Language, str | None], Awaitable[bool]]
Say = Callable[[str, Language], str]


@dataclass(frozen=True, slots=True)
class Attended:
    """One message, judged before the assistant sees it."""

    care: str | None = None
    handover: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return what the assistant's actions are told."""
        told = {"care": self.care, "handover": self.handover}
        return {name: value for name, value in told.items() if value}


class Attention:
    """Judges each message by its words alone, whatever the assistant takes it for.

    The assistant still answers or registers what was asked; a line of care goes before
    that, and the hand-over after it. After the hand-over nothing more is said.
    """

    def __init__(self, hear: Callable[[str], Heard | None], on_duty: OnDuty, say: Say) -> None:
        self._hear = hear
        self._on_duty = on_duty
        self._say = say

    async def judge(self, message: Message) -> Attended:
        """Return what the words ask for; a pressed button asks for nothing."""
        heard = self._hear(message.text) if message.payload is None else None
        if heard is None:
            return Attended()
        there = heard.reason is not None and await self._on_duty(message.language, None)
        return Attended(heard.name, heard.reason if there else None)

    def complete(
        self, answers: Sequence[Answer], message: Message, attended: Attended
    ) -> list[Answer]:
        """Return the answers with the lines of care and of the hand-over."""
        told = [_without_matter(answer) for answer in answers]
        if attended.care is None or not answers:
            return told
        said = [Answer(self._say(f"care_{attended.care}", message.language), (), {}), *told]
        if attended.handover is None or any(ESCALATE in answer.metadata for answer in answers):
            return said
        told_of = [answer.metadata[MATTER] for answer in answers if MATTER in answer.metadata]
        matter: Mapping[str, Any] = told_of[0] if told_of else {}
        escalate = {"reason": attended.handover, "department": None, **matter}
        line = self._say(f"handed_over_{attended.handover}", message.language)
        kept = [answer for answer in said if not _asks_back(answer)]
        return [*kept, Answer(line, (), {ESCALATE: escalate})]


def _without_matter(answer: Answer) -> Answer:
    kept = {name: value for name, value in answer.metadata.items() if name != MATTER}
    return Answer(answer.text, answer.buttons, kept)


def _asks_back(answer: Answer) -> bool:
    """Tell whether an answer only asks if the one before it helped."""
    return bool(answer.buttons) and all(b.payload.startswith(ASKED_BACK) for b in answer.buttons)
