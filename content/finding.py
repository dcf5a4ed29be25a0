"""Something that is wrong with the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOTE = "note"
"""How the rules begin that are broken without harm: they do not stop a release."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Which rule is broken, where (``file:line``, or a name), and how.

    ``key`` names the phrase that says ``what`` to editors, with ``facts`` in it; empty: there
    is none, and it is said as it is.
    """

    rule: str
    where: str
    what: str
    key: str = field(default="", compare=False)
    facts: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def serious(self) -> bool:
        """Tell whether it stops a release."""
        return not self.rule.startswith(NOTE)

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"
