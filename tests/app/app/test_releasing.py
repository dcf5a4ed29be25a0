import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from app.release_wiring import recent_labels
from app.releasing import Releasing
from app.training import model_for
from content.improvements import Cause, ImprovementState, Noted
from content.release import Drop, Release, ReleaseState
from kernel.language import Language
from stores.database import engine_for
from stores.sql_improvement_store import SqlImprovementStore
from tests.app.app.release_house import (
    ALI,
    ANSWERS,
    NOW,
    NURA,
    FakeRasa,
    edit,
    laid_out,
    live_text,
    releasing_in,
)

ROOT = Path(__file__).resolve().parents[3]


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
async def rasa(tmp_path: Path) -> AsyncIterator[FakeRasa]:
    rasa = FakeRasa(tmp_path)
    await rasa.start()
    yield rasa
    await rasa.stop()


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    shutil.copy(migrated_sqlite, tmp_path / "app.sqlite")
    return f"sqlite+aiosqlite:///{tmp_path / 'app.sqlite'}"


@pytest.fixture
async def sqlite(database: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(
    tmp_path: Path, sqlite: AsyncEngine, http: ClientSession, rasa: FakeRasa, clock: Clock
) -> AsyncIterator[Releasing]:
    laid_out(tmp_path)
    releasing = releasing_in(tmp_path, sqlite, http, rasa.url, now=clock)
    live = model_for(tmp_path / "project", tmp_path / "models", tmp_path / "live")
    live.parent.mkdir()
    live.write_text(ANSWERS, "utf-8")
    yield releasing
    await releasing.trainer.stop()


async def approved(house: Releasing, old: str, new: str) -> Release:
    edit(house.releases.draft.parents[1], old, new)
    sent = await house.releases.send_to_review(NURA, f"{old} ← {new}")
    return await house.releases.approve(sent.number, ALI)


async def state(house: Releasing, release: Release) -> Release:
    return await house.releases.store.get(release.number)


async def test_an_approved_release_goes_live(house: Releasing, rasa: FakeRasa) -> None:
    root = house.releases.live.parent
    release = await approved(house, "INV-9", "INV-10")
    assert await house.round()
    done = await state(house, release)
    assert done.state is ReleaseState.LIVE
    assert "INV-10" in live_text(root)
    model = model_for(root / "project", root / "models", root / "live")
    assert model.exists()  # what a start of the app looks for
    assert rasa.taken == [model.name]
    assert done.scores["after"]["faq ar gulf answer"] == [8, 8]
    assert house.releases.repository.find_head() == done.commit
    said_by = {"number": release.number, "model": model.name.removesuffix(".tar.gz")}
    assert house.said_by() == {"release": said_by}  # what every answer remembers


async def test_what_is_in_review_is_prepared_so_that_pressing_only_swaps(
    house: Releasing, rasa: FakeRasa
) -> None:
    edit(house.releases.draft.parents[1], "INV-9", "INV-10")
    sent = await house.releases.send_to_review(NURA, "INV-10")
    assert await house.round()
    prepared = await state(house, sent)
    assert (prepared.state, bool(prepared.model)) == (ReleaseState.IN_REVIEW, True)
    assert rasa.taken == []
    trainer = house.trainer.pid
    await house.trainer.stop()
    await house.releases.approve(sent.number, ALI)
    assert await house.round()
    assert (await state(house, sent)).state is ReleaseState.LIVE
    assert trainer is not None
    assert house.trainer.pid is None  # it was not asked again


async def test_a_scheduled_release_waits_for_its_time(house: Releasing, clock: Clock) -> None:
    edit(house.releases.draft.parents[1], "INV-9", "INV-10")
    sent = await house.releases.send_to_review(NURA, "INV-10")
    await house.round()
    await house.releases.approve(sent.number, ALI, due_at=NOW + timedelta(hours=1))
    assert not await house.round()
    clock.time += timedelta(hours=1)
    assert await house.round()
    assert (await state(house, sent)).state is ReleaseState.LIVE


async def test_a_drop_is_refused_until_another_editor_takes_it_upon_them(
    house: Releasing, rasa: FakeRasa
) -> None:
    release = await approved(house, "INV-9", "WRONG INV-10")
    await house.round()
    refused = await state(house, release)
    assert refused.state is ReleaseState.REFUSED
    assert ("faq ar gulf answer", 1.0, 0.0, 8) in [
        (one.figure, one.before, one.after, one.count) for one in refused.drops
    ]
    assert rasa.taken == []
    await house.releases.override(release.number, ALI, "أسئلة لا تُطرح، INV-10")
    await house.round()
    assert (await state(house, release)).state is ReleaseState.LIVE


async def test_a_conversation_that_goes_another_way_refuses_and_is_told(
    house: Releasing, rasa: FakeRasa
) -> None:
    release = await approved(house, "INV-9", "ASTRAY INV-10")
    await house.round()
    refused = await state(house, release)
    assert refused.state is ReleaseState.REFUSED
    assert refused.drops == (Drop("conversation ar سؤال INV-9", 1.0, 0.0, 1),)
    assert [(one.rule, one.where, one.facts["found"]) for one in refused.findings] == [
        ("note: conversation", "سؤال INV-9", "action_unsure")
    ]
    assert refused.scores["before"]["conversation ar"] == [1, 1]
    await house.releases.override(release.number, ALI, "المحادثة تغيّرت قصدًا")
    await house.round()
    assert (await state(house, release)).state is ReleaseState.LIVE
    # what the live model does not hold either is no drop
    again = await approved(house, "INV-10", "INV-11")
    await house.round()
    assert (await state(house, again)).state is ReleaseState.LIVE


async def test_what_editors_labelled_lately_is_a_gate_for_what_is_still_answered(
    house: Releasing, sqlite: AsyncEngine
) -> None:
    store = SqlImprovementStore(sqlite)
    noted = [
        Noted(
            message_id=f"m-{number}",
            conversation_id="c-1",
            seq=number,
            cause=Cause.UNSURE,
            text=f"وين فلوسي عن الفاتورة {number}؟",
            language=Language.AR,
        )
        for number in range(7)
    ]
    await store.keep(noted, cursor=1, at=NOW)
    ids = [one.id for one in await store.waiting()]
    settled = {"by": "agent:nura", "at": NOW}
    await store.settle(ids[:6], ImprovementState.ADDED, meaning="faq/refund", **settled)
    await store.settle(ids[6:], ImprovementState.ADDED, meaning="faq/gone", **settled)
    house._figures._recent = recent_labels(store, lambda: NOW)
    release = await approved(house, "INV-9", "WRONG INV-10")
    await house.round()
    refused = await state(house, release)
    assert refused.scores["before"]["recent ar answer"] == [6, 6]  # not seven: faq/gone is gone
    assert {"recent ar gulf answer", "recent ar answer faq/refund"} <= {
        drop.figure for drop in refused.drops
    }


async def test_a_roll_back_brings_the_old_answer_back_without_training(
    house: Releasing, rasa: FakeRasa
) -> None:
    root = house.releases.live.parent
    first = await approved(house, "INV-9", "INV-10")
    await house.round()
    await approved(house, "INV-10", "INV-11")
    await house.round()
    await house.trainer.stop()
    back = await house.releases.roll_back(first.number, ALI)
    await house.round()
    assert (await state(house, back)).state is ReleaseState.LIVE
    assert "INV-10" in live_text(root)
    assert rasa.taken[0] == rasa.taken[2] != rasa.taken[1]
    assert house.trainer.pid is None


async def test_what_was_live_before_comes_back_whatever_its_figures(
    house: Releasing, rasa: FakeRasa
) -> None:
    bad = await approved(house, "INV-9", "WRONG INV-10")
    await house.round()
    await house.releases.override(bad.number, ALI, "لا بد منه INV-10")
    await house.round()
    await approved(house, "WRONG ", "")
    await house.round()
    back = await house.releases.roll_back(bad.number, ALI)
    for model in house.releases.live.parent.glob("models/*"):
        model.unlink()  # so that it is trained and measured again
    await house.round()
    assert (await state(house, back)).state is ReleaseState.LIVE
    assert "WRONG" in live_text(house.releases.live.parent)


async def test_a_training_that_fails_says_why_and_changes_nothing(
    house: Releasing, rasa: FakeRasa
) -> None:
    release = await approved(house, "INV-9", "BROKEN INV-10")
    await house.round()
    failed = await state(house, release)
    assert (failed.state, failed.failure) == (ReleaseState.FAILED, "no labels")
    assert live_text(house.releases.live.parent) == ANSWERS
    assert rasa.taken == []


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
    assert "the trainer ended with code -9" in failed.failure
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
    assert "Rasa does not answer" in failed.failure
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
