"""Rasa's own actions are made once; Rasa makes all twelve whenever it looks one up."""

from __future__ import annotations

from typing import Any

from rasa.core.actions import action

STOCK_ACTIONS = action.default_actions
_made: list[tuple[Any, list[Any]]] = []


def default_actions(action_endpoint: Any = None) -> list[Any]:
    """Return the actions of an endpoint; they keep nothing of a conversation."""
    for endpoint, actions in _made:
        if endpoint is action_endpoint:
            return actions
    actions = STOCK_ACTIONS(action_endpoint)
    _made[:] = [(action_endpoint, actions)]
    return actions


def apply() -> None:
    """Hand out the same actions each time."""
    action.default_actions = default_actions
