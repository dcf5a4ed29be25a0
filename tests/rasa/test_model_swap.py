import asyncio
import hashlib
import inspect
import time
from typing import Any

import pytest
import rasa.core.agent
import rasa.server

from bot import model_swap


async def slow(**given: Any) -> str:
    time.sleep(0.4)  # noqa: ASYNC251  # as a model is read and built: without a pause
    return f"agent with {given['model_path']}"


def test_turns_go_on_while_a_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_swap, "STOCK_LOAD", slow)

    async def loading() -> tuple[str, int]:
        job = asyncio.create_task(model_swap.load_agent(model_path="نموذج-9.tar.gz"))
        turns = 0
        while not job.done():
            await asyncio.sleep(0.01)
            turns += 1
        return await job, turns

    agent, turns = asyncio.run(loading())
    assert agent == "agent with نموذج-9.tar.gz"
    assert turns > 5


def test_a_model_that_cannot_be_loaded_says_so_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(**_given: Any) -> None:
        raise rasa.server.ErrorResponse(400, "BadRequest", "could not be loaded")

    monkeypatch.setattr(model_swap, "STOCK_LOAD", broken)
    with pytest.raises(rasa.server.ErrorResponse):
        asyncio.run(model_swap.load_agent(model_path="x"))


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (model_swap.STOCK_LOAD, "a9f77df6bc59de8e"),
        (model_swap.PULL, "373d0bc12bb9a25c"),
        (model_swap.STOCK_UPDATE, "677a9cee565c4c58"),
        (rasa.server.create_app, "3f241a21aeb8f727"),
    ],
)
def test_rasa_is_the_code_that_was_replaced(code: Any, written: str) -> None:
    assert hashlib.sha256(inspect.getsource(code).encode()).hexdigest()[:16] == written
