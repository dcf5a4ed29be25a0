"""Proving a WhatsApp number, in a real browser against the real app."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from conversations.fake_rasa import Item
from tests.app.webchat_house import Running, running_house
from tests.e2e.visitor import AXE, WCAG
from tests.postgres import migrated_sqlite

__all__ = ["migrated_sqlite"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOTS = os.environ.get("BADDALA_TEST_SHOTS")


def not_found(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    return [{"text": "لم أجد طلبًا بهذا الرقم DF-26-004173."}, {"custom": {"prove": True}}]


@pytest_asyncio.fixture(loop_scope="module")
async def house(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Running]:
    database = tmp_path / "baddala.db"
    await asyncio.to_thread(shutil.copyfile, migrated_sqlite, database)
    url = f"sqlite+aiosqlite:///{database}"
    async with running_house(url, tmp_path / "data", answering=not_found) as running:
        yield running


@pytest.mark.parametrize(("language", "width"), [("ar", 390), ("en", 1280)])
async def test_a_number_and_a_code_are_asked_for_and_answered_in_sentences(
    chromium: Browser, house: Running, language: str, width: int
) -> None:
    context = await chromium.new_context(
        viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(house.url)
    await expect(page.get_by_role("dialog")).to_be_visible()
    if await page.evaluate("document.documentElement.lang") != language:
        await page.locator(".strip .btn.quiet").first.click()
    await expect(page.locator('.line [data-st="open"]')).to_be_visible(timeout=15_000)
    await page.locator("textarea").fill("أين طلبي DF-26-004173؟")
    await page.locator("textarea").press("Enter")
    card = page.locator(".proof")
    number, code = card.locator("form").nth(0), card.locator("form").nth(1)
    await expect(number).to_be_visible()
    await expect(code).to_be_hidden()
    await number.locator("input").fill("فاتورة")
    await number.locator("button").click()
    await expect(card.get_by_role("status")).to_contain_text("050 123 4567")
    await number.locator("input").fill("050 123 4567")
    await number.locator("button").click()
    await expect(code).to_be_visible()
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/proof-{language}-{width}.png")
    await code.locator("input").fill("١٢٣٤٥٦")
    await code.locator("button").click()
    wrong = "الرمز غير صحيح" if language == "ar" else "That is not the code"
    await expect(card.get_by_role("status")).to_contain_text(wrong)
    await expect(code.locator("input")).to_have_value("")
    await page.evaluate(await asyncio.to_thread(AXE.read_text))
    found = await page.evaluate(
        "tags => axe.run(document, { runOnly: tags }).then(r => r.violations.map(v => v.id))", WCAG
    )
    assert found == []
    assert errors == []
    await context.close()
