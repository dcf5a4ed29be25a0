"""Three changes to Rasa 3.6.21, which is frozen for good, each where a turn loses time.

Figures are CPU milliseconds of one turn (an FAQ, a turn with one custom action, an FAQ
inside a form), stock 4.6 / 36.8 / 58.2 (shared/design/RASA.md, point 7):

- the schema of an action's answer is compiled once: 3.9 / 8.5 / 17.8
- and the graph runs in a fixed order, without Dask: 2.7 / 5.4 / 11.1
- and event classes are found by a table: part of 1.7 / 3.4 / 8.2

``tests/rasa/test_patches.py`` fails when Rasa's code is not the one patched here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import rasa.core.processor
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import events
from rasa.shared.utils.common import all_subclasses


@lru_cache(maxsize=1)
def answer_validator() -> Draft7Validator:
    """Return the compiled schema of an action server's answer."""
    return Draft7Validator(RemoteAction.action_response_format_spec())


def validate_action_result(_self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's answer; raises jsonschema's ValidationError."""
    answer_validator().validate(result)
    return True


class OrderedGraphRunner(DaskGraphRunner):
    """Runs the nodes that the targets need, each once, in dependency order."""

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Return the results of ``targets`` (default: the schema's own)."""
        wanted = tuple(targets or self._graph_schema.target_names)
        given = inputs or {}
        done: dict[str, Any] = {}

        def fetch(need: str) -> Any:
            """Return (name, value), or the bare name of what nobody made, as Dask does."""
            for place in (given, done):
                if need in place:
                    return need, place[need]
            return need

        for name, node, needs in self._order(wanted):
            _, done[name] = node(*(fetch(need) for need in needs))
        return {name: done[name] for name in wanted}

    def _order(self, wanted: tuple[str, ...]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
        known: dict[tuple[str, ...], list[tuple[str, GraphNode, tuple[str, ...]]]]
        known = self.__dict__.setdefault("_orders", {})
        if wanted not in known:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            order: list[str] = []

            def visit(name: str) -> None:
                if name in nodes and name not in order:
                    for need in nodes[name].needs.values():
                        visit(need)
                    order.append(name)

            for target in wanted:
                visit(target)
            known[wanted] = [
                (name, self._instantiated_nodes[name], tuple(nodes[name].needs.values()))
                for name in order
            ]
        return known[wanted]


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


def apply_patches() -> None:
    """Put the three in place; doing it again changes nothing."""
    RemoteAction._validate_action_result = validate_action_result
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner
    events.Event.resolve_by_type = staticmethod(resolve_by_type)
