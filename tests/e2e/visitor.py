"""Somebody with a browser in front of the chat, and what they see there."""

import shutil
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.app.channels.fake_webchat import FakeWebchat

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
GLOBALS = "Object.getOwnPropertyNames(window)"
BLOCK_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
}
"""
COMPOSING_ENTER = """
field => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true })
)
"""
SHADOW = "document.querySelector('baddala-chat').shadowRoot"
GROUND = f"getComputedStyle({SHADOW}.querySelector('.chat')).backgroundColor"
PAGE_GROUND = "getComputedStyle(document.documentElement).backgroundColor"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SESSION = "session-1"
MIXED = "وين وصل طلبي DF-26-004173 please؟"
HELPED = [
    {"content_type": "text", "title": "نعم", "payload": '/feedback{"helped": "yes"}'},
    {"content_type": "text", "title": "لا", "payload": '/feedback{"helped": "no"}'},
]
TOPICS = [
    {"content_type": "text", "title": title, "payload": f"/topic{{{n}}}"}
    for n, title in enumerate(["تأخّر استرداد رسوم", "خصم مكرر أو خاطئ", "موضوع آخر"])
]
CARD = {
    "number": "DF-26-004173",
    "spoken": "D F، 2 6، 0 0 4 1 7 3",
    "kind": "complaint",
    "state": "new",
    "due": "2026-11-25",
    "department": "المدفوعات الرقمية",
}


async def launch(playwright: Any, *more: str) -> Browser:
    path = shutil.which("chromium")
    return await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *more])


class Visitor:
    """Somebody with a browser window on the chat page."""

    def __init__(self, server: FakeWebchat, page: Page) -> None:
        self.server = server
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        self.field = page.locator("textarea")
        self.dialog = page.get_by_role("dialog")
        self.log = page.get_by_role("log")
        self.said = page.locator(".bub.typed")
        self.messages = page.locator(".log .msg:not(.greeting):not(.typing-now) .bub")

    def _heard(self, told: ConsoleMessage) -> None:
        if told.type == "error":
            self.errors.append(told.text)

    async def arrive(self, path: str = "/") -> "Visitor":
        await self.page.goto(self.server.address + path)
        await expect(self.dialog).to_be_visible()
        await self.connected()
        return self

    async def connected(self) -> None:
        await expect(self.page.locator('.line [data-st="open"]')).to_be_visible(timeout=15_000)

    async def write(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def sees(self, *texts: str) -> None:
        """Exactly these messages, in this order."""
        await expect(self.messages).to_have_text(list(texts), timeout=15_000)


async def fill(visitor: Visitor, session: str) -> None:
    """One of everything that a conversation may show."""
    server = visitor.server
    server.answer = None
    await visitor.write(MIXED)
    await expect(visitor.page.locator(".me .foot")).to_have_count(1)
    await server.say(
        session,
        "لاسترداد الرسوم:\n1. الدخول https://www.dm.gov.ae/?p=88268\n2. Then wait.",
        quick_replies=HELPED,
    )
    await visitor.log.get_by_role("button", name="لا").click()
    await server.say(session, "سُجّلت شكواك.", metadata={"card": CARD}, quick_replies=TOPICS[:2])
    await server.say(session, "حُجبت أرقام البطاقة.", sender="system")
    await server.say(session, "انضمّت نورة", sender="system", metadata={"handover": True})
    await server.say(session, "حيّاك الله", sender="agent", metadata={"name": "نورة"})
    server.refusal = {"code": "too_fast", "text": "يُرجى الانتظار."}
    await visitor.write("مرة أخرى")
    await expect(visitor.page.locator(".me .err")).to_be_visible()
    await server.say(session, "آخر خبر", quick_replies=TOPICS)
    await server.typing(session, True)
    await expect(visitor.page.locator(".typing-now")).to_be_visible()
    server.refusal = None


async def violations(page: Page) -> list[Any]:
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
    return [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"]])
        for one in found["violations"]
    ]
