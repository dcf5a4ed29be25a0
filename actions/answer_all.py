"""Answer every question of a message that asks more than one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import Events
from actions.turn import Turn
from content.topics import has_topic


class ActionAnswerAll(Action):
    """Says the answers of ``also_asked``, or the best one, then asks once whether it helped."""

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_answer_all"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer in the order in which it was asked."""
        turn = Turn(tracker)
        best, _ = turn.best_answer
        for name in str(turn.slot("also_asked") or best or "").split():
            if has_topic(name.removeprefix("faq/")):
                dispatcher.utter_message(response=f"utter_{name}")
        if turn.form is None:
            dispatcher.utter_message(response="utter_did_this_help")
        return [SlotSet("also_asked", None)]
