"""Ask which subject a case is about, with the likeliest departments as buttons."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import Events
from actions.turn import Turn
from cases.departments import ACTIVE, DEPARTMENTS
from kernel.language import Language
from phrases.catalogue import Catalogue

OFFERED = 4


class ActionAskCaseDepartment(Action):
    """Offers the classifier's best guesses and "something else"."""

    def __init__(self, phrases: Catalogue) -> None:
        self._phrases = phrases

    def name(self) -> str:
        """Return the name the form looks for when it asks for the slot."""
        return "action_ask_case_department"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say the question."""
        turn = Turn(tracker)
        guesses = [code for code in turn.departments if code in ACTIVE and code != "CUST"]
        buttons = [
            {
                "title": self._subject(code, turn.language),
                "payload": f'/inform{{"department": "{code}"}}',
            }
            for code in guesses[:OFFERED]
        ]
        buttons.append(
            {
                "title": self._phrases.say("subject_other", turn.language),
                "payload": '/inform{"department": "CUST"}',
            }
        )
        dispatcher.utter_message(response="utter_choose_department", buttons=buttons)
        return []

    def _subject(self, code: str, language: Language) -> str:
        """Return what the person would say it is about; of an added unit, its name."""
        if code in DEPARTMENTS.shipped:
            return self._phrases.say(f"subject_{code}", language)
        return ACTIVE[code].name(language)
