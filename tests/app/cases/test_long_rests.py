"""The ladder after nobody moved for weeks: each is told once, and then as usual."""

from cases.chasing import Step
from tests.app.cases.test_follow_through import NOURA, Life, at


async def test_after_a_long_rest_the_head_is_told_once() -> None:
    life = Life()
    number = await life.opened()
    told = []
    while steps := await life.steps("12-22 10:00"):
        told += steps
    assert told == [Step.LATE, Step.SUPERVISOR, Step.HEAD]
    life.now = at("12-22 10:30")
    await life.cases.add_note(number, "كلمت المورد", actor=NOURA)
    assert await life.steps("12-22 11:00") == []
    assert await life.steps("12-31 15:30") == [Step.HEAD]
    assert await life.steps("12-31 15:31") == []
