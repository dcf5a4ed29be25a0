"""The page behind a link: without signing in, without a script, once, and for nobody else."""

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.lines import Lines
from conversations.model import Address, Conversation
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.database import engine_for
from stores.opt_outs import OPT_OUTS
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_rating_store import RATINGS
from stores.sql_survey_asking import SqlSurveyAsking
from surveys.invitations import CASE, Invitation, Seen, Way, digest_of
from surveys.ports import Ask
from surveys.wording import Wording
from tests.app.conversations.parts import new_id
from tests.app.webchat_house import Running

NUMBER = "DF-26-004173"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Linked:
    """Somebody with a link, in a browser that knows nothing of us."""

    http: ClientSession
    engine: AsyncEngine
    path: str
    conversation: Conversation

    async def see(self, query: str = "") -> tuple[int, str]:
        async with self.http.get(self.path + query) as answer:
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.text()

    async def send(self, form: Mapping[str, str], **more: Any) -> tuple[int, str]:
        _, page = await self.see(more.pop("query", ""))
        token = _TOKEN.search(page)
        form = {"csrf": token.group(1) if token else "", **form}
        async with self.http.post(more.pop("path", self.path), data=form, **more) as answer:
            return answer.status, await answer.text()

    async def rating(self) -> Mapping[str, Any]:
        async with self.engine.connect() as connection:
            rows = await connection.execute(sa.select(RATINGS))
            return dict(rows.mappings().one())


@asynccontextmanager
async def linked(
    running: Running, *, language: Language = Language.AR, open_for: timedelta = timedelta(days=7)
) -> AsyncIterator[Linked]:
    engine, now = engine_for(running.house.settings.database), datetime.now(UTC)
    conversation = await SqlConversationStore(engine, new_id=new_id).ensure(
        Address("webchat", "session", "s-1"), language, now
    )
    token = "t0k3n" * 6
    wording = Wording(
        Lines(Catalogue.load(), new_id=new_id), template=lambda *_: None, page=running.url
    )
    invitation = Invitation(
        id=new_id(),
        kind=CASE,
        subject=NUMBER,
        occasion="1",
        person_id=conversation.person_id,
        conversation_id=conversation.id,
        department="DPS",
        language=language,
        planned_at=now,
        expires_at=now + open_for,
    )

    def ask(seen: Seen) -> Ask:
        lines = wording.said(seen.conversation, invitation, Way.LINK, token, now)
        return Ask(lines=lines, way=Way.LINK, token_hash=digest_of(token))

    assert await SqlSurveyAsking(engine, new_id=new_id).ask(invitation, ask, at=now)
    async with ClientSession(running.url) as http:
        yield Linked(http, engine, f"/s/{token}", conversation)
    await engine.dispose()


async def test_a_face_and_a_line_are_kept_once_and_the_second_is_declined_politely(
    running: Running,
) -> None:
    async with linked(running) as person:
        status, page = await person.see()
        assert status == 200
        assert '<html lang="ar" dir="rtl">' in page
        assert NUMBER in page.replace("\u2060", "")
        assert "<script" not in page
        assert person.conversation.id not in page
        status, page = await person.send({"face": "unhappy", "words": "لم يصلني رد عن INV-9"})
        assert status == 200
        assert "نعتذر لأن خدمتنا لم تكن كما تتوقع" in page
        kept = await person.rating()
        assert (kept["face"], kept["words"]) == ("unhappy", "لم يصلني رد عن INV-9")
        status, page = await person.see()
        assert (status, "وصلتنا إجابة بهذا الرابط من قبل" in page) == (200, True)
        assert await person.rating() == kept


async def test_of_two_who_send_at_once_the_first_is_kept(running: Running) -> None:
    async with linked(running) as person:
        _, page = await person.see()
        token = _TOKEN.search(page)
        assert token is not None
        for face, expected in (("happy", 200), ("unhappy", 409)):
            form = {"csrf": token.group(1), "face": face}
            async with person.http.post(person.path, data=form) as answer:
                assert answer.status == expected
        assert (await person.rating())["face"] == "happy"


async def test_looking_uses_nothing_up_and_a_missing_face_is_asked_for(running: Running) -> None:
    async with linked(running) as person:
        async with person.http.head(person.path) as answer:
            assert answer.status == 200
        status, page = await person.send({"words": "شكرا"})
        assert status == 422
        assert "يُرجى اختيار إجابة." in page
        assert ">شكرا</textarea>" in page  # what was typed is kept
        assert (await person.rating())["rated_at"] is None


async def test_the_page_speaks_the_language_of_the_case_and_the_other_one_on_demand(
    running: Running,
) -> None:
    async with linked(running, language=Language.EN) as person:
        _, page = await person.see()
        assert '<html lang="en" dir="ltr">' in page
        assert "How did we handle your case" in page
        _, page = await person.see("?lang=ar")
        assert "كيف كانت معالجتنا لطلبك رقم" in page


async def test_a_link_that_is_over_or_wrong_says_so(running: Running) -> None:
    async with linked(running, open_for=timedelta(seconds=-1)) as person:
        status, page = await person.see()
        assert (status, "انتهت مدة هذا الاستبيان" in page) == (410, True)
        async with person.http.get("/s/AAAAAAAAAAAAAAAAAAAAAAAA") as answer:
            assert answer.status == 404
            assert "لا يؤدي هذا الرابط إلى استبيان" in await answer.text()
        async with person.http.get("/s/short") as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"csrf": "0" * 64}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_a_page_of_others_cannot_answer(
    running: Running, form: dict[str, str], headers: dict[str, str]
) -> None:
    async with linked(running) as person:
        status, _ = await person.send({"face": "happy", **form}, headers=headers)
        assert status == 403
        async with person.http.post(person.path, json={"face": "happy"}) as answer:
            assert answer.status == 403
        assert (await person.rating())["face"] is None


async def test_who_wants_no_more_surveys_is_asked_first_and_kept(running: Running) -> None:
    async with linked(running) as person:
        status, page = await person.see("?stop")
        assert (status, "إيقاف الاستبيانات" in page) == (200, True)
        status, page = await person.send({}, path=f"{person.path}/stop", query="?stop")
        assert (status, "أوقفنا الاستبيانات" in page) == (200, True)
        async with person.engine.connect() as connection:
            [row] = (await connection.execute(sa.select(OPT_OUTS))).mappings()
        assert (row["person_id"], row["way"]) == (person.conversation.person_id, "page")
        assert (await person.see())[0] == 200  # one may answer all the same


async def test_no_token_stands_in_the_log(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="app.access"):
        async with linked(running) as person:
            await person.see()
    assert "GET /s/… 200" in caplog.text
    assert "t0k3n" not in caplog.text
