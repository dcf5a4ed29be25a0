"""A turn whose action fails ends there: nothing of it is kept or said, so it can be asked again.

Stock Rasa logs what an action raises and goes on: the form is over, what the action was to do is
not done, and the same words mean something else when they come again.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.processor import MessageProcessor
from rasa.shared.exceptions import RasaException

STOCK_RUN_ACTION = MessageProcessor._run_action


class BrokenTurn(RasaException):
    """An action of this turn failed."""


class Watched:
    """An action that remembers what it raised."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.failure: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *given: Any, **named: Any) -> Any:
        """Run the action."""
        try:
            return await self._action.run(*given, **named)
        except ActionExecutionRejection:
            raise  # a form that hands over; no failure
        except Exception as failure:
            self.failure = failure
            raise


async def run_action(
    self: MessageProcessor,
    action: Action,
    tracker: Any,
    output_channel: Any,
    *given: Any,
    **named: Any,
) -> bool:
    """Run an action as Rasa does; raises BrokenTurn where it would log a failure and go on."""
    watched = Watched(action)
    another: bool = await STOCK_RUN_ACTION(self, watched, tracker, output_channel, *given, **named)
    if watched.failure is None:
        return another
    said = getattr(output_channel, "messages", None)
    if isinstance(said, list):
        said.clear()
    raise BrokenTurn(f"{action.name()} failed") from watched.failure


def apply() -> None:
    """End turns whose action fails."""
    MessageProcessor._run_action = run_action
