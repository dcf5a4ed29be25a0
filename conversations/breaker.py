"""Whether the assistant can be reached, as those who ask it find out."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Opens when the assistant stayed unreachable for ``after_s`` seconds, for all messages
    together, and closes with the first one that gets through.

    ``clock``: seconds that never go back.
    """

    def __init__(self, after_s: float, clock: Callable[[], float]) -> None:
        self._after_s = after_s
        self._clock = clock
        self._unreachable_since: float | None = None
        self.asked = 0
        self.failed = 0
        self.unreachable = 0
        self.opened = 0
        self.failing = False
        self._was_open = False

    @property
    def open(self) -> bool:
        """Tell whether a message is tried once only, because the assistant is gone."""
        return self.unreachable_s >= self._after_s

    @property
    def unreachable_s(self) -> float:
        """Return for how long nobody got through; 0.0 when the last one did."""
        since = self._unreachable_since
        return 0.0 if since is None else self._clock() - since

    def got_through(self, *, answered: bool) -> None:
        """Note that the assistant was reached, and whether it answered."""
        self._count(answered=answered)
        self._unreachable_since = None
        self._was_open = False

    def did_not_get_through(self) -> bool:
        """Note that nobody was there; return whether the breaker is open now."""
        self._count(answered=False)
        self.unreachable += 1
        if self._unreachable_since is None:
            self._unreachable_since = self._clock()
        if self.open and not self._was_open:
            self._was_open = True
            self.opened += 1
        return self.open

    def _count(self, *, answered: bool) -> None:
        self.asked += 1
        self.failed += not answered
        self.failing = not answered
