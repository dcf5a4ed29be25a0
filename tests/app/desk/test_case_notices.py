"""A whole house tells people by itself: web chat, WhatsApp outside its window, the timeline."""

import asyncio
import time
from pathlib import Path

from accounts.model import Role
from cases.model import CaseState
from conversations.model import Address
from tests.app.desk.staff import at_the_desk
from tests.app.desk.test_case_reply_pages import a_case, conversation_with
from tests.app.desk.test_cases_pages import opened
from tests.app.webchat_house import Client, running_house
from tests.app.whatsapp_house import house_with_meta, until

PHONE = Address("whatsapp", "phone", "971501234567")


async def test_the_chat_hears_of_a_question_and_the_answer_goes_on_the_case(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        running_house(sqlite_url, tmp_path, notice_hold_s=0.0) as running,
        Client(running.url) as client,
    ):
        number = await a_case(running, await conversation_with(running, client))
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            place = f"/desk/cases/{number}"
            _, page = await noura.see(place)
            assert "طلب ما ينقص من المتعامل" in page
            assert 'option value="waiting_citizen"' not in page.split('id="to"')[1].split("</")[0]
            form = {"version": "0", "words": " "}
            status, page = await noura.send(f"{place}/ask", form)
            assert (status, "يُرجى كتابة ما نحتاج إليه" in page) == (422, True)
            status, _ = await noura.send(f"{place}/move", {"to": "waiting_citizen"})
            assert status == 422
            form = {"version": "0", "words": "صورة الفاتورة INV-9 <b>كاملة</b>"}
            assert (await noura.send(f"{place}/ask", form))[0] == 303
            await client.until(lambda: len(client.heard) == 2)
            assert "صورة الفاتورة INV-9 <b>كاملة</b>" in client.heard[-1]["text"]
            assert number in client.heard[-1]["text"]
            _, page = await noura.see(place)
            for expected in ("طُلب من المتعامل:", "أُبلغ به المتعامل"):
                assert expected in page
            assert "<b>كاملة</b>" not in page
        # The assistant has the word still.
        await client.say("شكرا")
        await client.until(lambda: len(client.heard) == 3)


async def test_outside_the_window_whatsapp_gets_the_template(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house_with_meta(sqlite_url, tmp_path, notice_hold_s=0.0) as both:
        written = str(int(time.time()) - 86_400 - 60)
        assert await both.meta.write("وين شكواي؟", timestamp=written) == 200
        house = both.running.house
        conversation = await house.conversations.find(PHONE)
        assert conversation is not None
        number = await opened(
            both.running, conversation_id=conversation.id, person_id=conversation.person_id
        )
        async with at_the_desk(both.running, "noura", Role.AGENT) as noura:
            form = {"version": "0", "outcome": "upheld", "answer": "أُعيد المبلغ."}
            assert (await noura.send(f"/desk/cases/{number}/resolve", form))[0] == 303
            await until(lambda: any("template" in one for one in both.meta.taken))
            [template] = [one["template"] for one in both.meta.taken if "template" in one]
            assert template["name"] == "case_update"
            assert template["components"][0]["parameters"][0]["text"] == number
            _, page = await noura.see(f"/desk/cases/{number}")
            assert "بانتظار أن يكتب المتعامل ليُبلَّغ" in page
        before = len(both.meta.taken)
        assert await both.meta.write("نعم؟") == 200
        await until(
            lambda: any(
                "أُعيد المبلغ." in one.get("text", {}).get("body", "")
                for one in both.meta.taken[before:]
            )
        )


async def test_an_objection_by_phone_is_taken_at_the_desk(sqlite_url: str, tmp_path: Path) -> None:
    async with running_house(sqlite_url, tmp_path, notice_hold_s=0.0) as running:
        number = await opened(running, conversation_id="", channel="phone")
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            place = f"/desk/cases/{number}"
            assert "تسجيل تظلّم المتعامل" not in (await noura.see(place))[1]
            form = {"version": "0", "outcome": "upheld", "answer": "أُعيد المبلغ."}
            assert (await noura.send(f"{place}/resolve", form))[0] == 303
            _, page = await noura.see(place)
            assert "تسجيل تظلّم المتعامل" in page
            form = {"version": "1", "words": "المبلغ ناقص INV-9", "once": "o-1"}
            for _ in range(2):  # the same form twice is once
                assert (await noura.send(f"{place}/grieve", form))[0] == 303
            assert "المبلغ ناقص INV-9" in (await noura.see(place))[1]
            assert (await running.house.cases.get(number)).state is CaseState.OPEN
        replies = running.house.floor.replies
        for _ in range(300):
            told = await replies.of_case(number)
            if any("سُجّل تظلّمك" in one.text for one in told):
                break
            await asyncio.sleep(0.05)
        assert {one.state.value for one in told} == {"to_tell"}
        assert "سُجّل تظلّمك" in told[0].text  # the newest
