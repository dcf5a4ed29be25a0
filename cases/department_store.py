"""Units that were changed or added, and where they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from cases.departments import Department, Departments
from cases.errors import CaseError

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")


class DepartmentError(CaseError):
    """A unit cannot be kept like this; ``field`` names what of it."""

    code = "department_error"


class DepartmentCodeWrong(DepartmentError):
    """A code is two to sixteen capital letters, digits and underscores."""

    code = "department_code_wrong"


class DepartmentCodeTaken(DepartmentError):
    """A unit with this code is there."""

    code = "department_code_taken"


class DepartmentNotFound(DepartmentError):
    """No unit has this code."""

    code = "department_not_found"


class DepartmentIncomplete(DepartmentError):
    """A unit has a name and a purpose in both languages."""

    code = "department_incomplete"


class DepartmentNeeded(DepartmentError):
    """The unit that gets what belongs to no other stays active."""

    code = "department_needed"


class DepartmentStore(Protocol):
    """Keeps units, each change with its audit row."""

    async def read(self) -> Sequence[Department]:
        """Return what was changed or added, in the order of codes."""

    async def save(
        self, department: Department, *, before: Department | None, by: str, at: datetime
    ) -> None:
        """Keep a unit; ``before`` is what it was, None for a new one.

        Raises:
            DepartmentCodeTaken: a new one whose code somebody else has added meanwhile.
        """


class DepartmentOffice:
    """Changes units for everybody: checks, keeps, and lets it count at once.

    Other processes follow within seconds (``refresh``).

    Args:
        needed: codes of units that must stay active.
    """

    def __init__(
        self,
        store: DepartmentStore,
        departments: Departments,
        *,
        needed: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._departments = departments
        self._needed = needed
        self._now = now

    async def refresh(self) -> bool:
        """Let what is kept count in this process; True when something was new."""
        return self._departments.announce({one.code: one for one in await self._store.read()})

    async def add(self, department: Department, *, by: str) -> None:
        """Keep a new unit.

        Raises:
            DepartmentCodeWrong, DepartmentCodeTaken, DepartmentIncomplete.
        """
        if not _CODE.fullmatch(department.code):
            raise DepartmentCodeWrong(field="code")
        if department.code in self._departments:
            raise DepartmentCodeTaken(field="code")
        await self._keep(department, None, by)

    async def change(self, department: Department, *, by: str) -> None:
        """Keep what a unit is now.

        Raises:
            DepartmentNotFound, DepartmentIncomplete, DepartmentNeeded.
        """
        before = self._departments.get(department.code)
        if before is None:
            raise DepartmentNotFound(field="code")
        if not department.active and department.code in self._needed:
            raise DepartmentNeeded(field="active")
        if department != before:
            await self._keep(department, before, by)

    async def _keep(self, department: Department, before: Department | None, by: str) -> None:
        for field in ("name_ar", "name_en", "owns_ar", "owns_en"):
            if not getattr(department, field).strip():
                raise DepartmentIncomplete(field=field)
        await self._store.save(department, before=before, by=by, at=self._now())
        await self.refresh()
