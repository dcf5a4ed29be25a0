"""After a closing: one question, once, in the language of the case, at a decent hour."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from conversations.model import Address, Controller
from conversations.ratings import PAUSE, Face
from kernel.language import Language
from stores.sql_rating_store import RATINGS
from stores.sql_survey_follow_ups import SqlSurveyFollowUps
from stores.survey_rows import INVITATIONS
from surveys.following_up import FollowingUp
from surveys.invitations import Skip, digest_of
from tests.app.conversations.test_handover import CLOSING, NOURA, held
from tests.app.surveys.world import MARIAM, PAGE, World

HOUR = timedelta(hours=1)


async def test_a_closed_case_is_asked_about_once(world: World) -> None:
    case = await world.closed_case()
    await world.round(timedelta(minutes=5))
    assert await world.asked() == []  # the answer itself comes first
    await world.round()
    [question] = await world.asked()
    assert case.number in question.text
    assert question.text.startswith("كيف كانت معالجتنا لطلبك رقم")
    assert [one.title for one in question.buttons] == ["😊 راضٍ", "😐 محايد", "😞 غير راضٍ"]
    for _ in range(3):
        await world.round(PAUSE)
    assert len(await world.asked()) == 1
    assert await world.audited("survey_asked") == 1
    await world.press(question.buttons[0].payload)
    [rating] = await world.rows(RATINGS)
    assert (rating["face"], rating["subject_kind"]) == ("happy", "case")
    assert rating["subject_id"].startswith(f"{case.number}@")


async def test_each_closing_is_asked_about_anew(world: World) -> None:
    case = await world.closed_case()
    await world.round()
    again = await world.service.move(case.number, case.state.OPEN, actor="agent:noura")
    await world.close(again)
    world.parts.clock.pass_(PAUSE.total_seconds())
    await world.round()
    assert len(await world.asked()) == 2


async def test_an_english_case_is_asked_about_in_english(world: World) -> None:
    case = await world.closed_case(language=Language.EN)
    await world.round()
    [question] = await world.asked()
    assert (question.language, question.text[:7]) == (Language.EN, "How did")
    assert case.number in question.text


async def test_nobody_is_asked_at_night_or_on_a_day_off(world: World) -> None:
    world.parts.clock.at = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # Wednesday, 14:00
    await world.closed_case()
    await world.round(4 * HOUR)  # 18:00
    await world.round(5 * HOUR)
    assert await world.asked() == []
    await world.round(9 * HOUR)  # Thursday, 08:00
    assert len(await world.asked()) == 1


async def test_several_processes_ask_once(world: World) -> None:
    await world.closed_case()
    world.parts.clock.pass_(HOUR.total_seconds())
    await asyncio.gather(*(world.asking.make_round() for _ in range(6)))
    assert len(await world.asked()) == 1
    assert len(await world.rows(INVITATIONS)) == 1


async def test_while_people_speak_the_question_waits(world: World) -> None:
    await world.closed_case()
    id_ = await held(world.parts)
    await world.round()
    assert await world.asked() == []
    await world.parts.handover.give_back(id_, NOURA)
    assert (await world.parts.conversation()).controller is Controller.BOT
    await world.round()
    assert [one.reason for one in await world.asked()] == ["rate_case"]


async def test_who_was_asked_in_the_chat_just_now_is_asked_about_the_case_a_day_later(
    world: World,
) -> None:
    await world.closed_case()
    id_ = await held(world.parts)
    await world.parts.handover.close(id_, NOURA, CLOSING)
    await world.round()
    assert [one.reason for one in await world.asked()] == ["rate_us"]
    await world.round(PAUSE)
    assert [one.reason for one in await world.asked()] == ["rate_us", "rate_case"]


async def test_outside_the_window_a_template_carries_a_link_that_works_once(world: World) -> None:
    case = await world.closed_case()
    world.window = world.parts.clock()
    await world.round()
    [message] = await world.asked()
    assert message.metadata == {"template": {"name": "survey_case"}}
    assert message.text == f"{case.number}: {PAGE}/s/{world.tokens[-1]}"
    [invitation] = await world.rows(INVITATIONS)
    assert invitation["token_hash"] == digest_of(world.tokens[-1])
    assert world.tokens[-1] not in str(invitation)


async def test_who_was_merged_away_or_has_no_conversation_is_not_asked(world: World) -> None:
    case = await world.closed_case()
    other = await world.closed_case(caused_by="m-77")
    assert other.number != case.number
    await world.closed_case(caused_by="m-78", conversation_id="by-phone")
    await world.closed_case(caused_by="rating:abc")
    await world.round()
    await world.round(PAUSE)
    numbers = {row["subject"] for row in await world.rows(INVITATIONS)}
    assert numbers == {case.number, other.number}


async def test_a_closing_that_nobody_could_be_asked_about_for_days_is_let_go(world: World) -> None:
    await world.closed_case()
    await held(world.parts)
    for _ in range(12):
        await world.round(timedelta(days=1))
    [invitation] = await world.rows(INVITATIONS)
    assert (invitation["state"], invitation["reason"]) == ("skipped", Skip.TOO_LATE)


@pytest.mark.parametrize(
    "words", ["إيقاف الاستبيان", "أوقفوا الاستبيانات.", "STOP SURVEYS", "إيقاف"]
)
async def test_a_word_in_the_chat_ends_all_asking_for_good(world: World, words: str) -> None:
    await world.closed_case()
    await world.round()
    asked_before = len(world.parts.rasa.heard)
    await world.say(words)
    last = (await world.parts.messages())[-1]
    assert last.reason == "surveys_stopped"
    assert len(world.parts.rasa.heard) == asked_before
    assert await world.audited("survey_opted_out") == 1
    await world.closed_case()
    await world.round(PAUSE)
    id_ = await held(world.parts)
    await world.parts.handover.close(id_, NOURA, CLOSING)
    await world.round(PAUSE)
    assert len(await world.asked()) == 1
    skipped = [one["reason"] for one in await world.rows(INVITATIONS) if one["reason"]]
    assert skipped == [Skip.OPTED_OUT]


async def test_a_bare_stop_means_something_else_where_we_asked_nothing(world: World) -> None:
    await world.say("إيقاف")
    assert (await world.parts.messages())[-1].text == "سمعت: إيقاف"
    assert await world.audited("survey_opted_out") == 0


async def test_the_wish_counts_also_while_a_colleague_speaks(world: World) -> None:
    await held(world.parts)
    await world.say("لا أريد استبيانات")
    assert await world.audited("survey_opted_out") == 1
    assert "surveys_stopped" not in [one.reason for one in await world.parts.messages()]


async def test_a_low_score_becomes_one_case_that_is_followed_up(world: World) -> None:
    case = await world.closed_case()
    await world.round()
    [question] = await world.asked()
    await world.press(question.buttons[2].payload)
    [thanks] = [one for one in await world.parts.messages() if one.reason == "rated"]
    await world.press(thanks.buttons[0].payload)
    await world.say("ما رد علي أحد بخصوص INV-9")
    await world.following.make_round()
    assert len(await world.service.cases_of(case.person_id)) == 1  # minds may still change
    world.parts.clock.pass_(HOUR.total_seconds())
    await asyncio.gather(*(world.following.make_round() for _ in range(4)))
    opened, _ = await world.service.cases_of(case.person_id)
    assert (opened.kind, opened.department) == ("callback", case.department)
    assert case.number in opened.text
    assert "ما رد علي أحد بخصوص INV-9" in opened.text.replace("\u2068", "").replace("\u2069", "")
    assert opened.course.owner == f"unit:{case.department}"
    assert opened.course.next_at is not None
    assert opened.related == (case.number,)
    assert (await world.service.get(case.number)).related == (opened.number,)
    await world.following.make_round()
    assert len(await world.service.cases_of(case.person_id)) == 2
    await world.close(opened)  # and nobody is asked about the follow-up
    await world.round(PAUSE)
    assert len(await world.asked()) == 1


async def test_of_a_confidential_case_the_follow_up_says_the_number_only(world: World) -> None:
    case = await world.closed_case(confidential=True)
    await world.round()
    [question] = await world.asked()
    await world.press(question.buttons[2].payload)
    [thanks] = [one for one in await world.parts.messages() if one.reason == "rated"]
    await world.press(thanks.buttons[0].payload)
    await world.say("موظف محدد طلب مني مبلغًا")
    world.parts.clock.pass_(HOUR.total_seconds())
    await world.following.make_round()
    opened = (await world.service.cases_of(case.person_id))[0]
    assert case.number in opened.text
    assert "مبلغ" not in opened.text


async def test_what_breaks_while_asking_leaves_nothing_and_is_done_again_once(
    world: World,
) -> None:
    ali = Address("fake", "user", "ali")
    world.window = world.parts.clock()  # over, so that everybody gets a link
    await world.closed_case(of=ali)
    await world.round()
    await world.closed_case()
    taken = len(world.tokens)
    world.again = world.tokens[0]  # the database refuses the second of a token, last of all
    with pytest.raises(IntegrityError):
        await world.round()
    assert await world.asked() == []
    assert len(await world.rows(RATINGS)) == len(await world.rows(INVITATIONS)) == 1
    world.again = None
    await world.round()
    await world.round()
    assert len(world.tokens) == taken + 1
    await world.parts.send_all()
    sent = [one for one in world.parts.channel.sent if one.message.reason == "survey_case_link"]
    assert len(sent) == 2


class Dying(SqlSurveyFollowUps):
    """Is killed between the case and the note."""

    async def followed_up(self, rating_id: str, case_number: str | None, *, at: datetime) -> None:
        raise ConnectionError(f"killed before {rating_id} was noted")


async def test_a_kill_between_the_follow_up_and_its_note_opens_no_second_one(
    world: World,
) -> None:
    case = await world.closed_case()
    await world.round()
    [question] = await world.asked()
    await world.press(question.buttons[2].payload)
    world.parts.clock.pass_(HOUR.total_seconds())
    dying = FollowingUp(Dying(world.engine), world.follow_ups, now=world.parts.clock)
    with pytest.raises(ConnectionError):
        await dying.make_round()
    assert len(await world.service.cases_of(case.person_id)) == 2
    await world.following.make_round()
    assert len(await world.service.cases_of(case.person_id)) == 2
    assert await world.audited("survey_followed_up") == 1


async def test_two_people_are_asked_apart(world: World) -> None:
    ali = Address("fake", "user", "ali")
    await world.closed_case()
    await world.closed_case(of=ali)
    await world.round()
    assert len(await world.asked()) == len(await world.asked(ali)) == 1
    [question] = await world.asked(ali)
    await world.press(question.buttons[0].payload)  # Mariam was never offered Ali's button
    assert {row["face"] for row in await world.rows(RATINGS)} == {None}
    assert (await world.parts.conversation(MARIAM)).id != (await world.parts.conversation(ali)).id
    assert Face.HAPPY == "happy"
