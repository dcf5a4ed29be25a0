"""The desk as one aiohttp application, to be mounted at ``/desk``."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from aiohttp import web

from accounts.signing_in import SignIn
from content.errors import ContentBroken
from desk.access import Open, Routes, Tokens, guard
from desk.headers import safe_headers
from desk.rendering import Rendering

STATIC = Path(__file__).parent / "static"
LIBRARIES = ("htmx.org/dist/htmx.min.js", "echarts/dist/echarts.min.js")
WITH_A_PAGE = frozenset({403, 404, 405, 500})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Pages(Protocol):
    """A group of screens."""

    def add(self, routes: Routes) -> None:
        """Add the routes, each with who may open it."""


def desk_application(
    pages: Sequence[Pages],
    *,
    sign_in: SignIn,
    rendering: Rendering,
    tokens: Tokens,
    browser: Path,
) -> web.Application:
    """Return the application.

    Args:
        browser: the folder ``node_modules``, from which we serve the browser's libraries.
    """
    app = web.Application(
        middlewares=[safe_headers, tell_refusals(rendering), guard(sign_in, tokens)]
    )
    routes = Routes(app)
    files = {path.name: path for path in STATIC.iterdir() if path.is_file()}
    files |= {Path(one).name: browser / one for one in LIBRARIES}

    async def asset(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["name"])
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    routes.get("/static/{name}", asset, Open.TO_ALL)
    for group in pages:
        group.add(routes)
    return app


def tell_refusals(rendering: Rendering) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the middleware that shows refusals and failures as pages in words."""

    @web.middleware
    async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as refusal:
            if refusal.status not in WITH_A_PAGE:
                raise
            return _page(rendering, request, refusal.status)
        except ContentBroken as broken:
            log.warning("%s %s: %s", request.method, request.path, broken)
            return _unreadable(rendering, request, broken)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            return _page(rendering, request, HTTPStatus.INTERNAL_SERVER_ERROR)

    return told


def _unreadable(
    rendering: Rendering, request: web.Request, broken: ContentBroken
) -> web.StreamResponse:
    """Say in which file and line something was changed by hand so that nobody can read it."""
    place = "/".join(str(broken.facts["place"]).split("/")[-2:])
    key = f"studio_found_{broken.key}" if broken.key else "studio_failure_content_broken"
    what = rendering.say(request, key, **broken.told)
    facts = {
        "title": rendering.say(request, "studio_failure_content_broken"),
        "text": rendering.say(request, "studio_unreadable", place=place, what=what),
    }
    return rendering.page(request, "refused.html", facts, status=HTTPStatus.CONFLICT)


def _page(rendering: Rendering, request: web.Request, status: int) -> web.StreamResponse:
    facts = {
        "title": rendering.say(request, f"desk_refused_{status}_title"),
        "text": rendering.say(request, f"desk_refused_{status}"),
    }
    return rendering.page(request, "refused.html", facts, status=status)
