"""The inbox over HTTP: two agents, one citizen on the web chat."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from accounts.model import Role
from channels.webchat.channel import address_of
from conversations.floor import Reason
from conversations.handover import Escalation
from conversations.model import Address
from desk.viewer import agent_of
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Client, Running

WORDS = "ابغي اكلم موظف بخصوص INV-9 <img src=x onerror=alert(1)>"


@asynccontextmanager
async def an_agent(running: Running, name: str, *roles: Role) -> AsyncIterator[Staff]:
    async with at_the_desk(running, name, *(roles or (Role.AGENT,))) as staff:
        await running.house.desk.agents.enrol(agent_of(staff.account))
        # present, so that nothing is called back when the test runs out of hours
        assert (await staff.send("/desk/available", {"available": "yes"}))[0] == 303
        yield staff


def address(client: Client) -> Address:
    return address_of(client.session.partition(".")[0])


async def a_waiting_conversation(running: Running, client: Client) -> str:
    await client.say(WORDS)
    await client.until(lambda: len(client.heard) == 1)
    conversation = await running.house.conversations.find(
        address_of(client.session.partition(".")[0])
    )
    assert conversation is not None
    await running.house.floor.handover.escalate(
        conversation.id, Escalation(Reason.ASKED), actor="system:test"
    )
    return conversation.id


async def test_two_claim_at_once_and_one_is_told_who_was_faster(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        an_agent(running, "khalid") as khalid,
    ):
        id_ = await a_waiting_conversation(running, client)
        _, page = await noura.see("/desk/inbox")
        assert f"/desk/inbox/{id_}/claim" in page
        assert "<img src=x" not in page
        answers = await asyncio.gather(
            noura.send(f"/desk/inbox/{id_}/claim", {}),
            khalid.send(f"/desk/inbox/{id_}/claim", {}),
        )
        assert sorted(status for status, _ in answers) == [303, 409]
        [told] = [page for status, page in answers if status == 409]
        assert "سبقك إلى استلام هذه المحادثة" in told


async def test_a_reply_arrives_and_the_draft_rules_hold(running: Running) -> None:
    async with Client(running.url) as client, an_agent(running, "noura") as noura:
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        _, page = await noura.see(f"/desk/inbox/{id_}")
        seen = the_seen(page)
        status, told = await noura.send(
            f"/desk/inbox/{id_}/reply", {"text": "  ", "seen": seen, "line": "l-0"}
        )
        assert (status, "يُرجى كتابة نص" in told) == (409, True)
        form = {"text": "حيّاك الله، وصلنا طلبك INV-9", "seen": seen, "line": "l-1"}
        for _ in range(2):  # the same line twice is one line
            status, told = await noura.send(f"/desk/inbox/{id_}/reply", form)
            assert status == 200
        await client.until(lambda: len(client.heard) == 2)
        assert client.heard[-1]["text"] == form["text"]
        await client.say("شكرا، وبعد؟")
        await until_seen(noura, id_, "شكرا، وبعد؟")
        stale = {"text": "شي ثاني", "seen": seen, "line": "l-2"}
        status, told = await noura.send(f"/desk/inbox/{id_}/reply", stale)
        assert (status, "وصل جديد في المحادثة" in told) == (409, True)


async def test_only_the_owner_speaks_and_notes_stay_inside(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        an_agent(running, "khalid") as khalid,
    ):
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        form = {"text": "أنا أرد", "seen": "99", "line": "l-1"}
        status, told = await khalid.send(f"/desk/inbox/{id_}/reply", form)
        assert (status, "المحادثة باستلام زميل" in told) == (409, True)
        status, _ = await khalid.send(f"/desk/inbox/{id_}/note", {"text": "انتبهي للمبلغ"})
        assert status == 200
        _, page = await noura.see(f"/desk/inbox/{id_}")
        assert "انتبهي للمبلغ" in page
        assert all("انتبهي" not in str(heard) for heard in client.heard)


async def test_transfer_close_and_back_to_the_assistant(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        an_agent(running, "khalid") as khalid,
    ):
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        status, page = await noura.send(f"/desk/inbox/{id_}/transfer", {"note": "لمن؟"})
        assert (status, "يُرجى اختيار زميل" in page) == (409, True)
        form = {"to": "khalid", "note": "الرجاء المتابعة"}
        assert (await noura.send(f"/desk/inbox/{id_}/transfer", form))[0] == 303
        status, page = await khalid.send(f"/desk/inbox/{id_}/close", {"outcome": "resolved"})
        assert (status, "كيف انتهت" in page) == (409, True)
        form = {"outcome": "resolved", "department": "DPS", "summary": "رُدّ المبلغ"}
        assert (await khalid.send(f"/desk/inbox/{id_}/close", form))[0] == 303
        _, page = await khalid.see("/desk/inbox?queue=closed")
        assert id_ in page
        before = len(client.heard)
        await client.say("متى الدوام؟")
        await client.until(lambda: len(client.heard) > before)


async def test_what_is_not_theirs_is_not_there(running: Running) -> None:
    async with (
        Client(running.url) as client,
        at_the_desk(running, "salem", Role.AGENT, departments="REV") as salem,
    ):
        await client.say("سلام")
        await client.until(lambda: len(client.heard) == 1)
        conversation = await running.house.conversations.find(
            address_of(client.session.partition(".")[0])
        )
        assert conversation is not None
        handover = running.house.floor.handover
        escalation = Escalation(Reason.ASKED, department="DPS")
        await handover.escalate(conversation.id, escalation, actor="system:test")
        for path in ("", "/live", "/earlier?before=1"):
            status, _ = await salem.see(f"/desk/inbox/{conversation.id}{path}")
            assert status == 404
        for move in ("claim", "take-over", "reply", "note", "look", "close"):
            status, _ = await salem.send(f"/desk/inbox/{conversation.id}/{move}", {"text": "x"})
            assert status == 404


async def test_events_tell_from_a_cursor_on(running: Running) -> None:
    async with Client(running.url) as client, an_agent(running, "noura") as noura:
        _, page = await noura.see("/desk/inbox")
        found = re.search(r'data-cursor="(\d+)"', page)
        assert found
        async with noura.http.get(f"/desk/events?after={found.group(1)}") as stream:
            id_ = await a_waiting_conversation(running, client)
            async with asyncio.timeout(10):
                async for line in stream.content:
                    if id_.encode() in line:
                        break
        assert stream.status == 200


async def until_seen(staff: Staff, id_: str, words: str) -> None:
    for _ in range(200):
        if words in (await staff.see(f"/desk/inbox/{id_}/live"))[1]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never shown")


def the_seen(page: str) -> str:
    found = re.search(r'name="seen" id="seen" value="(\d+)"', page)
    assert found
    return found.group(1)
