"""Understand a yes or a no by what was asked last."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.objecting import OBJECT, Objecting
from actions.slots import Events, cleared, resumed
from actions.start_case import ActionStartCase
from actions.turn import Turn
from actions.which_case import WHICH, WhichCase

STILL_ASKED = frozenset(
    {
        "utter_ask_cancel",
        "utter_other_form",
        "utter_same_case",
        "utter_which_case",
        "utter_object",
        "utter_object_which",
    }
)
# What a yes and a no say to questions that remember nothing. A list of choices cannot be
# agreed to: which one is asked again.
SAID = {
    "utter_did_this_help": ("utter_glad", "utter_way_on"),
    "utter_welcome": ("utter_acknowledge", "utter_goodbye"),
    "utter_unsure": ("utter_choose_one", "utter_none_of_these"),
    "utter_none_of_these": ("utter_choose_one", "utter_acknowledge"),
    "utter_unsure_again": ("", "utter_acknowledge"),
    "utter_out_of_scope": ("utter_choose_one", "utter_acknowledge"),
    "utter_way_on": ("utter_choose_one", "utter_acknowledge"),
    "utter_case_finished": ("utter_choose_one", "utter_acknowledge"),
    "utter_object_late": ("utter_choose_one", "utter_acknowledge"),
}


class ActionYesNo(Action):
    """Answers for ``pending`` questions, for "did this help" and for the offer of a person."""

    def __init__(self, start: ActionStartCase, which: WhichCase, objecting: Objecting) -> None:
        self._start = start
        self._which = which
        self._objecting = objecting

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_yes_no"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Do what the person agreed to, or leave it."""
        turn = Turn(tracker)
        yes = turn.intent == "affirm"
        asked = turn.asked_last()
        pending = turn.slot("pending") or {}
        if pending and asked in STILL_ASKED:
            return await self._settle(dispatcher, turn, pending, yes)
        if asked == "utter_unsure_again" and yes:
            return [SlotSet("pending", None), FollowupAction("action_talk_to_human")]
        if asked in SAID:
            dispatcher.utter_message(response=SAID[asked][0 if yes else 1])
        elif turn.form is None:
            left = await self._objecting.heard(dispatcher, turn, turn.text)
            if left is None:
                left = await self._which.awaited(dispatcher, turn)
            if left is not None:
                return left or [SlotSet("pending", None)]
            dispatcher.utter_message(response="utter_acknowledge")
        return [SlotSet("pending", None)]

    async def _settle(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        pending: dict[str, Any],
        yes: bool,
    ) -> Events:
        if pending["ask"] in (WHICH, OBJECT):
            return await self._belongs(dispatcher, turn, pending, yes)
        if not yes:
            return resumed(str(pending["form"]))
        if pending["ask"] == "switch":
            kind, known = str(pending["kind"]), pending["known"]
            return await self._start.begin(dispatcher, turn, kind, pending["text"], known)
        dispatcher.utter_message(response="utter_cancelled")
        return [SlotSet("pending", None), *cleared()]

    async def _belongs(
        self, dispatcher: CollectingDispatcher, turn: Turn, pending: dict[str, Any], yes: bool
    ) -> Events:
        numbers, instead = pending["numbers"], pending["instead"]
        if yes and len(numbers) > 1:
            dispatcher.utter_message(response="utter_choose_one")
            return []
        if yes and pending["ask"] == OBJECT:
            return await self._objecting.chosen(dispatcher, turn, numbers[0], pending)
        if yes:
            return await self._which.chosen(dispatcher, turn, numbers[0], pending)
        if instead:
            return self._start.start(dispatcher, turn, instead["kind"], instead["known"])
        dispatcher.utter_message(response="utter_acknowledge")
        return [SlotSet("pending", None)]
