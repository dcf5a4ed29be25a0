"""Intents and what they are taught by: examples per language, with variety and department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.departments import DEPARTMENTS
from content.entries import IntentExamples, Labelled
from content.errors import EditConflict, InvalidContent
from content.folder import ContentFolder
from content.labels import KINDS, VARIETIES
from content.likeness import AKIN, Lookalike, known_in, led_astray, lookalikes, repeated_within
from desk.access import ACCOUNT, Routes
from desk.drafting import Drafting
from desk.entry_form import Typed, clean, guessed, typed_text
from desk.rendering import Rendering
from kernel.folding import words
from kernel.language import Language

INTENTS = "/desk/studio/intents"
ONE = "/studio/intents/{intent:[a-z][a-z0-9_]*}/{language:ar|en}"
AT_ONCE = 60


class IntentPages:
    """Only the examples that a page shows are changed by it."""

    def __init__(self, drafting: Drafting, rendering: Rendering) -> None:
        self._drafting = drafting
        self._rendering = rendering

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/studio/intents", self.show_all, Role.EDITOR)
        routes.get(ONE, self.show, Role.EDITOR)
        routes.post(ONE, self.change, Role.EDITOR)

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """Show every intent and how much it is taught by."""
        taught, live = await self._drafting.about(
            lambda draft: (
                draft.folder.intents(),
                {one.intent: one for one in draft.live.intents()},
            )
        )
        facts = {
            "intents": [(one, _counts(one), live.get(one.intent) != one) for one in taught],
            "languages": list(Language),
            "varieties": VARIETIES,
        }
        return self._rendering.page(request, "studio_intents.html", facts)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the examples of one intent in one language."""
        return await self._page(request)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep what was changed; what nearly stands elsewhere is refused with the reason."""
        intent, language = _named(request)
        if language not in request[ACCOUNT].languages:
            raise web.HTTPForbidden
        form = await request.post()
        old = await self._drafting.ask(lambda folder: folder.examples(intent, language))
        wanted = wanted_from(form, old, language, needs_department=intent in KINDS)
        fresh = [one.text for one in wanted if one.text not in {other.text for other in old}]
        reasons = await self._drafting.ask(lambda folder: self._refused(request, folder, fresh))
        if not reasons:
            seen = typed_text(form, "seen")
            try:
                await self._drafting.ask(
                    lambda folder: folder.save_examples(intent, language, wanted, seen=seen)
                )
            except EditConflict:
                said = self._rendering.say(request, "studio_conflict_examples")
                return await self._page(request, [said], form, HTTPStatus.CONFLICT)
            except InvalidContent as error:
                reasons = [
                    self._rendering.say(request, f"studio_problem_{one.code}", about=one.about)
                    for one in error.problems
                ]
        if reasons:
            return await self._page(request, reasons, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        raise web.HTTPSeeOther(f"{INTENTS}/{intent}/{language.value}?saved=1")

    def _refused(
        self, request: web.Request, folder: ContentFolder, fresh: Sequence[str]
    ) -> list[str]:
        """Return why examples that are new cannot be taken, in words."""
        found = lookalikes(fresh, known_in(folder), least=0.7)
        first = {one.text: one for one in reversed(found)}
        reasons = [
            self._rendering.say(
                request,
                "studio_refused_example",
                text=one.text,
                other=one.known.text,
                label=self._called(request, one.known.label),
            )
            for one in first.values()
        ]
        return reasons + [
            self._rendering.say(request, "studio_problem_twice", about=text)
            for text in repeated_within(fresh)
        ]

    def _called(self, request: web.Request, label: str) -> str:
        if label.startswith("faq/"):
            return label.removeprefix("faq/")
        return self._rendering.say(request, f"studio_intent_{label}")

    async def _page(
        self,
        request: web.Request,
        reasons: Sequence[str] = (),
        form: Typed | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.StreamResponse:
        intent, language = _named(request)
        asked = request.query.get("q", "")[:80]
        told = await self._drafting.about(
            lambda draft: (
                draft.folder.examples(intent, language),
                draft.folder.examples_version(intent, language),
                {one.text for one in draft.live.examples(intent, language)},
                known_in(draft.folder),
                [one.intent for one in draft.folder.intents()],
                {f"faq/{one.topic}": one for one in draft.folder.entries()},
            )
        )
        examples, version, live, known, intents, titles = told
        if intent not in intents:
            raise web.HTTPNotFound
        fresh = [one.text for one in examples if one.text not in live]
        others = [one for one in known if one.label != intent]
        found: list[Lookalike] = lookalikes(fresh, others, least=AKIN)
        rows = [(at, one) for at, one in enumerate(examples) if _holds(one, asked)]
        page = (
            int(request.query.get("page", "0")[:4])
            if request.query.get("page", "0").isdecimal()
            else 0
        )
        facts: dict[str, Any] = {
            "intent": intent,
            "one": language,
            "rows": rows[page * AT_ONCE : (page + 1) * AT_ONCE],
            "total": len(rows),
            "page": page,
            "pages": -(-len(rows) // AT_ONCE),
            "fresh": set(fresh),
            "version": typed_text(form, "seen") if form is not None else version,
            "more": typed_text(form, "more") if form is not None else "",
            "reasons": reasons,
            "saved": request.query.get("saved") == "1",
            "may": language in request[ACCOUNT].languages,
            "varieties": VARIETIES[language],
            "departments": DEPARTMENTS,
            "needs_department": intent in KINDS,
            "astray": led_astray(found, intent),
            "alike": found[:8],
            "titles": titles,
            "q": asked,
        }
        return self._rendering.page(request, "studio_intent.html", facts, status=status)


def wanted_from(
    form: Typed, old: Sequence[Labelled], language: Language, *, needs_department: bool
) -> list[Labelled]:
    """Return the examples that a form asks for: those it shows changed, all others as they are."""
    wanted: list[Labelled | None] = list(old)
    columns = [[clean(str(one)) for one in form.getall(name, [])] for name in ("i", "t", "v", "d")]
    if not needs_department:
        columns[3] = [""] * len(columns[0])
    for place, text, variety, department in zip(*columns, strict=False):
        if place.isdecimal() and int(place) < len(wanted):
            example = Labelled(" ".join(text.split()), variety, department or None)
            wanted[int(place)] = example if text else None
    unit = typed_text(form, "more_department") if needs_department else ""
    lines = (" ".join(line.split()) for line in typed_text(form, "more").split("\n"))
    fresh = [Labelled(line, guessed(line, language), unit or None) for line in lines if line]
    return [one for one in wanted if one is not None] + fresh


def _named(request: web.Request) -> tuple[str, Language]:
    return request.match_info["intent"], Language(request.match_info["language"])


def _counts(taught: IntentExamples) -> Mapping[Language, Mapping[str, int]]:
    """Return how many examples there are of each variety, by language."""
    return {
        language: {
            variety: sum(one.variety == variety for one in taught.examples.get(language, ()))
            for variety in VARIETIES[language]
        }
        for language in Language
    }


def _holds(example: Labelled, asked: str) -> bool:
    wanted = set(words(asked))
    return not wanted or wanted <= set(words(example.text))
