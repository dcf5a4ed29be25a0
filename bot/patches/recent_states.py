"""The rule policy sees the states that its longest rule can reach; Rasa makes all of the session.

A state is the last message, the last action, the open form and the slots that influence
the conversation, each before an action was taken. Rules are matched from the last state
backwards, so earlier ones cannot change what matches.
"""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    FollowupAction,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.patches.event_kinds import EventKinds
from bot.patches.rule_index import longest_rule
from bot.patches.tracker_copies import copied_slot

STOCK_STATES = Policy._prediction_states
WITHOUT_STATE = (
    ActionExecutionRejected,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    FollowupAction,
    LoopInterrupted,
)
KINDS = EventKinds(ActionExecuted, UserUttered, SlotSet, ActiveLoop, *WITHOUT_STATE)
Moment = tuple[UserUttered, dict[str, Any], dict[str, str], str | None]
"""The last message, the values of slots that count, the last action and the open form."""


def prediction_states(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """Return the last states, as many as the longest rule has; all of them in training."""
    states = None
    if type(tracker) is DialogueStateTracker:
        states = recent_states(tracker, domain, longest_rule(self))
    if states is None:
        return STOCK_STATES(self, tracker, domain, use_text_for_last_user_input, rule_only_data)
    self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
    return states


def recent_states(tracker: DialogueStateTracker, domain: Domain, most: int) -> list[State] | None:
    """Return the last ``most`` states; None where an event is none of those that rules meet."""
    moments = recent_moments(tracker, most)
    return None if moments is None else states_at(moments, tracker, domain)


def recent_moments(tracker: DialogueStateTracker, most: int) -> list[Moment] | None:
    """Return message, values of slots, action and form before each of the last actions."""
    values = {
        name: slot.initial_value
        for name, slot in tracker.slots.items()
        if slot.influence_conversation
    }
    message: UserUttered = UserUttered.empty()
    action: dict[str, str] = {}
    form: str | None = None
    moments: deque[Moment] = deque(maxlen=most)
    for event in tracker.applied_events():
        kind = KINDS[type(event)]
        if kind is ActionExecuted:
            moments.append((message, values, action, form))
            action = event.as_sub_state()
        elif kind is UserUttered:
            message = event
        elif kind is SlotSet:
            if event.key in values:
                values = {**values, event.key: event.value}
        elif kind is ActiveLoop:
            form = event.name
        elif kind not in WITHOUT_STATE:
            return None
    moments.append((message, values, action, form))
    return list(moments)


def states_at(moments: list[Moment], tracker: DialogueStateTracker, domain: Domain) -> list[State]:
    """Return what the domain makes of the moments."""
    states = []
    for message, values, action, form in moments:
        slots = {}
        for name, value in values.items():
            slots[name] = copied_slot(tracker.slots[name])
            slots[name].value = value
        seen = SimpleNamespace(
            latest_message=message,
            slots=slots,
            latest_action=action,
            active_loop=None if form is None else SimpleNamespace(name=form),
        )
        states.append(domain.get_active_state(seen))
    return states


def apply() -> None:
    """Let the rule policy, and no other, see recent states only."""
    RulePolicy._prediction_states = prediction_states
