"""Open a case from what is known of it, and say its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.card import card_of, due_day
from actions.slots import CASE_SLOTS, Events, cleared, given
from actions.turn import Turn
from actions.which_case import WhichCase
from cases.departments import DEPARTMENTS
from cases.model import Case, CaseKind, Segment
from cases.referrals import REFERRALS
from cases.service import CaseService, OpenRequest
from kernel.bidi import isolate
from phrases.catalogue import Catalogue


class Opening:
    """Opens once per message and tells number, department and promised day."""

    def __init__(self, cases: CaseService, phrases: Catalogue, which: WhichCase) -> None:
        self._cases = cases
        self._phrases = phrases
        self._which = which

    async def open(
        self, dispatcher: CollectingDispatcher, turn: Turn, kind: CaseKind, slots: Mapping[str, Any]
    ) -> Case:
        """Open the case and say so, with the entity it is referred to, if any."""
        case = await self._cases.open(request_of(turn, kind, slots))
        language = turn.language
        dispatcher.utter_message(
            response=f"utter_{kind.value}_opened",
            number=isolate(case.number),
            department=DEPARTMENTS[case.department].name(language),
            due=due_day(case, self._phrases, language),
        )
        dispatcher.utter_message(json_message={"card": card_of(case, language)})
        if case.refer_to:
            entity = REFERRALS[case.refer_to]
            address = f" ({isolate(entity.address)})" if entity.address else ""
            shown = f"{entity.name(language)}{address}"
            dispatcher.utter_message(response="utter_refer_to", entity=shown)
        return case

    async def at_once(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        slots: Mapping[str, Any],
        alike: Sequence[Case] = (),
    ) -> Events:
        """Register what was told without further questions: a colleague takes over this turn.

        Nothing is lost then: what was said is a case, or a note on the one that is open.
        """
        kind = str(slots.get("case_kind"))
        if alike:
            await self._which.keep(dispatcher, turn, alike[0], str(slots["case_text"]))
            say_matter(dispatcher, alike[0])
        elif given(slots.get("case_text")) and kind in tuple(CaseKind):
            say_matter(dispatcher, await self.open(dispatcher, turn, CaseKind(kind), slots))
        else:
            dispatcher.utter_message(response="utter_sorry")
        return cleared()


def say_matter(dispatcher: CollectingDispatcher, case: Case) -> None:
    """Tell the app, not the person, what the colleague will find: kind, department, number."""
    matter = {"kind": case.kind.value, "department": case.department, "case": case.number}
    dispatcher.utter_message(json_message={"matter": matter})


def request_of(turn: Turn, kind: CaseKind, slots: Mapping[str, Any]) -> OpenRequest:
    """Return what the case service needs, from the slots and the app's metadata."""
    told = {name: given(slots.get(name)) for name in CASE_SLOTS}
    segment = told["case_segment"]
    return OpenRequest(
        kind=kind,
        text=told["case_text"] or "",
        language=turn.language,
        channel=str(turn.metadata.get("channel") or "web"),
        person_id=turn.person_id,
        conversation_id=turn.tracker.sender_id,
        caused_by=turn.message_id,
        department=told["case_department"],
        department_confidence=1.0,
        segment=Segment(segment) if segment else None,
        contact=told["case_contact"] or turn.metadata.get("contact"),
        reference=told["case_detail"],
        amount=None,
    )
