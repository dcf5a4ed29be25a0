"""The events that count are picked with one look at each, from the session start on."""

from __future__ import annotations

from itertools import islice

from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.patches.event_kinds import EventKinds

STARTS = (SessionStarted, Restarted)
UNDOING = (ActionReverted, UserUtteranceReverted)
KINDS = EventKinds(*STARTS, *UNDOING, ActiveLoop, ActionExecuted)


def applied_events(self: DialogueStateTracker) -> list[Event]:
    """Return the events that are not undone by later ones, without those before a start."""
    begin, plain = 0, True
    loops: set[str] = set()
    for place, event in enumerate(self.events):
        kind = KINDS[type(event)]
        if kind in STARTS:
            begin, plain = place + 1, True
        elif kind is ActiveLoop and event.name:
            loops.add(event.name)
        elif kind in UNDOING:
            plain = False
    counting = list(islice(self.events, begin, None))
    if plain and not loops:
        return counting
    applied: list[Event] = []
    for event in counting:
        kind = KINDS[type(event)]
        if kind is ActionReverted:
            self._undo_till_previous(ActionExecuted, applied)
        elif kind is UserUtteranceReverted:
            self._undo_till_previous(UserUttered, applied)
            self._undo_till_previous(ActionExecuted, applied)
        elif (
            kind is ActionExecuted
            and event.action_name in loops
            and not self._first_loop_execution_or_unhappy_path(event.action_name, applied)
        ):
            self._undo_till_previous_loop_execution(event.action_name, applied)
        else:
            applied.append(event)
    return applied


def apply() -> None:
    """Pick them this way."""
    DialogueStateTracker.applied_events = applied_events
