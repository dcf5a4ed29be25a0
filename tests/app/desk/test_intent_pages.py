"""Examples of an intent: changed in place, refused when they nearly stand elsewhere."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest_asyncio

from accounts.model import Role
from kernel.language import Language
from tests.app.desk.small_content import with_small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_entry_pages import EVIL, knows
from tests.app.webchat_house import Running, running_house

GREET = "/desk/studio/intents/greet/ar"
NEW = "نهاركم سعيد يا موظفي خدمة المتعاملين كلكم"
CHANGED = "يسعد مساكم جميعا وكيف حالكم اليوم INV-9"
ROW = re.compile(
    r'name="i" value="(?P<i>\d+)"><input[^>]* value="(?P<t>[^"]*)".*?<select[^>]* name="v"'
    r'.*?<option value="(?P<v>[a-z_0-9]+)" selected'
)


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path) as house:
        yield with_small_content(house, tmp_path)


def the_form(page: str) -> list[tuple[str, str]]:
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    rows = [("seen", seen)]
    for one in ROW.finditer(page):
        rows += [("i", one["i"]), ("t", unescape(one["t"])), ("v", one["v"])]
    return rows


async def send(editor: Staff, rows: list[tuple[str, str]]) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await editor.send(GREET, urlencode(rows), headers=headers)


async def taught(running: Running) -> list[str]:
    found = await running.house.studio.drafting.ask(
        lambda folder: folder.examples("greet", Language.AR)
    )
    return [one.text for one in found]


async def test_examples_are_changed_added_and_taken_away(running: Running) -> None:
    before = await taught(running)
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, listed = await editor.see("/desk/studio/intents")
        assert GREET in listed
        _, page = await editor.see(GREET)
        rows = the_form(page)
        assert (await send(editor, rows))[0] == 303
        assert await taught(running) == before
        rows[2] = ("t", CHANGED)
        rows[5] = ("t", "")
        _, page = await editor.see(GREET)
        fresh = the_form(page)
        fresh[2], fresh[5] = rows[2], rows[5]
        status, page = await send(editor, [*fresh, ("more", NEW)])
        assert status == 303, page.partition('id="problem"')[2][:600]
        after = await taught(running)
        assert after == [rows[2][1], *before[2:], NEW]
        status, page = await send(editor, [*fresh, ("more", "سطر آخر تماما لا يشبه شيئا")])
        assert (status, "غيّر زميل هذه الأمثلة" in page) == (409, True)
        assert "سطر آخر تماما" in page


async def test_what_nearly_stands_elsewhere_is_refused_with_the_reason(running: Running) -> None:
    entry = await running.house.studio.drafting.ask(
        lambda folder: folder.entry("supplier_payment_time")
    )
    assert entry is not None
    other = entry.ar.questions[0].text
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(GREET)
        status, page = await send(editor, [*the_form(page), ("more", f"{other} رجاء")])
        assert (status, "يكاد يطابق مثالًا موجودًا" in page) == (422, True)
        assert "supplier_payment_time" in page
        status, page = await send(editor, [*the_form(page), ("more", EVIL)])
        assert "<img src=x" not in page
        assert "<script>alert" not in page


async def test_who_does_not_write_in_a_language_reads_it(running: Running) -> None:
    async with (
        at_the_desk(running, "james", Role.EDITOR) as james,
        at_the_desk(running, "salem", Role.AGENT) as salem,
    ):
        await knows(running, james, Language.EN)
        _, page = await james.see(GREET)
        assert 'form="entry"' not in page
        assert (await send(james, [("more", "هلا والله")]))[0] == 403
        assert (await salem.see(GREET))[0] == 403
        assert (await james.see("/desk/studio/intents/none/ar"))[0] == 404
