"""Which words ask for care, and which for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.model import CaseKind
from cases.packaged import read_data
from cases.priority import Assessment, PriorityRules
from kernel.questions import is_question


@dataclass(frozen=True, slots=True)
class Care:
    """What was heard: ``name`` chooses the line that is said, ``reason`` who goes on.

    ``reason`` is ``angry`` or ``sensitive``, None where the assistant goes on itself.
    """

    name: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Rule:
    care: Care
    rules: frozenset[str]
    anger_from: int
    not_if_only_asked: bool

    def fits(self, heard: Assessment, text: str) -> bool:
        named = self.rules.intersection((*heard.reasons, *heard.confidential))
        if (self.rules and not named) or heard.anger < self.anger_from:
            return False
        return not (self.not_if_only_asked and is_question(text))


class EscalationRules:
    """The rules of ``escalation.toml``, over what ``priority.toml`` hears."""

    def __init__(self, data: Mapping[str, Any], priorities: PriorityRules) -> None:
        """Read rules of the shape of ``escalation.toml``.

        Raises:
            KeyError: the data is not of that shape.
        """
        self._priorities = priorities
        self._rules = [
            _Rule(
                Care(rule["name"], rule.get("reason")),
                frozenset(rule.get("rules", ())),
                int(rule.get("anger_from", 0)),
                bool(rule.get("not_if_only_asked")),
            )
            for rule in data["care"]
        ]

    @classmethod
    def load(cls) -> EscalationRules:
        """Read the two files beside this module."""
        return cls(read_data("escalation.toml"), PriorityRules.load())

    def hear(self, text: str) -> Care | None:
        """Return what the words ask for; None for almost all words."""
        heard = self._priorities.assess(CaseKind.COMPLAINT, text)
        return next((rule.care for rule in self._rules if rule.fits(heard, text)), None)
