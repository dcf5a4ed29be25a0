"""A merge that was a mistake: both cases stand by themselves again."""

import pytest

from cases.errors import CaseChanged, MoveNotAllowed, ReasonMissing
from cases.model import CaseState, EventKind, Priority
from tests.app.cases.test_follow_through import NOURA, Life, at
from tests.app.cases.test_follow_through import life as life
from tests.app.cases.test_service import AGENT
from tests.app.cases.test_work import Desk
from tests.app.cases.test_work import desk as desk


async def test_a_merge_is_undone_and_both_stand_by_themselves_again(desk: Desk) -> None:
    calm = await desk.case()
    urgent = await desk.case(caused_by="m-2", text="أبلغ عن رشوة طلبها المدير وراتب والدي ما نزل")
    await desk.cases.move(urgent.number, CaseState.OPEN, actor=AGENT)
    await desk.work.merge(urgent.number, into=calm.number, actor=AGENT, seen=1)
    said = "لين الحين ما وصلني شي INV-9"
    await desk.cases.follow_up(urgent.number, said, person_id="p-7", caused_by="m-3")
    with pytest.raises(ReasonMissing):
        await desk.work.unmerge(urgent.number, "  ", actor=AGENT, seen=2)
    with pytest.raises(CaseChanged):
        await desk.work.unmerge(urgent.number, "خطأ", actor=AGENT, seen=1)
    with pytest.raises(MoveNotAllowed):
        await desk.work.unmerge(calm.number, "خطأ", actor=AGENT, seen=2)
    alone = await desk.work.unmerge(urgent.number, "موضوعان مختلفان INV-9", actor=AGENT, seen=2)
    assert (alone.state, alone.merged_into) == (CaseState.OPEN, None)
    stays = await desk.cases.get(calm.number)
    assert stays.priority == calm.priority
    assert stays.confidential, "what was written since may need it"
    assert (await desk.cases.find_for(urgent.number, person_id="p-7")).number == urgent.number
    assert await desk.work.merged_into(calm.number) == []
    notes = {n: await desk.cases.timeline(n) for n in (calm.number, urgent.number)}
    assert said in [event.note for event in notes[calm.number]]
    assert notes[calm.number][-1].after["gave_back"] == urgent.number
    last = notes[urgent.number][-1]
    assert (last.kind, last.note) == (EventKind.UNMERGED, "موضوعان مختلفان INV-9")
    with pytest.raises(MoveNotAllowed):  # once
        await desk.work.unmerge(urgent.number, "خطأ", actor=AGENT, seen=3)
    # what was set by hand since stays
    await desk.work.merge(urgent.number, into=calm.number, actor=AGENT, seen=3)
    await desk.cases.reclassify(
        calm.number, kind=calm.kind, department="ACC", priority=Priority.P2, actor=AGENT
    )
    await desk.work.unmerge(urgent.number, "مرة أخرى", actor=AGENT, seen=4)
    assert (await desk.cases.get(calm.number)).priority is Priority.P2


async def test_a_merge_that_is_undone_gives_the_promises_back(life: Life) -> None:
    first = await life.opened(cause="m-1")
    life.now = at("09 10:00")
    second = await life.opened(cause="m-2")
    own = (await life.cases.get(second)).clocks
    earlier = (await life.cases.get(first)).clocks
    case = await life.work.merge(first, into=second, actor=NOURA, seen=0)
    assert case.clocks.resolve_due_at == earlier.resolve_due_at
    life.now = at("10 10:00")
    alone = await life.work.unmerge(first, "موضوعان مختلفان INV-9", actor=NOURA, seen=1)
    assert (alone.clocks, alone.state) == (earlier, CaseState.NEW)
    assert alone.course.next_at is not None, "the ladder goes on"
    stays = await life.cases.get(second)
    assert (stays.clocks, len(stays.course.promises)) == (own, 1)
