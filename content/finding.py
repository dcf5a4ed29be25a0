"""Something that is wrong with the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"
