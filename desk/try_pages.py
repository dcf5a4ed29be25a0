"""Trying a draft out, beside its editor: what it would make of a message, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.departments import DEPARTMENTS
from content.folder import ContentFolder
from content.trying import Line, Tried, Trying, TryingFailed, lines_of, version_of
from conversations.understanding import understood_from
from desk.access import Routes
from desk.drafting import Drafting
from desk.entry_form import clean
from desk.rendering import Rendering
from kernel.language import Language

LONGEST = 1000
MOST_SHOWN = 4
SURE = 0.4
"""From which confidence the assistant answers at once (``sure`` of ``config.yml``)."""


class TryPages:
    """The draft as it stands is learnt first; a page asks again until it is."""

    def __init__(self, trying: Trying, drafting: Drafting, rendering: Rendering) -> None:
        self._trying = trying
        self._drafting = drafting
        self._rendering = rendering

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.post("/studio/try", self.show, Role.EDITOR)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show what the draft makes of a text, and what the entry beside would take from others."""
        form = await request.post()
        text = clean(str(form.get("try", ""))[:LONGEST])
        topic = str(form.get("topic", ""))[:60]
        lines, before, titles = await self._drafting.about(
            lambda draft: (lines_of(draft.folder), _asked(draft.live, topic), _titles(draft.folder))
        )
        told = await self._facts(lines, text, topic, before)
        facts = {"text": text, "topic": topic, "titles": titles}
        return self._rendering.page(request, "studio_tried.html", facts | told)

    async def _facts(
        self, lines: list[Line], text: str, topic: str, before: Sequence[str]
    ) -> dict[str, Any]:
        version = version_of(lines)
        self._trying.learn(version, lines)
        known = self._trying.learning()
        nothing: dict[str, Any] = {
            "waits_s": None,
            "tried": None,
            "steals": (),
            "failed": known.failed,
        }
        if known.version != version:
            return nothing | {"waits_s": None if known.failed else int(known.since_s or 0)}
        try:
            steals = await self._trying.steals(topic, before) if topic else ()
            tried = await self._trying.parse(text) if text else None
        except TryingFailed as error:
            return nothing | {"failed": str(error.facts.get("problem"))}
        return nothing | {"steals": steals} | ({} if tried is None else _told(tried))


def _told(tried: Tried) -> dict[str, Any]:
    parse = tried.parse
    intents = [
        (str(one["name"]), float(one["confidence"])) for one in parse.get("intent_ranking") or ()
    ]
    return {
        "tried": understood_from(parse, at_the_time=False),
        "intents": intents[:MOST_SHOWN],
        "why": [(word, weight) for word, weight in tried.why if abs(weight) >= 0.005],
        "ms": round(tried.ms),
        "departments": DEPARTMENTS,
        "sure": SURE,
    }


def _asked(folder: ContentFolder, topic: str) -> list[str]:
    """Return the questions of a topic in both languages."""
    entry = folder.entry(topic) if topic else None
    if entry is None:
        return []
    return [one.text for language in Language for one in entry.side(language).questions]


def _titles(folder: ContentFolder) -> dict[str, Any]:
    return {entry.topic: entry for entry in folder.entries()}
