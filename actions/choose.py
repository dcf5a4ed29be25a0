"""Go the way a person chose from what was offered."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.objecting import NOT_THAT, OBJECTION, Objecting
from actions.slots import Events
from actions.start_case import ActionStartCase, known_slots
from actions.turn import KINDS, NOT_UNDERSTOOD, Turn
from actions.which_case import CASE, NEW, WhichCase
from content.topics import has_topic, is_current
from kernel.questions import is_question
from kernel.validity import ZONE

TELLING = frozenset({*KINDS, *NOT_UNDERSTOOD, "faq"})


class ActionChoose(Action):
    """``choice`` is a kind of case, an intent with an action, ``faq/<id>`` or ``case/<number>``."""

    def __init__(
        self,
        start: ActionStartCase,
        which: WhichCase,
        objecting: Objecting,
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._start = start
        self._which = which
        self._objecting = objecting

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_choose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer, or start what was chosen with the words that led to the offer."""
        turn = Turn(tracker)
        choice = turn.entity("choice") or ""
        if choice in KINDS:
            if turn.form:
                return []
            told = turn_before(turn)
            text = told.text if told else ""
            known = known_slots(told or turn, choice, text)
            return await self._start.begin(dispatcher, turn, choice, text, known)
        pending = turn.slot("pending") or {}
        if choice.startswith(CASE):
            number = choice.removeprefix(CASE)
            return await self._which.chosen(dispatcher, turn, number, pending)
        if choice.startswith(OBJECTION):
            number = choice.removeprefix(OBJECTION)
            return await self._objecting.chosen(dispatcher, turn, number, pending)
        if choice in (NEW, NOT_THAT) and pending.get("instead"):
            instead = pending["instead"]
            return self._start.start(dispatcher, turn, instead["kind"], instead["known"])
        if choice in ("talk_to_human", "track_case"):
            return [FollowupAction(f"action_{choice}")]
        topic = choice.removeprefix("faq/")
        if choice.startswith("faq/") and has_topic(topic):
            dispatcher.utter_message(response=f"utter_{choice}")
            if turn.form is None and is_current(topic, self._now().astimezone(ZONE).date()):
                dispatcher.utter_message(response="utter_did_this_help")
            return []
        dispatcher.utter_message(response="utter_acknowledge")
        return []


def turn_before(turn: Turn) -> Turn | None:
    """Return the turn in which the person told something before pressing, if they did.

    Somebody who tells of trouble, is shown an answer and then presses "make a complaint"
    must not have to tell it again. A question or a greeting tells nothing.
    """
    for event in reversed(turn.spoken()[:-1]):
        text = str(event.get("text") or "").lstrip("\u200b")
        if not text or text.startswith("/"):
            continue
        earlier = copy.copy(turn.tracker)
        parsed = event.get("parse_data") or {}
        earlier.latest_message = {**parsed, "text": text, "metadata": turn.metadata}
        told = Turn(earlier)
        return told if told.intent in TELLING and not is_question(text) else None
    return None
