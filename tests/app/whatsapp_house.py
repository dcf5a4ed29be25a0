"""A whole house with WhatsApp set up, between a server that plays Meta and one that plays Rasa."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.whatsapp.fake_graph import NUMBER_ID, SECRET, TOKEN, FakeGraph
from conversations.fake_rasa import Answering, echo
from tests.app.webchat_house import Running, running_house

VERIFY = "a-word-for-meta"
WAIT_S = 30.0
PAUSE_S = 0.02


@dataclass
class WithMeta:
    running: Running
    meta: FakeGraph

    async def taken(self, count: int) -> list[dict[str, Any]]:
        """Return what Meta took, once it is ``count`` messages."""
        await until(lambda: len(self.meta.taken) >= count)
        return self.meta.taken


@asynccontextmanager
async def house_with_meta(
    database_url: str, folder: Path, *, answering: Answering = echo, **changes: Any
) -> AsyncIterator[WithMeta]:
    meta = await FakeGraph(started_at=int(time.time()) - 3600).start()
    try:
        async with running_house(
            database_url,
            folder,
            answering=answering,
            whatsapp_phone_number_id=NUMBER_ID,
            whatsapp_token=TOKEN,
            whatsapp_app_secrets=(SECRET,),
            whatsapp_verify_token=VERIFY,
            whatsapp_graph_url=meta.url,
            **changes,
        ) as running:
            meta.webhook = f"{running.url}/channels/whatsapp"
            yield WithMeta(running, meta)
    finally:
        await meta.stop()


async def until(condition: Callable[[], bool], *, within_s: float = WAIT_S) -> None:
    for _ in range(int(within_s / PAUSE_S)):
        if condition():
            return
        await asyncio.sleep(PAUSE_S)
    raise AssertionError("it did not come to that in time")
