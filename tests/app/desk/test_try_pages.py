"""A draft is tried out by the real process of the Rasa side, on a few entries."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from accounts.model import Role
from content.entries import FaqEntry, Question, Side
from content.folder import ContentFolder
from tests.app.desk.small_content import with_small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running, running_house

TRY = "/desk/studio/try"
TEXT = "مدة صرف مستحقات الموردين INV-9 <b>؟</b>"


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path) as house:
        yield with_small_content(house, tmp_path)


async def tried(editor: Staff, text: str, topic: str = "") -> str:
    for _ in range(400):
        status, page = await editor.send(TRY, {"try": text, "topic": topic})
        assert status == 200
        if "hx-trigger" not in page:
            return page
        assert "يتعلم المساعد المسوّدة الآن" in page
        await asyncio.sleep(0.5)
    raise AssertionError("never learnt")


def with_new_question(folder: ContentFolder) -> None:
    """Make an entry that asks what another does in other words."""
    other = folder.entry("supplier_payment_time")
    assert other is not None
    asked = [replace(one, text=f"ابغي {one.text}") for one in other.ar.questions[:20]]
    fresh = FaqEntry(
        "fresh_one",
        Side("جديد", "جواب INV-9", (), tuple(Question(one.text, one.variety) for one in asked)),
        Side(),
        owner="ACC",
        segment="supplier",
    )
    folder.save(fresh, seen=None)


async def test_a_draft_is_learnt_tried_and_told_what_it_takes(running: Running) -> None:
    studio = running.house.studio
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        page = await tried(editor, TEXT, "supplier_payment_time")
        assert "<b>؟" not in page
        assert "Accounts" in page or "الحسابات" in page
        assert "لا يأخذ هذا السؤال صيغًا من غيره" in page  # nothing in it is new
        assert "الكلمات التي دلّت" in page
        assert re.search(r'id="topics">\s*<li class="win b"><span[^>]*>مدة صرف مستحقات', page)
        await studio.drafting.ask(with_new_question)
        page = await tried(editor, TEXT, "fresh_one")  # learnt anew
        assert "من أسئلة أخرى" in page or "من سؤال آخر" in page
        assert "/desk/studio/entries/supplier_payment_time" in page
        assert (await editor.see("/desk/studio/entries/fresh_one"))[0] == 200
    async with at_the_desk(running, "salem", Role.AGENT) as salem:
        assert (await salem.send(TRY, {"try": TEXT}))[0] == 403
