"""Hear what points at something said before: "2", «والثانية؟», "the same"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.pointing import PAYLOAD, as_pressed, pointed_at
from actions.slots import Events
from actions.turn import Turn
from actions.which_case import WhichCase
from kernel.pointing import means_same
from kernel.questions import is_question

TWO_PARTS = re.compile(r"[?؟\n].*\w", re.DOTALL)


class ActionRefer(Action):
    """Does what the button would do that the words point at."""

    def __init__(self, by_intent: Mapping[str, Action], which: WhichCase) -> None:
        """Take the actions that hear a pressed button, by the intent in its payload."""
        self._by_intent = by_intent
        self._which = which

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_refer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Follow the pointer; where it points at nothing, ask for the whole question."""
        turn = Turn(tracker)
        payload = self._payload(tracker)
        found = PAYLOAD.fullmatch(payload) if payload else None
        action = self._by_intent.get(found["intent"]) if found else None
        if payload and action:
            return list(await action.run(dispatcher, as_pressed(tracker, payload), domain))
        if turn.form is None:
            left = await self._which.awaited(dispatcher, turn)
            if left is not None:
                return left
            asked_two = TWO_PARTS.search(said_before(turn)) is not None
            response = "utter_second_alone" if asked_two else "utter_say_it_whole"
            dispatcher.utter_message(response=response)
        return []

    @staticmethod
    def _payload(tracker: Tracker) -> str | None:
        turn = Turn(tracker)
        if means_same(turn.text):
            return "/affirm" if turn.asked_last() in ("utter_same_case", "utter_unsure") else None
        offer = pointed_at(tracker)
        return offer.payload if offer else None


def said_before(turn: Turn) -> str:
    """Return the last question that the person typed; empty where there is none."""
    for event in reversed(turn.spoken()[:-1]):
        text = str(event.get("text") or "")
        if text and not text.startswith("/"):
            return text if is_question(text) else ""
    return ""
