"""Event classes are found in a table; Rasa walks all subclasses for each stored event."""

from __future__ import annotations

from functools import lru_cache

from rasa.shared.core import events
from rasa.shared.utils.common import all_subclasses


@lru_cache(maxsize=1)
def event_classes() -> dict[str, type]:
    """Return every event class by its type name; the first one found wins, as in Rasa."""
    table: dict[str, type] = {}
    for event in all_subclasses(events.Event):
        table.setdefault(event.type_name, event)
    return table


def resolve_by_type(type_name: str, default: type | None = None) -> type | None:
    """Return the event class of a type name; raises ValueError for an unknown one."""
    found = event_classes().get(type_name)
    if found is not None:
        return found
    if type_name == "topic":
        return None
    if default is not None:
        return default
    raise ValueError(f"Unknown event name '{type_name}'.")


def apply() -> None:
    """Let stored events find their class in the table."""
    events.Event.resolve_by_type = staticmethod(resolve_by_type)
