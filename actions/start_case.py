"""Begin a complaint, a suggestion or a consultation with what was already said."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.details import read_detail
from actions.objecting import Objecting
from actions.opening import Opening
from actions.slots import Events, cleared, suspended
from actions.turn import KINDS, Turn
from actions.which_case import WhichCase
from cases.contact import read_contact
from cases.departments import ACTIVE
from kernel.folding import words
from kernel.questions import is_question
from phrases.catalogue import Catalogue

DEPARTMENT_SURE = 0.5
ANSWER_SURE = 0.5
TELLING_WORDS = 5

Known = dict[str, str]


def tells_enough(text: str) -> bool:
    """Tell whether a text says what the matter is, not just that there is one."""
    return len(words(text)) >= TELLING_WORDS


def known_slots(turn: Turn, kind: str, text: str) -> Known:
    """Return the slots that ``text`` and the channel fill already."""
    known = {"case_kind": kind}
    contact = turn.metadata.get("contact") or read_contact(text)
    if contact:
        known["case_contact"] = str(contact)
    if tells_enough(text):
        known["case_text"] = text
        known |= department_slot(turn)
        detail = read_detail(text)
        if detail:
            known["case_detail"] = detail
    return known


def department_slot(turn: Turn) -> Known:
    """Return the department slot when the classifier is sure enough to spare a question."""
    department, confidence = turn.department
    sure = department in ACTIVE and confidence >= DEPARTMENT_SURE
    return {"case_department": str(department)} if sure else {}


def missing(kind: str, known: Known) -> int:
    """Return how many questions the form will ask before it asks to confirm."""
    asked = ["case_text", "case_department", "case_segment", "case_contact"]
    if kind != "suggestion":
        asked.append("case_detail")
    return sum(name not in known for name in asked)


class ActionStartCase(Action):
    """Opens the form of the intent's kind; asks first when another form is open.

    Words about a case that is open already are kept on that case, not in a second one.
    """

    def __init__(
        self, phrases: Catalogue, which: WhichCase, opening: Opening, objecting: Objecting
    ) -> None:
        self._objecting = objecting
        self._phrases = phrases
        self._which = which
        self._opening = opening

    def name(self) -> str:
        """Return the name in ``domain.yml``."""
        return "action_start_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Start, go on, or ask which of two requests is meant."""
        turn = Turn(tracker)
        kind = turn.intent if turn.intent in KINDS else "complaint"
        if turn.form == f"{kind}_form":
            return []
        known = known_slots(turn, kind, turn.text)
        if turn.form:
            dispatcher.utter_message(response="utter_other_form")
            begun = {"kind": kind, "text": turn.text, "known": known}
            return suspended({"ask": "switch", "form": turn.form, **begun})
        awaited = await self._which.awaiting(turn)
        if kind == "complaint" and "case_text" in known and not turn.care and not awaited:
            dispatcher.utter_message(response="utter_sorry")
        answer, confidence = turn.best_answer
        if answer and is_question(turn.text) and confidence >= ANSWER_SURE:
            dispatcher.utter_message(response=f"utter_{answer}")
        return await self.begin(dispatcher, turn, kind, turn.text, known)

    async def begin(
        self, dispatcher: CollectingDispatcher, turn: Turn, kind: str, text: str, known: Known
    ) -> Events:
        """Start a new case, unless the words belong to an open one or a colleague takes over."""
        told = "case_text" in known
        if told and kind != "suggestion":
            instead = {"kind": kind, "text": text, "known": known}
            left = await self._objecting.heard(dispatcher, turn, text, instead=instead)
            if left is not None:
                return left
        if told and await self._which.named(dispatcher, turn, text):
            return [SlotSet("pending", None)]
        if told:
            alike = await self._which.same_matter(turn, kind, known)
        else:  # too short for a matter, but it may be the answer to what was asked
            alike = await self._which.awaiting(turn) if text and not is_question(text) else []
        if turn.handover:
            return await self._opening.at_once(dispatcher, turn, known, alike[:1])
        if alike:
            instead = {"kind": kind, "text": text, "known": known}
            return self._which.ask(dispatcher, turn, alike, instead=instead)
        return self.start(dispatcher, turn, kind, known)

    def start(
        self, dispatcher: CollectingDispatcher, turn: Turn, kind: str, known: Known
    ) -> Events:
        """Open the form of ``kind`` with what is known."""
        questions = self._phrases.say("form_questions", turn.language, count=missing(kind, known))
        dispatcher.utter_message(response="utter_questions", questions=questions)
        return [
            *cleared(*known),
            *(SlotSet(name, value) for name, value in known.items()),
            SlotSet("requested_slot", None),
            SlotSet("pending", None),
            FollowupAction(f"{kind}_form"),
        ]
