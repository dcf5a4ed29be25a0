"""Wire surveys: who asks, the page that takes answers, who follows up, the managers' screens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from app.service_rules import WHATSAPP
from app.settings import Settings
from cases.calendar import WorkingCalendar
from cases.join_ports import JoinStore
from cases.service import CaseService
from cases.work import CaseWork
from channels.whatsapp.templates import Templates
from conversations.lines import Lines
from conversations.model import Conversation
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup
from conversations.window import ServiceWindow
from desk.application import Pages
from desk.rendering import Rendering
from desk.survey_answer_pages import SurveyAnswerPages
from desk.survey_pages import SurveyPages
from desk.survey_results_pages import SurveyResultsPages
from kernel.language import Language
from phrases.catalogue import Catalogue
from phrases.days import ZONE
from stores.sql_survey_answers import SqlSurveyAnswers
from stores.sql_survey_asking import SqlSurveyAsking
from stores.sql_survey_campaigns import SqlSurveyCampaigns
from stores.sql_survey_drawing import SqlSurveyDrawing
from stores.sql_survey_follow_ups import SqlSurveyFollowUps
from stores.sql_survey_results import SqlSurveyResults
from surveys.asking import Asking, AskingRules
from surveys.drawing import Drawing
from surveys.following_up import FollowingUp, FollowUpCases
from surveys.wording import Wording

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

EVERY_S = 5.0
DRAW_EVERY_S = 60.0
TOKEN_BYTES = 24


class Surveys:
    """Built on a database; ``workers`` and ``pages`` take the parts that come later."""

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        phrases: Catalogue,
        cases: CaseService,
        joins: JoinStore,
        calendar: WorkingCalendar,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._phrases = phrases
        self._cases = cases
        self._work = CaseWork(joins, cases.rules, now=now)
        self._calendar = calendar
        self._now = now
        self._asking = SqlSurveyAsking(engine, new_id=new_id)
        self._answers = SqlSurveyAnswers(engine)
        self._follow_ups = SqlSurveyFollowUps(engine)
        self._campaigns, self._draws = SqlSurveyCampaigns(engine), SqlSurveyDrawing(engine)
        self.results = SqlSurveyResults(engine)
        self._new_id = new_id
        self._answer_pages: SurveyAnswerPages | None = None

    def workers(self, window: ServiceWindow, lines: Lines, to_send: Wakeup) -> Sequence[Rounds]:
        """Return who asks, who draws the people of campaigns, and who follows low scores up."""
        settings = self._settings
        asking = Asking(
            self._asking,
            Wording(
                lines,
                template=_template(Templates.load()),
                page=settings.public_url or f"http://{settings.host}:{settings.port}",
            ),
            AskingRules(
                after_closing=settings.survey_after_closing,
                delay=timedelta(seconds=settings.survey_delay_s),
                open_for=timedelta(days=settings.survey_open_days),
            ),
            working=self._calendar.is_open,
            open_until=window.open_until,
            to_send=to_send,
            now=self._now,
            new_token=_new_token,
        )
        following = FollowingUp(
            self._follow_ups, FollowUpCases(self._cases, self._work, self._phrases), now=self._now
        )
        drawing = Drawing(self._draws, self._calendar, now=self._now, new_id=self._new_id)
        return (
            Rounds("surveys", asking.make_round, every_s=EVERY_S),
            Rounds("survey_draws", drawing.make_round, every_s=DRAW_EVERY_S),
            Rounds("survey_follow_ups", following.make_round, every_s=EVERY_S),
        )

    def pages(self, rendering: Rendering) -> Sequence[Pages]:
        """Return the managers' screens, and make the public's page with the same rendering."""
        self._answer_pages = SurveyAnswerPages(
            self._answers, rendering, self._phrases, now=self._now
        )
        least = self._settings.survey_least_answers
        return [
            SurveyResultsPages(
                self._campaigns, self.results, rendering, least=least, now=self._now, zone=ZONE
            ),
            SurveyPages(
                self._campaigns,
                self._draws,
                self.results,
                rendering,
                least=least,
                now=self._now,
                new_id=self._new_id,
                zone=ZONE,
            ),
        ]

    def attach(self, app: web.Application) -> None:
        """Add the public's pages."""
        if self._answer_pages is not None:
            self._answer_pages.attach(app)


def _new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _template(
    templates: Templates,
) -> Callable[[Conversation, str, Mapping[str, str]], tuple[str, Mapping[str, Any]] | None]:
    def filled(
        conversation: Conversation, name: str, facts: Mapping[str, str]
    ) -> tuple[str, Mapping[str, Any]] | None:
        if conversation.address.channel != WHATSAPP:
            return None
        found = templates.find(name, Language(facts["language"]))
        return None if found is None else found.filled(facts)

    return filled
