"""Campaigns: frozen when published, drawn once, asked in time, counted with what is unsure."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from cases.model import CaseKind
from conversations.model import Address
from conversations.ratings import Face
from kernel.language import Language
from stores.sql_erasure import SqlErasures
from stores.survey_rows import ANSWERS, INVITATIONS, VERSIONS, WAVES
from surveys.answering import read_answers
from surveys.campaigns import Campaign, CampaignState, Every, Group, Plan
from surveys.errors import CampaignChanged, CampaignOver
from surveys.invitations import Skip, digest_of
from surveys.ports import Answered
from surveys.questions import Questionnaire
from surveys.results import results_of
from tests.app.surveys.test_questions import ASKED, FACES, LINE
from tests.app.surveys.world import PAGE, TEN, World

DAY = timedelta(days=1)
MANAGER = "agent:huda"
SHORT = Questionnaire(title=ASKED.title, intro=ASKED.intro, questions=(FACES, LINE))
PLAN = Plan(
    starts_on=date(2026, 11, 30),
    closed_from=date(2026, 11, 1),
    closed_to=date(2026, 11, 29),
    most=None,
)


def somebody(name: str) -> Address:
    return Address("fake", "user", name)


async def a_campaign(
    world: World, asked: Questionnaire = ASKED, plan: Plan = PLAN, id_: str = "camp-1"
) -> Campaign:
    draft = Campaign(
        id=id_,
        name="رضا الموردين Q4",
        asked=asked,
        plan=plan,
        state=CampaignState.DRAFT,
        version=0,
        changes=0,
        created_at=world.parts.clock(),
        created_by=MANAGER,
    )
    await world.campaigns.add(draft)
    return await world.campaigns.publish(id_, seen=0, actor=MANAGER, at=world.parts.clock())


async def on_the_day(world: World, day: timedelta = 6 * DAY) -> None:
    world.parts.clock.at = TEN + day
    await world.drawing.make_round()


async def test_what_was_published_never_changes_and_an_edit_is_a_new_version(world: World) -> None:
    first = await a_campaign(world)
    assert (first.state, first.version) == (CampaignState.RUNNING, 1)
    edit = replace(first, asked=SHORT)
    saved = await world.campaigns.save(edit, actor=MANAGER, at=TEN)
    [version] = await world.campaigns.versions(first.id)
    assert version.asked == ASKED
    with pytest.raises(CampaignChanged):
        await world.campaigns.save(edit, actor="agent:salim", at=TEN)
    await world.campaigns.publish(first.id, seen=saved.changes, actor=MANAGER, at=TEN)
    assert [one.asked for one in await world.campaigns.versions(first.id)] == [SHORT, ASKED]
    for change in (sa.update(VERSIONS).values(version=9), sa.delete(VERSIONS)):
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.engine.begin() as connection:
                await connection.execute(change)
    assert await world.audited("survey_published") == 2


async def test_people_of_the_group_are_drawn_once_and_asked_by_a_link(world: World) -> None:
    case = await world.closed_case()
    newest = await world.closed_case(caused_by="m-50")  # the same person: asked once
    await world.closed_case(of=somebody("ali"), kind=CaseKind.SUGGESTION, caused_by="m-51")
    await world.closed_case(of=somebody("sara"), confidential=True, caused_by="m-52")
    await world.closed_case(of=somebody("omar"), department="ACC", caused_by="m-53")
    group = Group(departments=frozenset({"DPS"}), kinds=frozenset({"complaint"}))
    campaign = await a_campaign(world, plan=replace(PLAN, group=group))
    await world.drawing.make_round()
    assert await world.rows(WAVES) == []  # its day has not come
    world.parts.clock.at = TEN + 6 * DAY
    await asyncio.gather(*(world.drawing.make_round() for _ in range(5)))
    [wave] = await world.campaigns.waves(campaign.id)
    assert (wave.population, wave.sampled, wave.left_out) == (1, 1, {})
    await world.round()
    [message] = [one for one in await world.asked() if one.reason == "survey_link"]
    assert message.text.startswith(ASKED.intro.ar)
    assert message.text.endswith(f"{PAGE}/s/{world.tokens[-1]}")
    [invitation] = [one for one in await world.rows(INVITATIONS) if one["wave_id"]]
    assert invitation["subject"] == newest.number != case.number
    await world.round(DAY)
    assert len([one for one in await world.asked() if one.reason == "survey_link"]) == 1
    assert await world.audited("survey_drawn") == 1


async def test_an_answer_from_the_link_is_kept_once_with_all_its_parts(world: World) -> None:
    await world.closed_case()
    campaign = await a_campaign(world)
    await on_the_day(world)
    await world.round()
    digest = digest_of(world.tokens[-1])
    found = await world.answers.find(digest)
    assert found is not None
    assert found.asked == ASKED
    answers, problems = read_answers(
        ASKED, {"q1": "unhappy", "q2": "2", "q3": "0", "q4": "تأخرتم، رقمي 0501234567"}
    )
    assert problems == {}
    kept = await asyncio.gather(
        *(world.answers.answer(digest, answers, at=world.parts.clock()) for _ in range(4))
    )
    assert sorted(kept) == sorted([Answered.KEPT, *[Answered.ALREADY] * 3])
    [wave] = await world.campaigns.waves(campaign.id)
    tally = (await world.results.campaign([wave.id], departments=frozenset()))["DPS"]
    assert (tally.asked, tally.answered, tally.faces) == (1, 1, {Face.UNHAPPY: 1})
    assert tally.values == {"q2": {"2": 1}, "q3": {"0": 1}}
    [line] = await world.results.campaign_lines([wave.id], departments=frozenset(), limit=9)
    assert (line.text, line.face) == ("تأخرتم، رقمي 0501234567", Face.UNHAPPY)
    assert await world.results.campaign([wave.id], departments=frozenset({"ACC"})) == {}
    world.parts.clock.pass_(3600)
    await world.following.make_round()
    [line] = await world.results.campaign_lines([wave.id], departments=frozenset(), limit=9)
    assert line.followed_by is not None


async def test_a_short_campaign_is_answered_in_the_chat(world: World) -> None:
    await world.closed_case()
    campaign = await a_campaign(world, asked=SHORT)
    await on_the_day(world)
    await world.round()
    [question] = [one for one in await world.asked() if one.reason == "rate_survey"]
    assert question.text.startswith(FACES.words.ar)
    await world.press(question.buttons[0].payload)
    [wave] = await world.campaigns.waves(campaign.id)
    tallies = await world.results.campaign([wave.id], departments=frozenset())
    assert tallies["DPS"].faces == {Face.HAPPY: 1}


async def test_nobody_is_asked_more_often_than_the_cap_nor_after_opting_out(world: World) -> None:
    names = [somebody(f"p{n}") for n in range(4)]
    for n, one in enumerate(names):
        await world.closed_case(of=one, caused_by=f"m-{60 + n}")
    gone = await world.parts.conversation(names[0])
    await world.answers.opt_out(gone.person_id, way="page", at=TEN)
    first = await a_campaign(world, plan=replace(PLAN, most=2))
    await on_the_day(world)
    [wave] = await world.campaigns.waves(first.id)
    assert (wave.population, wave.sampled, wave.left_out) == (4, 2, {"opted_out": 1})
    second = await a_campaign(world, id_="camp-2", plan=replace(PLAN, cap_days=30))
    await world.drawing.make_round()
    [other] = await world.campaigns.waves(second.id)
    assert (other.population, other.sampled) == (4, 1)
    assert other.left_out == {"opted_out": 1, "capped": 2}


async def test_a_campaign_that_repeats_asks_of_what_was_closed_since_and_ends(world: World) -> None:
    plan = Plan(
        every=Every.MONTH,
        starts_on=date(2026, 11, 30),
        ends_on=date(2026, 12, 31),
        cap_days=1,
        open_days=5,
    )
    await world.closed_case()
    campaign = await a_campaign(world, plan=plan)
    await on_the_day(world)
    await world.closed_case(of=somebody("ali"), caused_by="m-70")
    await on_the_day(world, 36 * DAY)  # 30 December
    await world.drawing.make_round()
    waves = await world.campaigns.waves(campaign.id)
    assert [(one.number, one.population) for one in waves] == [(2, 1), (1, 1)]
    await on_the_day(world, 40 * DAY)
    assert (await world.campaigns.get(campaign.id)).state is CampaignState.RUNNING
    await on_the_day(world, 42 * DAY)
    assert (await world.campaigns.get(campaign.id)).state is CampaignState.ENDED


async def test_a_stopped_campaign_asks_nobody_of_those_drawn(world: World) -> None:
    await world.closed_case(language=Language.EN)
    campaign = await a_campaign(world)
    await on_the_day(world)
    stopped = await world.campaigns.stop(campaign.id, actor=MANAGER, at=TEN)
    await world.round()
    assert [one for one in await world.asked() if one.reason == "survey_link"] == []
    [wave] = await world.campaigns.waves(campaign.id)
    assert await world.results.skipped([wave.id]) == {Skip.STOPPED: 1}
    with pytest.raises(CampaignOver):
        await world.campaigns.save(stopped, actor=MANAGER, at=TEN)


async def test_figures_after_closings_count_cases_and_chats_and_hide_what_is_few(
    world: World,
) -> None:
    for n in range(6):
        one = somebody(f"p{n}")
        await world.closed_case(of=one, department="DPS" if n else "ACC", caused_by=f"m-{80 + n}")
    await world.round()
    for n in range(6):
        one = somebody(f"p{n}")
        [question] = await world.asked(one)
        await world.parts.hear("", of=one, payload=question.buttons[n % 2].payload)
        await world.parts.answer_all()
    at = world.parts.clock()
    span = {"since": at - DAY, "until": at + DAY}
    tallies = await world.results.closings(**span, departments=frozenset())
    assert {unit: one.answered for unit, one in tallies.items()} == {"ACC": 1, "DPS": 5}
    results = results_of(tallies)
    assert results.total is not None
    assert results.total.happy is not None
    assert (results.total.happy.count, results.total.happy.of) == (3, 6)
    assert results.units == {"ACC": None, "DPS": None}  # one hidden would be known by the sum
    own = await world.results.closings(**span, departments=frozenset({"DPS"}))
    assert list(own) == ["DPS"]
    assert results_of(own).units["DPS"] is not None


async def test_who_is_erased_leaves_a_count_and_no_words_and_is_asked_no_more(
    world: World, tmp_path: Path
) -> None:
    case = await world.closed_case()
    campaign = await a_campaign(world)
    await on_the_day(world)
    await world.round()
    answers, _ = read_answers(ASKED, {"q1": "neutral", "q3": "1", "q4": "ابنتي شمسة انتظرت"})
    await world.answers.answer(digest_of(world.tokens[-1]), answers, at=world.parts.clock())
    await world.parts.send_all()
    erasures = SqlErasures(world.engine, tmp_path)
    await erasures.erase(case.person_id, reason="طلب", by=MANAGER, at=world.parts.clock())
    [wave] = await world.campaigns.waves(campaign.id)
    tally = (await world.results.campaign([wave.id], departments=frozenset()))["DPS"]
    assert (tally.answered, tally.values["q3"]) == (1, {"1": 1})
    assert await world.results.campaign_lines([wave.id], departments=frozenset(), limit=9) == []
    assert "شمسة" not in str(await world.rows(ANSWERS))
    barred = await world.draws.barred(since=TEN, times=9)
    assert barred == {case.person_id: Skip.OPTED_OUT}
