"""A case service in memory and one helper to run an action against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.registry import build_executor
from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.memory_case_store import MemoryCaseStore

MONDAY_MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 10:00 in Dubai
SATURDAY = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

CALENDAR = WorkingCalendar.load()
PHRASES = Catalogue.load()


def a_case_service(now: datetime = MONDAY_MORNING) -> CaseService:
    return CaseService(
        MemoryCaseStore(),
        calendar=CALENDAR,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=lambda: now,
    )


class Pins:
    """Nobody here asks for another language."""

    async def pin_language(self, conversation_id: str, language: Language) -> None:
        """Forget it."""


def an_action(
    name: str,
    cases: CaseService | None = None,
    *,
    on_duty: bool = False,
    now: datetime = MONDAY_MORNING,
) -> Action:
    """Return an action as the house builds it, with a colleague on duty or with none."""

    async def anybody(language: Language, department: str | None) -> bool:
        return on_duty

    executor = build_executor(
        cases=cases or a_case_service(),
        pins=Pins(),
        phrases=PHRASES,
        calendar=CALENDAR,
        on_duty=anybody,
        now=lambda: now,
    )
    return executor.actions[name].__self__


async def ran(action: Action, tracker: Tracker) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run an action; return what it said and the slots and other events it left."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    left: dict[str, Any] = {}
    for event in events:
        if event["event"] == "slot":
            left[event["name"]] = event["value"]
        else:
            left[event["event"]] = event.get("name")
    return dispatcher.messages, left


def responses(said: list[dict[str, Any]]) -> list[str]:
    return [one["response"] for one in said if one.get("response")]
