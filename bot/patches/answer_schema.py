"""The schema of an action's answer is compiled once, and plain answers need none of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction

PLAIN = frozenset({"followup", "active_loop"})
"""Event types whose schema asks for nothing but what every event has."""


@lru_cache(maxsize=1)
def answer_validator() -> Draft7Validator:
    """Return the compiled schema of an action server's answer."""
    return Draft7Validator(RemoteAction.action_response_format_spec())


def validate_action_result(_self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's answer; raises jsonschema's ValidationError."""
    if not plainly_valid(result):
        answer_validator().validate(result)
    return True


def plainly_valid(result: object) -> bool:
    """Tell whether the schema surely accepts an answer; what is not common is left to it."""
    if type(result) is not dict:
        return False
    told, responses = result.get("events", []), result.get("responses", [])
    return (
        type(told) is list
        and type(responses) is list
        and all(type(response) is dict for response in responses)
        and all(map(_plain_event, told))
    )


def _plain_event(event: object) -> bool:
    if type(event) is not dict:
        return False
    kind = event.get("event")
    if kind == "slot":
        if "value" not in event or type(event.get("name")) is not str:
            return False
    elif type(kind) is not str or kind not in PLAIN:
        return False
    return type(event.get("timestamp")) in (float, int, type(None)) and type(
        event.get("metadata")
    ) in (dict, type(None))


def apply() -> None:
    """Check answers with the compiled schema."""
    RemoteAction._validate_action_result = validate_action_result
