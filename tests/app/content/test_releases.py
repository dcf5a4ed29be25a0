import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from content.folder import ContentFolder
from content.release import (
    ContentInConflict,
    Drop,
    Editor,
    NothingToRelease,
    ReasonMissing,
    Release,
    ReleaseChanged,
    ReleaseState,
    SameEditor,
    WrongState,
)
from content.releases import Releases
from content.repository import ContentRepository
from stores.sql_release_store import SqlReleaseStore

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
NURA, ALI = Editor("a-1", "نورة", "nura@finance.example"), Editor("a-2", "علي")
ANSWERS = """\
version: "3.1"
responses:
  utter_faq/refund:
  - condition: [{type: slot, name: language, value: ar}]
    text: "قدّم الطلب برقم INV-9."
    metadata: {title: "استرداد", owner: REV, segment: public, status: sourced}
  utter_faq/hours:
  - condition: [{type: slot, name: language, value: ar}]
    text: "من 7:30"
    metadata: {title: "الدوام", owner: CUST, segment: public, status: sourced}
"""
AT = "data/answers/faq_public.yml"


@pytest.fixture
def releases(tmp_path: Path, engine: AsyncEngine) -> Releases:
    for folder in ("live", "draft"):
        (tmp_path / folder / "data/answers").mkdir(parents=True)
        (tmp_path / folder / AT).write_text(ANSWERS, "utf-8")
        (tmp_path / folder / "domain.yml").write_text("intents:\n- faq\n", "utf-8")
    return Releases(
        SqlReleaseStore(engine),
        ContentRepository(tmp_path / "content.git", {"PATH": "/usr/bin:/bin:/usr/local/bin"}),
        draft=tmp_path / "draft",
        live=tmp_path / "live",
        four_eyes=True,
        now=lambda: NOW,
    )


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / AT
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


async def live(releases: Releases, release: Release) -> Release:
    """Do what the releasing does at its end."""
    releases.repository.move_head(release.commit, release.base)
    await asyncio.to_thread(releases.repository.check_out, release.commit, releases.live)
    return await releases.store.make_live(release, actor="system", at=NOW)


async def test_a_release_is_a_commit_by_its_author(releases: Releases) -> None:
    edit(releases.draft, "INV-9", "INV-10")
    release = await releases.send_to_review(NURA, "رقم INV-10")
    assert release.state is ReleaseState.IN_REVIEW
    first = releases.repository.history(release.commit)[0]
    assert (first.author, first.email, first.title) == ("نورة", NURA.email, "رقم INV-10")
    assert first.at == NOW
    blamed = {line.text: line.author for line in releases.repository.blame(release.commit, AT)}
    assert blamed['    text: "قدّم الطلب برقم INV-10."'] == "نورة"
    assert blamed['    text: "من 7:30"'] == "Baddala"


async def test_nothing_can_be_released_when_nothing_changed(releases: Releases) -> None:
    with pytest.raises(NothingToRelease):
        await releases.send_to_review(NURA, "")


async def test_the_author_cannot_approve_alone_but_another_can(releases: Releases) -> None:
    edit(releases.draft, "INV-9", "INV-10")
    release = await releases.send_to_review(NURA, "INV-10")
    with pytest.raises(SameEditor):
        await releases.approve(release.number, NURA)
    approved = await releases.approve(release.number, ALI)
    assert (approved.state, approved.due_at) == (ReleaseState.APPROVED, NOW)
    with pytest.raises(WrongState):
        await releases.approve(release.number, ALI)


async def test_without_four_eyes_the_author_releases_at_once(releases: Releases) -> None:
    releases.four_eyes = False
    edit(releases.draft, "INV-9", "INV-10")
    release = await releases.send_to_review(NURA, "INV-10")
    assert (release.state, release.due_at) == (ReleaseState.APPROVED, NOW)


async def test_hand_edits_beside_the_draft_are_merged_and_kept(releases: Releases) -> None:
    edit(releases.draft, "INV-9", "INV-10")
    releases.repository.prepare(releases.live, NOW)
    edit(releases.live, "7:30", "8:00")
    release = await releases.send_to_review(NURA, "INV-10")
    said = releases.draft.joinpath(AT).read_text("utf-8")
    assert "INV-10" in said
    assert "8:00" in said
    titles = [one.title for one in releases.repository.history(release.commit)]
    assert "Changed by hand" in titles


async def test_hand_edits_of_the_same_line_are_a_conflict_that_names_the_file(
    releases: Releases,
) -> None:
    releases.repository.prepare(releases.live, NOW)
    edit(releases.draft, "INV-9", "INV-10")
    edit(releases.live, "INV-9", "INV-11")
    with pytest.raises(ContentInConflict) as conflict:
        await releases.send_to_review(NURA, "INV-10")
    assert conflict.value.files == (AT,)
    assert "INV-10" in releases.draft.joinpath(AT).read_text("utf-8")


async def test_a_roll_back_says_what_the_older_release_said(
    releases: Releases, tmp_path: Path
) -> None:
    numbers = []
    for old, new in (("INV-9", "INV-10"), ("INV-10", "INV-11")):
        edit(releases.draft, old, new)
        numbers.append((await live(releases, await releases.send_to_review(NURA, new))).number)
    with pytest.raises(WrongState):
        await releases.roll_back(numbers[1], ALI)
    back = await releases.roll_back(numbers[0], ALI)
    assert (back.of, back.state) == (numbers[0], ReleaseState.APPROVED)
    before, after = await releases.folders(back, tmp_path / "compare")
    told = [folder.entry("refund") for folder in (before, after)]
    assert [one and one.ar.text for one in told] == [
        "قدّم الطلب برقم INV-11.",
        "قدّم الطلب برقم INV-10.",
    ]


async def test_a_drop_is_overridden_by_another_editor_with_a_reason(releases: Releases) -> None:
    edit(releases.draft, "INV-9", "INV-10")
    release = await releases.send_to_review(NURA, "INV-10")
    refused = await releases.store.save(
        replace(
            release, state=ReleaseState.REFUSED, drops=(Drop("faq ar gulf answer", 0.9, 0.8, 20),)
        ),
        actor="system",
        at=NOW,
    )
    with pytest.raises(SameEditor):
        await releases.override(refused.number, NURA, "لا بأس")
    with pytest.raises(ReasonMissing):
        await releases.override(refused.number, ALI, "  ")
    again = await releases.override(refused.number, ALI, "سؤال نادر INV-9")
    assert (again.state, again.override_by) == (ReleaseState.APPROVED, ALI)


async def test_two_who_act_on_one_reading_do_not_undo_each_other(releases: Releases) -> None:
    edit(releases.draft, "INV-9", "INV-10")
    release = await releases.send_to_review(NURA, "INV-10")
    await releases.approve(release.number, ALI)
    with pytest.raises(ReleaseChanged):
        await releases.store.save(
            replace(release, state=ReleaseState.WITHDRAWN), actor=NURA.id, at=NOW
        )
    assert (await releases.store.get(release.number)).state is ReleaseState.APPROVED


async def test_one_release_is_live_at_a_time(releases: Releases) -> None:
    for old, new in (("INV-9", "INV-10"), ("INV-10", "INV-11")):
        edit(releases.draft, old, new)
        await live(releases, await releases.send_to_review(NURA, new))
    states = [one.state for one in await releases.store.recent(9)]
    assert states == [ReleaseState.LIVE, ReleaseState.REPLACED]


def test_a_folder_takes_over_what_another_says(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / name / "data/answers").mkdir(parents=True)
        (tmp_path / name / "domain.yml").write_text("intents: []\n", "utf-8")
    (tmp_path / "mine/data/answers/old.yml").write_text(ANSWERS, "utf-8")
    (tmp_path / "theirs/data/answers/new.yml").write_text(ANSWERS, "utf-8")
    ContentFolder(tmp_path / "mine").take_over(tmp_path / "theirs")
    assert [path.name for path in (tmp_path / "mine").rglob("*.yml")] == ["domain.yml", "new.yml"]
