"""Changes to Rasa 3.6.21, which is frozen for good, each where a turn loses time or a promise.

One module per thought; each has ``apply``, and doing it again changes nothing. What each
is worth is in docs/decisions/0005. ``tests/rasa/test_patches.py`` fails when Rasa's code
is not the one patched here.
"""

from __future__ import annotations

from bot.patches import (
    action_calls,
    answer_schema,
    applied_events,
    broken_turns,
    current_answers,
    debug_copies,
    default_actions,
    domain_emptiness,
    event_table,
    graph_order,
    known_choices,
    packed_domain,
    recent_states,
    response_choice,
    rule_index,
    settled_model,
    tracker_copies,
)

ALL = (
    answer_schema,
    graph_order,
    event_table,
    tracker_copies,
    applied_events,
    recent_states,
    rule_index,
    known_choices,
    default_actions,
    response_choice,
    current_answers,
    debug_copies,
    domain_emptiness,
    action_calls,
    settled_model,
    packed_domain,
    broken_turns,
)


def apply_patches() -> None:
    """Put all in place; doing it again changes nothing."""
    for patch in ALL:
        patch.apply()
