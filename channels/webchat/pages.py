"""The chat page, the widget, and the files both need."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
PAGE = "chat.html"
SOCKET_CLIENT = "socket.io.min.js"

_HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[\da-fA-F:.]+\](:\d{1,5})?", re.ASCII)
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
_PAGES = frozenset({".html"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_pages(app: web.Application, *, socket_client: Path) -> None:
    """Serve ``/``, ``/widget.js`` and ``/static/...``.

    Args:
        socket_client: the browser's Socket.IO library, as a module; served by us.
    """
    files = {
        path.relative_to(STATIC).as_posix(): path
        for path in STATIC.rglob("*")
        if path.is_file() and path.suffix not in _PAGES
    }
    files[SOCKET_CLIENT] = socket_client

    async def asset(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info.get("name", "widget.js"))
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_headers(path))

    app.router.add_get("/", _page)
    app.router.add_get("/widget.js", asset)
    app.router.add_get("/static/{name:[A-Za-z0-9._/-]+}", asset)


async def _page(request: web.Request) -> web.StreamResponse:
    headers = {
        "Content-Security-Policy": content_policy(request.host),
        "Cache-Control": _ASK_EACH_TIME,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(STATIC / PAGE, headers=headers)


def content_policy(host: str) -> str:
    """Return what our page may load and run: files of ours, no inline script, no frames.

    Older Safari does not count web sockets to the same host under 'self'.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self'; "
        f"font-src 'self'; connect-src 'self'{sockets}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _headers(path: Path) -> dict[str, str]:
    """Return the headers of a file: pages of other hosts may load it, and nothing guesses."""
    return {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": _FOR_A_YEAR if path.suffix == ".woff2" else _ASK_EACH_TIME,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
