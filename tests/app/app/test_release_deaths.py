"""Whatever dies in a release, one release answers and the studio says what happened.

Short forms, with a trainer that learns nothing; ``python -m bench.release_kills`` does it with
everything real.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.releasing import Releasing
from app.training import model_for
from content.release import ReleaseState
from tests.app.app.release_house import (
    ALI,
    ANSWERS,
    NURA,
    Clock,
    FakeRasa,
    approved,
    edit,
    live_text,
    state,
)

ROOT = Path(__file__).resolve().parents[3]


async def test_a_killed_trainer_leaves_the_old_release_live(
    house: Releasing, rasa: FakeRasa
) -> None:
    release = await approved(house, "INV-9", "SLOW INV-10")
    at_work = asyncio.create_task(house.round())
    async with asyncio.timeout(30):
        while (await state(house, release)).part != "words":  # noqa: ASYNC110  # a row in a table
            await asyncio.sleep(0.05)
    assert house.trainer.pid is not None
    os.kill(house.trainer.pid, signal.SIGKILL)
    await at_work
    failed = await state(house, release)
    assert failed.state is ReleaseState.FAILED
    assert failed.failure.startswith("trainer_ended: the trainer ended with code -9")
    assert (live_text(house.releases.live.parent), rasa.taken) == (ANSWERS, [])
    edit(house.releases.draft.parents[1], "SLOW ", "")
    next_one = await house.releases.send_to_review(NURA, "INV-10")
    await house.releases.approve(next_one.number, ALI)
    await house.round()  # a new trainer starts
    assert (await state(house, next_one)).state is ReleaseState.LIVE


async def test_a_rasa_that_dies_over_the_new_model_leaves_the_old_release_live(
    house: Releasing, rasa: FakeRasa
) -> None:
    release = await approved(house, "INV-9", "INV-10")
    await rasa.stop()
    await house.round()
    failed = await state(house, release)
    assert failed.state is ReleaseState.FAILED
    assert failed.failure.startswith("rasa: Rasa does not answer")
    assert live_text(house.releases.live.parent) == ANSWERS


@pytest.mark.parametrize(
    ("point", "lives", "models"),
    [
        ("checked_out", "INV-9", 0),
        ("training_words", "INV-9", 0),
        ("measured", "INV-9", 0),
        ("before_swap", "INV-9", 1),
        ("swapped", "INV-9", 2),
        ("taken_over", "INV-10", 1),
    ],
)
async def test_an_app_that_dies_leaves_one_release_live_and_says_what_happened(
    house: Releasing,
    rasa: FakeRasa,
    clock: Clock,
    database: str,
    point: str,
    lives: str,
    models: int,
) -> None:
    root = house.releases.live.parent
    release = await approved(house, "INV-9", "INV-10")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.app.app.release_house"),
        *(str(root), database, rasa.url, point),
        cwd=ROOT,
    )
    assert await child.wait() == -signal.SIGKILL
    assert (await state(house, release)).working
    clock.time += timedelta(minutes=1)
    await house.round()
    told = await state(house, release)
    assert lives in live_text(root)
    assert len(rasa.taken) == models
    if lives == "INV-10":
        assert told.state is ReleaseState.LIVE
    else:
        assert (told.state, told.failure[:10]) == (ReleaseState.FAILED, "broken_off")
        live = model_for(root / "project", root / "models", root / "live")
        assert rasa.taken[-1:] in ([], [live.name])  # swapped back where it had got so far
        again = await house.releases.try_again(release.number, ALI)
        await house.round()
        assert (await state(house, again)).state is ReleaseState.LIVE


async def test_a_rasa_that_started_again_with_the_old_model_gets_the_live_one(
    house: Releasing, rasa: FakeRasa
) -> None:
    old = model_for(house._project, house._models, house.releases.live).name

    async def starts_again(here: str) -> None:
        if here == "swapped":
            rasa.taken.append(old)

    house._at = starts_again
    release = await approved(house, "INV-9", "INV-10")
    await house.round()
    told = await state(house, release)
    assert told.state is ReleaseState.LIVE
    assert rasa.taken == [told.model, old, told.model]


async def test_a_rasa_that_is_away_as_a_release_goes_live_gets_it_when_it_is_back(
    house: Releasing, rasa: FakeRasa
) -> None:
    async def dies(here: str) -> None:
        if here == "swapped":
            rasa.broken = True
            rasa.taken.clear()

    house._at = dies
    release = await approved(house, "INV-9", "INV-10")
    await house.round()
    told = await state(house, release)
    assert told.state is ReleaseState.LIVE
    await house.round()
    assert rasa.taken == []  # it does not take any yet
    rasa.broken = False
    await house.round()
    await house.round()
    assert rasa.taken == [told.model]


async def test_a_rasa_that_took_the_new_model_and_was_not_heard_gets_the_old_one_back(
    house: Releasing, rasa: FakeRasa
) -> None:
    rasa.unheard = True
    release = await approved(house, "INV-9", "INV-10")
    await house.round()
    failed = await state(house, release)
    assert (failed.state, failed.failure[:5]) == (ReleaseState.FAILED, "rasa:")
    rasa.unheard = False
    await house.round()
    old = model_for(house._project, house._models, house.releases.live).name
    assert (len(rasa.taken), rasa.taken[-1]) == (2, old)
    assert live_text(house.releases.live.parent) == ANSWERS
