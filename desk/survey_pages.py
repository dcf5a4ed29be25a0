"""Campaigns on screen: the list, the editor, the preview, publishing and stopping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from multidict import MultiDict

from cases.departments import DEPARTMENTS
from desk.access import ACCOUNT, Routes
from desk.rendering import MANAGING, Rendering
from desk.survey_editing import by_place, may_edit, own_units, seen_in, texts_of, written
from desk.survey_results_pages import LAMPS
from desk.viewer import agent_of
from kernel.language import Language
from surveys.campaigns import (
    Campaign,
    CampaignState,
    Every,
    Plan,
    choices,
    ready_problems,
)
from surveys.errors import CampaignChanged, CampaignNotFound, CampaignOver
from surveys.ports import CampaignStore, DrawStore
from surveys.questions import QuestionKind, Questionnaire
from surveys.results import SurveyReader, results_of

SURVEYS = "/desk/surveys"
CLOSING_DAYS = 90


class SurveyPages:
    """Whose account names departments asks only people of these, and edits only such campaigns."""

    def __init__(
        self,
        campaigns: CampaignStore,
        draws: DrawStore,
        results: SurveyReader,
        rendering: Rendering,
        *,
        least: int,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        zone: ZoneInfo,
    ) -> None:
        self._campaigns = campaigns
        self._draws = draws
        self._results = results
        self._rendering = rendering
        self._least = least
        self._now = now
        self._new_id = new_id
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/surveys", self.list, MANAGING)
        routes.post("/surveys/new", self.create, MANAGING)
        routes.get("/surveys/{campaign}/edit", self.edit, MANAGING)
        routes.post("/surveys/{campaign}/edit", self.save, MANAGING)
        routes.get("/surveys/{campaign}/preview", self.preview, MANAGING)
        routes.get("/surveys/{campaign}/publish", self.ask_to_publish, MANAGING)
        routes.post("/surveys/{campaign}/publish", self.publish, MANAGING)
        routes.post("/surveys/{campaign}/stop", self.stop, MANAGING)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show what is asked after closings, and every campaign."""
        account, until = request[ACCOUNT], self._now()
        own = own_units(account)
        campaigns = await self._campaigns.all()
        since = until - timedelta(days=CLOSING_DAYS)
        closings = await self._results.closings(since=since, until=until, departments=own)
        waves = await asyncio.gather(*(self._campaigns.waves(one.id) for one in campaigns))
        counted = await asyncio.gather(
            *(self._results.campaign([wave.id for wave in of], departments=own) for of in waves)
        )
        facts = {
            "campaigns": [
                (one, len(of), results_of(tally, least=self._least))
                for one, of, tally in zip(campaigns, waves, counted, strict=True)
            ],
            "closings": results_of(closings, least=self._least),
            "days": CLOSING_DAYS,
            "least": self._least,
            "states": LAMPS,
        }
        return self._rendering.page(request, "surveys.html", facts)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Begin a draft, with the question that every survey begins with."""
        account, now = request[ACCOUNT], self._now()
        draft = Campaign(
            id=self._new_id(),
            name="",
            asked=Questionnaire(),
            plan=Plan(),
            state=CampaignState.DRAFT,
            version=0,
            changes=0,
            created_at=now,
            created_by=agent_of(account).actor,
        )
        begun = MultiDict({"do": f"add:{QuestionKind.FACES}", **USUAL})
        await self._campaigns.add(written(begun, draft, account))
        raise web.HTTPSeeOther(f"{SURVEYS}/{draft.id}/edit")

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """Show the form."""
        return self._form(request, await self._own(request))

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Keep what was written, whatever is missing still."""
        was, form = await self._own(request), await request.post()
        typed = replace(written(texts_of(form), was, request[ACCOUNT]), changes=seen_in(form))
        actor = agent_of(request[ACCOUNT]).actor
        try:
            saved = await self._campaigns.save(typed, actor=actor, at=self._now())
        except (CampaignChanged, CampaignOver) as error:
            return self._form(request, typed, problem=error.code, status=HTTPStatus.CONFLICT)
        do = str(form.get("do", ""))
        if do == "publish":
            raise web.HTTPSeeOther(f"{SURVEYS}/{saved.id}/publish")
        anchor = "#questions" if ":" in do else "#saved"
        raise web.HTTPSeeOther(f"{SURVEYS}/{saved.id}/edit?saved{anchor}")

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """Show the page that people will get, in both languages side by side."""
        campaign = await self._seen(request)
        facts = {"campaign": campaign, "languages": list(Language)}
        return self._rendering.page(request, "survey_preview.html", facts)

    async def ask_to_publish(self, request: web.Request) -> web.StreamResponse:
        """Show what stands in the way, and how many people it would ask now."""
        return await self._publishing(request, await self._own(request))

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """Let it count, if nothing stands in the way."""
        campaign, form = await self._own(request), await request.post()
        if ready_problems(campaign, today=self._today()):
            return await self._publishing(request, campaign)
        try:
            await self._campaigns.publish(
                campaign.id,
                seen=seen_in(form),
                actor=agent_of(request[ACCOUNT]).actor,
                at=self._now(),
            )
        except (CampaignChanged, CampaignOver) as error:
            return await self._publishing(request, campaign, problem=error.code)
        raise web.HTTPSeeOther(f"{SURVEYS}/{campaign.id}")

    async def stop(self, request: web.Request) -> web.StreamResponse:
        """Ask nobody more."""
        campaign = await self._own(request)
        actor = agent_of(request[ACCOUNT]).actor
        await self._campaigns.stop(campaign.id, actor=actor, at=self._now())
        raise web.HTTPSeeOther(f"{SURVEYS}/{campaign.id}")

    async def _seen(self, request: web.Request) -> Campaign:
        try:
            return await self._campaigns.get(request.match_info["campaign"][:36])
        except CampaignNotFound:
            raise web.HTTPNotFound from None

    async def _own(self, request: web.Request) -> Campaign:
        campaign = await self._seen(request)
        if not may_edit(request[ACCOUNT], campaign):
            raise web.HTTPForbidden
        return campaign

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def _form(
        self,
        request: web.Request,
        campaign: Campaign,
        *,
        problem: str | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.StreamResponse:
        account = request[ACCOUNT]
        found = ready_problems(campaign, today=self._today())
        problems = by_place(
            [(one.where, one.code) for one in found] if "check" in request.query else [],
            lambda code: self._rendering.say(request, code),
        )
        facts: Mapping[str, Any] = {
            "campaign": campaign,
            "problem": problem,
            "saved": "saved" in request.query,
            "problems": problems,
            "option_problems": lambda of: sorted(
                {words for place, words in problems.items() if place.startswith(f"{of}.options.")}
            ),
            "kinds": list(QuestionKind),
            "every": list(Every),
            "groups": {
                **choices(),
                "departments": [code for code in DEPARTMENTS if account.serves(code)],
            },
            "departments": DEPARTMENTS,
            "fixed": campaign.version > 0,
        }
        return self._rendering.page(request, "survey_edit.html", facts, status=status)

    async def _publishing(
        self, request: web.Request, campaign: Campaign, *, problem: str | None = None
    ) -> web.StreamResponse:
        problems = ready_problems(campaign, today=self._today())
        people = None
        plan = campaign.plan
        if plan.starts_on is not None:
            since, until = plan.closings(1, self._zone)
            found = await self._draws.candidates(plan.group, since=since, until=until)
            cap_since = self._now() - timedelta(days=plan.cap_days)
            barred = await self._draws.barred(since=cap_since, times=max(plan.cap, 1))
            people = len([one for one in found if one.person_id not in barred])
        facts = {
            "campaign": campaign,
            "problem": problem,
            "problems": [(self._place(request, campaign, one.where), one.code) for one in problems],
            "people": people,
            "departments": DEPARTMENTS,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        return self._rendering.page(request, "survey_publish.html", facts, status=status)

    def _place(self, request: web.Request, campaign: Campaign, where: str) -> str:
        """Return what people call the place of a problem, such as ``q2.words.ar``."""
        say, (first, *rest) = self._rendering.say, where.split(".")
        ids = [one.id for one in campaign.asked.questions]
        if first in ids:
            words = say(request, "survey_place_question", number=str(ids.index(first) + 1))
        elif first in ("name", "title", "intro", "questions"):
            words = say(request, f"survey_place_{first}")
        else:
            words = say(request, "survey_place_plan")
        if rest and rest[-1] in list(Language):
            words += f" ({say(request, f'survey_language_{rest[-1]}')})"
        return words


USUAL = {"every": "once", "most": "500", "open_days": "14", "cap": "1", "cap_days": "90"}
"""What the form of a new campaign begins with."""
