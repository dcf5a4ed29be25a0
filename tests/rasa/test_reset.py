"""What the app sends when people give a conversation back (conversations/rasa_assistant.py)."""

from __future__ import annotations

import jsonschema
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SlotSet,
    do_events_begin_with_session_start,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.schemas.events import EVENTS_SCHEMA

from tests.rasa.models import PROJECT

SENT = [
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    {"event": "slot", "name": "language", "value": "en"},
    {"event": "action", "name": "action_listen"},
]


def test_a_reset_forgets_the_form_and_what_was_told_but_not_the_language() -> None:
    domain = Domain.load(str(PROJECT / "domain.yml"))
    tracker = DialogueStateTracker("c-1", domain.slots)
    before = [
        ActionExecuted("action_session_start"),
        SlotSet("language", "en"),
        ActionExecuted("complaint_form"),
        ActiveLoop("complaint_form"),
        SlotSet("case_text", "شكوى عن INV-9"),
        SlotSet("requested_slot", "case_contact"),
    ]
    jsonschema.validate(SENT, EVENTS_SCHEMA)
    sent = [Event.from_parameters(one) for one in SENT]
    assert do_events_begin_with_session_start(sent)  # else Rasa would start one before it
    for event in [*before, *sent]:
        tracker.update(event, domain)
    assert tracker.active_loop_name is None
    assert {name: slot.value for name, slot in tracker.slots.items() if slot.value} == {
        "language": "en"
    }
    assert tracker.latest_action_name == "action_listen"
