"""The improvement inbox from the street to the editor's screen."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest_asyncio

from accounts.model import Role
from conversations.fake_rasa import Item
from conversations.floor import Reason
from conversations.handover import Escalation
from tests.app.desk.small_content import with_small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_inbox_pages import address, an_agent, the_seen
from tests.app.webchat_house import Client, Running, running_house

INBOX = "/desk/studio/inbox"
NO = '/feedback{"helped": "no"}'
ASKED = "وين اشوف كشف راتب التقاعد؟ رقمي 0501234567"
VEILED = "وين اشوف كشف راتب التقاعد؟ رقمي •••"
EVIL = '<img src=x onerror=alert(1)> "INV-9" ما هذا؟'


def doubtful(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    if "كشف" in text or "INV-9" in text:
        return [{"text": "هل تقصد أحد ما يلي؟"}, {"custom": {"unsure": True}}]
    return [{"text": "الجواب", "buttons": [{"title": "لا", "payload": NO}]}]


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path, answering=doubtful, undo_s=0.0) as house:
        yield with_small_content(house, tmp_path)


async def until_there(editor: Staff, words: str) -> str:
    for _ in range(200):
        page = (await editor.see(INBOX))[1]
        if words in page:
            return page
        await asyncio.sleep(0.05)
    raise AssertionError(f"never there: {words}")


async def talked(client: Client, text: str, **more: Any) -> None:
    before = len(client.heard)
    await client.say(text, **more)
    await client.until(lambda: len(client.heard) > before)


async def ready(editor: Staff, running: Running) -> None:
    """Wait for the first round, which begins at the newest event."""
    store = running.house.studio.improvements
    for _ in range(500):
        if await store.cursor() is not None:
            break
        await asyncio.sleep(0.02)
    assert "لا جديد هنا" in (await editor.see(INBOX))[1]


async def test_what_was_not_understood_is_veiled_grouped_and_can_be_dismissed(
    running: Running,
) -> None:
    async with (
        Client(running.url) as sara,
        Client(running.url) as khalid,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        await ready(editor, running)
        await talked(sara, ASKED)
        await talked(khalid, "وين أشوف كشف راتب التقاعد")
        await talked(khalid, EVIL)
        page = await until_there(editor, "سأل عنها متعاملان")
        page = await until_there(editor, "ما هذا؟")
        assert VEILED in page
        assert "0501234567" not in page
        assert "<img src=x" not in page
        group = page.partition("</section>")[0]
        ids = sorted(set(re.findall(r'name="id" value="(\d+)"', group)))
        assert len(ids) == 2
        settled = {"state": "dismissed", "id": ids}
        assert (await editor.send(f"{INBOX}/settle", settled))[0] == 303
        page = (await editor.see(INBOX))[1]
        assert VEILED not in page
        assert "ما هذا؟" in page
    async with at_the_desk(running, "aisha", Role.ADMIN) as aisha:
        assert (await aisha.see(INBOX))[0] == 403
        _, page = await aisha.see("/desk/audit")
        assert "improvement_dismissed" in page


async def test_no_help_a_takeover_and_an_agents_answer_are_noted(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        await ready(editor, running)
        await talked(client, "كم رسوم التظلم")
        await talked(client, NO)
        await talked(client, "أبغي موظف")
        found = await running.house.conversations.find(address(client))
        assert found is not None
        handover = running.house.floor.handover
        await handover.escalate(found.id, Escalation(Reason.ASKED), actor="system:test")
        page = await until_there(editor, "تولاها موظف")
        assert "أبغي موظف" not in page  # the wish for a person is not the question
        await noura.send(f"/desk/inbox/{found.id}/claim", {})
        _, page = await noura.see(f"/desk/inbox/{found.id}")
        form = {"text": "الرسوم مئة درهم", "seen": the_seen(page), "line": "l-1"}
        assert (await noura.send(f"/desk/inbox/{found.id}/reply", form))[0] == 200
        page = await until_there(editor, "أكمل الموظف الجواب")
        assert "كم رسوم التظلم" in page


async def test_an_agent_sends_a_message_of_a_conversation_they_may_see(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        at_the_desk(running, "salem", Role.AGENT, departments="REV") as salem,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        await talked(client, "هل تقبلون الشيكات")
        found = await running.house.conversations.find(address(client))
        assert found is not None
        handover = running.house.floor.handover
        escalation = Escalation(Reason.ASKED, department="DPS")
        await handover.escalate(found.id, escalation, actor="system:test")
        send = f"/desk/inbox/{found.id}/to-editors"
        assert (await salem.send(send, {"seq": "1"}))[0] == 404
        assert (await noura.send(send, {"seq": "x"}))[0] == 400
        assert (await noura.send(send, {"seq": "2"}))[0] == 404  # not the customer's
        told = [(await noura.send(send, {"seq": "1"}))[1] for _ in range(2)]
        assert "وصلت الرسالة" in told[0]
        assert "من قبل" in told[1]
        assert "هل تقبلون الشيكات" in await until_there(editor, "أرسلها موظف")
        _, page = await noura.see(f"/desk/inbox/{found.id}")
        assert send in page


async def test_an_emptied_message_is_gone_from_the_inbox(running: Running) -> None:
    async with (
        Client(running.url) as client,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
        at_the_desk(running, "aisha", Role.ADMIN) as aisha,
    ):
        await ready(editor, running)
        await talked(client, ASKED)
        await until_there(editor, VEILED)
        found = await running.house.conversations.find(address(client))
        assert found is not None
        status, _ = await aisha.send(
            "/desk/administration/erasure",
            {"person": found.person_id, "reason": "طلب صاحب البيانات", "sure": "yes"},
        )
        assert status in (200, 303), status
        assert VEILED not in (await editor.see(INBOX))[1]


async def test_what_was_asked_becomes_a_wording_or_a_new_question(running: Running) -> None:
    async with (
        Client(running.url) as client,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        await ready(editor, running)
        await talked(client, ASKED)
        page = await until_there(editor, VEILED)
        ids = re.findall(r'name="id" value="(\d+)"', page.partition("/settle")[0])
        asked = {"topic": "supplier_payment_time", "id": ids}
        assert (await editor.send(f"{INBOX}/add", asked | {"topic": "none"}))[0] == 404
        assert (await editor.send(f"{INBOX}/add", asked))[0] == 303
        assert VEILED not in (await editor.see(INBOX))[1]
        _, page = await editor.see("/desk/studio/entries/supplier_payment_time")
        assert VEILED in page
        await talked(client, "ما هذا الكشف INV-9")
        page = await until_there(editor, "ما هذا الكشف INV-9")
        new = re.search(r'href="(/desk/studio/entries/new\?improvement=(\d+))"', page)
        assert new
        _, page = await editor.see(new.group(1))
        assert ">ما هذا الكشف INV-9</textarea>" in page
        given = {
            "topic": "the_statement",
            "owner": "ACC",
            "improvement": new.group(2),
            "title_ar": "الكشف",
            "text_ar": "الكشف INV-9 هو بيان.",
            "more_ar": "ما هذا الكشف INV-9",
        }
        assert (await editor.send("/desk/studio/entries/new", given))[0] == 303
        assert "لا جديد هنا" in (await editor.see(INBOX))[1]
