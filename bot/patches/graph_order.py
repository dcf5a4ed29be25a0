"""The graph runs in a fixed order, without Dask, each part called directly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rasa.core.processor
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.exceptions import RasaException


@dataclass(frozen=True)
class Step:
    """One node of the graph: its name, what it needs, and its function's arguments by need.

    ``plain``: nothing is loaded or told before or after, so that the function is all there is.
    """

    name: str
    node: GraphNode
    needs: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    plain: bool

    def output(self, known: dict[str, Any]) -> Any:
        """Return what the node makes of what is known.

        Raises:
            GraphRunError: something that it needs is not known.
            RasaException: as the component raises it, or in place of what it raises.
        """
        try:
            given = {name: known[need] for name, need in self.arguments}
        except KeyError:
            return self._as_rasa(known)
        if not self.plain:
            return self._as_rasa(known)
        try:
            return self.node._fn(self.node._component, **given)
        except RasaException:
            raise
        except Exception as error:
            raise GraphComponentException(
                f"Error running graph component for node {self.name}."
            ) from error

    def _as_rasa(self, known: dict[str, Any]) -> Any:
        """Call the node itself with (name, value), or the bare name of what nobody made."""
        _, output = self.node(
            *((need, known[need]) if need in known else need for need in self.needs)
        )
        return output


class OrderedGraphRunner(DaskGraphRunner):
    """Runs the nodes that the targets need, each once, in dependency order."""

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Return the results of ``targets`` (default: the schema's own)."""
        wanted = tuple(targets or self._graph_schema.target_names)
        known = dict(inputs or {})
        made: dict[str, Any] = {}
        for step in self._order(wanted):
            made[step.name] = step.output(known)
            known.setdefault(step.name, made[step.name])
        return {name: made[name] for name in wanted}

    def _order(self, wanted: tuple[str, ...]) -> list[Step]:
        orders: dict[tuple[str, ...], list[Step]] = self.__dict__.setdefault("_orders", {})
        if wanted not in orders:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            order: list[str] = []

            def visit(name: str) -> None:
                if name in nodes and name not in order:
                    for need in nodes[name].needs.values():
                        visit(need)
                    order.append(name)

            for target in wanted:
                visit(target)
            orders[wanted] = [self._step(name, nodes[name].needs) for name in order]
        return orders[wanted]

    def _step(self, name: str, needs: dict[str, str]) -> Step:
        node = self._instantiated_nodes[name]
        plain = node._eager and not node._hooks
        return Step(name, node, tuple(needs.values()), tuple(node._inputs.items()), plain)


def apply() -> None:
    """Let models that are loaded from now on run in order."""
    rasa.core.processor.DaskGraphRunner = OrderedGraphRunner
