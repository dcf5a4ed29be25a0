"""Fill the case forms: one call a turn reads the answer and names the next question."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.case_answers import Filled, read_answer
from actions.pointing import pressed
from actions.slots import Events
from actions.turn import Turn
from cases.service import CaseService
from kernel.pointing import means_same

FULL = ("case_text", "case_department", "case_detail", "case_segment", "case_contact")
ORDER = {
    "complaint_form": FULL,
    "suggestion_form": tuple(name for name in FULL if name != "case_detail"),
    "consultation_form": FULL,
    "callback_form": ("case_contact",),
}
CALLBACK = "callback_form"

UNCLEAR = {
    "case_contact": "utter_contact_unclear",
    "case_segment": "utter_choose_one",
    "case_confirmed": "utter_choose_one",
    "case_change": "utter_choose_one",
}


class ValidateCaseForm(Action):
    """One instance per form; speaks only when an answer was not understood."""

    def __init__(self, form: str, cases: CaseService) -> None:
        self._form = form
        self._cases = cases

    def name(self) -> str:
        """Return the name Rasa calls after each message to the form."""
        return f"validate_{self._form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Return the filled slots and the next slot to ask for."""
        turn = Turn(pressed(tracker))
        asked = turn.requested
        filled = await self._as_last_time(turn) or read_answer(turn)
        if asked in UNCLEAR and list(filled) == [asked] and filled[asked] is None:
            dispatcher.utter_message(response=UNCLEAR[asked])
        return [
            *(SlotSet(name, value) for name, value in filled.items()),
            SlotSet("requested_slot", self._next(turn, tracker.slots | filled)),
        ]

    async def _as_last_time(self, turn: Turn) -> Filled:
        """Return what the person's last case says, when they answer "the same number"."""
        asked = turn.requested
        if asked not in ("case_contact", "case_segment") or not means_same(turn.text):
            return {}
        for case in await self._cases.cases_of(turn.person_id, limit=5):
            known = case.contact if asked == "case_contact" else case.segment
            if known:
                return {asked: str(known)}
        return {asked: None}

    def _next(self, turn: Turn, slots: dict[str, Any] | Filled) -> str | None:
        if turn.handover and self._form != CALLBACK:
            return None  # a colleague takes over: what is known is registered as it is
        for name in ORDER[self._form]:
            if slots.get(name) is None:
                return name
        if self._form == CALLBACK or slots.get("case_confirmed") is True:
            return None
        return "case_change" if slots.get("case_confirmed") is False else "case_confirmed"
