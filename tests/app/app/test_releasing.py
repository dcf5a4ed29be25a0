import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.release_wiring import recent_labels
from app.releasing import Releasing
from app.training import model_for
from content.finding import Finding
from content.improvements import Cause, ImprovementState, Noted
from content.release import Drop, ReleaseState, WrongState
from kernel.language import Language
from stores.sql_improvement_store import SqlImprovementStore
from tests.app.app.release_house import (
    ALI,
    ANSWERS,
    NOW,
    NURA,
    Clock,
    FakeRasa,
    approved,
    edit,
    live_text,
    state,
)

ROOT = Path(__file__).resolve().parents[3]


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
    assert house.model.said_by() == {"release": said_by}  # what every answer remembers


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


async def test_what_is_wrong_in_review_stands_against_it_when_release_is_pressed(
    house: Releasing, rasa: FakeRasa
) -> None:
    async def found(_folder: Path) -> list[Finding]:
        return [Finding("length", "refund", "too long")]

    house._check = found
    edit(house.releases.draft.parents[1], "INV-9", "INV-10")
    sent = await house.releases.send_to_review(NURA, "INV-10")
    assert await house.round()
    prepared = await state(house, sent)
    assert (bool(prepared.model), [one.rule for one in prepared.findings]) == (True, ["length"])
    assert not await house.round()  # it is not prepared again and again
    await house.releases.approve(sent.number, ALI)
    await house.round()
    assert (await state(house, sent)).state is ReleaseState.REFUSED
    assert rasa.taken == []


async def test_a_drop_is_told_in_review_and_released_from_there_with_a_reason(
    house: Releasing, rasa: FakeRasa
) -> None:
    edit(house.releases.draft.parents[1], "INV-9", "WRONG INV-10")
    sent = await house.releases.send_to_review(NURA, "WRONG INV-10")
    with pytest.raises(WrongState):  # nothing is known against it yet
        await house.releases.override(sent.number, ALI, "أسئلة لا تُطرح")
    await house.round()
    assert (await state(house, sent)).drops
    await house.releases.override(sent.number, ALI, "أسئلة لا تُطرح، INV-10")
    await house.round()
    done = await state(house, sent)
    assert (done.state, done.reviewer, done.override_by) == (ReleaseState.LIVE, ALI, ALI)


@pytest.mark.parametrize("point", ["trained", "measured"])
async def test_what_was_not_measured_in_review_is_measured_before_it_goes_live(
    house: Releasing, rasa: FakeRasa, database: str, point: str
) -> None:
    root = house.releases.live.parent
    edit(root, "INV-9", "WRONG INV-10")
    sent = await house.releases.send_to_review(NURA, "WRONG INV-10")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.app.app.release_house"),
        *(str(root), database, rasa.url, point),
        cwd=ROOT,
    )
    assert await child.wait() == -signal.SIGKILL
    assert (await state(house, sent)).model == ""  # nobody is told that nothing stands against it
    await house.releases.approve(sent.number, ALI)
    await house.round()
    refused = await state(house, sent)
    assert (refused.state, bool(refused.drops)) == (ReleaseState.REFUSED, True)
    assert rasa.taken == []


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
    assert (failed.state, failed.failure) == (ReleaseState.FAILED, "trainer: no labels")
    assert live_text(house.releases.live.parent) == ANSWERS
    assert rasa.taken == []
