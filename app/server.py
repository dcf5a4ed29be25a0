"""The public server: chat page, Socket.IO, health."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from app.action_server import action_app
from app.bootstrap import PROJECT, House
from app.metrics import add_metrics
from channels.webchat.pages import add_pages
from surveys.invitations import without_token

LARGEST_BODY = 4 * 1024 * 1024
"""In bytes; WhatsApp sends up to 3 MB at once."""

LOOPBACK = "127.0.0.1"
SOCKET_PATH = "/socket.io/"
SOCKET_CLIENT = PROJECT / "node_modules" / "socket.io-client" / "dist" / "socket.io.esm.min.js"
READY_WITHIN_S = 3.0

access_log = logging.getLogger("app.access")


class AccessLogger(AbstractAccessLogger):
    """Method, path, status, milliseconds; no query (connection ids), no bodies, no tokens."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write one line, but none for a socket that lives on."""
        if request.path == SOCKET_PATH and response.status < 400:
            return
        took_ms = round(time * 1000)
        path = without_token(request.path)
        self.logger.info("%s %s %d %d ms", request.method, path, response.status, took_ms)


def public_app(house: House) -> web.Application:
    """Return the public server's application."""
    app = web.Application(client_max_size=LARGEST_BODY)
    house.sio.attach(app)
    add_pages(app, socket_client=SOCKET_CLIENT)
    house.uploads.add_to(app)
    if house.whatsapp is not None:
        house.whatsapp.attach(app)

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        parts = await readiness(house)
        ok = all(parts.values())
        body = {"status": "ready" if ok else "not ready", **parts}
        return web.json_response(body, status=200 if ok else 503)

    house.surveys.attach(app)
    app.add_subapp("/desk", house.desk.application)
    app.router.add_get("/desk", _to_the_desk)
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    return app


async def _to_the_desk(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther("/desk/")


async def readiness(house: House) -> dict[str, bool]:
    """Return which of the parts work, each asked for at most a few seconds."""
    database, rasa = await asyncio.gather(house.database_answers(), _rasa_answers(house))
    workers = {worker.name: worker.running for worker in house.workers}
    return {"database": database, "rasa": rasa, **workers}


async def _rasa_answers(house: House) -> bool:
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            return await house.assistant.loaded()
    except TimeoutError:
        return False


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[None]:
    """Serve both sides and run the workers; on leaving, stop taking in, then finish."""
    settings = house.settings
    public = web.AppRunner(
        public_app(house),
        access_log_class=AccessLogger,
        access_log=access_log,
        shutdown_timeout=settings.shutdown_s,
    )
    inside = action_app(house.executor, house.domain)
    add_metrics(inside, house.breaker)
    house.releasing.attach(inside)
    actions = web.AppRunner(inside, access_log=None)
    await actions.setup()
    await public.setup()
    try:
        await web.TCPSite(actions, LOOPBACK, settings.actions_port).start()
        await web.TCPSite(public, settings.host, settings.port).start()
        for worker in house.workers:
            worker.start()
        yield
    finally:
        for worker in house.workers:
            await worker.stop(settings.shutdown_s)
        await house.releasing.trainer.stop()
        await house.sio.shutdown()
        await public.cleanup()
        await actions.cleanup()
