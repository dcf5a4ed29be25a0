"""What a citizen writes later is put on the case by staff who may see the conversation."""

from accounts.model import Role
from cases.model import EventKind
from tests.app.desk.staff import at_the_desk
from tests.app.desk.test_case_reply_pages import a_case, conversation_with
from tests.app.webchat_house import Client, Running

LATER = "نسيت أقول إن المبلغ 520 درهم <i>INV-9</i>"


async def test_a_later_message_joins_the_case_once(running: Running) -> None:
    async with Client(running.url) as client:
        conversation = await conversation_with(running, client)
        number = await a_case(running, conversation)
        await client.say(LATER)
        await client.until(lambda: len(client.heard) == 2)
        messages, _ = await running.house.conversations.history(conversation.id, after=0, limit=50)
        [early] = [one for one in messages if one.text.startswith("وين")]
        [later] = [one for one in messages if one.text == LATER and one.sender == "citizen"]
        async with at_the_desk(running, "huda", Role.SUPERVISOR) as huda:
            _, page = await huda.see(f"/desk/cases/{number}")
            assert later.id in page
            assert "<i>INV-9" not in page
            assert early.id not in page  # it was there before the case
            for message in (later, later, early):
                form = {"message": message.id}
                status, _ = await huda.send(f"/desk/cases/{number}/follow-up", form)
                assert status == 303
            _, page = await huda.see(f"/desk/cases/{number}")
            assert "أضاف ما كتبه المتعامل:" in page
            assert f"/desk/cases/{number}/follow-up" not in page
        _, event = await running.house.cases.timeline(number)
        assert (event.kind, event.actor) == (EventKind.FOLLOWED_UP, "agent:huda")
        assert (event.note, event.caused_by) == (LATER, later.id)


async def test_who_may_not_see_the_conversation_sees_none_of_it(running: Running) -> None:
    async with Client(running.url) as client:
        conversation = await conversation_with(running, client)
        number = await a_case(running, conversation)
        await client.say(LATER)
        await client.until(lambda: len(client.heard) == 2)
        messages, _ = await running.house.conversations.history(conversation.id, after=0, limit=50)
        async with at_the_desk(running, "noura", Role.AGENT, departments="DPS") as noura:
            _, page = await noura.see(f"/desk/cases/{number}")
            assert "520" not in page
            for message in messages:
                form = {"message": message.id}
                await noura.send(f"/desk/cases/{number}/follow-up", form)
        assert len(await running.house.cases.timeline(number)) == 1
