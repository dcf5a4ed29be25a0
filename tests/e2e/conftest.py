"""Fixtures of the browser tests: one Chromium for a module, one server and window for a test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.app.channels.fake_webchat import FakeWebchat
from tests.e2e.visitor import Visitor, launch

SHOWN_WITHIN_MS = 15_000
"""How long a page may take to show what is expected, where three test processes share two cores."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take ``--looks`` and ``--looks=NAMES``."""
    told = "keep pictures of every page of the desk, or of those with one of NAMES in their path"
    parser.addoption("--looks", nargs="?", const="", default=None, metavar="NAMES", help=told)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    expect.set_options(timeout=SHOWN_WITHIN_MS)
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[FakeWebchat]:
    fake = await FakeWebchat().start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(chromium: Browser, server: FakeWebchat) -> AsyncIterator[Visitor]:
    context = await chromium.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    yield Visitor(server, await context.new_page())
    await context.close()
