"""A tracker is copied as it is; Rasa replays the whole conversation for each action."""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.patches.event_kinds import EventKinds

STOCK_COPY = DialogueStateTracker.copy
UNDOING = (ActionReverted, UserUtteranceReverted, Restarted)
KINDS = EventKinds(ActionExecuted, UserUttered, FollowupAction, SessionStarted, *UNDOING)


def copied_slot(slot: Slot) -> Slot:
    """Return a copy of a slot, as ``copy.copy`` makes it but without the detour over pickling."""
    new: Slot = object.__new__(type(slot))
    new.__dict__.update(slot.__dict__)
    return new


def copied_tracker(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Return what a replay of the tracker's events comes to.

    Where events undo others, or in a subclass, it is replayed as in Rasa.
    """
    events = tracker.events
    undone = any(KINDS[type(event)] in UNDOING for event in events)
    if undone or type(tracker) is not DialogueStateTracker:
        return STOCK_COPY(tracker)
    new: Any = object.__new__(DialogueStateTracker)
    new.__dict__.update(tracker.__dict__)
    new.events = deque(events, tracker._max_event_history)
    new.slots = (
        {name: copied_slot(slot) for name, slot in tracker.slots.items()}
        if type(tracker.slots) is dict
        else copy.copy(tracker.slots)
    )
    if tracker.active_loop is not None:
        new.active_loop = dataclasses.replace(tracker.active_loop)
    new.followup_action = replayed_followup(events)
    new.sender_source = new.model_id = new.assistant_id = None
    return new


def replayed_followup(events: deque[Event]) -> str | None:
    """Return the follow-up that a replay ends with; the live tracker may have taken it already."""
    for event in reversed(events):
        kind = KINDS[type(event)]
        if kind is ActionExecuted or kind is UserUttered:
            return None
        if kind is FollowupAction:
            return str(event.action_name)
        if kind is SessionStarted:
            break
    return ACTION_LISTEN_NAME


def apply() -> None:
    """Copy trackers and slots the short way."""
    DialogueStateTracker.copy = copied_tracker
    Slot.__copy__ = copied_slot
