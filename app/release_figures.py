"""What the live model and a new one make of messages and conversations whose outcome is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.trainer_process import TrainerProcess
from content.finding import Finding
from content.measuring import (
    LabelledMessage,
    Score,
    Story,
    astray,
    dropped,
    lost_at_the_edge,
    read_messages,
    scores,
    story_scores,
    worn_down,
)
from content.release import Drop

MODELS_KEPT = 6
HELD_OUT = Path("tests", "rasa", "heldout")
CONVERSATIONS = Path("tests", "rasa", "conversations")
Recent = Callable[[], Awaitable[Sequence[LabelledMessage]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a model gets right."""

    scores: dict[str, Score]
    stories: Sequence[Story]
    said: Sequence[Mapping[str, Any]] = ()


NOTHING = Figures({}, ())


def compared(
    before: Figures, after: Figures, messages: Sequence[LabelledMessage]
) -> tuple[tuple[Drop, ...], tuple[Finding, ...]]:
    """Return which guarded figures and conversations are lost, and how the latter went off."""
    lost = list(astray(before.stories, after.stories))
    edge = lost_at_the_edge(messages, before.said, after.said)
    edge.update(f"conversation {one.language}" for one in lost if one.drop is None)
    drops = dropped(before.scores, after.scores, edge)
    worn = [one for one in worn_down(before.scores, after.scores, lost) if one not in drops]
    each = [one.drop for one in lost if one.drop is not None]
    return (*drops, *worn, *each), tuple(one.found for one in lost)


class ReleaseFigures:
    """Asks the trainer once for each model and text: the live model was new before.

    Args:
        project: where what is measured on lies.
        recent: recently labelled messages, asked at every measuring.
    """

    def __init__(
        self, trainer: TrainerProcess, project: Path, recent: Recent | None = None
    ) -> None:
        self._trainer = trainer
        self._project = project
        self._recent = recent
        self._said: dict[str, dict[str, dict[str, Any]]] = {}
        self._stories: dict[str, list[Story]] = {}

    async def messages(self, topics: frozenset[str]) -> Sequence[LabelledMessage]:
        """Return what to measure on; of recent messages those whose question is still there."""
        messages = read_messages(self._project / HELD_OUT)
        if self._recent is not None:
            answered = {None, *(f"faq/{topic}" for topic in topics)}
            messages += [one for one in await self._recent() if one.answer in answered]
        return messages

    async def of(self, model: Path, messages: Sequence[LabelledMessage]) -> Figures:
        """Return what a model gets right; nothing of one that is gone."""
        if not await asyncio.to_thread(model.exists):
            return NOTHING
        said = self._said.setdefault(model.name, {})
        texts = [text for text in dict.fromkeys(one.text for one in messages) if text not in said]
        told_before = model.name in self._stories
        if texts or not told_before:
            place = None if told_before else self._project / CONVERSATIONS
            answer = await self._trainer.judge(model, texts, stories=place)
            said |= dict(zip(texts, answer.said, strict=True))
            if not told_before:
                self._stories[model.name] = [Story(**one) for one in answer.stories]
        while len(self._said) > MODELS_KEPT:
            oldest = next(iter(self._said))
            del self._said[oldest]
            self._stories.pop(oldest, None)
        stories = self._stories[model.name]
        answers = [said[one.text] for one in messages]
        told = scores(messages, answers)
        return Figures({**told, **story_scores(stories)}, stories, answers)
