"""What screens show of a case beside its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.model import Account
from cases.model import Case, CaseEvent, CaseState

LAMPS = {
    CaseState.NEW: "new",
    CaseState.OPEN: "open",
    CaseState.WAITING_CITIZEN: "cit",
    CaseState.WAITING_ENTITY: "ent",
    CaseState.RESOLVED: "done",
    CaseState.CLOSED: "done",
}
CELLS = 10


@dataclass(frozen=True, slots=True)
class Strip:
    """A drawn clock: how many of its cells are used, and which one is now."""

    used: int
    cells: int = CELLS


@dataclass(frozen=True, slots=True)
class Held:
    """How long a unit has held a case; ``until`` is None while it still does."""

    department: str
    since: datetime
    until: datetime | None

    def days(self, now: datetime) -> int:
        """Return whole days, from 0."""
        return ((self.until or now) - self.since) // timedelta(days=1)

    def hours(self, now: datetime) -> int:
        """Return whole hours, from 0."""
        return ((self.until or now) - self.since) // timedelta(hours=1)


def lamp(case: Case, now: datetime) -> str:
    """Return the state's sign: lateness counts before all else."""
    return "late" if case.overdue(now) else LAMPS[case.state]


def strip(start: datetime, due: datetime, now: datetime) -> Strip:
    """Return the clock from ``start`` to ``due`` as it stands at ``now``."""
    whole = max((due - start) / timedelta(seconds=1), 1.0)
    gone = (now - start) / timedelta(seconds=1) / whole
    return Strip(min(CELLS, max(0, round(gone * CELLS))))


def relay(case: Case, events: Sequence[CaseEvent]) -> list[Held]:
    """Return the units that held the case, in order, the present one last."""
    steps: list[tuple[str, datetime]] = []
    for event in events:
        department = event.after.get("department")
        if department is not None:
            steps.append((str(department), event.at))
    if not steps:
        steps = [(case.department, case.opened_at)]
    ends: list[datetime | None] = [at for _, at in steps[1:]]
    last = None if not case.finished else case.changed_at
    return [
        Held(department, since, until)
        for (department, since), until in zip(steps, [*ends, last], strict=True)
    ]


def visible(case: Case, account: Account) -> bool:
    """Tell whether somebody may see a case: theirs, and if confidential, their own unit's."""
    named = case.department in account.departments
    return named if case.confidential else account.serves(case.department)


def masked(contact: str) -> str:
    """Return a contact with its middle hidden, for example ``+9715•••••67``."""
    if "@" in contact:
        name, at, domain = contact.partition("@")
        return f"{name[:2]}•••{at}{domain}"
    return f"{contact[:5]}•••••{contact[-2:]}" if len(contact) > 7 else "•••••"
