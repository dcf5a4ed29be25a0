"""Say that a message was not understood, with what it may have meant."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import HandOver
from actions.objecting import Objecting
from actions.slots import Events
from actions.turn import KINDS, Turn
from actions.which_case import WhichCase
from content.topics import faq_titles
from phrases.catalogue import Catalogue

OFFERED = 2


class ActionUnsure(Action):
    """Offers the likeliest meanings; the second time in a row, a person.

    What is plainly another entity's matter is said to be so, and never sent to a colleague
    unasked: nobody here could answer it either.
    """

    def __init__(
        self, phrases: Catalogue, hand_over: HandOver, which: WhichCase, objecting: Objecting
    ) -> None:
        self._which = which
        self._objecting = objecting
        self._phrases = phrases
        self._hand_over = hand_over

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_unsure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Ask which was meant, or go on to a person."""
        turn = Turn(tracker)
        if turn.form is None:
            left = await self._objecting.heard(dispatcher, turn, turn.text)
            if left is None:
                left = await self._which.awaited(dispatcher, turn)
            if left is not None:
                return left
        beside_the_point = turn.intent == "out_of_scope"
        if turn.missed_before() and turn.form is None:
            given_over = not beside_the_point and await self._hand_over.to_colleague(
                dispatcher, turn, "unsure_twice"
            )
            if not given_over:
                dispatcher.utter_message(response="utter_unsure_again")
        elif beside_the_point:
            dispatcher.utter_message(response="utter_out_of_scope")
        else:
            self._did_you_mean(dispatcher, turn)
        return []

    def _did_you_mean(self, dispatcher: CollectingDispatcher, turn: Turn) -> None:
        meant = (self._button(name, turn) for name in turn.candidates)
        buttons = [button for button in meant if button][:OFFERED]
        buttons.append(
            {
                "title": self._phrases.say("choice_talk_to_human", turn.language),
                "payload": "/talk_to_human",
            }
        )
        dispatcher.utter_message(response="utter_unsure", buttons=buttons)

    def _button(self, name: str, turn: Turn) -> dict[str, str] | None:
        if name.startswith("faq/"):
            title = faq_titles(turn.language).get(name.removeprefix("faq/"))
        elif name in (*KINDS, "track_case"):
            title = self._phrases.say(f"choice_{name}", turn.language)
        else:
            title = None
        return {"title": title, "payload": f'/choose{{"choice": "{name}"}}'} if title else None
