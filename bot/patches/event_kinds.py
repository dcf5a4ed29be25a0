"""Which of the event classes asked for an event is, at the price of a look into a table."""

from __future__ import annotations


class EventKinds(dict[type, type]):
    """The first class of ``asked`` that a class derives from, as ``isinstance`` would find it.

    ``object`` where there is none. Event classes are abstract, so that Rasa's own
    ``isinstance`` takes a microsecond each, some thousand times a turn.
    """

    def __init__(self, *asked: type) -> None:
        super().__init__()
        self._asked = asked

    def __missing__(self, kind: type) -> type:
        """Find a class that was not looked for before."""
        found = next((one for one in self._asked if issubclass(kind, one)), object)
        self[kind] = found
        return found
