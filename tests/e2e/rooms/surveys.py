"""Surveys: what people said after closings, a campaign with answers, a draft that lacks words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.bootstrap import new_id, now
from conversations.lines import Lines
from conversations.model import Address
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.database import engine_for
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_survey_answers import SqlSurveyAnswers
from stores.sql_survey_asking import SqlSurveyAsking
from stores.sql_survey_campaigns import SqlSurveyCampaigns
from stores.sql_survey_drawing import SqlSurveyDrawing
from surveys.answering import read_answers
from surveys.campaigns import Wave
from surveys.invitations import CASE, WAVE, Invitation, Seen, Way, digest_of
from surveys.ports import Ask
from surveys.questions import Questionnaire
from surveys.wording import Wording
from tests.app.desk.test_survey_pages import SURVEYS, a_draft, write
from tests.app.surveys.test_questions import ASKED, FACES, LINE
from tests.contracts.campaign_store import a_draft as written
from tests.e2e.visit import Furnished, Place, Visit

FACE = ("happy", "happy", "neutral", "unhappy")
WORDS = ("خدمة سريعة، شكرًا لكم", "", "تأخر الرد على INV-9، رقمي 0501234567", "Clear and quick")
UNITS = ("DPS", "DPS", "DPS", "ACC", "ACC", "REV")
CAMPAIGN = "survey-1"


async def furnish(visit: Visit) -> Furnished:
    engine = engine_for(visit.running.house.settings.database)
    campaigns = SqlSurveyCampaigns(engine)
    await campaigns.add(replace(written(CAMPAIGN), asked=ASKED))
    await campaigns.publish(CAMPAIGN, seen=0, actor="agent:noura", at=now())
    conversations = SqlConversationStore(engine, new_id=new_id)
    at, answers = now(), SqlSurveyAnswers(engine)
    wave = Wave(
        id="wave-1",
        campaign_id=CAMPAIGN,
        version=1,
        number=1,
        since=at - timedelta(days=30),
        until=at,
        drawn_at=at,
        closes_at=at + timedelta(days=14),
        population=40,
        left_out={"opted_out": 1, "capped": 2},
        sampled=24,
        seed=f"{CAMPAIGN}:1",
    )
    asked: list[Invitation] = []
    for n in range(48):
        language = Language.EN if n % 4 == 3 else Language.AR
        address = Address("webchat", "session", f"surveyed-{n}")
        conversation = await conversations.ensure(address, language, at)
        one = Invitation(
            id=new_id(),
            kind=WAVE if n % 2 else CASE,
            subject="DF-26-000019",
            occasion=str(n),
            person_id=conversation.person_id,
            conversation_id=conversation.id,
            department=UNITS[n % len(UNITS)],
            language=language,
            planned_at=at + timedelta(hours=1),  # asked here, not by the house meanwhile
            expires_at=wave.closes_at,
            wave_id=wave.id if n % 2 else None,
            asked=ASKED if n % 2 else None,
        )
        asked.append(one)
    drawn = [one for one in asked if one.wave_id]
    assert await SqlSurveyDrawing(engine).keep_wave(wave, drawn)
    for n, one in enumerate(asked):
        await _ask(SqlSurveyAsking(engine, new_id=new_id), one, n, at)
        given = {
            "q1": FACE[n % len(FACE)],
            "q2": str(1 + n % 5),
            "q3": str(n % 2),
            "q4": WORDS[n % len(WORDS)],
        }
        form = ASKED if one.wave_id else Questionnaire(questions=(FACES, LINE))
        said, _ = read_answers(form, given)
        if n % 5:
            await answers.answer(digest_of(_token(n)), said, at=at)
    await engine.dispose()
    draft = await a_draft(visit.staff)
    assert (await write(visit.staff, draft, **{"title.en": "", "do": "add:scale"}))[0] == 303
    return {
        "/desk/surveys/closings.{kind}": ["/desk/surveys/closings.csv"],
        "/desk/surveys/{campaign}": [f"{SURVEYS}/{CAMPAIGN}"],
        "/desk/surveys/{campaign}/results.{kind}": [f"{SURVEYS}/{CAMPAIGN}/results.xlsx"],
        "/desk/surveys/{campaign}/edit": [
            f"{SURVEYS}/{draft}/edit",
            Place(f"{SURVEYS}/{draft}/edit?check", "lacking"),
            Place(f"{SURVEYS}/{CAMPAIGN}/edit", "published"),
        ],
        "/desk/surveys/{campaign}/preview": [f"{SURVEYS}/{CAMPAIGN}/preview"],
        "/desk/surveys/{campaign}/publish": [f"{SURVEYS}/{CAMPAIGN}/publish"],
    }


def _token(n: int) -> str:
    return f"{n:024d}"


async def _ask(store: SqlSurveyAsking, one: Invitation, n: int, at: datetime) -> None:
    lines = Lines(Catalogue.load(), new_id=new_id)
    wording = Wording(lines, template=lambda *_: None, page="https://chat.finance.example")

    def ask(seen: Seen) -> Ask:
        said = wording.said(seen.conversation, one, Way.LINK, _token(n), at)
        return Ask(lines=said, way=Way.LINK, token_hash=digest_of(_token(n)))

    assert await store.ask(one, ask, at=at)
