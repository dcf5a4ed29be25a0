"""Register that a person wants to be called back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.card import card_of
from actions.opening import request_of
from actions.slots import Events, cleared, given
from actions.turn import Turn
from cases.calendar import WorkingCalendar
from cases.model import CaseKind
from cases.service import CaseService
from kernel.bidi import isolate
from phrases.catalogue import Catalogue
from phrases.days import say_day


async def open_callback(
    dispatcher: CollectingDispatcher,
    turn: Turn,
    cases: CaseService,
    phrases: Catalogue,
    calendar: WorkingCalendar,
    text: str,
    contact: str,
) -> None:
    """Open the case and say when a colleague will be in touch."""
    words = text or phrases.say("callback_text", turn.language)
    told = {**turn.tracker.slots, "case_text": words, "case_contact": contact}
    case = await cases.open(request_of(turn, CaseKind.CALLBACK, told))
    if calendar.is_open(case.opened_at):
        when = phrases.say("callback_today", turn.language)
    else:
        opening = calendar.next_opening(case.opened_at)
        when = phrases.say(
            "callback_on", turn.language, day=say_day(phrases, opening, turn.language)
        )
    dispatcher.utter_message(
        response="utter_callback_opened", number=isolate(case.number), when=when
    )
    dispatcher.utter_message(json_message={"card": card_of(case, turn.language)})


class ActionOpenCallback(Action):
    """Runs when the call-back form has a contact."""

    def __init__(self, cases: CaseService, phrases: Catalogue, calendar: WorkingCalendar) -> None:
        self._cases = cases
        self._phrases = phrases
        self._calendar = calendar

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_open_callback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Open the call-back once per message; without a contact say that nothing was opened."""
        turn = Turn(tracker)
        contact = given(turn.slot("case_contact"))
        if contact is None:
            dispatcher.utter_message(response="utter_case_not_opened")
            return []
        text = given(turn.slot("case_text")) or ""
        await open_callback(
            dispatcher, turn, self._cases, self._phrases, self._calendar, text, contact
        )
        return cleared()
