"""The graph runs in a fixed order, without Dask."""

from __future__ import annotations

from typing import Any

import rasa.core.processor
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner


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


def apply() -> None:
    """Let models that are loaded from now on run in order."""
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner
