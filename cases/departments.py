"""The units that own cases, as data: what ships, and what was changed since above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.packaged import Packaged
from kernel.language import Language


@dataclass(frozen=True, slots=True)
class Department:
    """One unit: its code, what it is called and what it owns, in both languages.

    ``contact`` is how colleagues reach it. A unit that is not ``active`` gets nothing new;
    the cases that it has stay with it.
    """

    code: str
    name_ar: str
    name_en: str
    owns_ar: str
    owns_en: str
    contact: str = ""
    active: bool = True

    def name(self, language: Language) -> str:
        """Return what it is called in ``language``."""
        return self.name_ar if language is Language.AR else self.name_en

    def owns(self, language: Language) -> str:
        """Return what it is there for, in ``language``."""
        return self.owns_ar if language is Language.AR else self.owns_en


class Departments(Mapping[str, Department]):
    """The units by code: those that ship in their order, then those that were added."""

    def __init__(self, shipped: Mapping[str, Department]) -> None:
        self.shipped = shipped
        self._changed: Mapping[str, Department] = {}

    def announce(self, changed: Mapping[str, Department]) -> bool:
        """Let what was changed or added count in this process; False when it did already."""
        if changed == self._changed:
            return False
        self._changed = dict(changed)
        return True

    def __getitem__(self, code: str) -> Department:
        changed = self._changed.get(code)
        return self.shipped[code] if changed is None else changed

    def __iter__(self) -> Iterator[str]:
        yield from self.shipped
        yield from (code for code in self._changed if code not in self.shipped)

    def __len__(self) -> int:
        return len({*self.shipped, *self._changed})


class ActiveDepartments(Mapping[str, Department]):
    """Those of them that get new cases and conversations."""

    def __init__(self, every: Departments) -> None:
        self._every = every

    def __getitem__(self, code: str) -> Department:
        found = self._every[code]
        if not found.active:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        return (code for code in self._every if self._every[code].active)

    def __len__(self) -> int:
        return sum(1 for _ in self)


DEPARTMENTS = Departments(Packaged("departments.toml", Department))
"""All, those included that are not active any more: old cases name them."""

ACTIVE = ActiveDepartments(DEPARTMENTS)
