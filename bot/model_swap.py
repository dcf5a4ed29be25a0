"""A new model is loaded beside the turns, so that nobody waits for it (Rasa 3.6.21).

Rasa loads on the event loop: 0.3 to 2 seconds in which no message is answered. Here a thread
loads, and the server goes on with the old model until the new one is whole. ``PUT /model`` and
the pulling from a model server both come through here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import rasa.core.agent
import rasa.server
from rasa.core.agent import Agent
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa.utils.endpoints import EndpointConfig

log = logging.getLogger(__name__)
STOCK_LOAD = rasa.server._load_agent
STOCK_UPDATE = rasa.core.agent._update_model_from_server
PULL = rasa.core.agent._pull_model_and_fingerprint


async def load_agent(**given: Any) -> Agent:
    """Return an agent with the model that was asked for; raises as Rasa's own does."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, lambda: asyncio.run(STOCK_LOAD(**given)))


async def update_from_server(model_server: EndpointConfig, agent: Agent) -> None:
    """Ask the model server for another model and load it; on any failure the old one stays."""
    loop = asyncio.get_running_loop()
    with TempDirectoryPath(get_temp_dir_name()) as folder:
        try:
            new = await PULL(model_server, agent.fingerprint, folder)
            if new:
                await loop.run_in_executor(None, agent.load_model, folder, new)
        except Exception:
            log.exception("No new model from %s; the old one stays.", model_server.url)


def load_beside_turns() -> None:
    """Put both in place; doing it again changes nothing."""
    rasa.server._load_agent = load_agent
    rasa.core.agent._update_model_from_server = update_from_server
