import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.webchat.protocol import whole
from conversations.fake_rasa import Item
from conversations.flood import FloodLimits
from conversations.model import Address, MessageKind, MessageState, Sender
from kernel.language import Language
from kernel.masking import BULLET
from phrases.catalogue import Catalogue
from tests.app.conversations.parts import MARIAM, Parts, all_parts

PHRASES = Catalogue.load()


def say(key: str, language: Language) -> str:
    return PHRASES.say(key, language, most="4,000")


async def test_keeps_a_message_as_it_was_typed(parts: Parts) -> None:
    received = await parts.hear("وين فاتورتي INV-9؟  \nشكراً 🌹")
    assert not received.repeated
    assert received.message.text == "وين فاتورتي INV-9؟  \nشكراً 🌹"
    assert received.message.state is MessageState.WAITING
    assert received.message.seq == 1
    assert received.conversation.language is Language.AR


async def test_the_same_message_twice_is_one_row(parts: Parts) -> None:
    first = await parts.hear("أين الفاتورة؟", provider_id="p-x")
    again = await parts.hear("أين الفاتورة؟", provider_id="p-x")
    assert again.repeated
    assert again.message == first.message
    assert len(await parts.messages()) == 1


async def test_twenty_copies_at_once_are_one_message_and_one_turn(parts: Parts) -> None:
    copies = [parts.hear("أين الفاتورة؟", provider_id="p-x") for _ in range(20)]
    received = await asyncio.gather(*copies)
    assert len({one.message.id for one in received}) == 1
    assert sum(not one.repeated for one in received) == 1
    await parts.answer_all()
    assert len(parts.rasa.heard) == 1


async def test_many_new_people_at_once_get_a_conversation_each(parts: Parts) -> None:
    people = [Address("fake", "user", f"u-{n % 5}") for n in range(25)]
    received = await asyncio.gather(
        *(parts.hear(f"سؤال {n}", of=who) for n, who in enumerate(people))
    )
    conversations = {one.conversation.address: one.conversation.id for one in received}
    assert len({one.conversation.id for one in received}) == len(conversations) == 5
    for who in set(people):
        assert [one.seq for one in await parts.messages(who)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["", "   ", "\u200f\u200b\n", "\x00\x01", "\u202e"])
async def test_an_empty_message_is_kept_and_politely_refused(parts: Parts, text: str) -> None:
    received = await parts.hear(text)
    assert (received.message.state, received.message.reason) == (MessageState.REFUSED, "empty")
    assert received.refusal == say("message_empty", Language.AR)
    [_, line] = await parts.messages()
    assert (line.sender, line.text) == (Sender.SYSTEM, received.refusal)


async def test_four_thousand_characters_pass_and_one_more_does_not(parts: Parts) -> None:
    assert (await parts.hear("م" * 4_000)).message.state is MessageState.WAITING
    received = await parts.hear("word " * 801)
    assert (received.message.state, received.message.reason) == (MessageState.REFUSED, "too_long")
    assert received.message.text == "word " * 801
    assert received.refusal == say("message_too_long", Language.EN)


async def test_a_channel_that_shows_refusals_gets_no_line_beside(parts: Parts) -> None:
    received = await parts.hear("", refusal_shown=True)
    assert received.refusal
    assert len(await parts.messages()) == 1


async def test_a_flood_is_kept_refused_and_told_once_per_window(engine: AsyncEngine) -> None:
    async with all_parts(engine, flood=FloodLimits(burst=3, burst_s=10, hourly=100)) as parts:
        states = [(await parts.hear(f"رسالة {n}")).message.state for n in range(6)]
        assert states == [MessageState.WAITING] * 3 + [MessageState.REFUSED] * 3
        lines = [one for one in await parts.messages() if one.sender is Sender.SYSTEM]
        assert [one.text for one in lines] == [say("message_too_fast", Language.AR)]
        parts.clock.pass_(11)
        assert (await parts.hear("بعد قليل")).message.state is MessageState.WAITING
        for n in range(4):
            await parts.hear(f"مرة أخرى {n}")
        lines = [one for one in await parts.messages() if one.sender is Sender.SYSTEM]
        assert len(lines) == 2


SECRETS = {
    "card": ("بطاقتي 4111 1111 1111 1111 وانخصم مرتين", "4111 1111 1111 1111"),
    "iban": ("حسابي AE070331234567890123456 ما وصل", "AE070331234567890123456"),
    "eid": ("هويتي 784-1987-1234567-1", "784-1987-1234567-1"),
    "secret": ("the OTP is 482913", "482913"),
}


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=list(SECRETS))
async def test_numbers_are_hidden_before_anything_is_stored_and_the_person_is_told(
    parts: Parts, text: str, secret: str
) -> None:
    received = await parts.hear(text)
    assert secret not in received.message.text
    assert BULLET in received.message.text
    [_, line] = await parts.messages()
    assert line.text == say("message_masked", received.message.language)
    await parts.answer_all()
    assert secret not in parts.rasa.heard[0]["message"]


def contents(folder: Path) -> list[str]:
    """Return what SQLite's files hold; on PostgreSQL there are none."""
    return [path.read_bytes().decode("utf-8", "replace") for path in folder.glob("baddala.db*")]


async def test_no_number_is_anywhere_in_the_database_file_or_the_log(
    engine: AsyncEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with all_parts(engine) as parts:
        for text, _ in SECRETS.values():
            await parts.hear(text)
        await parts.hear("و" * 20_000 + " 4111111111111111")
        await parts.answer_all()
        await parts.send_all()
        conversation = await parts.conversation()
        kept = [repr(await parts.messages()), repr(await parts.store.events_after(0)), caplog.text]
        assert conversation.address == MARIAM
    secrets = [secret for _, secret in SECRETS.values()] + ["4111111111111111"]
    kept += contents(tmp_path)
    for secret in secrets:
        assert not any(secret in one for one in kept)


def with_buttons(_sender: str, text: str, _metadata: object) -> list[Item]:
    buttons = [{"title": "تقديم شكوى", "payload": '/choose{"choice": "complaint"}'}]
    return [{"text": f"سمعت {text}", "buttons": buttons}]


async def test_an_offered_button_goes_through_as_a_command_under_its_own_title(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, answering=with_buttons) as parts:
        await parts.hear("مرحبا")
        await parts.answer_all()
        pressed = await parts.hear('/choose{"choice": "complaint"}')
        assert pressed.message.text == "تقديم شكوى"
        assert pressed.message.payload == '/choose{"choice": "complaint"}'
        told = await parts.hear("the client's own words", payload='/choose{"choice": "complaint"}')
        assert told.message.text == "تقديم شكوى"
        await parts.answer_all()
        assert [one["message"] for one in parts.rasa.heard[1:]] == [pressed.message.payload] * 2


@pytest.mark.parametrize(
    "typed",
    [
        '/choose{"choice": "suggestion"}',
        ' /choose{"choice": "complaint"}',
        '/choose{"choice": "complaint"} ',
        "/restart",
    ],
)
async def test_only_exactly_what_was_offered_is_a_command(engine: AsyncEngine, typed: str) -> None:
    async with all_parts(engine, answering=with_buttons) as parts:
        await parts.hear("مرحبا")
        await parts.answer_all()
        received = await parts.hear(typed)
        assert (received.message.text, received.message.payload) == (typed, None)
        await parts.answer_all()
        assert parts.rasa.heard[1]["message"] == "\u200b" + typed


async def test_what_was_offered_to_somebody_else_is_not_a_command(engine: AsyncEngine) -> None:
    async with all_parts(engine, answering=with_buttons) as parts:
        await parts.hear("مرحبا")
        await parts.answer_all()
        other = Address("fake", "user", "salem")
        received = await parts.hear('/choose{"choice": "complaint"}', of=other)
        assert received.message.payload is None


async def test_the_conversation_follows_the_language_of_its_messages(parts: Parts) -> None:
    assert (await parts.hear("وين معاشي؟")).message.language is Language.AR
    assert (await parts.hear("Where is my pension?")).message.language is Language.EN
    assert (await parts.conversation()).language is Language.EN
    assert (await parts.hear("2026")).message.language is Language.EN


async def test_a_wish_for_a_language_outlives_texts_that_do_not_tell(parts: Parts) -> None:
    first = await parts.hear("Where is my pension?")
    await parts.store.pin_language(first.conversation.id, Language.AR)
    assert (await parts.hear("ok 2026")).message.language is Language.AR
    assert (await parts.hear("Please tell me where it is")).message.language is Language.EN
    assert (await parts.conversation()).language is Language.AR


async def test_the_language_hint_counts_where_the_text_does_not_tell(parts: Parts) -> None:
    received = await parts.hear("123", language_hint=Language.EN)
    assert received.message.language is Language.EN


async def test_a_message_keeps_its_kind_and_facts(parts: Parts) -> None:
    received = await parts.hear(
        "صورة فاتورة INV-9", kind=MessageKind.IMAGE, metadata={"media_type": "image/jpeg"}
    )
    (stored,) = await parts.messages()
    assert received.message == stored
    assert stored.kind is MessageKind.IMAGE
    assert stored.metadata == {"media_type": "image/jpeg"}
    assert whole(stored)["kind"] == "image"


async def test_a_message_of_code_before_kinds_is_text(parts: Parts, engine: AsyncEngine) -> None:
    received = await parts.hear("أين INV-9؟")
    old = "INSERT INTO message (id, conversation_id, seq, sender, text, buttons, language, state, "
    old += "channel, sent_at, stored_at, details) SELECT 'old', conversation_id, 2, sender, text, "
    old += "buttons, language, state, channel, sent_at, stored_at, details FROM message"
    async with engine.begin() as connection:
        await connection.execute(sa.text(old))
    assert [one.kind for one in await parts.messages()] == [MessageKind.TEXT] * 2
    assert received.message.kind is MessageKind.TEXT
