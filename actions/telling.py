"""Say how a case stands."""

from __future__ import annotations

from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher

from actions.card import card_of, due_day
from cases.departments import DEPARTMENTS
from cases.model import Case, CaseState, EventKind
from cases.service import CaseService
from kernel.bidi import isolate
from kernel.language import Language
from phrases.catalogue import Catalogue
from phrases.days import say_day


class Telling:
    """Tells cases to their person, in one sentence and a card each."""

    def __init__(self, cases: CaseService, phrases: Catalogue) -> None:
        self._cases = cases
        self._phrases = phrases

    async def tell(self, dispatcher: CollectingDispatcher, case: Case, language: Language) -> None:
        """Say number, kind, state, holder and promised day."""
        day = "" if case.finished else due_day(case, self._phrases, language)
        since = await self._since(case)
        dispatcher.utter_message(
            response="utter_case_status",
            kind=self._phrases.say(f"kind_{case.kind.value}", language),
            number=isolate(case.number),
            state=self._phrases.say(_state_key(case.state), language),
            department=DEPARTMENTS[case.department].name(language),
            since=say_day(self._phrases, since, language),
            due=self._phrases.say("status_due", language, day=day) if day else "",
        )
        dispatcher.utter_message(json_message={"card": card_of(case, language)})

    async def _since(self, case: Case) -> datetime:
        """Return when the case came where it is: a note moves nothing."""
        moves = [
            event.at
            for event in await self._cases.timeline(case.number)
            if event.kind in (EventKind.OPENED, EventKind.MOVED)
            or event.after.keys() & {"state", "department"}
        ]
        return moves[-1] if moves else case.opened_at


def _state_key(state: CaseState) -> str:
    """Return what a state is called to the person themselves."""
    return "state_waiting_you" if state is CaseState.WAITING_CITIZEN else f"state_{state.value}"
