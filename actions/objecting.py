"""A person objects to what came of their case: ask once, then send it back to its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.card import card_of, due_day
from actions.opening import say_matter
from actions.slots import Events, cleared
from actions.turn import Turn
from cases.departments import DEPARTMENTS
from cases.errors import CaseError
from cases.model import Case
from cases.number import find_number
from cases.service import CaseService
from kernel.bidi import isolate
from kernel.folding import fold
from kernel.questions import is_question
from phrases.catalogue import Catalogue
from phrases.days import say_day

OBJECT = "object"
OBJECTION = "object/"
NOT_THAT = "not_object"
OFFERED = 2

# Roots and phrases as ``kernel.folding.fold`` leaves them.
_NOT = r"(?:مو|مب|مش|غير|لست|ما|مهو|ماني|لم|لا) ?(?:انا )?"
_CONTENT = r"(?:مقتنع|اقتنع|راض|ارضي|قابل|قبل|اقبل|موافق|اوافق|وافقت|اتفق)"
AGAINST = re.compile(
    rf"اعترض|اعتراض|معترض|تظلم|ارفض|است(?:ئ|ي|ا)?ن[ا]?ف|{_NOT}{_CONTENT}|"
    r"\bobject|\bappeal|\bcontest|\bdispute|\bdisagree|grievance|"
    r"(?:not|n.t|never) (?:agree|accept|satisfied|convinced|happy with)|unsatisfied|dissatisfied|"
    r"reconsider|review (?:it )?again|\ba3tare[9d]|\bta?[td]hallom"
)
OUTCOME = re.compile(
    r"نتيجه|نتايج|نتائج|قرار|ردكم|الرد|رد عل|جواب|اغلاق|انهاء|اقفال|سكرتو|قفلتو|"
    r"شكو[اي]|اقتراحي|استشارتي|طلبي|outcome|decision|result|answer|reply|respon|clos|resol|"
    r"my (?:complaint|case|suggestion|request)"
)


def objects(text: str) -> bool:
    """Tell whether words speak against something, and ask nothing."""
    return AGAINST.search(fold(text)) is not None and not is_question(text)


def to_an_outcome(text: str) -> bool:
    """Tell whether words speak against what came of a case, and not of a fine or a fee."""
    return objects(text) and (OUTCOME.search(fold(text)) is not None or bool(find_number(text)))


class Objecting:
    """Only of cases that are finished and the person's own; what is too late hears a way on."""

    def __init__(self, cases: CaseService, phrases: Catalogue) -> None:
        self._cases = cases
        self._phrases = phrases

    async def heard(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        text: str,
        *,
        instead: dict[str, Any] | None = None,
    ) -> Events | None:
        """Ask whether the words object to an outcome; None when they do not.

        Args:
            instead: the new case that is begun when they do not: kind, text, known.
        """
        if not objects(text):
            return None
        finished = await self._finished(turn, text)
        open_to = [case for case in finished if self._cases.may_object(case)]
        if open_to and turn.handover and to_an_outcome(text):
            return await self._registered(dispatcher, turn, open_to[0], text, turn.message_id)
        if open_to:
            return self.ask(dispatcher, turn, open_to, text, instead=instead)
        if finished and to_an_outcome(text) and not turn.handover:
            self._too_late(dispatcher, turn, finished[0])
            return [SlotSet("pending", None)]
        return None

    def ask(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        cases: Sequence[Case],
        text: str,
        *,
        instead: dict[str, Any] | None = None,
    ) -> Events:
        """Ask to which outcome the person objects, or whether to this one."""
        shown, say = cases[:OFFERED], self._phrases.say
        buttons = [
            {"title": case.number, "payload": f'/choose{{"choice": "{OBJECTION}{case.number}"}}'}
            for case in shown
        ]
        if len(shown) == 1:
            buttons[0]["title"] = say("choice_object", turn.language)
        other = "choice_new_case" if instead else "choice_not_object"
        buttons.append(
            {"title": say(other, turn.language), "payload": f'/choose{{"choice": "{NOT_THAT}"}}'}
        )
        until = self._cases.objection_until(shown[0])
        dispatcher.utter_message(
            response="utter_object" if len(shown) == 1 else "utter_object_which",
            kind=say(f"kind_{shown[0].kind.value}", turn.language),
            number=isolate(shown[0].number),
            day=say_day(self._phrases, until, turn.language) if until else "",
            buttons=buttons,
        )
        pending = {
            "ask": OBJECT,
            "numbers": [case.number for case in shown],
            "text": text,
            "mid": turn.message_id,
            "instead": instead,
        }
        return [SlotSet("pending", pending)]

    async def chosen(
        self, dispatcher: CollectingDispatcher, turn: Turn, number: str, pending: dict[str, Any]
    ) -> Events:
        """Take the objection that was asked about; what nobody asked about is told as it stands."""
        if pending.get("ask") != OBJECT or number not in pending["numbers"]:
            dispatcher.utter_message(response="utter_acknowledge")
            return []
        try:
            case = await self._cases.get(number)
        except CaseError:
            dispatcher.utter_message(response="utter_case_not_found")
            return [SlotSet("pending", None)]
        return await self._registered(dispatcher, turn, case, pending["text"], pending["mid"])

    async def _registered(
        self, dispatcher: CollectingDispatcher, turn: Turn, case: Case, text: str, mid: str
    ) -> Events:
        try:
            case = await self._cases.grieve(
                case.number, text, actor=f"person:{turn.person_id}", caused_by=mid
            )
        except CaseError:
            self._too_late(dispatcher, turn, case)
            return [SlotSet("pending", None)]
        dispatcher.utter_message(
            response="utter_object_registered",
            number=isolate(case.number),
            department=DEPARTMENTS[case.department].name(turn.language),
            due=due_day(case, self._phrases, turn.language),
        )
        dispatcher.utter_message(json_message={"card": card_of(case, turn.language)})
        if turn.handover:
            say_matter(dispatcher, case)
        left = cleared() if turn.form is None else []
        return [SlotSet("pending", None), *left]

    def _too_late(self, dispatcher: CollectingDispatcher, turn: Turn, case: Case) -> None:
        days = self._cases.law.grievance_days
        until = self._cases.objection_until(case)
        dispatcher.utter_message(
            response="utter_object_late",
            number=isolate(case.number),
            days=self._phrases.say("objection_days", turn.language, count=days),
            day=say_day(self._phrases, until, turn.language) if until else "",
        )

    async def _finished(self, turn: Turn, text: str) -> list[Case]:
        """Return the person's cases whose outcome may be meant, the last answered first."""
        number = find_number(text)
        theirs = await self._cases.cases_of(turn.person_id)
        found = [case for case in theirs if self._cases.objection_until(case) is not None]
        if number is not None:
            found = [case for case in found if case.number == number]
        return sorted(found, key=lambda case: case.course.resolved_at or case.opened_at)[::-1]
