"""Three browsers: a citizen who wants a person, and two agents who both want to help."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from accounts.model import Role
from accounts.signing_in import Visitor
from conversations.floor import Reason
from conversations.handover import Escalation
from desk.access import COOKIE
from desk.viewer import agent_of
from stores.migrate import upgrade_async
from tests.app.desk.staff import hired
from tests.app.webchat_house import Running, running_house
from tests.e2e.visitor import violations

pytestmark = pytest.mark.asyncio(loop_scope="module")

WISH = "أبغي أكلم موظف بخصوص الفاتورة INV-20931"
REPLY = "حيّاك الله. اطّلعت على الفاتورة INV-20931 وهي معتمدة."
FILE = "إيصال INV-20931.pdf"
PDF = b"%PDF-1.7\n" + b"\x00\x01" * 500
SAID = "#log .msg:not(.memo) .bub.say, #log .msg .file .m"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
NO_ANIMATION = {"reduced_motion": "reduce", "bypass_csp": True}
WITHIN_MS = 15_000


@dataclass
class Chat:
    """The citizen's window."""

    page: Page

    async def write(self, text: str) -> None:
        field = self.page.locator("textarea")
        await field.fill(text)
        await field.press("Enter")

    async def sees(self, text: str) -> None:
        await expect(self.page.locator(".log")).to_contain_text(text, timeout=WITHIN_MS)


@pytest_asyncio.fixture(loop_scope="module")
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
    await upgrade_async(url)
    async with running_house(url, tmp_path, undo_s=0.5) as house:
        yield house


async def at_the_desk(
    running: Running, chromium: Browser, name: str, *, width: int = 1440, dark: bool = False
) -> Page:
    account = await hired(running, name, *Role)
    desk = running.house.desk
    await desk.agents.enrol(agent_of(account))
    token = await desk.sign_in.begin_known(account, Visitor("127.0.0.1", "Chromium"))
    context = await chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        **NO_ANIMATION,  # type: ignore[arg-type]
    )
    cookie = {"name": COOKIE, "value": token, "url": f"{running.url}/desk"}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    page = await context.new_page()
    await page.goto(f"{running.url}/desk/inbox")
    # present, so that nothing is called back when the test runs out of hours
    await page.get_by_role("button", name="بدء استلام المحادثات").click()
    await expect(page.get_by_role("button", name="إيقاف مؤقت")).to_be_visible()
    return page


async def a_citizen(running: Running, chromium: Browser) -> tuple[Chat, str]:
    """Open the chat, write a wish, and have it passed to people; return the conversation too."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844},
        locale="ar",
        **NO_ANIMATION,  # type: ignore[arg-type]
    )
    chat = Chat(await context.new_page())
    await chat.page.goto(running.url)
    await chat.write(WISH)
    await chat.sees(f"سمعت: {WISH}")
    rows = await running.house.floor.queues.newest()
    events = await running.house.floor.queues.events_after(0, limit=rows or 1)
    conversation_id = events[-1].conversation_id
    await running.house.floor.handover.escalate(
        conversation_id, Escalation(Reason.ASKED), actor="system:test"
    )
    return chat, conversation_id


async def test_a_citizen_and_two_agents(chromium: Browser, running: Running) -> None:
    noura = await at_the_desk(running, chromium, "noura")
    khalid = await at_the_desk(running, chromium, "khalid")
    chat, id_ = await a_citizen(running, chromium)

    # both are alerted without a reload
    for page in (noura, khalid):
        await expect(page.locator("#alerts")).to_have_attribute(
            "data-count", "1", timeout=WITHIN_MS
        )
        assert (await page.title()).startswith("(1)")

    # both claim at once: one has it, the other is told by whom
    claims = [
        page.locator(f'#alerts form[action="/desk/inbox/{id_}/claim"] button')
        for page in (noura, khalid)
    ]
    await asyncio.gather(*(claim.click() for claim in claims))
    await asyncio.gather(*(page.wait_for_url(f"**/desk/inbox/{id_}*") for page in (noura, khalid)))
    texts = [await page.locator("#bar").inner_text() for page in (noura, khalid)]
    first = 0 if "باستلامك" in texts[0] else 1
    winner, other = ((noura, khalid), (khalid, noura))[first]
    await expect(other.get_by_role("alert")).to_contain_text("سبقك إلى استلام هذه المحادثة")
    await expect(other.locator("#reply")).to_have_count(0)

    # the winner answers by keyboard, then with a ready reply found by its short name, then a file
    await winner.locator("#reply").fill(REPLY)
    await winner.keyboard.press("Control+Enter")
    await chat.sees(REPLY)
    await expect(winner.locator("#reply")).to_have_value("")
    await winner.locator("#reply").fill("/wai")
    await winner.keyboard.press("Enter")
    ready = await winner.locator("#reply").input_value()
    assert ready == "أحتاج إلى لحظات لأراجع سجلك، وأعود إليك حالًا."
    await winner.get_by_role("button", name="إرسال", exact=True).click()
    await chat.sees(ready)
    await winner.locator("#pick-file").set_input_files(
        {"name": FILE, "mimeType": "application/pdf", "buffer": PDF}
    )
    await winner.get_by_role("button", name="إرسال", exact=True).click()
    await chat.sees(FILE)

    # what the citizen writes appears at both; a note only between the two
    await winner.locator("#reply").fill("أكتب الآن")
    await chat.write("شكرا، والدفعة الثانية؟")
    for page in (noura, khalid):
        await expect(page.locator("#log")).to_contain_text("والدفعة الثانية؟", timeout=WITHIN_MS)
    await expect(winner.locator("#newer")).to_contain_text("أثناء كتابتك", timeout=WITHIN_MS)
    await winner.reload()
    await expect(winner.locator("#reply")).to_have_value("أكتب الآن")  # a draft stays
    note = other.locator("#note-form textarea")
    await note.fill("الدفعة الثانية تحتاج تأكيد البنك")
    await other.get_by_role("button", name="إضافة ملاحظة").click()
    await expect(winner.locator("#log .memo")).to_contain_text("تأكيد البنك", timeout=WITHIN_MS)
    assert "تأكيد البنك" not in await chat.page.locator(".log").inner_text()

    # handed over, closed with what must be told, and back to the assistant
    loser_id = "khalid" if first == 0 else "noura"
    await winner.locator(".menu summary", has_text="تحويل").click()
    await winner.locator("#to").select_option(loser_id)
    await winner.locator(f'form[action="/desk/inbox/{id_}/transfer"] button').click()
    await expect(other.locator("#bar")).to_contain_text("باستلامك", timeout=WITHIN_MS)
    await other.get_by_text("تسجيل طلب", exact=True).click()
    await other.locator("#kind").select_option("complaint")
    await other.locator("#case-text").fill("تأخر دفع الفاتورة INV-20931 شهرين")
    await other.locator(f'form[action="/desk/inbox/{id_}/case"] button').click()
    await expect(other.locator("#side")).to_contain_text("DF-", timeout=WITHIN_MS)
    closing = other.locator(f'form[action="/desk/inbox/{id_}/close"]')
    await other.locator(".menu summary", has_text="إنهاء").click()
    await other.locator("#outcome").select_option("case")
    await closing.get_by_role("button").click()
    await expect(other.get_by_role("alert")).to_contain_text("كيف انتهت")
    await other.locator(".menu summary", has_text="إنهاء").click()
    await other.locator("#outcome").select_option("case")
    await other.locator("#department").select_option("ACC")
    assert "DF-" in await other.locator("#case").input_value()
    await closing.get_by_role("button").click()
    await expect(other.locator("#bar")).to_contain_text("المساعد الآلي", timeout=WITHIN_MS)

    # a case and a file that a colleague opens are in the audit too
    number = await other.locator("#side .ref", has_text="DF-").first.inner_text()
    file = await other.locator("#log a.file").first.get_attribute("href")
    for address in (f"/desk/cases/{number}", file):
        assert (await other.request.get(f"{running.url}{address}")).ok

    # the citizen rates, adds a line, and talks to the assistant again
    await chat.sees("كيف كانت خدمتنا لك")
    await chat.page.get_by_role("button", name="😊 راضٍ").click()
    await chat.sees("سُجّل تقييمك")
    await chat.page.get_by_role("button", name="إضافة تعليق").click()
    await chat.sees("كتابة تعليقك في رسالة واحدة")
    await chat.write("خدمة سريعة")
    await chat.sees("وصل تعليقك")
    for page in (winner, other):
        await expect(page.locator("#side")).to_contain_text("خدمة سريعة", timeout=WITHIN_MS)
        await expect(page.locator("#side .rating b")).to_have_text("😊 راضٍ")
    await chat.write("متى الدوام؟")
    await chat.sees("سمعت: متى الدوام؟")

    # the same words on all three screens, and all of it in the audit
    await expect(winner.locator("#log")).to_contain_text("سمعت: متى الدوام؟", timeout=WITHIN_MS)
    shown = [
        [text.strip() for text in await page.locator(SAID).all_inner_texts()]
        for page in (winner, other)
    ]
    assert shown[0] == shown[1]
    at_home = await chat.page.locator(".log").inner_text()
    assert all(text in at_home for text in shown[0])
    await noura.goto(f"{running.url}/desk/audit?subject={id_}")
    for action in (
        "handover_claimed",
        "handover_replied",
        "handover_noted",
        "handover_transferred",
        "handover_closed",
        "rated",
        "rating_words_added",
        "conversation_opened",
        "file_opened",
    ):
        await expect(noura.locator("tbody")).to_contain_text(action)
    await noura.goto(f"{running.url}/desk/audit?subject={number}")
    for action in ("opened", "case_read"):
        await expect(noura.locator("tbody")).to_contain_text(action)


PRESS = """([key, code, shiftKey]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true }))"""


async def test_single_keys_work_on_an_arabic_keyboard_and_can_be_turned_off(
    chromium: Browser, running: Running
) -> None:
    page = await at_the_desk(running, chromium, "noura")
    _, id_ = await a_citizen(running, chromium)
    await page.goto(f"{running.url}/desk/inbox/{id_}")

    async def press(key: str, code: str, *, shift: bool = False) -> None:
        await page.evaluate("document.activeElement.blur()")
        await page.evaluate(PRESS, [key, code, shift])

    await press("ؤ", "KeyC")
    await expect(page.locator("#bar")).to_contain_text("باستلامك", timeout=WITHIN_MS)
    await page.wait_for_load_state()  # a claim makes another page, whose keys come with it
    await press("ق", "KeyR")
    await expect(page.locator("#reply")).to_be_focused()
    await page.keyboard.press("Control+/")
    await expect(page.locator("#reply")).to_have_value("/")
    await page.locator("#reply").fill("")
    await press("ى", "KeyN")
    await expect(page.locator("#note-form textarea")).to_be_focused()
    await press("ف", "KeyT")
    await expect(page.locator("#to")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#to")).to_be_hidden()
    await press("ظ", "Slash")
    await expect(page.locator("#search")).to_be_visible()
    await page.keyboard.press("Escape")
    await press("؟", "Slash", shift=True)
    help_ = page.locator("#keys")
    await expect(help_).to_contain_text("استلام المحادثة المفتوحة")
    await help_.locator("[data-keys-on]").uncheck()
    await page.keyboard.press("Escape")
    await press("ق", "KeyR")
    await expect(page.locator("#reply")).not_to_be_focused()
    await page.goto(f"{running.url}/desk/me")
    await page.locator("[data-keys-on]").first.check()
    await page.keyboard.press("Shift+Slash")  # "?" on a Latin one
    await expect(help_).to_be_hidden()  # a box has the focus: that is typing
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Shift+Slash")
    await expect(help_).to_be_visible()


async def test_who_is_named_in_a_note_hears_of_it_on_any_page(
    chromium: Browser, running: Running
) -> None:
    noura = await at_the_desk(running, chromium, "noura")
    khalid = await at_the_desk(running, chromium, "khalid")
    _, id_ = await a_citizen(running, chromium)
    await khalid.goto(f"{running.url}/desk/cases")
    await noura.goto(f"{running.url}/desk/inbox/{id_}")
    if not await noura.locator("#note-form textarea").is_visible():
        await noura.locator(".notes summary").click()
    await noura.locator("#note-form textarea").fill("راجع الفاتورة INV-20931")
    await noura.locator('#note-form input[value="khalid"]').check()
    await noura.locator("#note-form button").click()
    await expect(noura.locator("#log .memo")).to_contain_text("راجع الفاتورة", timeout=WITHIN_MS)
    await khalid.goto(f"{running.url}/desk/cases")
    await expect(khalid.locator("#rail-alerts")).to_have_text("1")
    told = khalid.locator("#mentions .toast")
    await expect(told).to_contain_text("ورد اسمك في ملاحظة داخلية")
    await expect(noura.locator("#mentions .toast")).to_have_count(0)
    async with khalid.expect_response("**/look"):
        await told.get_by_role("link").click()
    await expect(khalid.locator("#log .memo")).to_contain_text("راجع الفاتورة")
    await khalid.goto(f"{running.url}/desk/cases")
    await expect(khalid.locator("#rail-alerts")).to_have_text("1")
    await expect(told).to_have_count(0)


async def test_by_keyboard_alone(chromium: Browser, running: Running) -> None:
    """From the alert to the farewell without a mouse: only keys, and focus that can be seen."""
    page = await at_the_desk(running, chromium, "noura")
    keys = page.keyboard
    chat, id_ = await a_citizen(running, chromium)
    await expect(page.locator("#alerts")).to_have_attribute("data-count", "1", timeout=WITHIN_MS)
    await tab_to(page, f'#alerts form[action="/desk/inbox/{id_}/claim"] button')
    await keys.press("Enter")
    await page.wait_for_url(f"**/desk/inbox/{id_}*")
    await keys.press("r")
    await keys.type("/gre")
    await keys.press("Enter")
    await expect(page.locator("#reply")).to_have_value(re.compile("حيّاك الله"))
    await keys.press("Control+Enter")
    await chat.sees("حيّاك الله")
    await keys.press("Escape")
    await page.locator("#log").focus()
    await keys.press("n")
    await keys.type("اتصلت بالبنك")
    await tab_to(page, "#note-form button")
    await keys.press("Enter")
    await expect(page.locator("#log .memo")).to_contain_text("اتصلت بالبنك", timeout=WITHIN_MS)
    await tab_to(page, "#conv-head details:has(#outcome) > summary", backwards=True)
    await keys.press("Enter")
    await tab_to(page, "#outcome")
    await keys.press("ArrowDown")
    await tab_to(page, "#department")
    await keys.press("ArrowDown")
    await tab_to(page, f'form[action="/desk/inbox/{id_}/close"] button')
    await keys.press("Enter")
    await expect(page.locator("#bar")).to_contain_text("المساعد الآلي", timeout=WITHIN_MS)
    await chat.sees("كيف كانت خدمتنا لك")


async def tab_to(page: Page, selector: str, *, backwards: bool = False) -> None:
    """Press Tab until an element has the focus, and see that this shows."""
    key = "Shift+Tab" if backwards else "Tab"
    for _ in range(120):
        if await page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert await page.evaluate(outline) != "none", selector
            return
        await page.keyboard.press(key)
    raise AssertionError(f"no way to {selector} by keyboard")


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
async def test_the_screens_are_sound(
    chromium: Browser, running: Running, width: int, dark: bool
) -> None:
    page = await at_the_desk(running, chromium, "noura", width=width, dark=dark)
    _, id_ = await a_citizen(running, chromium)
    await page.request.post(
        f"{running.url}/desk/inbox/{id_}/claim",
        headers={"X-CSRF-Token": str(await page.get_attribute("body", "data-csrf"))},
    )
    places = ("inbox", f"inbox/{id_}", "cases", "cases/new", "audit")
    for language in ("ar", "en"):
        await page.goto(f"{running.url}/desk/me")
        await page.locator(f'input[value="{language}"]').check()
        await page.locator('form[action="/desk/me/look"] button').click()
        for place in places:
            await page.goto(f"{running.url}/desk/{place}")
            found = [one for one in await violations(page) if one[1] in ("serious", "critical")]
            assert (place, language, found) == (place, language, [])
            assert not await page.evaluate(SIDEWAYS), (place, language)
