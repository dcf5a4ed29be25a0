"""Files in both directions, over the server that plays Meta."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from channels.errors import DeliveryFailed
from channels.whatsapp.channel import WhatsappChannel
from channels.whatsapp.fake_graph import TOKEN, FakeGraph
from channels.whatsapp.graph import GraphClient
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.rendering import SentFile, payloads_for, sent_as
from conversations.attachments import (
    Attachment,
    AttachmentKind,
    AttachmentNotGivenOut,
    AttachmentState,
)
from conversations.model import Address, Message, OutboundMessage
from tests.app.channels.test_whatsapp_rendering import MARIAM, a_message, options
from tests.app.whatsapp_house import WithMeta, house_with_meta, until

PNG = (
    b"\x89PNG\r\n\x1a\n"
    + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    + (
        b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4"
        b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )
)


async def picture(both: WithMeta, media_id: str) -> None:
    image = {"id": media_id, "mime_type": "image/png", "sha256": "x="}
    assert await both.meta.write("", type="image", image=image) == 200


async def shown(both: WithMeta) -> Message:
    store = both.running.house.conversations
    conversation = await store.find(Address("whatsapp", "phone", MARIAM.value))
    assert conversation is not None
    history, _ = await store.history(conversation.id, after=0, limit=10)
    return history[0]


async def test_a_picture_is_fetched_with_the_token_and_becomes_part_of_its_message(
    database_url: str, tmp_path: Path
) -> None:
    async with house_with_meta(database_url, tmp_path) as both:
        both.meta.media["m-77"] = ("image/png", PNG)
        both.meta.faults.append(131000)  # and comes all the same, later
        await picture(both, "m-77")

        async def fetched() -> bytes:
            for _ in range(600):
                message = await shown(both)
                if message.attachments:
                    (file,) = message.attachments
                    assert (file.kind, file.media_type) == (AttachmentKind.IMAGE, "image/png")
                    files = both.running.house.attachments.store
                    return (await files.path_given_out(file.id)).read_bytes()
                await asyncio.sleep(0.05)
            raise AssertionError("the picture did not come")

        assert await fetched() == PNG


async def test_a_file_that_we_do_not_take_is_named_on_its_message(
    database_url: str, tmp_path: Path
) -> None:
    async with house_with_meta(database_url, tmp_path) as both:
        both.meta.media["m-78"] = ("image/png", b"\x7fELF\x02\x01\x01" + b"\x00" * 90)
        await picture(both, "m-78")
        for _ in range(600):
            message = await shown(both)
            if "problem" in message.metadata["media"]:
                break
            await asyncio.sleep(0.05)
        assert message.metadata["media"]["problem"] == "attachment_type_refused"
        assert message.attachments == ()
        await until(lambda: len(both.meta.taken) == 1)


def a_file(media_type: str = "image/png", size: int = 1000, **more: Any) -> Attachment:
    kind = AttachmentKind(more.get("kind", "image"))
    return Attachment("f-1", kind, media_type, size, "إيصال RC-88.png", AttachmentState.CLEAN)


@pytest.mark.parametrize(
    ("file", "sent"),
    [
        (a_file(), "image"),
        (a_file(size=6_000_000), "document"),
        (a_file("image/webp"), "document"),
        (a_file("application/pdf", kind="document"), "document"),
        (a_file("audio/ogg", kind="audio"), "audio"),
    ],
)
def test_what_meta_does_not_show_goes_as_a_document(file: Attachment, sent: str) -> None:
    assert sent_as(file) == sent


def said(message: Message, *files: SentFile) -> list[dict[str, Any]]:
    return payloads_for(MARIAM, message, lambda key, _language: key, files)


def test_the_words_are_the_caption_where_they_fit() -> None:
    (told,) = said(a_message("هذا إيصالك RC-88"), SentFile("image", "9", "x.png"))
    assert told["image"] == {"id": "9", "caption": "هذا إيصالك RC-88"}
    first, second = said(a_message("اختر", options(2)), SentFile("document", "9", "عقد.pdf"))
    assert first["document"] == {"id": "9", "filename": "عقد.pdf"}
    assert second["type"] == "interactive"
    assert [one["type"] for one in said(a_message("س" * 1025), SentFile("image", "9", "x"))] == [
        "image",
        "text",
    ]
    assert [one["type"] for one in said(a_message("اسمع"), SentFile("audio", "9", "x"))] == [
        "audio",
        "text",
    ]


async def test_a_file_is_uploaded_and_sent_by_its_id(tmp_path: Path) -> None:
    kept = tmp_path / "f-1"
    kept.write_bytes(PNG)

    async def path_of(attachment_id: str) -> Path:
        if attachment_id != "f-1":
            raise AttachmentNotGivenOut(attachment_id=attachment_id)
        return kept

    async def nobody(_address: Address) -> None:
        return None

    meta = await FakeGraph().start()
    now_s = asyncio.get_running_loop().time
    async with ClientSession() as http:
        channel = WhatsappChannel(
            GraphClient(http, url=meta.url, version="v26.0", phone_number_id="1", token=TOKEN),
            say=lambda key, _language: key,
            pair_rate=PairRate(now_s=now_s),
            throughput=Throughput(80, now_s=now_s),
            last_heard=nobody,
            path_of=path_of,
        )
        message = replace(a_message("إيصالك RC-88"), attachments=(a_file(),))
        wamid = await channel.send(OutboundMessage(MARIAM, message))
        (sent,) = meta.taken
        assert sent["id"] == wamid
        assert meta.media[sent["image"]["id"]] == ("image/png", PNG)
        waiting = replace(a_file(), id="f-2", state=AttachmentState.PENDING)
        for file, retryable in ((waiting, True), (replace(a_file(), id="f-3"), False)):
            with pytest.raises(DeliveryFailed) as refused:
                await channel.send(OutboundMessage(MARIAM, replace(message, attachments=(file,))))
            assert refused.value.retryable is retryable
        await channel.close()
    await meta.stop()
    assert len(meta.taken) == 1
