"""Answer every question of a message that asks more than one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import Events
from actions.turn import Turn
from content.topics import has_topic, is_current
from kernel.validity import ZONE


class ActionAnswerAll(Action):
    """Says the answers of ``also_asked``, or the best one, then asks once whether it helped.

    What is said to a question without a current answer is Rasa's part (bot/patches); there is
    nothing to ask about it.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_answer_all"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer in the order in which it was asked."""
        turn, today = Turn(tracker), self._now().astimezone(ZONE).date()
        best, _ = turn.best_answer
        names = str(turn.slot("also_asked") or best or "").split()
        topics = [name.removeprefix("faq/") for name in names]
        for topic in topics:
            if has_topic(topic):
                dispatcher.utter_message(response=f"utter_faq/{topic}")
        if turn.form is None and any(is_current(topic, today) for topic in topics):
            dispatcher.utter_message(response="utter_did_this_help")
        return [SlotSet("also_asked", None)]
