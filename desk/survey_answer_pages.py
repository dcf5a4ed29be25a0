"""The page that a link of a survey leads to: for everybody who has it, once, without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from desk.access import SAME, TOKEN_FIELD
from desk.headers import HEADERS
from desk.rendering import Rendering
from kernel.language import Language
from phrases.catalogue import Catalogue
from surveys.answering import read_answers
from surveys.invitations import digest_of
from surveys.ports import Answered, AnswerStore, Asked
from surveys.questions import Both, Question, QuestionKind, Questionnaire

FACE, WORDS = "face", "words"
PAGE_HEADERS = {**HEADERS, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
UNBROKEN = "-\u2060"
"""A hyphen at which no line ends, so that a number stays in one piece."""

FORM = "application/x-www-form-urlencoded"


class SurveyAnswerPages:
    """Looking changes nothing, so that what previews links uses none up."""

    def __init__(
        self,
        store: AnswerStore,
        rendering: Rendering,
        phrases: Catalogue,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rendering = rendering
        self._phrases = phrases
        self._now = now

    def attach(self, app: web.Application) -> None:
        """Add the routes, which are the public's."""
        here = "/s/{token:[A-Za-z0-9_-]{16,64}}"
        app.router.add_get(here, self.show)
        app.router.add_post(here, self.answer)
        app.router.add_post(f"{here}/stop", self.stop)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the questions, or why there are none."""
        asked = await self._store.find(_digest(request))
        closed = self._closed(request, asked)
        if asked is None or ("stop" not in request.query and closed is not None):
            return closed or self._told(request, asked, "unknown", HTTPStatus.NOT_FOUND)
        if "stop" in request.query:
            return self._page(request, asked, "survey_stop.html", {})
        return self._form(request, asked, {}, {})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Keep the answer, or show what is missing."""
        form = await self._sent(request)
        digest = _digest(request)
        asked = await self._store.find(digest)
        if asked is None:
            return self._told(request, None, "unknown", HTTPStatus.NOT_FOUND)
        given = {name: str(value) for name, value in form.items()}
        answers, problems = read_answers(self._questions(asked), given)
        if problems and (closed := self._closed(request, asked)) is not None:
            return closed
        if problems:
            return self._form(request, asked, given, problems)
        match await self._store.answer(digest, answers, at=self._now()):
            case Answered.KEPT:
                return self._told(request, asked, "kept_low" if answers.low else "kept")
            case Answered.ALREADY:
                return self._told(request, asked, "already", HTTPStatus.CONFLICT)
            case Answered.EXPIRED:
                return self._told(request, asked, "expired", HTTPStatus.GONE)
            case _:
                return self._told(request, None, "unknown", HTTPStatus.NOT_FOUND)

    async def stop(self, request: web.Request) -> web.StreamResponse:
        """Ask this person never again; works for a link that was used or is over, too."""
        await self._sent(request)
        asked = await self._store.find(_digest(request))
        if asked is None:
            return self._told(request, None, "unknown", HTTPStatus.NOT_FOUND)
        await self._store.opt_out(asked.person_id, way="page", at=self._now())
        return self._told(request, asked, "stopped")

    async def _sent(self, request: web.Request) -> Mapping[str, Any]:
        """Return what our own page sent.

        No cookie gives anybody a right here: who sends has the link. The token of the form
        and the browser's word keep pages of others from sending in somebody's name all the same.

        Raises:
            HTTPForbidden: it comes from elsewhere.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if request.content_type != FORM or (site is not None and site not in SAME):
            raise web.HTTPForbidden(headers=PAGE_HEADERS)
        form = await request.post()
        if not self._rendering.fits(_bearer(request), str(form.get(TOKEN_FIELD, ""))):
            raise web.HTTPForbidden(headers=PAGE_HEADERS)
        return form

    def _closed(self, request: web.Request, asked: Asked | None) -> web.StreamResponse | None:
        """Return the page that says why nothing can be answered; None when it can be."""
        if asked is None:
            return self._told(request, None, "unknown", HTTPStatus.NOT_FOUND)
        if asked.rating.rated_at is not None:
            return self._told(request, asked, "already")
        if asked.rating.expires_at <= self._now():
            return self._told(request, asked, "expired", HTTPStatus.GONE)
        return None

    def _questions(self, asked: Asked) -> Questionnaire:
        if asked.asked is not None:
            return asked.asked
        return Questionnaire(
            title=self._both("survey_page_title"),
            intro=self._both("survey_page_case_intro"),
            questions=(
                Question(
                    id=FACE,
                    kind=QuestionKind.FACES,
                    words=self._both(
                        "survey_page_case", number=asked.subject.replace("-", UNBROKEN)
                    ),
                ),
                Question(
                    id=WORDS,
                    kind=QuestionKind.TEXT,
                    words=self._both("survey_page_words"),
                    required=False,
                ),
            ),
        )

    def _both(self, key: str, **facts: str) -> Both:
        arabic, english = (self._phrases.say(key, one, **facts) for one in Language)
        return Both(arabic, english)

    def _form(
        self,
        request: web.Request,
        asked: Asked,
        given: Mapping[str, str],
        problems: Mapping[str, str],
    ) -> web.StreamResponse:
        facts = {"asked": self._questions(asked), "given": given, "problems": problems}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        return self._page(request, asked, "survey_form.html", facts, status)

    def _told(
        self,
        request: web.Request,
        asked: Asked | None,
        what: str,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.StreamResponse:
        titled = what in ("expired", "unknown", "stopped")
        facts = {
            "title_key": f"survey_page_{what}_title" if titled else "survey_page_thanks",
            "text_key": f"survey_page_{what}",
            "done": what in ("kept", "kept_low", "already", "stopped"),
        }
        return self._page(request, asked, "survey_told.html", facts, status)

    def _page(
        self,
        request: web.Request,
        asked: Asked | None,
        template: str,
        facts: Mapping[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.StreamResponse:
        language = _chosen(request, asked, self._rendering.language(request))
        page = self._rendering.page(
            request,
            template,
            {
                **facts,
                "here": f"/s/{request.match_info['token']}",
                "form_token": self._rendering.form_token(_bearer(request)),
                "other_language": Language.EN if language is Language.AR else Language.AR,
                "may_stop": asked is not None and not asked.opted_out,
            },
            status=status,
            language=language,
        )
        page.headers.update(PAGE_HEADERS)
        page.headers["Cache-Control"] = "no-store"
        return page


def _digest(request: web.Request) -> str:
    return digest_of(request.match_info["token"])


def _bearer(request: web.Request) -> str:
    return f"survey:{_digest(request)}"


def _chosen(request: web.Request, asked: Asked | None, usual: Language) -> Language:
    """Return the language of a page: what was chosen on it, else that of the invitation."""
    chosen = request.query.get("lang", "")
    if chosen in list(Language):
        return Language(chosen)
    return usual if asked is None else asked.language
