"""Ask whether words belong to a case that is open already, and act on the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import Events, cleared
from actions.telling import Telling
from actions.turn import Turn
from cases.departments import DEPARTMENTS
from cases.errors import CaseError
from cases.model import Case, CaseKind, CaseState
from cases.number import find_number
from cases.service import CaseService
from kernel.bidi import isolate
from kernel.questions import is_question
from phrases.catalogue import Catalogue

WHICH = "which"
OFFERED = 3
NEW = "new_case"
CASE = "case/"


class WhichCase:
    """Keeps a person's words on their case, after asking on which where that is not clear."""

    def __init__(self, cases: CaseService, phrases: Catalogue) -> None:
        self._cases = cases
        self._phrases = phrases
        self._telling = Telling(cases, phrases)

    async def same_matter(self, turn: Turn, kind: str, known: dict[str, str]) -> list[Case]:
        """Return the person's open cases that a new one of ``kind`` may repeat, newest first.

        What was asked about comes first: it may be the answer. Else the same reference says so;
        so does the same department, or none that is known yet.
        """
        department, detail = known.get("case_department"), known.get("case_detail")
        theirs = [
            case
            for case in await self._cases.cases_of(turn.person_id)
            if not case.finished
            and case.caused_by != turn.message_id  # a turn that is repeated after a crash
        ]
        if waiting := [case for case in theirs if case.state is CaseState.WAITING_CITIZEN]:
            return waiting
        alike = [case for case in theirs if case.kind is CaseKind(kind)]
        quoted = [case for case in alike if detail and detail == case.reference]
        return quoted or [c for c in alike if department is None or c.department == department]

    async def named(self, dispatcher: CollectingDispatcher, turn: Turn, text: str) -> bool:
        """Keep words that name an open case of this person on it; False when they name none."""
        number = find_number(text)
        if number is None:
            return False
        try:
            case = await self._cases.find_for(number, person_id=turn.person_id)
        except CaseError:
            return False
        if case.finished:
            return False
        await self._telling.tell(dispatcher, case, turn.language)
        await self.keep(dispatcher, turn, case, text)
        return True

    async def awaiting(self, turn: Turn) -> list[Case]:
        """Return the cases that wait for an answer of this person."""
        return list(await self._cases.waiting_for(turn.person_id))

    async def awaited(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events | None:
        """Keep words on the case that waits for an answer of this person; None for none.

        A question is no answer. Where several cases wait, it is asked which is meant.
        """
        if not turn.text.strip() or is_question(turn.text):
            return None
        waiting = await self.awaiting(turn)
        if len(waiting) > 1:
            return self.ask(dispatcher, turn, waiting)
        if not waiting:
            return None
        await self.keep(dispatcher, turn, waiting[0], turn.text)
        return []

    def ask(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        cases: Sequence[Case],
        *,
        instead: dict[str, Any] | None = None,
    ) -> Events:
        """Ask which of ``cases`` the message belongs to.

        Args:
            instead: the new case that is begun when it belongs to none: kind, text, known.
        """
        shown = cases[: OFFERED - 1] if instead else cases[:OFFERED]
        buttons = [
            {"title": case.number, "payload": f'/choose{{"choice": "{CASE}{case.number}"}}'}
            for case in shown
        ]
        if instead and len(shown) == 1:
            buttons[0]["title"] = self._phrases.say("choice_same_case", turn.language)
        if instead:
            title = self._phrases.say("choice_new_case", turn.language)
            buttons.append({"title": title, "payload": f'/choose{{"choice": "{NEW}"}}'})
        if instead and len(shown) == 1:
            dispatcher.utter_message(
                response="utter_same_case",
                kind=self._phrases.say(f"kind_{shown[0].kind.value}", turn.language),
                number=isolate(shown[0].number),
                department=DEPARTMENTS[shown[0].department].name(turn.language),
                buttons=buttons,
            )
        else:
            dispatcher.utter_message(response="utter_which_case", buttons=buttons)
        pending = {
            "ask": WHICH,
            "numbers": [case.number for case in shown],
            "text": instead["text"] if instead else turn.text,
            "mid": turn.message_id,
            "instead": instead,
        }
        return [SlotSet("pending", pending)]

    async def chosen(
        self, dispatcher: CollectingDispatcher, turn: Turn, number: str, pending: dict[str, Any]
    ) -> Events:
        """Tell the case with this number, and keep the words on it that led to the question."""
        try:
            case = await self._cases.find_for(number, person_id=turn.person_id)
        except CaseError:
            dispatcher.utter_message(response="utter_case_not_found")
            return [SlotSet("pending", None)]
        await self._telling.tell(dispatcher, case, turn.language)
        if pending.get("ask") != WHICH or number not in pending["numbers"]:
            return []
        await self.keep(dispatcher, turn, case, pending["text"], message_id=pending["mid"])
        left = cleared() if turn.form is None else []
        return [SlotSet("pending", None), *left]

    async def keep(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        case: Case,
        words: str,
        *,
        message_id: str | None = None,
    ) -> None:
        """Put the words on an open case and say so; of a finished one, say how to go on."""
        if case.finished:
            dispatcher.utter_message(response="utter_case_finished")
            return
        await self._cases.follow_up(
            case.number,
            words,
            person_id=turn.person_id,
            caused_by=message_id or turn.message_id,
        )
        dispatcher.utter_message(response="utter_follow_up_noted", number=isolate(case.number))
