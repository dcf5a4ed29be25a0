"""What staff do with cases: edit, merge, split, link, open again. On the memory store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.errors import (
    CaseChanged,
    CaseFinished,
    CaseNotFound,
    MoveNotAllowed,
    NotTheirWords,
    NotTheSamePerson,
    ReasonMissing,
    ReopenNotYours,
    ReopenTooLate,
    SameCase,
)
from cases.model import Case, CaseKind, CaseState, EventKind, Priority, Segment
from cases.service import CaseService
from cases.work import CaseWork, Edit, Part
from stores.memory_case_store import MemoryCaseStore
from tests.app.cases.test_service import AGENT, CARD, REQUEST, Clock, service_on

TWO_MATTERS = "انخصم المبلغ مرتين عن الفاتورة INV-9. وبعد أقترح أن ترسلوا إيصالًا بالرسائل لكل عملية"
IDEA = "أقترح ان ترسلوا إيصالا  بالرسائل لكل عملية"


class Desk:
    """The two services on one store, with a clock that is set."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryCaseStore()
        self.cases: CaseService = service_on(self.store, self.clock)
        self.work = CaseWork(self.store, self.cases.rules, now=self.clock)

    async def case(self, **changes: object) -> Case:
        return await self.cases.open(replace(REQUEST, **changes))  # type: ignore[arg-type]

    async def closed(self) -> Case:
        case = await self.case()
        for state in (CaseState.OPEN, CaseState.RESOLVED, CaseState.CLOSED):
            case = await self.cases.move(case.number, state, actor=AGENT)
        return case


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_an_edit_keeps_what_was_there_before(desk: Desk) -> None:
    case = await desk.case()
    edit = Edit(
        subject=f"خصم مكرر ببطاقة {CARD}",
        contact="050 765 4321",
        segment=Segment.SUPPLIER,
        reference="INV-٩, RF-12",
        amount=case.amount,
    )
    saved = await desk.work.edit(case.number, edit, actor=AGENT, seen=case.version)
    assert saved.subject is not None
    assert CARD not in saved.subject
    assert (saved.contact, saved.reference) == ("+971507654321", "INV-9, RF-12")
    again = replace(edit, subject="خصم مكرر", contact=None)
    saved = await desk.work.edit(case.number, again, actor=AGENT, seen=saved.version)
    assert saved.contact == "+971507654321"
    _, first, second = await desk.cases.timeline(case.number)
    assert first.kind is EventKind.EDITED
    assert first.before == {"contact": "+971•••••67", "segment": "public", "reference": "INV-9"}
    assert first.after["contact"] == "+971•••••21"
    assert "amount" not in first.after
    assert second.after == {"subject": True}
    assert second.note is not None
    assert second.note.startswith("خصم مكرر ببطاقة")


async def test_an_edit_that_changes_nothing_is_none(desk: Desk) -> None:
    case = await desk.case()
    same = Edit(segment=case.segment, reference=case.reference, amount=case.amount)
    assert await desk.work.edit(case.number, same, actor=AGENT, seen=0) == case
    assert len(await desk.cases.timeline(case.number)) == 1


async def test_of_two_who_edit_the_second_is_told(desk: Desk) -> None:
    case = await desk.case()
    await desk.work.edit(case.number, Edit(subject="الأولى"), actor=AGENT, seen=0)
    with pytest.raises(CaseChanged):
        await desk.work.edit(case.number, Edit(subject="الثانية"), actor="agent:2", seen=0)
    with pytest.raises(CaseChanged):
        await desk.cases.move(case.number, CaseState.OPEN, actor="agent:2", seen=0)
    assert (await desk.cases.get(case.number)).subject == "الأولى"


async def test_a_merged_case_answers_as_the_one_that_goes_on(desk: Desk) -> None:
    stays = await desk.case()
    by_phone = {"person_id": "desk:1", "channel": "phone", "caused_by": "m-2"}
    desk.clock.now += timedelta(days=1)
    ends = await desk.case(**by_phone)
    goes_on = await desk.work.merge(ends.number, into=stays.number, actor=AGENT, seen=0)
    assert goes_on.number == stays.number
    for typed, person in ((ends.number, "desk:1"), (stays.number, "p-7")):
        assert (await desk.cases.find_for(typed, person_id=person)).number == stays.number
    with pytest.raises(CaseNotFound):
        await desk.cases.find_for(ends.number, person_id="stranger")
    said = "لين الحين ما وصلني شي"
    await desk.cases.follow_up(ends.number, said, person_id="desk:1", caused_by="m-3")
    assert [event.note for event in await desk.cases.timeline(stays.number)][-1] == said
    assert [case.number for case in await desk.work.merged_into(stays.number)] == [ends.number]
    *_, closing = await desk.cases.timeline(ends.number)
    assert closing.after == {"state": "closed", "merged_into": stays.number}


async def test_what_goes_on_keeps_the_earlier_promise_and_secrecy(desk: Desk) -> None:
    calm = await desk.case()
    urgent = await desk.case(caused_by="m-2", text="أبلغ عن رشوة طلبها المدير وراتب والدي ما نزل")
    assert urgent.confidential
    saved = await desk.work.merge(urgent.number, into=calm.number, actor=AGENT, seen=0)
    assert saved.confidential
    assert saved.priority == min(calm.priority, urgent.priority)
    dues = (calm.clocks.resolve_due_at, urgent.clocks.resolve_due_at)
    assert saved.clocks.resolve_due_at == min(due for due in dues if due)


async def test_what_cannot_be_merged(desk: Desk) -> None:
    case = await desk.case()
    other = await desk.case(caused_by="m-2", person_id="p-8", contact="0559999999")
    with pytest.raises(NotTheSamePerson):
        await desk.work.merge(other.number, into=case.number, actor=AGENT, seen=0)
    with pytest.raises(SameCase):
        await desk.work.merge(case.number, into=case.number, actor=AGENT, seen=0)
    same = await desk.case(caused_by="m-3")
    await desk.cases.move(same.number, CaseState.CLOSED, actor=AGENT)
    with pytest.raises(CaseFinished):
        await desk.work.merge(case.number, into=same.number, actor=AGENT, seen=0)
    with pytest.raises(CaseChanged):
        await desk.work.merge(case.number, into=same.number, actor=AGENT, seen=7)


async def test_a_part_becomes_a_case_as_old_as_the_first(desk: Desk) -> None:
    case = await desk.case(text=TWO_MATTERS)
    desk.clock.now += timedelta(days=3)
    part = Part(text=IDEA, kind=CaseKind.SUGGESTION, department="STRAT", cause="split:1")
    fresh = await desk.work.split(case.number, part, actor=AGENT, seen=0)
    assert (fresh.department, fresh.kind) == ("STRAT", CaseKind.SUGGESTION)
    assert (fresh.opened_at, fresh.split_from) == (case.opened_at, case.number)
    assert (fresh.person_id, fresh.contact) == (case.person_id, case.contact)
    rules = desk.cases.rules
    due = rules.clocks.due(fresh.kind, fresh.priority, case.opened_at, rules.calendar)
    assert fresh.clocks == due
    [opening] = await desk.cases.timeline(fresh.number)
    assert (opening.kind, opening.at) == (EventKind.OPENED, desk.clock.now)
    before = await desk.cases.get(case.number)
    assert (before.text, before.related) == (TWO_MATTERS, (fresh.number,))
    again = await desk.work.split(case.number, part, actor=AGENT, seen=0)
    assert again.number == fresh.number
    faked = replace(part, text="أطلب تعويضًا كبيرًا", cause="split:2")
    with pytest.raises(NotTheirWords):
        await desk.work.split(case.number, faked, actor=AGENT, seen=1)


async def test_words_of_a_follow_up_can_be_split_off_too(desk: Desk) -> None:
    case = await desk.case()
    await desk.cases.follow_up(case.number, TWO_MATTERS, person_id="p-7", caused_by="m-5")
    part = Part(text=IDEA, kind=CaseKind.SUGGESTION, department="STRAT", cause="split:1")
    assert await desk.work.split(case.number, part, actor=AGENT, seen=1)


async def test_links_go_both_ways_and_can_be_undone(desk: Desk) -> None:
    one, other = await desk.case(), await desk.case(caused_by="m-2", person_id="p-8")
    for _ in range(2):
        await desk.work.link(one.number, other.number, actor=AGENT)
    assert (await desk.cases.get(one.number)).related == (other.number,)
    assert (await desk.cases.get(other.number)).related == (one.number,)
    assert len(await desk.cases.timeline(one.number)) == 2
    for _ in range(2):
        await desk.work.unlink(other.number, one.number, actor=AGENT)
    assert (await desk.cases.get(one.number)).related == ()
    *_, event = await desk.cases.timeline(one.number)
    assert (event.kind, event.before) == (EventKind.UNLINKED, {"case": other.number})
    with pytest.raises(SameCase):
        await desk.work.link(one.number, one.number, actor=AGENT)


async def reopen(desk: Desk, case: Case, reason: str = "لم يصل المبلغ", **by: bool) -> Case:
    return await desk.work.reopen(
        case.number,
        reason,
        actor=AGENT,
        supervises=by.get("supervises", False),
        seen=case.version,
    )


async def test_an_answered_case_opens_again_more_urgent_and_with_a_fresh_clock(desk: Desk) -> None:
    case = await desk.case(text="الموظف لم يرد على رسالتي عن النموذج", reference=None)
    assert case.priority is Priority.P3
    await desk.cases.move(case.number, CaseState.OPEN, actor=AGENT)
    case = await desk.cases.move(case.number, CaseState.RESOLVED, actor=AGENT)
    desk.clock.now += timedelta(days=14)
    with pytest.raises(ReasonMissing):
        await reopen(desk, case, " ")
    again = await reopen(desk, case)
    assert (again.state, again.priority) == (CaseState.OPEN, Priority.P2)
    assert again.opened_at == case.opened_at
    rules = desk.cases.rules
    due = rules.clocks.due(case.kind, Priority.P2, desk.clock.now, rules.calendar)
    assert again.clocks.resolve_due_at == due.resolve_due_at
    assert again.clocks.contact_due_at == case.clocks.contact_due_at
    assert not again.overdue(desk.clock.now)
    moved = await desk.cases.reclassify(
        case.number, kind=case.kind, department="REV", priority=Priority.P1, actor=AGENT
    )
    assert moved.clocks == rules.clocks.due(
        case.kind, Priority.P1, desk.clock.now, rules.calendar
    )  # counted from the opening again
    *_, event, _ = await desk.cases.timeline(case.number)
    assert (event.kind, event.note) == (EventKind.REOPENED, "لم يصل المبلغ")
    assert event.before == {"state": "resolved", "priority": "p3"}


async def test_an_earlier_promise_that_is_not_over_still_counts(desk: Desk) -> None:
    case = await desk.case(kind=CaseKind.SUGGESTION)
    await desk.cases.move(case.number, CaseState.OPEN, actor=AGENT)
    case = await desk.cases.move(case.number, CaseState.RESOLVED, actor=AGENT)
    desk.clock.now += timedelta(days=1)
    again = await reopen(desk, case)
    assert again.clocks.resolve_due_at == case.clocks.resolve_due_at
    assert again.priority == case.priority


async def test_a_closed_case_opens_by_a_supervisor_within_five_working_days(desk: Desk) -> None:
    case = await desk.closed()
    with pytest.raises(ReopenNotYours):
        await reopen(desk, case)
    desk.clock.now += timedelta(days=5)
    case = await desk.cases.add_note(case.number, "اتصل ثانية", actor=AGENT)  # closes nothing
    desk.clock.now += timedelta(days=4)  # since Monday: the sixth working day
    with pytest.raises(ReopenTooLate):
        await reopen(desk, case, supervises=True)
    desk.clock.now -= timedelta(days=3)
    again = await reopen(desk, case, supervises=True)
    assert again.state is CaseState.OPEN


async def test_what_is_not_finished_or_goes_on_elsewhere_is_not_opened_again(desk: Desk) -> None:
    case, other = await desk.case(), await desk.case(caused_by="m-2")
    with pytest.raises(MoveNotAllowed):
        await reopen(desk, case, supervises=True)
    await desk.work.merge(case.number, into=other.number, actor=AGENT, seen=0)
    with pytest.raises(MoveNotAllowed):
        await reopen(desk, await desk.cases.get(case.number), supervises=True)
