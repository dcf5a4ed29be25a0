"""Follow up a case: say how it stands, and keep what more was said about it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.objecting import Objecting, objects
from actions.opening import say_matter
from actions.own_cases import meant, says_more
from actions.slots import Events, cleared, given
from actions.telling import Telling
from actions.turn import Turn
from actions.which_case import WHICH, WhichCase
from cases.contact import read_contact
from cases.errors import CaseNotFound, NumberMistyped, NumberNotUnderstood
from cases.model import Case
from cases.number import find_number, read_number
from cases.service import CaseService
from kernel.bidi import isolate
from kernel.folding import fold_digits
from phrases.catalogue import Catalogue

SHOWN = 3


class FollowUp:
    """What both actions share: find a case by its number, tell it, keep the words."""

    def __init__(self, cases: CaseService, phrases: Catalogue, objecting: Objecting) -> None:
        self._cases = cases
        self._phrases = phrases
        self.objecting = objecting
        self._telling = Telling(cases, phrases)
        self.which = WhichCase(cases, phrases)

    async def named(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        typed: str,
        contact: str | None,
        words: str,
        left: Events,
    ) -> str | None:
        """Tell the case with a typed number; return the name of what is missing, None when told.

        Args:
            left: takes what telling it leaves behind.
        """
        try:
            case = await self._cases.find_for(typed, person_id=turn.person_id, contact=contact)
        except NumberMistyped:
            shown = isolate(fold_digits(typed).strip()[:40])
            dispatcher.utter_message(response="utter_number_mistyped", number=shown)
            return "track_number"
        except NumberNotUnderstood:
            dispatcher.utter_message(response="utter_number_unclear")
            return "track_number"
        except CaseNotFound:
            return "track_contact"
        if (number := read_number(typed)) != case.number:
            facts = {"number": isolate(number), "other": isolate(case.number)}
            dispatcher.utter_message(
                text=self._phrases.say("status_goes_on", turn.language, **facts)
            )
        left += await self.told(dispatcher, turn, case, words)
        return None

    async def told(
        self, dispatcher: CollectingDispatcher, turn: Turn, case: Case, words: str
    ) -> Events:
        """Tell one case; words that say more than "how does it stand" are kept on it.

        Of a finished one, words that object to its outcome are asked about.
        """
        await self._telling.tell(dispatcher, case, turn.language)
        if objects(words) and self._cases.may_object(case):
            return self.objecting.ask(dispatcher, turn, [case], words)
        if words and says_more(words):
            await self.which.keep(dispatcher, turn, case, words)
        if turn.handover:
            say_matter(dispatcher, case)
        return []

    async def own(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events | None:
        """Tell the person's open cases, or the last one; None when they have none here.

        Where several may be meant, what more was said is kept after asking on which.
        """
        theirs = await self._cases.cases_of(turn.person_id)
        waiting = [case for case in theirs if not case.finished] or list(theirs[:1])
        if not waiting:
            return None
        about = meant(turn.text, waiting)
        if len(about) == 1:
            return await self.told(dispatcher, turn, about[0], turn.text)
        for case in about[:SHOWN]:
            await self._telling.tell(dispatcher, case, turn.language)
        if says_more(turn.text) and not turn.form:
            return self.which.ask(dispatcher, turn, about)
        return []


class ActionTrackCase(Action):
    """Tells the case that was named, or the person's own open ones, or asks for the number."""

    def __init__(self, follow_up: FollowUp) -> None:
        self._follow_up = follow_up

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_track_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer at once where that is possible."""
        turn = Turn(tracker)
        number = find_number(turn.text)
        pending = turn.slot("pending") or {}
        if number and pending.get("ask") == WHICH and number in pending["numbers"]:
            return await self._follow_up.which.chosen(dispatcher, turn, number, pending)
        objection = await self._follow_up.objecting.heard(dispatcher, turn, turn.text)
        if objection is not None:
            return objection
        if number:
            return await self._named(dispatcher, turn, number)
        left = await self._follow_up.own(dispatcher, turn)
        if left is not None:
            return left
        if turn.form:
            dispatcher.utter_message(response="utter_ask_track_number")
            return []
        return [*cleared(), *_words(turn), FollowupAction("track_form")]

    async def _named(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> Events:
        left: Events = []
        missing = await self._follow_up.named(
            dispatcher, turn, number, read_contact(turn.text), turn.text, left
        )
        if missing == "track_contact" and not turn.form:
            kept = [*_words(turn), SlotSet("track_number", number)]
            return [*cleared(), *kept, FollowupAction("track_form")]
        if missing == "track_contact":
            not_found(dispatcher, turn)
        return left


def not_found(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Say so; on the web, offer to prove a WhatsApp number, whose cases are told then."""
    dispatcher.utter_message(response="utter_case_not_found")
    if turn.metadata.get("channel") == "webchat":
        dispatcher.utter_message(json_message={"prove": True})


def _words(turn: Turn) -> Events:
    """Return the slot that keeps what was said until the case is known."""
    return [SlotSet("case_text", turn.text)] if says_more(turn.text) or objects(turn.text) else []


class ActionTellCase(Action):
    """Ends the follow-up form: the number is known, and the contact where it is needed."""

    def __init__(self, follow_up: FollowUp) -> None:
        self._follow_up = follow_up

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_tell_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Tell the case, or say that no case of this person fits."""
        turn = Turn(tracker)
        left: Events = []
        missing = await self._follow_up.named(
            dispatcher,
            turn,
            str(turn.slot("track_number") or ""),
            turn.slot("track_contact"),
            given(turn.slot("case_text")) or "",
            left,
        )
        if missing == "track_contact":
            not_found(dispatcher, turn)
        return [*cleared(), *left]
