"""Honour the wish for a person: a colleague who is there, or a call-back with a time."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import HandOver
from actions.open_callback import open_callback
from actions.slots import Events, cleared, given
from actions.turn import Turn
from cases.calendar import WorkingCalendar
from cases.contact import read_contact
from cases.service import CaseService
from phrases.catalogue import Catalogue


class ActionTalkToHuman(Action):
    """With nobody on duty opens the call-back, at once when the contact is known."""

    def __init__(
        self,
        cases: CaseService,
        phrases: Catalogue,
        calendar: WorkingCalendar,
        hand_over: HandOver,
    ) -> None:
        self._cases = cases
        self._phrases = phrases
        self._calendar = calendar
        self._hand_over = hand_over

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_talk_to_human"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Leave any open form; hand over, or keep what was told in it for the call-back."""
        turn = Turn(tracker)
        left: Events = [ActiveLoop(None), SlotSet("requested_slot", None)] if turn.form else []
        if await self._hand_over.to_colleague(dispatcher, turn, "asked"):
            return [*left, *cleared()]
        if turn.form == "callback_form":
            return []
        contact = (
            read_contact(turn.text)
            or turn.metadata.get("contact")
            or given(turn.slot("case_contact"))
        )
        told = given(turn.slot("case_text")) if turn.form else None
        dispatcher.utter_message(response="utter_human_intro")
        if contact:
            text = told or turn.text
            await open_callback(
                dispatcher, turn, self._cases, self._phrases, self._calendar, text, str(contact)
            )
            return [*left, *cleared()]
        kept = [SlotSet("case_kind", "callback"), SlotSet("case_text", told or turn.text or None)]
        return [*left, *cleared(), *kept, FollowupAction("callback_form")]
