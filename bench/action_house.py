"""The real custom actions on a database of their own, counting what Rasa sends them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from app.action_server import action_app
from app.bootstrap import open_house
from app.settings import Settings
from stores.migrate import upgrade_async

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Calls:
    """The size in bytes of every call, in order."""

    sizes: list[int] = field(default_factory=list)

    def take(self) -> list[int]:
        """Return the sizes since the last time."""
        taken, self.sizes = self.sizes, []
        return taken


@asynccontextmanager
async def serving_actions(port: int) -> AsyncIterator[Calls]:
    """Serve ``/webhook`` on loopback as the app does, on a fresh SQLite database."""
    calls = Calls()

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        calls.sizes.append(len(await request.read()))
        return await handler(request)

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), actions_port=port)
        await upgrade_async(settings.database)
        async with open_house(settings) as house:
            served = action_app(house.executor, house.domain)
            served.middlewares.append(count)
            runner = web.AppRunner(served, access_log=None)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
                yield calls
            finally:
                await runner.cleanup()
