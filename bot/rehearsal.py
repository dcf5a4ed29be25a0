"""Go through the conversation tests with a model, without a server and without its actions.

As ``rasa test core --e2e`` does: what people say is understood anew, each action is predicted,
and what it would have done is taken from the story. Half a second a hundred lines, in a process
that has the model at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    UserUttered,
)
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.loading import load_data_from_files
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import FULL_RETRIEVAL_INTENT_NAME_KEY, INTENT_NAME_KEY

from bot.labels import UNSURE

LANGUAGE, PRESSED = "language", "/"


@dataclass(frozen=True)
class Rehearsed:
    """One story: whether it went as told; if not, where it went another way.

    ``leads`` says of each line that was heard how much surer what it is told to mean is than the
    next best; it trails where that is below 0.
    """

    story: str
    language: str
    went: bool
    at: str = ""
    wanted: str = ""
    found: str = ""
    leads: dict[str, float] = field(default_factory=dict)


class WentOff(Exception):
    """The story went another way than it is told."""

    def __init__(self, at: str, wanted: str, found: str) -> None:
        super().__init__(at)
        self.at, self.wanted, self.found = at, wanted, found


def story_files(folder: Path) -> list[Path]:
    """Return the files of conversation tests; the last two letters of a name are its language."""
    return sorted(folder.glob("test_*.yml"))


async def rehearsed(agent: Agent, files: Sequence[Path]) -> list[Rehearsed]:
    """Return what became of each story, in the order of the files.

    A story that names what the domain does not know cannot go as told.
    """
    found = []
    for path in files:
        language = path.stem[-2:]
        for tracker in _told_in(path, agent.domain):
            name, leads = tracker.sender_id, dict[str, float]()
            try:
                await _go_through(agent, tracker, leads)
            except WentOff as off:
                told = Rehearsed(name, language, False, off.at, off.wanted, off.found, leads)
            else:
                told = Rehearsed(name, language, True, leads=leads)
            found.append(told)
    return found


def _told_in(path: Path, domain: Domain) -> Iterator[DialogueStateTracker]:
    """Yield each story as a conversation that goes by the story's own name."""
    for step in load_data_from_files([str(path)], domain):
        generator = TrainingDataGenerator(
            StoryGraph([step]), domain, use_story_concatenation=False, augmentation_factor=0
        )
        for tracker in generator.generate_story_trackers():
            tracker.sender_id = step.block_name
            yield tracker


async def _go_through(agent: Agent, told: DialogueStateTracker, leads: dict[str, float]) -> None:
    so_far = DialogueStateTracker.from_events(told.sender_id, [], agent.domain.slots)
    said = ""
    for event in told.events:
        if isinstance(event, UserUttered):
            said = event.text or str(event.intent.get(INTENT_NAME_KEY))
            so_far.update(await _heard(agent, event, leads))
        elif isinstance(event, ActionExecuted) and len(so_far.events) > 0:
            _predicted(agent, so_far, event, said)
            so_far.update(event)
        else:
            so_far.update(event)


async def _heard(agent: Agent, told: UserUttered, leads: dict[str, float]) -> Event:
    """Return what a line is taken for, if that is what the story says."""
    if not told.text or agent.processor is None:
        return told
    parsed: dict[str, Any] = dict(await agent.processor.parse_message(UserMessage(told.text)))
    wanted = told.intent.get(FULL_RETRIEVAL_INTENT_NAME_KEY) or told.intent_name
    leads[told.text] = _lead(parsed, str(wanted))
    found = _meant(parsed, full="/" in str(wanted))
    if found != wanted:
        raise WentOff(told.text, str(wanted), found)
    spoken = [one["value"] for one in told.entities if one.get("entity") == LANGUAGE]
    if spoken and told.text[0] != PRESSED and parsed.get(LANGUAGE) != spoken[0]:
        raise WentOff(told.text, str(spoken[0]), str(parsed.get(LANGUAGE)))
    return UserUttered(told.text, told.intent, told.entities, parse_data=parsed)


def _meant(parsed: dict[str, Any], *, full: bool) -> str:
    intent = str(parsed["intent"]["name"])
    ranking = parsed.get("response_selector", {}).get("default", {}).get("ranking", [])
    if full and ranking and ranking[0]["intent_response_key"].startswith(f"{intent}/"):
        return str(ranking[0]["intent_response_key"])
    return intent


def _lead(parsed: dict[str, Any], wanted: str) -> float:
    """Return how much surer a meaning is than the next best; of an answer the narrower of both."""
    intent, _, topic = wanted.partition("/")
    lead = _ahead(parsed.get("intent_ranking", []), "name", intent)
    if topic:
        ranking = parsed.get("response_selector", {}).get("default", {}).get("ranking", [])
        lead = min(lead, _ahead(ranking, "intent_response_key", wanted))
    return round(lead, 4)


def _ahead(ranking: list[dict[str, Any]], key: str, wanted: str) -> float:
    sure = {str(one[key]): float(one["confidence"]) for one in ranking if one[key] != UNSURE}
    own = sure.pop(wanted, 0.0)
    return own - max(sure.values(), default=0.0)


def _predicted(agent: Agent, so_far: DialogueStateTracker, told: ActionExecuted, said: str) -> None:
    """Compare what is done next; a form may refuse what was said to it, as our forms do."""
    found = _next(agent, so_far)
    if found != told.action_name and found == so_far.active_loop_name:
        so_far.update(ActionExecutionRejected(found))
        found = _next(agent, so_far)
    if found != told.action_name:
        raise WentOff(said, str(told.action_name), found)


def _next(agent: Agent, so_far: DialogueStateTracker) -> str:
    if agent.processor is None:
        raise RasaException("the agent has no model")
    action, _ = agent.processor.predict_next_with_tracker_if_should(so_far)
    return str(action.name())
