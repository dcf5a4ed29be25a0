"""An answer whose time is over, or has not come, is not given; what is said instead has ways on.

``valid_from``, ``valid_until`` and ``status`` stand in the metadata of each answer
(``kernel.validity``). Over REST each answer says which question it is for, so that the app can
count them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rasa.core.actions.action import ActionBotResponse
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from kernel.validity import OUTDATED, TOPIC, ZONE, holds

ANSWERS = "utter_faq/"
INSTEAD = "utter_no_current_answer"
HELPED = "utter_did_this_help"
TOLD_OVER = "rest"
"""The channel by which the app asks; a terminal would print what only the app can use."""

STOCK_GENERATE = TemplatedNaturalLanguageGenerator.generate_from_slots
STOCK_RUN = ActionBotResponse.run


def today() -> date:
    """Return the day it is where the answers hold."""
    return datetime.now(ZONE).date()


def generate_from_slots(
    self: TemplatedNaturalLanguageGenerator,
    utter_action: str,
    filled_slots: dict[str, Any],
    output_channel: str,
    **kwargs: Any,
) -> dict[str, Any] | None:
    """Return a response; in place of an answer that does not hold today, that there is none."""
    made = STOCK_GENERATE(self, utter_action, filled_slots, output_channel, **kwargs)
    if made is None or not utter_action.startswith(ANSWERS):
        return made
    told = {TOPIC: utter_action[len(ANSWERS) :]}
    about = made.get("metadata") or {}
    if not holds(about, today()):
        made = STOCK_GENERATE(self, INSTEAD, filled_slots, output_channel, **kwargs)
        if made is None:
            return None
        made[OUTDATED] = told[OUTDATED] = True
    else:  # a day that YAML reads as one cannot be kept as JSON
        made["metadata"] = {name: _plain(fact) for name, fact in about.items()}
    if output_channel == TOLD_OVER:
        made["custom"] = {**(made.get("custom") or {}), **told}
    return made


async def run(
    self: ActionBotResponse, output_channel: Any, nlg: Any, tracker: Any, domain: Any
) -> list[Event]:
    """Say the response, unless it asks whether an answer helped that was not given."""
    if self.utter_action == HELPED and not_answered(tracker):
        return []
    said: list[Event] = await STOCK_RUN(self, output_channel, nlg, tracker, domain)
    return said


def not_answered(tracker: DialogueStateTracker) -> bool:
    """Tell whether the last thing said in this turn stood in the place of an answer."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            return bool((event.metadata or {}).get(OUTDATED))
        if isinstance(event, UserUttered):
            return False
    return False


def _plain(fact: object) -> object:
    return fact.isoformat() if isinstance(fact, date) else fact


def apply() -> None:
    """Look at the day before an answer is given."""
    TemplatedNaturalLanguageGenerator.generate_from_slots = generate_from_slots
    ActionBotResponse.run = run
