"""The way into the desk in a real browser: first start to a second person's account."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from stores.migrate import upgrade_async
from tests.app.webchat_house import Running, running_house
from tests.e2e.visitor import AXE, WCAG

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "جملة قصيرة سهلة التذكّر"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SIZES = ((390, 844), (1440, 900))


@pytest_asyncio.fixture(loop_scope="module")
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
    await upgrade_async(url)
    async with running_house(url, tmp_path) as house:
        yield house


async def is_sound(page: Page) -> None:
    """No accessibility violation, and nothing to scroll sideways, on phone and desk."""
    await page.add_script_tag(content=AXE.read_text("utf-8"))
    options = {"runOnly": {"type": "tag", "values": WCAG}}
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        found = await page.evaluate("options => axe.run(document, options)", options)
        told = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
        assert (page.url, width, told) == (page.url, width, [])
        assert not await page.evaluate(SIDEWAYS), (page.url, width)


async def test_from_the_first_password_to_a_second_person(
    chromium: Browser, running: Running
) -> None:
    made = await running.house.desk.administration.first_admin()
    assert made is not None
    email, given = made
    # axe is injected as a script, which our own policy rightly refuses
    context = await chromium.new_context(bypass_csp=True, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{running.url}/desk/")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await is_sound(page)

    await page.get_by_label("البريد الرسمي").fill(email)
    await page.get_by_label("كلمة المرور").fill("not this one")
    await page.get_by_role("button", name="دخول").click()
    await expect(page.get_by_role("alert")).to_contain_text("البيانات غير مطابقة")
    await expect(page.get_by_label("البريد الرسمي")).to_have_value(email)
    await page.get_by_label("كلمة المرور").fill(given)
    await page.get_by_role("button", name="دخول").click()

    await page.get_by_label("كلمة المرور الحالية").fill(given)
    for label in ("كلمة المرور الجديدة", "كلمة المرور الجديدة مرة أخرى"):
        await page.get_by_label(label, exact=True).fill(SENTENCE)
    await is_sound(page)
    await page.get_by_role("button", name="متابعة").click()

    secret = (await page.locator("bdi.wrap").inner_text()).replace(" ", "")
    await is_sound(page)
    await page.get_by_label("رمز التحقق").fill("000000")
    await page.get_by_role("button", name="متابعة").click()
    await expect(page.get_by_role("alert")).to_contain_text("غير مطابق")
    await page.get_by_label("رمز التحقق").fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="متابعة").click()

    await page.goto(f"{running.url}/desk/people")
    await expect(page.get_by_role("heading", level=1)).to_have_text("الموظفون")
    await is_sound(page)
    await page.get_by_role("link", name="إضافة موظف").click()
    await is_sound(page)
    await page.get_by_label("البريد الرسمي").fill("noura@finance.example")
    await page.get_by_label("الاسم بالعربية").fill("نورة المزروعي")
    await page.get_by_label("موظف خدمة").check()
    await page.get_by_role("button", name="حفظ").click()
    password = await page.locator(".plate .no").inner_text()
    await is_sound(page)

    await page.goto(f"{running.url}/desk/me")
    await is_sound(page)
    await page.get_by_label("English").check()
    await page.get_by_label("داكنة").check()
    await page.get_by_role("button", name="حفظ").click()
    await expect(page.locator("html")).to_have_attribute("dir", "ltr")
    await is_sound(page)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(f"{running.url}/desk/sign-in")
    await context.close()

    other = await chromium.new_context(locale="en")
    page = await other.new_page()
    await page.goto(f"{running.url}/desk/sign-in")
    await page.get_by_role("link", name="English").click()
    await page.get_by_label("Work email").fill("noura@finance.example")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("اختيار كلمة مرور خاصة بك")
    await other.close()
