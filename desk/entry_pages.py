"""Questions and answers as pairs: the list, and the editor with both languages side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.departments import DEPARTMENTS
from cases.model import Segment
from content.answer_figures import AnswerCounts, AnswerFigures
from content.authors import last_authors
from content.draft import Draft
from content.enough import lacking
from content.entries import STATUSES, FaqEntry, Side
from content.errors import ContentBroken, EditConflict, InvalidContent
from content.folder import ContentFolder
from content.improvements import ImprovementState, ImprovementStore
from content.labels import VARIETIES
from content.lengths import fit
from content.likeness import AKIN, Lookalike, known_in, led_astray, lookalikes
from content.repository import ContentRepository
from content.worddiff import Piece, word_diff
from desk.access import ACCOUNT, Routes
from desk.drafting import Drafting
from desk.entry_form import Typed, entry_from, may_change, typed_text
from desk.entry_list import listed
from desk.figure_words import label_words
from desk.improvement_pages import ids_of
from desk.linking import linked
from desk.rendering import Rendering
from desk.viewer import agent_of
from kernel.language import Language
from kernel.validity import ZONE

ENTRIES = "/desk/studio/entries"
SEGMENTS = ("all", *(one.value for one in Segment))
CHOICES = ("consultation", "complaint", "suggestion", "track_case")
TALK = "/talk_to_human"
COUNTED = timedelta(days=30)
EMPTY = FaqEntry("", Side(), Side(), owner="", segment="public")


class EntryPages:
    """An editor changes the languages they write in; the other side stands beside, to read."""

    def __init__(
        self,
        drafting: Drafting,
        improvements: ImprovementStore,
        repository: ContentRepository,
        counts: AnswerCounts,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._improvements = improvements
        self._repository = repository
        self._counts = counts
        self._drafting = drafting
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/studio", self.lead, Role.EDITOR)
        routes.get("/studio/entries", self.show_all, Role.EDITOR)
        routes.get("/studio/entries/new", self.ask_new, Role.EDITOR)
        routes.post("/studio/entries/new", self.create, Role.EDITOR)
        routes.post("/studio/preview", self.preview, Role.EDITOR)
        routes.get("/studio/entries/{topic:[a-z][a-z0-9_]*}", self.show, Role.EDITOR)
        routes.post("/studio/entries/{topic:[a-z][a-z0-9_]*}", self.change, Role.EDITOR)
        routes.post("/studio/entries/{topic:[a-z][a-z0-9_]*}/remove", self.remove, Role.EDITOR)

    async def lead(self, _request: web.Request) -> web.StreamResponse:
        """Lead to the entries."""
        raise web.HTTPSeeOther(ENTRIES)

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """Show every entry with its state, by who asks."""
        facts = await self._list(request)
        return self._rendering.page(request, "studio_entries.html", facts)

    async def ask_new(self, request: web.Request) -> web.StreamResponse:
        """Show an empty pair, with what was asked where it comes from a message."""
        return await self._page(request, EMPTY, new=True)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Keep a new entry."""
        topic = typed_text(await request.post(), "topic")
        return await self._keep(request, EMPTY, topic=topic)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one entry."""
        return await self._page(request, await self._found(request))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep what was changed."""
        entry = await self._found(request)
        return await self._keep(request, entry, topic=entry.topic)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take an entry out of the draft."""
        entry = await self._found(request)
        if not may_change(request[ACCOUNT], entry):
            raise web.HTTPForbidden
        seen = typed_text(await request.post(), "seen")
        try:
            await self._drafting.ask(lambda folder: folder.remove(entry.topic, seen=seen))
        except EditConflict:
            return await self._page(request, entry, conflict=True, status=HTTPStatus.CONFLICT)
        raise web.HTTPSeeOther(ENTRIES)

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """Show what was typed as it will be read, on the web and on WhatsApp."""
        form = await request.post()
        entry = entry_from(form, EMPTY, tuple(Language))
        facts = previews(entry) | {"in_order": self._in_order(request)}
        return self._rendering.page(request, "studio_preview.html", facts)

    async def _keep(
        self, request: web.Request, before: FaqEntry, *, topic: str
    ) -> web.StreamResponse:
        account, form = request[ACCOUNT], await request.post()
        new = not before.topic
        wanted = entry_from(form, before, account.languages)
        if new:
            wanted = replace(wanted, topic=topic)
        if not (may_change(account, before) and may_change(account, wanted)):
            raise web.HTTPForbidden
        seen = None if new else typed_text(form, "seen")
        problems: dict[str, str] = {}
        found = await self._drafting.ask(lambda folder: _alike(folder, wanted, before))
        for one in found:
            if one.refused:
                problems[f"{one.known.language.value}.questions"] = self._rendering.say(
                    request, "studio_refused_alike", text=one.text, other=one.known.text
                )
        if not problems:
            try:
                await self._drafting.ask(lambda folder: folder.save(wanted, seen=seen))
            except EditConflict:
                return await self._page(
                    request, wanted, new=new, conflict=True, status=HTTPStatus.CONFLICT
                )
            except InvalidContent as error:
                for problem in error.problems:
                    field = _field(problem.where)
                    words = self._rendering.say(
                        request, f"studio_problem_{problem.code}", about=problem.about
                    )
                    problems.setdefault(field, words)
        if problems:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return await self._page(request, wanted, new=new, problems=problems, status=status)
        await self._settled(request, form, wanted.topic)
        raise web.HTTPSeeOther(f"{ENTRIES}/{wanted.topic}?saved=1")

    async def _settled(self, request: web.Request, form: Typed, topic: str) -> None:
        """Settle the messages that the entry was made from."""
        ids = ids_of(form.getall("improvement", []))
        if ids:
            actor = agent_of(request[ACCOUNT]).actor
            added = ImprovementState.ADDED
            await self._improvements.settle(
                ids, added, by=actor, at=self._now(), meaning=f"faq/{topic}"
            )

    async def _found(self, request: web.Request) -> FaqEntry:
        topic = request.match_info["topic"]
        found = await self._drafting.ask(lambda folder: folder.entry(topic))
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _list(self, request: web.Request) -> dict[str, Any]:
        today = self._now().astimezone(ZONE).date()
        language = self._rendering.language(request)
        entries, live = await self._drafting.about(
            lambda draft: (draft.folder.entries(), {one.topic: one for one in draft.live.entries()})
        )
        words = request.query.get("q", "")[:80]
        found = listed(entries, live, language, today, words)
        return {**found, "q": words, "segments": SEGMENTS}

    async def _page(
        self,
        request: web.Request,
        entry: FaqEntry,
        *,
        new: bool = False,
        conflict: bool = False,
        problems: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.StreamResponse:
        account = request[ACCOUNT]
        asked = await self._improvements.some(ids_of(request.query.getall("improvement", [])))
        given = {
            language: "\n".join({one.text: 1 for one in asked if one.language is language})
            for language in Language
        }
        about = await self._drafting.about(lambda draft: _about(draft, entry))
        buttons = (*entry.ar.buttons, *entry.en.buttons)
        payloads = list(dict.fromkeys(button.payload for button in buttons))
        facts = {
            **await self._list(request),
            **previews(entry),
            **about,
            "entry": entry,
            "in_order": self._in_order(request),
            "new": new,
            "authors": {} if new else await self._authors(entry),
            "became": None if new else await self._became(entry),
            "became_days": COUNTED.days,
            "lacks": {language: lacking(entry, language) for language in Language},
            "conflict": conflict,
            "problems": problems or {},
            "saved": request.query.get("saved") == "1",
            "may": may_change(account, entry),
            "writes": [one for one in Language if one in account.languages],
            "departments": DEPARTMENTS,
            "label_words": partial(label_words, say=partial(self._rendering.say, request)),
            "statuses": STATUSES,
            "varieties": VARIETIES,
            "payloads": payloads,
            "offered": await self._offered(request, payloads),
            "given": given,
            "improvements": [one.id for one in asked],
            "today": self._now().astimezone(ZONE).date(),
        }
        return self._rendering.page(request, "studio_entry.html", facts, status=status)

    async def _became(self, entry: FaqEntry) -> AnswerFigures:
        """Return how often the answer was given lately, and what became of it."""
        return await self._counts.of(entry.topic, since=self._now() - COUNTED)

    async def _authors(self, entry: FaqEntry) -> Mapping[Language, tuple[str, datetime]]:
        """Return who wrote each side last, and when, of what is live."""
        try:
            return await asyncio.to_thread(
                last_authors, self._repository, entry.topic, entry.segment
            )
        except ContentBroken:  # the answer moved to another file since
            return {}

    def _in_order(self, request: web.Request) -> list[Language]:
        """Return the page's own language, then the other."""
        return sorted(Language, key=lambda one: one is not self._rendering.language(request))

    async def _offered(self, request: web.Request, payloads: Sequence[str]) -> dict[str, str]:
        """Return what a button may do, and what that is called; what is there stays."""
        language = self._rendering.language(request)
        offered = {TALK: self._rendering.say(request, "choice_talk_to_human")}
        for name in CHOICES:
            payload = f'/choose{{{{"choice": "{name}"}}}}'
            offered[payload] = self._rendering.say(request, f"choice_{name}")
        entries = await self._drafting.ask(lambda folder: folder.entries())
        for one in entries:
            title = one.side(language).title or one.topic
            offered[f'/choose{{{{"choice": "faq/{one.topic}"}}}}'] = title
        return {one: one for one in payloads if one not in offered} | offered


def _field(where: str) -> str:
    """Return the field of the form where a problem is to be told."""
    parts = where.split(".")
    return ".".join(parts[: 2 if parts[0] in {one.value for one in Language} else 1])


def previews(entry: FaqEntry) -> dict[str, Any]:
    """Return what a preview shows of both sides."""
    sides = {language: entry.side(language) for language in Language}
    return {
        "sides": sides,
        "fits": {language: fit(side) for language, side in sides.items()},
        "linked": linked,
    }


def _about(draft: Draft, entry: FaqEntry) -> dict[str, Any]:
    """Return what is told beside an entry: its version, what changed, what it looks like."""
    live = draft.live.entry(entry.topic) if entry.topic else None
    known = draft.folder.entry(entry.topic) if entry.topic else None
    changed: dict[Language, list[Piece]] = {}
    for language in Language:
        before, after = (live.side(language).text if live else ""), entry.side(language).text
        if live is not None and before != after:
            changed[language] = word_diff(before, after)
    found = _alike(draft.folder, entry, live, least=AKIN) if entry.topic else []
    return {
        "version": draft.folder.version(entry.topic) if known else "",
        "live": live,
        "changed": changed,
        "astray": led_astray(found, f"faq/{entry.topic}"),
        "alike": [one for one in found if one.known.label != f"faq/{entry.topic}"][:8],
        "titles": {f"faq/{one.topic}": one for one in draft.folder.entries()},
    }


def _alike(
    folder: ContentFolder, entry: FaqEntry, before: FaqEntry | None, *, least: float = 0.7
) -> list[Lookalike]:
    """Return what the questions that are new in an entry look like elsewhere."""
    known = [one for one in known_in(folder) if one.label != f"faq/{entry.topic}"]
    found = []
    for language in Language:
        old = {one.text for one in before.side(language).questions} if before else set()
        texts = [one.text for one in entry.side(language).questions if one.text not in old]
        found += lookalikes(texts, known, least=least)
    return found
