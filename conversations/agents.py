"""People who work at the desk, as far as conversations must know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One employee. ``id`` is the account's; the desk tells the rest when it changes.

    No ``departments`` means all of them. ``capacity``: how many conversations at once
    are offered or given to them. Who ``supervises`` sees every conversation.
    """

    id: str
    name_ar: str
    name_en: str
    languages: frozenset[Language] = frozenset(Language)
    departments: frozenset[str] = frozenset()
    capacity: int = 5
    supervises: bool = False
    active: bool = True

    @property
    def actor(self) -> str:
        """Return how the audit names them."""
        return f"agent:{self.id}"

    def name(self, language: Language) -> str:
        """Return what they are called in ``language``; the other name where there is none."""
        pair = (self.name_ar, self.name_en)
        return (pair[0] or pair[1]) if language is Language.AR else (pair[1] or pair[0])

    def serves(self, language: Language, department: str | None) -> bool:
        """Whether they may be given a conversation in this language for this department."""
        ours = not self.departments or department is None or department in self.departments
        return self.active and language in self.languages and ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """An agent and whether they are there: last sign of life, and how much they hold."""

    agent: Agent
    available: bool
    beat_at: datetime | None
    holds: int

    @property
    def has_room(self) -> bool:
        """Whether they may be given one more conversation."""
        return self.holds < self.agent.capacity
