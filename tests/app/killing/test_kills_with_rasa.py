"""The app and the real Rasa are killed under twenty conversations: nothing lost or doubled.

All seventeen points have their turn with a played Rasa (``test_kills.py``). Here are those
where Rasa is in the middle of something: its action breaks off, its answer is not stored.
The long form (``--long``) adds PostgreSQL, and two processes of the app of which one dies.
"""

import asyncio
from pathlib import Path

import pytest

from tests.app.killing.city import city
from tests.app.killing.real_rasa import RealRasa
from tests.app.killing.test_kills import alive, dies, nothing_is_hidden, patience_s

LINES = (
    "خصمتوا من حسابي مرتين على معاملة وحدة ومحد رد علي لين الحين",
    "لا يوجد",
    "من الجمهور",
    "نعم",
    "متى دوامكم؟",
)
CONFIRMS = 3
POINTS = ("before_case_is_committed", "after_rasa_answered", "after_provider_took_it")
GIVES_UP_AFTER_S = 300.0
"""Nobody is told that it failed while Rasa starts on a machine that others use too."""


@pytest.fixture
def long_form(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


async def test_app_and_rasa_are_killed_in_the_middle_of_turns(
    database_url: str, tmp_path: Path, long_form: bool
) -> None:
    if database_url.startswith("postgresql") and not long_form:
        pytest.skip("the long form")
    more = {"lines": LINES, "confirms": CONFIRMS, "give_up_s": GIVES_UP_AFTER_S}
    rasa = RealRasa(tmp_path, calls=0)
    async with city(database_url, tmp_path, rasa=rasa, **more) as built:
        writing = asyncio.create_task(built.everybody_writes())
        await dies(built, POINTS)
        async with alive(await built.start_app()):
            await asyncio.wait_for(writing, patience_s())
            await built.answered(50)
            await rasa.kill()
            await rasa.start()
            print(f"finished {await built.finished(patience_s()):.1f} s after Rasa was back")
        await nothing_is_hidden(built, len(POINTS))


async def test_of_two_processes_with_the_real_rasa_one_is_killed(
    postgres_url: str, tmp_path: Path, long_form: bool
) -> None:
    if not long_form:
        pytest.skip("the long form")
    more = {"lines": LINES, "confirms": CONFIRMS, "give_up_s": GIVES_UP_AFTER_S}
    rasa = RealRasa(tmp_path, calls=1)
    async with city(postgres_url, tmp_path, 2, rasa=rasa, **more) as built:
        async with alive(await built.start_app(n=1)):
            writing = asyncio.create_task(built.everybody_writes())
            await dies(built, ("after_rasa_answered",))
            await asyncio.wait_for(writing, patience_s())
            print(f"finished {await built.finished(patience_s()):.1f} s after the kill")
        await nothing_is_hidden(built, 1)
