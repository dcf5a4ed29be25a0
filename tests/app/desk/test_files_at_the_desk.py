"""Files from the desk to the citizen, who may open which, and sending again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from aiohttp import FormData

from accounts.model import Role
from conversations.floor import Reason
from conversations.handover import Escalation
from conversations.model import MessageState
from stores.conversation_rows import MESSAGES
from stores.database import engine_for
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_inbox_pages import a_waiting_conversation, address, an_agent, the_seen
from tests.app.desk.test_whatsapp_at_the_desk import claimed
from tests.app.webchat_house import Client, Running, running_house
from tests.app.whatsapp_house import house_with_meta

PDF = b"%PDF-1.7\n" + "إيصال INV-9".encode() * 20
NAME = "إيصال INV-9.pdf"


@asynccontextmanager
async def a_claimed_one(running: Running) -> AsyncIterator[tuple[Client, Staff, str]]:
    async with Client(running.url) as client, an_agent(running, "noura") as noura:
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        yield client, noura, id_


async def given(staff: Staff, id_: str, data: bytes = PDF, name: str = NAME) -> tuple[int, str]:
    form = FormData(quote_fields=False)
    form.add_field("file", data, filename=name, content_type="application/octet-stream")
    return await staff.send(f"/desk/inbox/{id_}/files", form)


async def put_into(running: Running, message_id: str, state: MessageState) -> None:
    """Make a message one that did not get through."""
    engine = engine_for(running.house.settings.database)
    async with engine.begin() as connection:
        changed = sa.update(MESSAGES).where(MESSAGES.c.id == message_id)
        await connection.execute(changed.values(state=state.value))
    await engine.dispose()


def the_file(chip: str) -> str:
    found = re.search(r'name="file" value="([0-9a-f-]{36})"', chip)
    assert found, chip
    return found.group(1)


async def test_a_file_goes_to_the_citizen_with_words_or_alone(running: Running) -> None:
    async with a_claimed_one(running) as (client, noura, id_):
        _, page = await noura.see(f"/desk/inbox/{id_}")
        for text in ("تفضل الإيصال INV-9", ""):
            status, chip = await given(noura, id_)
            assert status == 200
            assert NAME in chip, chip
            form = {"text": text, "seen": the_seen(page), "line": str(uuid4())}
            file = the_file(chip)
            place = f"/desk/inbox/{id_}/reply"
            assert (await noura.send(place, form | {"file": file}))[0] == 200
            heard = len(client.heard)
            await client.until(lambda text=text: client.heard[-1]["text"] == text)  # type: ignore[misc]
            [told] = client.heard[-1]["attachments"]
            assert (told["name"], told["state"], heard > 0) == (NAME, "unchecked", True)
            assert "files" not in client.heard[-1]["metadata"]
            # a file goes once
            again = form | {"file": file, "line": str(uuid4())}
            status, told_why = await noura.send(place, again)
            assert (status, "لم تثبت سلامة" in told_why) == (409, True)


async def test_what_is_refused_is_said_in_words(running: Running) -> None:
    async with a_claimed_one(running) as (_client, noura, id_):
        status, told = await given(noura, id_, b"MZ\x90\x00 not a document", "فاتورة.pdf")
        assert (status, "لا يمكننا استلام الملف" in told, "فاتورة.pdf" in told) == (422, True, True)
        status, told = await given(noura, id_, b"")
        assert (status, "فارغ" in told) == (422, True)
        async with an_agent(running, "khalid") as khalid:
            status, told = await given(khalid, id_)
            assert (status, "باستلام زميل" in told) == (409, True)


async def test_a_file_that_waits_for_the_scanner_is_not_sent(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        running_house(sqlite_url, tmp_path, undo_s=0.0, clamd="tcp://127.0.0.1:1") as running,
        a_claimed_one(running) as (_client, noura, id_),
    ):
        status, chip = await given(noura, id_)
        assert (status, "قيد الفحص" in chip) == (200, True)
        _, page = await noura.see(f"/desk/inbox/{id_}")
        form = {"text": "الإيصال", "seen": the_seen(page), "file": the_file(chip)}
        status, told = await noura.send(f"/desk/inbox/{id_}/reply", form)
        assert (status, "لم تثبت سلامة" in told) == (409, True)
        _, again = await noura.see(f"/desk/inbox/{id_}/files/{the_file(chip)}")
        assert 'hx-trigger="every 2s"' in again


async def test_a_file_is_opened_by_who_may_and_it_is_recorded(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        at_the_desk(running, "salem", Role.AGENT, departments="REV") as salem,
        at_the_desk(running, "huda", Role.ADMIN, Role.EDITOR) as huda,
    ):
        await client.say("سلام، INV-9")
        await client.until(lambda: len(client.heard) == 1)
        conversation = await running.house.conversations.find(address(client))
        assert conversation is not None
        id_ = conversation.id
        await running.house.floor.handover.escalate(
            id_, Escalation(Reason.ASKED, department="DPS"), actor="system:test"
        )
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        _, chip = await given(noura, id_)
        path = f"/desk/files/{the_file(chip)}"
        async with noura.http.get(path) as answer:
            assert (answer.status, await answer.read()) == (200, PDF)
            assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert (await salem.see(path))[0] == 404
        assert (await huda.see(path))[0] == 403
    async with at_the_desk(running, "aisha", Role.ADMIN) as aisha:
        _, page = await aisha.see(f"/desk/audit?subject={id_}&action=file_opened")
        assert page.count('<bdi class="ref">file_opened</bdi>') == 1


async def test_on_whatsapp_the_file_is_uploaded_and_sent(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        house_with_meta(sqlite_url, tmp_path, undo_s=0.0) as both,
        claimed(both, ago_s=60) as (noura, id_),
    ):
        _, chip = await given(noura, id_)
        _, page = await noura.see(f"/desk/inbox/{id_}")
        before = len(both.meta.taken)
        form = {"text": "تفضل الإيصال", "seen": the_seen(page), "file": the_file(chip)}
        assert (await noura.send(f"/desk/inbox/{id_}/reply", form))[0] == 200
        sent = (await both.taken(before + 1))[-1]
        assert sent["type"] == "document"
        assert sent["document"]["filename"] == NAME
        assert sent["document"]["caption"] == "تفضل الإيصال"


async def test_what_failed_is_sent_again_and_what_may_have_arrived_only_on_purpose(
    running: Running,
) -> None:
    async with a_claimed_one(running) as (client, noura, id_):
        _, page = await noura.see(f"/desk/inbox/{id_}")
        form = {"text": "وصل المبلغ INV-9", "seen": the_seen(page), "line": str(uuid4())}
        await noura.send(f"/desk/inbox/{id_}/reply", form)
        await client.until(lambda: client.heard[-1]["text"] == form["text"])
        place, message = f"/desk/inbox/{id_}/retry", {"message": form["line"]}
        assert (await noura.send(place, message))[0] == 409  # it arrived
        for state, sure in ((MessageState.UNKNOWN, "yes"), (MessageState.FAILED, "")):
            await put_into(running, form["line"], state)
            _, page = await noura.see(f"/desk/inbox/{id_}")
            assert "إعادة الإرسال" in page
            if sure:
                status, told = await noura.send(place, message)
                assert (status, "ربما وصلت" in told) == (409, True)
            heard = len(client.heard)
            assert (await noura.send(place, message | {"sure": sure}))[0] == 303
            await client.until(lambda heard=heard: len(client.heard) > heard)  # type: ignore[misc]
