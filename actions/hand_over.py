"""Give the conversation to a colleague who is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rasa_sdk.executor import CollectingDispatcher

from actions.slots import given
from actions.start_case import DEPARTMENT_SURE
from actions.turn import Turn
from kernel.language import Language

OnDuty = Callable[[Language, str | None], Awaitable[bool]]
"""Tells whether somebody who speaks the language, for the department if one is named, is there."""


class HandOver:
    """Says that a colleague takes over, and tells the app why; the turn ends with it."""

    def __init__(self, on_duty: OnDuty) -> None:
        self._on_duty = on_duty

    async def to_colleague(self, dispatcher: CollectingDispatcher, turn: Turn, reason: str) -> bool:
        """Hand over if somebody is on duty; False, and nothing said, if nobody is.

        Args:
            reason: ``asked`` or ``unsure_twice``; the app finds the other reasons itself.
        """
        guess, confidence = turn.department
        department = given(turn.slot("case_department")) or (
            guess if confidence >= DEPARTMENT_SURE else None
        )
        if not await self._on_duty(turn.language, department):
            return False
        dispatcher.utter_message(response=f"utter_handed_over_{reason}")
        escalate = {"reason": reason, "department": department, "kind": turn.slot("case_kind")}
        dispatcher.utter_message(json_message={"escalate": escalate})
        return True
