"""Messages of ours in the shapes and limits of the Cloud API, and what typing an option means."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from channels.errors import DeliveryFailed
from channels.whatsapp.options import Offer, chosen, offer_for
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.rendering import payload_for
from channels.whatsapp.templates import Templates
from conversations.model import Address, Button, Message, MessageState, Sender
from kernel.language import Language
from phrases.catalogue import Catalogue

MARIAM = Address("whatsapp", "phone", "971501234567")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_message(text: str, buttons: Sequence[Button] = (), **metadata: object) -> Message:
    return Message(
        id="m-1",
        conversation_id="c-1",
        seq=1,
        sender=Sender.BOT,
        text=text,
        language=Language.AR,
        state=MessageState.PENDING,
        sent_at=NOON,
        stored_at=NOON,
        buttons=tuple(buttons),
        metadata=metadata,
    )


def options(count: int, length: int = 10) -> list[Button]:
    return [Button(f"{n:02} " + "خ" * (length - 3), f"/choose{{{n}}}") for n in range(1, count + 1)]


def said(message: Message) -> dict[str, object]:
    return payload_for(MARIAM, message, lambda key, spoken: Catalogue.load().say(key, spoken))


@pytest.mark.parametrize(
    ("text", "buttons", "offer"),
    [
        ("اختر", [], Offer.NONE),
        ("اختر", options(3, 20), Offer.BUTTONS),
        ("اختر", options(3, 21), Offer.LIST),
        ("اختر", options(4), Offer.LIST),
        ("اختر", options(10, 24), Offer.LIST),
        ("اختر", options(11), Offer.NUMBERED),
        ("اختر", options(2, 25), Offer.NUMBERED),
        ("ا" * 1024, options(2), Offer.BUTTONS),
        ("ا" * 1025, options(2), Offer.LIST),
        ("", options(2), Offer.NUMBERED),
        ("اختر", [Button("نعم", "/a"), Button("نعم", "/b")], Offer.NUMBERED),
        ("اختر", [Button("نعم", "/a"), Button("لا", "/a")], Offer.NUMBERED),
        ("اختر", [Button("نعم", "/" + "a" * 256)], Offer.NUMBERED),
        ("اختر", [Button("نعم", "/" + "a" * 255)], Offer.BUTTONS),
        ("اختر", [Button(" ", "/a")], Offer.NUMBERED),
    ],
)
def test_options_are_shown_as_the_limits_allow(
    text: str, buttons: Sequence[Button], offer: Offer
) -> None:
    assert offer_for(text, buttons) is offer


def test_a_list_has_a_button_and_rows() -> None:
    told = said(a_message("ما الموضوع؟", options(5)))["interactive"]
    assert isinstance(told, dict)
    assert told["action"]["button"] == "اختر من القائمة"
    assert len(told["action"]["button"]) <= 20
    assert [row["id"] for row in told["action"]["sections"][0]["rows"]] == [
        f"/choose{{{n}}}" for n in range(1, 6)
    ]


def test_what_does_not_fit_is_written_out() -> None:
    told = said(a_message("اختر الدائرة:", options(12)))
    body = told["text"]["body"]  # type: ignore[index]
    assert body.startswith("اختر الدائرة:\n\n1. 01")
    assert "\n12. 12" in body
    assert body.endswith("اكتب رقم الخيار الذي تريده.")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("٢", 2),
        (" ۲ ", 2),
        ("12.", 12),
        ("(3)", 3),
        ("0", None),
        ("13", None),
        ("2 فواتير", None),
        ("ما رقم 2؟", None),
        ("02 خخخخخخخ", 2),
    ],
)
def test_a_number_or_the_words_are_a_press(typed: str, number: int | None) -> None:
    asked = a_message("اختر", options(12))
    meant = chosen(asked, typed)
    assert (meant and meant.payload) == (f"/choose{{{number}}}" if number else None)


def test_a_number_is_no_press_where_there_were_buttons() -> None:
    assert chosen(a_message("اختر", options(3)), "2") is None
    assert chosen(a_message("كم؟"), "2") is None


@pytest.mark.parametrize("text", ["", "  ", "ا" * 4097])
def test_what_cannot_be_said_is_refused_for_good(text: str) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        said(a_message(text))
    assert not refused.value.retryable


def test_an_answer_to_a_message_refers_to_it() -> None:
    told = said(a_message("نعم", reply_to="wamid.X"))
    assert told["context"] == {"message_id": "wamid.X"}


def test_every_template_has_both_languages_and_its_facts() -> None:
    templates = Templates.load()
    arabic, english = (templates.offered(language) for language in Language)
    assert [one.name for one in arabic] == [one.name for one in english] != []
    for one in (*arabic, *english):
        text, metadata = one.filled(dict.fromkeys(one.parameters, "INV-9"))
        assert "{{" not in text
        assert metadata["template"]["language"] == one.code
        if one.parameters:
            assert "\u2068INV-9\u2069" in text
            with pytest.raises(KeyError):
                one.filled({})


def test_one_person_gets_45_at_once_and_then_one_in_six_seconds() -> None:
    clock = [100.0]
    rate = PairRate(now_s=lambda: clock[0])
    for _ in range(45):
        rate.take("mariam")
    with pytest.raises(DeliveryFailed) as refused:
        rate.take("mariam")
    assert (refused.value.retryable, refused.value.retry_after_s) == (True, 6.0)
    rate.take("salem")
    clock[0] += 6
    rate.take("mariam")
    with pytest.raises(DeliveryFailed):
        rate.take("mariam")


def test_refusals_of_the_service_make_us_wait_four_times_as_long_each_time() -> None:
    rate = PairRate(now_s=lambda: 0.0)
    assert [rate.refused("mariam") for _ in range(3)] == [4.0, 16.0, 64.0]
    rate.taken("mariam")
    assert rate.refused("mariam") == 4.0


async def test_a_number_sends_no_faster_than_its_throughput() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    slow = Throughput(20, now_s=loop.time)
    for _ in range(20):
        await slow.take()  # a second's worth at once
    assert loop.time() - began < 0.2
    slow.heard(2)
    await slow.take()
    assert 0.14 < loop.time() - began < 0.6
