"""Open a case from what the form gathered."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.opening import Opening
from actions.slots import Events, cleared, given
from actions.turn import KINDS, Turn
from cases.model import CaseKind


class ActionOpenCase(Action):
    """Checks its slots itself: Rasa also comes here when a form broke off."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_open_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Open the case once per message and tell its number."""
        turn = Turn(tracker)
        kind = turn.slot("case_kind")
        if turn.handover:
            return await self._opening.at_once(dispatcher, turn, tracker.slots)
        told = given(turn.slot("case_text"))
        if kind not in KINDS or told is None or turn.slot("case_confirmed") is not True:
            dispatcher.utter_message(response="utter_case_not_opened")
            return []
        await self._opening.open(dispatcher, turn, CaseKind(kind), tracker.slots)
        return cleared()
