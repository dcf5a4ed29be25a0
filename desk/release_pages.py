"""Releases on screen: send to review, see what changes and what it does, release, take back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.model import Account, Role
from cases.departments import DEPARTMENTS
from content.changes import Told, told
from content.draft import changes_between
from content.folder import ContentFolder
from content.release import (
    ContentInConflict,
    Editor,
    NothingToRelease,
    ReasonMissing,
    Release,
    ReleaseChanged,
    ReleaseNotFound,
    ReleaseState,
    SameEditor,
    WrongState,
)
from content.releases import BY_HAND, Releases
from content.repository import AS_FOUND
from content.story_titles import StoryTitles
from desk.access import ACCOUNT, Routes
from desk.drafting import Drafting
from desk.entry_form import typed_text
from desk.failure_words import failure_words, part_words
from desk.figure_words import facts_in_words, figure_words
from desk.rendering import Rendering
from desk.viewer import agent_of
from kernel.language import Language

RELEASES = "/desk/studio/releases"
MOST_SHOWN, MOST_COMMITS = 30, 20
LONGEST_TITLE, LONGEST_REASON = 120, 1000
REFUSALS = (
    SameEditor,
    ReasonMissing,
    WrongState,
    ReleaseChanged,
    NothingToRelease,
    ContentInConflict,
)
RULES = (
    *("schema", "both_languages", "in_step", "buttons", "label", "too_few", "repeated"),
    *("held_out", "links", "length", "markup", "note_figures", "note_conversation"),
)
OUR_TITLES = {AS_FOUND: "studio_as_found", BY_HAND: "studio_by_hand"}
"""Phrases for what the project itself writes into the history."""

LAMPS = {
    ReleaseState.IN_REVIEW: "new",
    ReleaseState.APPROVED: "open",
    ReleaseState.LIVE: "done",
    ReleaseState.REFUSED: "late",
    ReleaseState.FAILED: "late",
    ReleaseState.SENT_BACK: "cit",
}


class ReleasePages:
    """What may be done is decided by ``Releases``; a refusal is told in words."""

    def __init__(
        self,
        releases: Releases,
        drafting: Drafting,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        titles: StoryTitles,
    ) -> None:
        self._titles = titles
        self._releases = releases
        self._drafting = drafting
        self._rendering = rendering
        self._now = now
        self._zone = zone
        self._told: dict[tuple[str, str], list[Told]] = {}

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        one = r"/studio/releases/{number:\d{1,9}}"
        routes.get("/studio/releases", self.show_all, Role.EDITOR)
        routes.post("/studio/releases", self.send, Role.EDITOR)
        routes.get(one, self.show, Role.EDITOR)
        routes.get(f"{one}/progress", self.progress, Role.EDITOR)
        routes.post(f"{one}/approve", self.approve, Role.EDITOR)
        routes.post(f"{one}/send-back", self.send_back, Role.EDITOR)
        routes.post(f"{one}/withdraw", self.withdraw, Role.EDITOR)
        routes.post(f"{one}/override", self.override, Role.EDITOR)
        routes.post(f"{one}/again", self.again, Role.EDITOR)
        routes.post(f"{one}/roll-back", self.roll_back, Role.EDITOR)
        routes.post(f"{one}/take-back", self.take_back, Role.EDITOR)

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """Show what the draft changes, the releases, and the history of the content."""
        return await self._all(request)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send what the draft says to review."""
        title = typed_text(await request.post(), "title")[:LONGEST_TITLE]
        if not title:
            title = self._rendering.say(request, "studio_release_untitled")
        try:
            await self._drafting.ask(lambda folder: folder.root)  # the working copy is there
            release = await self._releases.send_to_review(editor_of(request[ACCOUNT]), title)
        except REFUSALS as error:
            return await self._all(request, self._words(request, error))
        raise web.HTTPSeeOther(f"{RELEASES}/{release.number}")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one release."""
        return await self._one(request)

    async def progress(self, request: web.Request) -> web.StreamResponse:
        """Show how far a release is; the page is drawn anew when its state is another."""
        release = await self._found(request)
        if request.query.get("state") != release.state.value or (
            request.query.get("model", "") != release.model
        ):
            headers = {"HX-Redirect": f"{RELEASES}/{release.number}"}
            return web.Response(status=HTTPStatus.NO_CONTENT, headers=headers)
        return self._rendering.page(request, "studio_progress.html", self._facts(request, release))

    async def approve(self, request: web.Request) -> web.StreamResponse:
        """Let it go live, now or at the time that was typed."""
        form, editor = await request.post(), editor_of(request[ACCOUNT])
        due_at = self._when(typed_text(form, "due"))
        return await self._do(
            request, lambda number: self._releases.approve(number, editor, due_at=due_at)
        )

    async def send_back(self, request: web.Request) -> web.StreamResponse:
        """Give it back to its author."""
        note, editor = await self._reason(request), editor_of(request[ACCOUNT])
        return await self._do(
            request, lambda number: self._releases.send_back(number, editor, note)
        )

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """Take it back."""
        editor = editor_of(request[ACCOUNT])
        return await self._do(request, lambda number: self._releases.withdraw(number, editor))

    async def override(self, request: web.Request) -> web.StreamResponse:
        """Let it go live although figures drop."""
        reason, editor = await self._reason(request), editor_of(request[ACCOUNT])
        return await self._do(
            request, lambda number: self._releases.override(number, editor, reason)
        )

    async def again(self, request: web.Request) -> web.StreamResponse:
        """Try once more what failed."""
        editor = editor_of(request[ACCOUNT])
        return await self._do(request, lambda number: self._releases.try_again(number, editor))

    async def roll_back(self, request: web.Request) -> web.StreamResponse:
        """Bring an earlier release back; what does so is a release of its own."""
        reason, editor = await self._reason(request), editor_of(request[ACCOUNT])
        return await self._do(
            request, lambda number: self._releases.roll_back(number, editor, reason=reason)
        )

    async def take_back(self, request: web.Request) -> web.StreamResponse:
        """Bring back what was live before the release that is live now."""
        editor = editor_of(request[ACCOUNT])
        return await self._do(request, lambda number: self._releases.take_back(number, editor))

    async def _do(
        self, request: web.Request, move: Callable[[int], Awaitable[Release]]
    ) -> web.StreamResponse:
        release = await self._found(request)
        try:
            release = await move(release.number)
        except REFUSALS as error:
            return await self._one(request, self._words(request, error))
        raise web.HTTPSeeOther(f"{RELEASES}/{release.number}")

    async def _found(self, request: web.Request) -> Release:
        try:
            return await self._releases.store.get(int(request.match_info["number"]))
        except ReleaseNotFound:
            raise web.HTTPNotFound from None

    async def _reason(self, request: web.Request) -> str:
        return typed_text(await request.post(), "reason")[:LONGEST_REASON]

    def _when(self, typed: str) -> datetime | None:
        """Return the time that was typed, None for now or what is over."""
        try:
            at = datetime.fromisoformat(typed).replace(tzinfo=self._zone)
        except ValueError:
            return None
        return at if at > self._now() else None

    def _words(self, request: web.Request, error: Exception) -> str:
        code = str(getattr(error, "code", "release_wrong_state"))
        files = ", ".join(getattr(error, "files", ()))
        return self._rendering.say(request, f"studio_{code}", files=files)

    async def _all(self, request: web.Request, refused: str = "") -> web.StreamResponse:
        found = await self._drafting.about(lambda draft: [told(one) for one in draft.changes()])
        facts = {
            "changes": found,
            "releases": await self._releases.store.recent(MOST_SHOWN),
            "history": (await self._releases.history())[:MOST_COMMITS],
            "our_titles": OUR_TITLES,
            "refused": refused,
            "departments": DEPARTMENTS,
            "lamps": LAMPS,
        }
        status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
        return self._rendering.page(request, "studio_releases.html", facts, status=status)

    async def _one(self, request: web.Request, refused: str = "") -> web.StreamResponse:
        release = await self._found(request)
        facts = self._facts(request, release) | {
            "changes": await self._changes(release),
            "refused": refused,
            "departments": DEPARTMENTS,
        }
        status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
        return self._rendering.page(request, "studio_release.html", facts, status=status)

    def _facts(self, request: web.Request, release: Release) -> dict[str, Any]:
        mine = release.author.id == agent_of(request[ACCOUNT]).actor
        in_review = release.state is ReleaseState.IN_REVIEW
        drops = bool(release.model) and bool(release.drops)
        say, language = partial(self._rendering.say, request), self._rendering.language(request)
        story_words = partial(self._titles.told, language=language)
        failure, failed_at = failure_words(release.failure)
        return {
            "release": release,
            "mine": mine,
            "may_approve": in_review
            and not (mine and self._releases.four_eyes)
            and not (release.serious or drops),
            "may_override": (in_review or release.state is ReleaseState.REFUSED)
            and drops
            and not (release.serious or mine),
            "scores": figures(release),
            "rule_of": rule_of,
            "figure_words": partial(figure_words, say=say, story_words=story_words),
            "facts_in_words": partial(facts_in_words, say=say),
            "story_words": story_words,
            "failure": failure,
            "failed_at": failed_at,
            "part": part_words(release.part),
            "lamps": LAMPS,
            "earliest": self._now().astimezone(self._zone).strftime("%Y-%m-%dT%H:%M"),
        }

    async def _changes(self, release: Release) -> list[Told]:
        """Return what a release changes; the two versions never do, so it is remembered."""
        key = release.base, release.commit
        if key not in self._told:
            with tempfile.TemporaryDirectory() as place:
                before, after = await self._releases.folders(release, Path(place))
                self._told[key] = await asyncio.to_thread(_between, before, after)
        return self._told[key]


def _between(before: ContentFolder, after: ContentFolder) -> list[Told]:
    return [told(one) for one in changes_between(before, after)]


def figures(release: Release) -> list[tuple[str, float | None, float]]:
    """Return the figures of a release beside those before it, as shares."""
    after, before = release.scores.get("after", {}), release.scores.get("before", {})
    return [
        (name, _share(before.get(name)), share)
        for name, told_ in after.items()
        if (share := _share(told_)) is not None
    ]


def rule_of(rule: str) -> str:
    """Return the phrase key of what a check found."""
    name = rule.replace(": ", "_").replace(" ", "_")
    return f"studio_rule_{name if name in RULES else 'other'}"


def _share(told_: object) -> float | None:
    if isinstance(told_, int | float):
        return float(told_)
    if isinstance(told_, dict) and told_.get("count"):
        return float(told_.get("right", 0)) / float(told_["count"])
    if isinstance(told_, list | tuple) and len(told_) == 2 and told_[1]:
        return float(told_[0]) / float(told_[1])
    return None


def editor_of(account: Account) -> Editor:
    """Return an account as releases and commits know it."""
    return Editor(agent_of(account).actor, account.name(Language.EN), account.email)
