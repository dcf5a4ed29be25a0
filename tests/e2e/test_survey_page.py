"""The page behind a link, in a browser whose scripts are off: answered with a finger, once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from stores.migrate import upgrade_async
from tests.app.desk.test_survey_answer_pages import linked
from tests.app.webchat_house import Running, running_house
from tests.e2e.test_desk_sign_in import is_sound

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'survey.db'}"
    await upgrade_async(url)
    async with running_house(url, tmp_path) as house:
        yield house


async def test_it_is_sound_and_works_without_a_script(chromium: Browser, running: Running) -> None:
    async with linked(running) as person:
        address = f"{running.url}{person.path}"
        for scheme in ("light", "dark"):
            # axe is a script: it looks with scripts on, and people answer without
            looking = await chromium.new_context(bypass_csp=True, color_scheme=scheme)
            page = await looking.new_page()
            for query in ("", "?lang=en", "?stop", "?lang=en&stop"):
                await page.goto(address + query)
                await is_sound(page)
            await looking.close()
        context = await chromium.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        await page.goto(address)
        await page.get_by_role("button", name="إرسال الإجابة").click()
        await expect(page.get_by_role("alert")).to_contain_text("يُرجى الإجابة عن الأسئلة")
        await page.get_by_text("محايد").click()
        await page.get_by_role("textbox").fill("الرد واضح لكن متأخر INV-9")
        await page.get_by_role("button", name="إرسال الإجابة").click()
        await expect(page.get_by_role("heading")).to_have_text("شكرًا لك")
        await page.goto(address)
        await expect(page.get_by_role("status")).to_contain_text("وصلتنا إجابة بهذا الرابط من قبل")
        kept = await person.rating()
        assert (kept["face"], kept["words"]) == ("neutral", "الرد واضح لكن متأخر INV-9")
        assert await context.cookies() == []
        await context.close()
