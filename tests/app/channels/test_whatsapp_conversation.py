"""A whole conversation over WhatsApp: webhook in, assistant, Graph API out."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from conversations.fake_rasa import Item
from conversations.model import Address, MessageState, Sender
from tests.app.whatsapp_house import VERIFY, house_with_meta, until

MARIAM = "971501234567"
THREE = [
    {"title": "شكوى", "payload": '/choose{"choice": "complaint"}'},
    {"title": "اقتراح", "payload": '/choose{"choice": "suggestion"}'},
    {"title": "استشارة", "payload": '/choose{"choice": "consultation"}'},
]
LONG = [
    {"title": f"الفواتير المتأخرة لدى الدائرة رقم {n}", "payload": f'/choose{{"n": {n}}}'}
    for n in range(1, 5)
]


def desk(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    if text.startswith("/choose"):
        return [{"text": f"اخترت {text}"}]
    if "قائمة" in text:
        return [{"text": "ما الموضوع؟", "buttons": LONG}]
    return [{"text": "أهلًا بك."}, {"text": "كيف أساعدك في INV-9؟", "buttons": THREE}]


async def test_a_conversation_in_arabic_from_end_to_end(database_url: str, tmp_path: Path) -> None:
    async with house_with_meta(database_url, tmp_path, answering=desk) as both:
        assert await both.meta.write("السلام عليكم، وين فاتورتي INV-9؟") == 200
        (asked,) = (await both.taken(1))[:1]
        assert asked["to"] == f"+{MARIAM}"
        assert asked["interactive"]["body"]["text"] == "أهلًا بك.\n\nكيف أساعدك في INV-9؟"
        shown = [one["reply"] for one in asked["interactive"]["action"]["buttons"]]
        assert [one["title"] for one in shown] == ["شكوى", "اقتراح", "استشارة"]
        await until(lambda: len(both.meta.reads) == 1)
        assert both.meta.reads[0]["typing_indicator"] == {"type": "text"}

        assert await both.meta.press(shown[0]["id"], shown[0]["title"]) == 200
        assert (await both.taken(2))[1]["text"]["body"] == f"اخترت {shown[0]['id']}"

        assert await both.meta.write("أعطني القائمة") == 200
        written_out = (await both.taken(3))[2]["text"]["body"]
        assert "2. الفواتير المتأخرة لدى الدائرة رقم 2" in written_out
        assert await both.meta.write("٢") == 200
        assert (await both.taken(4))[3]["text"]["body"] == 'اخترت /choose{"n": 2}'

        store = both.running.house.conversations
        conversation = await store.find(Address("whatsapp", "phone", MARIAM))
        assert conversation is not None
        for _ in range(500):  # taken by Meta is not yet noted by us
            history, _ = await store.history(conversation.id, after=0, limit=100)
            if all(one.state is not MessageState.PENDING for one in history):
                break
            await asyncio.sleep(0.02)
        assert [one.sender for one in history] == [Sender.CITIZEN, Sender.BOT] * 4
        ours = [one for one in history if one.sender is Sender.BOT]
        assert {one.state for one in ours} == {MessageState.SENT}
        assert [one.provider_id for one in ours] == [one["id"] for one in both.meta.taken]
        told = [one["biz_opaque_callback_data"] for one in both.meta.taken]
        assert told == [one.id for one in ours]


async def test_meta_checks_the_address(database_url: str, tmp_path: Path) -> None:
    async with house_with_meta(database_url, tmp_path) as both, ClientSession() as http:
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
        right = await http.get(both.meta.webhook, params={**asked, "hub.verify_token": VERIFY})
        assert (right.status, await right.text()) == (200, "1158201444")
        wrong = await http.get(both.meta.webhook, params={**asked, "hub.verify_token": "x"})
        assert wrong.status == 403
