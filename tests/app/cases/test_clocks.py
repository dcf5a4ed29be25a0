from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases.calendar import WorkingCalendar
from cases.clocks import Allowance, ServiceClocks
from cases.model import CaseKind, Priority

DUBAI = ZoneInfo("Asia/Dubai")
MONDAY_10 = datetime(2026, 11, 2, 10, tzinfo=DUBAI)
CLOCKS = ServiceClocks.load()
CALENDAR = WorkingCalendar.load()


def november(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=DUBAI)


@pytest.mark.parametrize(
    ("kind", "priority", "contact", "resolve"),
    [
        (CaseKind.COMPLAINT, Priority.P1, november(2, 12, 0), november(3, 15, 30)),
        (CaseKind.COMPLAINT, Priority.P2, november(3, 15, 30), november(5, 15, 30)),
        (CaseKind.COMPLAINT, Priority.P3, november(3, 15, 30), november(11, 15, 30)),
        (CaseKind.CALLBACK, Priority.P1, november(2, 12, 0), november(3, 15, 30)),
        (CaseKind.CALLBACK, Priority.P4, november(3, 15, 30), november(3, 15, 30)),
        (CaseKind.CONSULTATION, Priority.P1, november(2, 12, 0), november(3, 15, 30)),
        (CaseKind.CONSULTATION, Priority.P4, november(4, 15, 30), november(16, 15, 30)),
        (CaseKind.SUGGESTION, Priority.P4, None, november(23, 15, 30)),
    ],
)
def test_the_clocks_are_those_of_the_service_standard(
    kind: CaseKind, priority: Priority, contact: datetime | None, resolve: datetime
) -> None:
    due = CLOCKS.due(kind, priority, MONDAY_10, CALENDAR)
    assert (due.contact_due_at, due.resolve_due_at) == (contact, resolve)


def test_a_higher_priority_is_never_due_later() -> None:
    for kind in CaseKind:
        dues = [CLOCKS.due(kind, p, MONDAY_10, CALENDAR).resolve_due_at for p in Priority]
        assert None not in dues
        assert dues == sorted(dues, key=str)


def test_every_kind_needs_a_default() -> None:
    with pytest.raises(ValueError, match="suggestion"):
        ServiceClocks.from_data(
            {kind: {"default": {}} for kind in CaseKind if kind != "suggestion"}
        )


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="p9"):
        ServiceClocks.from_data({"complaint": {"default": {}, "p9": {}}})


@pytest.mark.parametrize("both", [{}, {"minutes": 1, "days": 1}])
def test_an_allowance_is_in_one_unit(both: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="minutes or in days"):
        Allowance(**both)
