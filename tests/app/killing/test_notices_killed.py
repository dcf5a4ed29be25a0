"""The process dies while it tells people of their cases: each hears once, on both databases."""

import asyncio
import signal
import sys

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import Address
from tests.app.killing.nursery import ROOT
from tests.app.killing.points import When
from tests.app.killing.telling import HITS
from tests.app.notice_house import NOURA, House

CASES = 6


@pytest.mark.parametrize("when", [When.BEFORE_COMMIT, When.AFTER])
async def test_who_is_killed_while_telling_tells_nobody_twice_and_nobody_not(
    engine: AsyncEngine, database_url: str, when: When
) -> None:
    house = House(engine)
    people = [Address("webchat", "session", f"s-{place}") for place in range(CASES)]
    numbers = [await house.opened(one, opened_by=NOURA) for one in people]
    command = (sys.executable, "-m", "tests.app.killing.telling", database_url, when.value)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    told = sum([len(await house.said(one)) for one in people])
    assert told == HITS + (when is When.AFTER)
    await house.round("02 12:00")
    for one, number in zip(people, numbers, strict=True):
        [text] = await house.texts(one)
        assert number in text
