from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.webchat.protocol import SessionRequest, Uttered, as_rasa_says, whole
from conversations.model import Button, Message, MessageState, Sender
from kernel.language import Language

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANSWER = Message(
    id="m-1",
    conversation_id="c-1",
    seq=3,
    sender=Sender.BOT,
    text="أين الفاتورة INV-9؟",
    language=Language.AR,
    state=MessageState.SENT,
    sent_at=NOON,
    stored_at=NOON,
    buttons=(Button("شكوى", "/choose"),),
)


@pytest.mark.parametrize("given", [None, 3, "x", [], {}, {"session_id": None}])
def test_a_request_without_after_is_a_foreign_widgets(given: object) -> None:
    assert SessionRequest.read(given) == SessionRequest(None, None, None)


@pytest.mark.parametrize(
    ("after", "read"),
    [(0, 0), (7, 7), (None, 0), (-1, 0), (True, 0), ("7", 0), (10**30, 2**31 - 1)],
)
def test_after_is_a_number_that_the_store_takes(after: object, read: int) -> None:
    assert SessionRequest.read({"after": after, "language": "fr"}) == SessionRequest(
        None, read, None
    )


@pytest.mark.parametrize("given", [None, 3, "x", [], {}, {"message": {"a": 1}}, {"message": None}])
def test_what_is_no_text_is_an_empty_message(given: object) -> None:
    assert Uttered.read(given).text == ""


def test_the_language_may_come_in_either_of_rasas_places() -> None:
    for place in ("metadata", "customData"):
        assert Uttered.read({"message": "ok", place: {"language": "en"}}).language is Language.EN
    assert Uttered.read({"message": 5, "metadata": "junk"}) == Uttered("5", None, None, None)


@pytest.mark.parametrize("given", ["\ud800", "x" * 1000, "a b", "\x00", "معرّف"])
def test_a_strange_client_id_is_replaced_but_stays_its_own(given: str) -> None:
    read = Uttered.read({"message": "", "id": given}).client_id
    assert read is not None
    assert read.isascii()
    assert len(read) == 64
    assert read == Uttered.read({"message": "", "id": given}).client_id


def test_our_widget_gets_everything() -> None:
    assert whole(ANSWER) == {
        "id": "m-1",
        "seq": 3,
        "sender": "bot",
        "kind": "text",
        "text": "أين الفاتورة INV-9؟",
        "at": "2026-03-02T12:00:00+00:00",
        "state": "sent",
        "quick_replies": [{"content_type": "text", "title": "شكوى", "payload": "/choose"}],
        "metadata": {},
        "language": "ar",
        "attachments": [],
    }


def test_a_person_does_not_get_to_know_which_release_answered() -> None:
    told = whole(
        replace(ANSWER, metadata={"release": {"number": 7}, "answer": "x", "card": "INV-9 بطاقة"})
    )
    assert told["metadata"] == {"card": "INV-9 بطاقة"}


def test_a_foreign_widget_gets_the_keys_that_rasa_sends_and_no_others() -> None:
    told = list(
        as_rasa_says(replace(ANSWER, text="أولًا\n\nثانيًا", metadata={"image": "https://x/i"}))
    )
    assert told == [
        {"text": "أولًا"},
        {
            "text": "ثانيًا",
            "quick_replies": [{"content_type": "text", "title": "شكوى", "payload": "/choose"}],
        },
        {"attachment": {"type": "image", "payload": {"src": "https://x/i"}}},
    ]
    assert list(as_rasa_says(replace(ANSWER, text="نعم", buttons=()))) == [{"text": "نعم"}]
