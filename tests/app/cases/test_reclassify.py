"""A corrected case keeps its age, and says what was corrected."""

from datetime import timedelta

from cases.model import CaseKind, EventKind, Priority
from stores.memory_case_store import MemoryCaseStore
from tests.app.cases.test_service import REQUEST, Clock, service_on


async def test_the_clock_keeps_its_origin() -> None:
    clock = Clock()
    service = service_on(MemoryCaseStore(), clock)
    case = await service.open(REQUEST)
    clock.now += timedelta(days=2)
    changed = await service.reclassify(
        case.number,
        kind=CaseKind.COMPLAINT,
        department="REV",
        priority=Priority.P1,
        actor="agent:noura",
        note="بطاقته 4111 1111 1111 1111 والمبلغ خُصم مرتين",
    )
    assert (changed.department, changed.priority) == ("REV", Priority.P1)
    assert changed.clocks.resolve_due_at is not None
    assert changed.clocks.resolve_due_at < clock.now  # late at once: it was P1 from the start
    *_, event = await service.timeline(case.number)
    assert event.kind is EventKind.RECLASSIFIED
    assert event.after == {"department": "REV", "priority": "p1"}
    assert event.note is not None
    assert "4111" not in event.note


async def test_passing_a_case_on_changes_no_promise() -> None:
    clock = Clock()
    service = service_on(MemoryCaseStore(), clock)
    case = await service.open(REQUEST)
    clock.now += timedelta(days=1)
    moved = await service.reclassify(
        case.number,
        kind=case.kind,
        department="POL",
        priority=case.priority,
        actor="agent:noura",
    )
    assert moved.clocks == case.clocks
