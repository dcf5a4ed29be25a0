"""Every page of the desk, found by walking the router: in both languages.

``tests/e2e/rooms/`` says how to fill a page. Each is seen in Arabic, narrow and wide, and in
English, wide; with ``--long`` and ``--looks`` in all eight ways. ``--looks`` keeps
the pictures in ``var/looks/``, ``--looks=audit,studio`` of pages with one of these in their path.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, Route

from accounts.model import Role, Step
from accounts.signing_in import Visitor, hashed
from app.bootstrap import now
from desk.access import COOKIE
from desk.rendering import LANGUAGE_COOKIE
from kernel.language import Language
from stores.migrate import upgrade_async
from tests.app.desk.small_content import small_content
from tests.app.desk.test_inbox_pages import an_agent
from tests.app.whatsapp_house import house_with_meta
from tests.e2e.house import ROOT
from tests.e2e.visit import Place, Visit, rooms
from tests.e2e.visitor import AXE, WCAG

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOKS = ROOT / "var" / "looks"
HEIGHTS = {390: 844, 1440: 900}
ALL_WAYS = [(width, dark) for width in HEIGHTS for dark in (False, True)]
WAYS = {Language.AR: [(390, True), (1440, False)], Language.EN: [(1440, False)]}
TABS = 2
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
HEADINGS = "[...document.querySelectorAll('h1')].filter(one => one.checkVisibility()).length"
LINKS = "[...document.querySelectorAll('a[href],form[action]')].map(one => one.href || one.action)"
AXE_RUN = "options => axe.run(document, options).then(found => found.violations)"
RULES = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
BAD = ("serious", "critical")
MISSING = ("nothing", "not-there")
BEAT_S = 10.0
DRAWN_WITHIN_MS = 600
"""A moment for charts, for pictures only."""

_NOT_FOR_PEOPLE = re.compile(r"&lt;(?:function|bound method|[\w.]+ object) ")


@dataclass
class Walk:
    """What there is to see, and what was found wrong."""

    visit: Visit
    routes: Sequence[str]
    pages: Sequence[tuple[str, Place]]
    problems: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)


@pytest_asyncio.fixture(loop_scope="module")
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
    await upgrade_async(url)
    content = small_content(tmp_path / "live")
    async with (
        AsyncExitStack() as stays,
        house_with_meta(url, tmp_path, undo_s=0.0, content_dir=content) as both,
        an_agent(both.running, "noura", *Role) as staff,
        an_agent(both.running, "khalid", Role.AGENT) as colleague,
    ):
        visit = Visit(both, staff, colleague, stays)
        beating = asyncio.create_task(_stay(visit))
        given: dict[str, list[Place]] = {}
        endless: set[str] = set()
        for room in rooms():
            endless |= set(getattr(room, "ENDLESS", ()))
            for path, places in (await room.furnish(visit)).items():
                made = [Place(one) if isinstance(one, str) else one for one in places]
                given.setdefault(path, []).extend(made)
        router = both.running.house.desk.application.router
        routes = [
            one.resource.canonical
            for one in router.routes()
            if one.method == "GET" and one.resource is not None
        ]
        assert set(given) | endless <= set(routes), "a room furnishes what is not there"
        ungiven = [one for one in routes if "{" in one and one not in {*given, *endless}]
        assert ungiven == [], "give them a place in tests/e2e/rooms/"
        places = [
            (path, place)
            for path in routes
            if path not in endless
            for place in [*([] if "{" in path else [Place(path)]), *given.get(path, ())]
        ]
        yield Walk(visit, routes, [one for one in places if await _is_page(visit, one[1])])
        beating.cancel()


async def _stay(visit: Visit) -> None:
    """Keep both on duty, so that nobody who waits is called back instead."""
    agents = visit.running.house.desk.agents
    while True:
        for staff in (visit.staff, visit.colleague):
            await agents.beat(staff.account.id, at=now(), available=True)
        await asyncio.sleep(BEAT_S)


async def _is_page(visit: Visit, place: Place) -> bool:
    """Tell whether a place is a page, not a part of one, a file or a way to elsewhere."""
    if place.form is not None or place.step is not Step.DONE:
        return True
    async with visit.staff.http.get(place.address, allow_redirects=False) as answer:
        assert answer.status in (200, 204, 303) or place.called in MISSING, place.address
        told = await answer.text() if answer.content_type == "text/html" else ""
    return told.startswith("<!doctype html>")


async def test_every_page_is_sound(
    walk: Walk, chromium: Browser, request: pytest.FixtureRequest
) -> None:
    named = request.config.getoption("--looks", default=None)
    looks = None if named is None else LOOKS
    if looks:
        if not named:
            shutil.rmtree(looks, ignore_errors=True)
        looks.mkdir(parents=True, exist_ok=True)
    wanted = (named or "").split(",")
    pages = [one for one in walk.pages if any(part in one[0] for part in wanted)]
    long = request.config.getoption("--long", default=False)
    for language in Language:
        form = {"language": language.value, "theme": "auto"}
        assert (await walk.visit.staff.send("/desk/me/look", form))[0] == 303
        ways = ALL_WAYS if looks or long else WAYS[language]
        waiting = iter(pages)
        async with asyncio.TaskGroup() as tabs:
            for _ in range(TABS):
                tabs.create_task(_look_at(walk, chromium, waiting, language, ways, looks))
    assert not walk.problems, "\n".join(walk.problems)
    for path, place in () if named else walk.pages:
        if place.step is Step.DONE:
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/?]+", path))
            assert any(pattern.fullmatch(one) for one in walk.links), f"nothing leads to {path}"


async def _look_at(
    walk: Walk,
    chromium: Browser,
    waiting: Iterator[tuple[str, Place]],
    language: Language,
    ways: Sequence[tuple[int, bool]],
    looks: Path | None,
) -> None:
    """Take one page after the other, as long as there are any."""
    base = walk.visit.running.url
    async with AsyncExitStack() as windows:
        opened: dict[Step | None, Page] = {}
        for path, place in waiting:
            if place.step not in opened:
                window = _window(walk, chromium, language, place.step)
                opened[place.step] = await windows.enter_async_context(window)
            page = opened[place.step]
            faults: list[str] = []
            with _listening(page, faults):
                await _open(page, walk.visit, place, language)
                if found := _NOT_FOR_PEOPLE.search(await page.content()):
                    faults.append(f"not for people: {found.group()}")
                for link in await page.evaluate(LINKS):
                    walk.links.add(re.split("[?#]", link.removeprefix(base))[0])
                await page.evaluate(AXE.read_text("utf-8"))
                for width, dark in ways:
                    how = f"{language.value} {width} {'dark' if dark else 'light'}"
                    await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                    await page.emulate_media(color_scheme="dark" if dark else "light")
                    faults += [f"{how}: {one}" for one in await _violations(page)]
                    if await page.evaluate(HEADINGS) != 1:
                        faults.append(f"{how}: not one heading")
                    if await page.evaluate(SIDEWAYS):
                        faults.append(f"{how}: scrolls sideways")
                    if looks:
                        await page.wait_for_timeout(DRAWN_WITHIN_MS)
                        await page.screenshot(path=looks / _named(path, place, how), full_page=True)
            walk.problems += [f"{place.address} {place.called}: {one}" for one in faults]


@asynccontextmanager
async def _window(
    walk: Walk, chromium: Browser, language: Language, step: Step | None
) -> AsyncIterator[Page]:
    """Open a window in which somebody has come as far as ``step``."""
    # axe is put in as a script, which our own policy rightly refuses
    context = await chromium.new_context(bypass_csp=True, reduced_motion="reduce")
    url = f"{walk.visit.running.url}/desk"
    cookies = {LANGUAGE_COOKIE: language.value}
    if step is not None:
        desk = walk.visit.running.house.desk
        account = await desk.administration.store.get(walk.visit.staff.account.id)
        token = await desk.sign_in.begin_known(account, Visitor("127.0.0.1", f"Chromium {step}"))
        if step is not Step.DONE:
            token_hash = hashed(token)
            sessions = await desk.administration.store.sessions(account.id)
            [session] = [one for one in sessions if one.token_hash == token_hash]
            await desk.administration.store.advance(
                token_hash, new_hash=token_hash, step=step, ends_at=session.ends_at
            )
        cookies[COOKIE] = token
    await context.add_cookies([{"name": k, "value": v, "url": url} for k, v in cookies.items()])
    yield await context.new_page()
    await context.close()


@contextmanager
def _listening(page: Page, faults: list[str]) -> Iterator[None]:
    """Keep what scripts of the page fail at, and what they ask for in vain."""

    def failed(error: object) -> None:
        faults.append(f"a script failed: {error}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            faults.append(f"asked for {response.url}: {response.status}")

    page.on("pageerror", failed)
    page.on("response", answered)
    yield
    page.remove_listener("pageerror", failed)
    page.remove_listener("response", answered)


async def _open(page: Page, visit: Visit, place: Place, language: Language) -> None:
    """Open a page, or have the browser show what a form is answered with."""
    address = f"{visit.running.url}{place.address}"
    if place.form is None:
        await page.goto(address)
        return
    form = {k: v.replace("{language}", language.value) for k, v in place.form.items()}
    form["csrf"] = visit.staff.token
    async with visit.staff.http.post(place.address, data=form) as answer:
        html = await answer.text()
        assert html.startswith("<!doctype html>"), (place.address, answer.status)

    async def told(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    await page.route(address, told)
    await page.goto(address)
    await page.unroute(address, told)


async def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = await page.evaluate(AXE_RUN, RULES)
    return [
        f"{one['id']} ({one['impact']}) {[node['target'] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in BAD
    ]


def _named(path: str, place: Place, how: str) -> str:
    """Return the file name of a picture, such as ``inbox-id.mine.ar.390.dark.png``."""
    page = re.sub(r"[^\w]+", "-", path.removeprefix("/desk")).strip("-") or "front"
    return ".".join([page, *filter(None, [place.called]), *how.split(), "png"])
