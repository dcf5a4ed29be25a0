"""How a case is finished: with an outcome of its kind, new or not."""

from cases.chasing import Step
from cases.model import CaseState
from tests.app.cases.test_follow_through import NOURA, Life, at, life

__all__ = ["life"]


async def test_a_new_case_is_finished_with_an_outcome_like_any_other(life: Life) -> None:
    number = await life.opened()
    life.now = at("02 10:20")
    case = await life.handling.resolve(number, "withdrawn", "", actor=NOURA, seen=0)
    assert (case.state, case.course.outcome) == (CaseState.RESOLVED, "withdrawn")
    assert (case.course.owner, case.version) == (NOURA, 1)
    *_, event = await life.cases.timeline(number)
    assert event.before == {"state": "new"}
    assert event.after == {"state": "resolved", "outcome": "withdrawn"}


async def test_what_was_answered_early_is_closed_though_the_ladder_was_down_past_the_deadline(
    life: Life,
) -> None:
    number = await life.opened()
    life.now = at("02 12:00")
    case = await life.handling.resolve(
        number, "upheld", "أُعيد المبلغ، المرجع INV-9", actor=NOURA, seen=0
    )
    due = case.clocks.resolve_due_at
    assert case.course.aim is not None
    assert due is not None
    assert case.course.aim < due < at("26 10:00")
    assert await life.steps("26 10:00") == [Step.CLOSE]
    assert await life.steps("26 10:05") == []
