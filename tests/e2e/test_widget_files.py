"""Files in a real browser against the real app: chosen, dropped, pasted, refused, shown again."""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.app.webchat_house import Running, running_house
from tests.e2e.visitor import AXE, WCAG
from tests.postgres import migrated_sqlite

__all__ = ["migrated_sqlite"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

PDF = b"%PDF-1.7\n" + b"\x00\x01" * 110_000
NAME = "إيصال الدفع INV-9.pdf"
SHOTS = os.environ.get("BADDALA_TEST_SHOTS")
PUT = """
([kind, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const chat = document.querySelector("baddala-chat").shadowRoot;
  const place = kind === "drop" ? chat.querySelector(".log") : chat.querySelector("textarea");
  const event = kind === "drop"
    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  place.dispatchEvent(event);
}
"""


def picture(width: int = 240, height: int = 120) -> bytes:
    """Return a PNG of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    rows = (b"\x00" + b"\x0b\x4f\x57" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest_asyncio.fixture(loop_scope="module")
async def house(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Running]:
    database = tmp_path / "baddala.db"
    await asyncio.to_thread(shutil.copyfile, migrated_sqlite, database)
    url = f"sqlite+aiosqlite:///{database}"
    async with running_house(url, tmp_path / "data", attachment_mb=1) as running:
        yield running


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def choose(page: Page, *files: tuple[str, bytes]) -> None:
    await page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files
        ]
    )


@pytest.mark.parametrize(("language", "width"), [("ar", 390), ("en", 1280)])
async def test_files_go_out_with_the_words_and_come_back_with_the_history(
    chromium: Browser, house: Running, language: str, width: int
) -> None:
    context = await chromium.new_context(
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        locale=language,
        accept_downloads=True,
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(house.url)
    await expect(page.get_by_role("dialog")).to_be_visible()
    if await page.evaluate("document.documentElement.lang") != language:
        await page.locator(".strip .btn.quiet").first.click()
    await expect(page.locator('.line [data-st="open"]')).to_be_visible(timeout=15_000)

    tray = page.locator(".tray li")
    await choose(
        page,
        (NAME, PDF),
        ("photo of the receipt صورة.png", picture()),
        ("setup\u202efdp.exe", b"MZ\x90\x00\x03"),
        ("خرائط كبيرة.pdf", PDF * 5),
    )
    await expect(tray).to_have_count(4)
    await expect(page.locator(".tray .refused")).to_have_count(2)
    await expect(page.locator(".tray progress")).to_have_count(0, timeout=15_000)
    await shot(page, f"tray-{language}-{width}")
    for _ in range(2):
        await page.locator(".tray .refused button").first.click()
    await expect(tray).to_have_count(2)

    await page.locator("textarea").fill("هذا إيصال INV-9")
    await page.locator("textarea").press("Enter")
    await expect(tray).to_have_count(0)
    mine = page.locator(".msg.me")
    await expect(mine.locator(".file .name")).to_have_text(NAME)
    await expect(mine.locator(".file")).to_contain_text("KB" if language == "en" else "كيلوبايت")
    shown = mine.locator("img")
    await expect(shown).to_have_js_property("naturalWidth", 240)
    await expect(mine.locator(".foot")).to_contain_text("وصلت" if language == "ar" else "Delivered")
    await shot(page, f"sent-{language}-{width}")

    await page.evaluate(PUT, ["drop", "ملاحظة.txt", "رقم الفاتورة INV-9"])
    await page.evaluate(PUT, ["paste", "b.txt", "b"])
    await expect(tray).to_have_count(2)
    await expect(page.locator(".tray progress")).to_have_count(0, timeout=15_000)
    await page.locator("button[type=submit]").click()
    await expect(mine).to_have_count(2)
    await expect(mine.nth(1).locator(".file")).to_have_count(2)
    await expect(mine.nth(1).locator(".bub")).to_be_hidden()

    await page.reload()
    await expect(page.locator(".msg.me .file")).to_have_count(3)
    await expect(page.locator(".msg.me img")).to_have_js_property("naturalWidth", 240)
    async with page.expect_download() as download:
        await page.locator(".msg.me .file button.row").first.click()
    saved = await download.value
    assert saved.suggested_filename == NAME
    assert await asyncio.to_thread(Path(await saved.path()).read_bytes) == PDF
    await shot(page, f"history-{language}-{width}")
    assert errors == []
    await page.evaluate(await asyncio.to_thread(AXE.read_text))
    found = await page.evaluate(
        "tags => axe.run(document, { runOnly: tags }).then(r => r.violations.map(v => v.id))", WCAG
    )
    assert found == []
    await context.close()
