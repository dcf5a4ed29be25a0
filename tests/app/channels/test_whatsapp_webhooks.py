"""What Meta sends is shown or put aside, whatever it is, once: on both databases."""

import asyncio
import json
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.whatsapp.fake_graph import SECRET, envelope_of, status_of
from channels.whatsapp.signature import HEADER, signature
from conversations.model import MessageKind, MessageState, Sender
from stores.database import engine_for
from tests.app.channels.whatsapp_bodies import (
    MESSAGES,
    Told,
    Writing,
    as_meta_writes,
    body_of,
)
from tests.app.channels.whatsapp_receiving import OLD_SECRET, Receiving, receiving

BODIES = 200


@pytest_asyncio.fixture
async def desk(engine: AsyncEngine) -> AsyncIterator[Receiving]:
    async with receiving(engine) as built:
        yield built


async def test_two_hundred_bodies_lose_nothing(desk: Receiving) -> None:
    """Rows shown and rows put aside are exactly the messages sent."""
    writing, chance = Writing(), random.Random(4)
    sent: list[Told] = []
    broken: list[Told] = []
    bodies: list[bytes] = []
    while len(bodies) < BODIES - 24:
        number = len(bodies)
        phone = f"9715{chance.randrange(40):08}"
        some = [writing.message(name, phone=phone) for name in chance.sample(sorted(MESSAGES), 3)]
        if number < len(MESSAGES):
            some[0] = writing.message(sorted(MESSAGES)[number], phone=phone)
        if number % 20 == 7:
            bad = writing.message(phone=phone)
            del bad["id"]
            broken.append(bad)
            some.append(bad)
        if number % 20 == 9:
            nobody = writing.message("text", phone="")
            broken.append(nobody)
            bodies.append(as_meta_writes(envelope_of({"messages": [nobody]})))
            continue
        sent += [one for one in some if "id" in one]
        bodies.append(as_meta_writes(body_of(*some, phone=phone)))
    bodies += chance.sample(bodies, 20)  # repetitions
    whole = as_meta_writes(body_of(*(writing.message() for _ in range(3))))
    cut = [whole[: len(whole) // 2], whole[:-1], b"", b"[]"]
    chance.shuffle(bodies)
    answers = [await desk.post(body) for body in (*bodies, *cut)]
    assert len(answers) == BODIES
    assert set(answers) == {200}
    heard = await desk.heard()
    assert set(heard) == {one["id"] for one in sent}
    aside = await desk.raw("quarantined")
    assert len(aside) == len(broken) + len(cut)
    assert {row["reason"] for row in aside} == {"no_id", "no_sender", "not_json", "not_an_object"}
    assert all(one.text for one in heard.values())


async def test_a_batch_of_a_thousand(desk: Receiving) -> None:
    writing = Writing()
    changes = []
    for start in range(0, 1000, 10):
        phone = f"9715{start:08}"
        some = [writing.message(phone=phone) for _ in range(10)]
        changes += body_of(*some, phone=phone)["entry"][0]["changes"]
    told = {"object": "whatsapp_business_account", "entry": []}
    told["entry"] = [{"id": str(n), "changes": changes[n::3]} for n in range(3)]
    assert await desk.post(as_meta_writes(told)) == 200
    assert len(await desk.heard()) == 1000
    assert await desk.count("conversation") == 100
    by_conversation: dict[str, list[int]] = {}
    for one in await desk.messages():
        by_conversation.setdefault(one.conversation_id, []).append(one.seq)
    assert set(map(tuple, by_conversation.values())) == {tuple(range(1, 11))}
    assert await desk.count("event") == 1000


async def test_the_same_body_twenty_times_at_once_is_one_message(desk: Receiving) -> None:
    body = as_meta_writes(body_of(Writing().message()))
    assert set(await asyncio.gather(*(desk.post(body) for _ in range(20)))) == {200}
    assert len(await desk.messages()) == 1
    assert await desk.count("person") == 1
    assert len(await desk.raw("kept")) == 1


async def test_the_same_message_in_other_company_at_once_is_one_message(desk: Receiving) -> None:
    writing = Writing()
    same = writing.message()
    bodies = [as_meta_writes(body_of(same, writing.message("image"))) for _ in range(20)]
    assert set(await asyncio.gather(*map(desk.post, bodies))) == {200}
    assert len(await desk.heard()) == 21
    assert await desk.count("conversation") == 1


async def test_many_people_write_at_once(desk: Receiving) -> None:
    writing, chance = Writing(), random.Random(7)
    sent = []
    for n in range(60):
        phone = f"9715{n % 12:08}"
        sent.append((phone, writing.message(phone=phone)))
    chance.shuffle(sent)
    bodies = [as_meta_writes(body_of(one, phone=phone)) for phone, one in sent]
    assert set(await asyncio.gather(*map(desk.post, bodies))) == {200}
    assert len(await desk.heard()) == 60
    assert await desk.count("conversation") == 12


async def test_three_megabytes_are_taken_and_more_than_four_are_not(desk: Receiving) -> None:
    writing = Writing()
    some = [writing.message(text={"body": "فاتورة INV-9 " * 290}) for _ in range(240)]
    body = as_meta_writes(body_of(*some))
    assert 2_900_000 < len(body) < 4_000_000
    assert await desk.post(body) == 200
    assert len(await desk.heard()) == 240
    assert await desk.post(b" " * (4 * 1024 * 1024 + 1)) == 413


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=00", "sha1=00", "sha256=غير"])
async def test_a_wrong_signature_is_refused_and_nothing_kept(desk: Receiving, given: str) -> None:
    body = as_meta_writes(body_of(Writing().message()))
    headers = {HEADER: given}
    assert await desk.post(body, **headers) in (401, 403)
    assert await desk.count("raw_webhook") == 0


async def test_the_signature_is_over_the_bytes_as_they_came(desk: Receiving) -> None:
    body = as_meta_writes(body_of(Writing().message()))
    assert b"\\u0627" in body
    plain = json.dumps(json.loads(body), ensure_ascii=False).encode()
    headers = {HEADER: f"sha256={signature(body, SECRET)}"}
    assert await desk.post(plain, **headers) == 403
    assert await desk.post(body, **headers) == 200
    assert await desk.post(body, secret="another secret") == 403
    assert await desk.post(body[:-1] + b" }", secret=OLD_SECRET) == 200


async def test_a_stopped_database_means_keep_it_for_us(tmp_path: object) -> None:
    nowhere = engine_for(f"sqlite+aiosqlite:///{tmp_path}/not/there.db")
    async with receiving(nowhere) as desk:
        for body in (as_meta_writes(body_of(Writing().message())), b"{"):
            assert await desk.post(body) == 503
    await nowhere.dispose()


async def test_every_documented_message_has_its_kind_and_words(desk: Receiving) -> None:
    writing = Writing()
    sent = {name: writing.message(name) for name in MESSAGES}
    assert await desk.post(as_meta_writes(body_of(*sent.values()))) == 200
    heard = await desk.heard()
    shown = {name: heard[one["id"]] for name, one in sent.items()}
    for name, kind in KINDS.items():
        assert shown[name].kind is kind, name
    words = shown["text"].text
    assert words == "السلام عليكم، أين فاتورتي INV-2026-0042؟"
    assert shown["image"].text == "صورة الإيصال رقم RC-88"
    assert shown["image"].metadata["media"]["media_id"] == "1013859600285441"
    assert shown["document"].text.startswith("مستند: ")
    assert shown["document"].metadata["placeholder"] is True
    assert shown["text_with_context"].metadata["reply_to"] == "wamid.OURS1=="
    assert shown["text_from_advertisement"].metadata["referral"]["source_type"] == "ad"
    assert shown["text_about_product"].metadata["product"]["product_retailer_id"] == "di9ozbzfi4"
    assert shown["contacts"].metadata["contacts"][0]["phones"] == ["+971 50 765 4321"]
    assert shown["location"].metadata["location"]["latitude"] == 25.2048
    assert shown["order"].text == "شهادتان من فضلكم"
    assert shown["flow_reply"].metadata["form"]["الاسم"] == "مريم"
    assert shown["button_reply"].text == "تقديم شكوى"
    assert "4111" not in shown["text_with_card_number"].text
    assert {one.metadata["profile_name"] for one in shown.values()} == {"مريم"}


KINDS = {
    "text": MessageKind.TEXT,
    "button_reply": MessageKind.TEXT,
    "list_reply": MessageKind.TEXT,
    "template_button": MessageKind.TEXT,
    "flow_reply": MessageKind.FORM,
    "flow_reply_broken": MessageKind.FORM,
    "flow_reply_null": MessageKind.FORM,
    "flow_reply_list": MessageKind.FORM,
    "image": MessageKind.IMAGE,
    "video": MessageKind.VIDEO,
    "document": MessageKind.DOCUMENT,
    "audio": MessageKind.AUDIO,
    "voice_note": MessageKind.VOICE,
    "voice_of_old": MessageKind.VOICE,
    "sticker": MessageKind.STICKER,
    "location": MessageKind.LOCATION,
    "contacts": MessageKind.CONTACTS,
    "order": MessageKind.ORDER,
    "reaction": MessageKind.REACTION,
    "system_identity_changed": MessageKind.SYSTEM,
    "request_welcome": MessageKind.SYSTEM,
    "edit": MessageKind.EDIT,
    "revoke": MessageKind.REVOKE,
    "unsupported": MessageKind.UNSUPPORTED,
    "unknown": MessageKind.UNSUPPORTED,
    "ephemeral": MessageKind.UNSUPPORTED,
    "future_type": MessageKind.UNSUPPORTED,
    "no_type": MessageKind.UNSUPPORTED,
    "text_without_body": MessageKind.UNSUPPORTED,
    "call_permission_reply": MessageKind.UNSUPPORTED,
    "body_is_a_list": MessageKind.UNSUPPORTED,
}


async def test_what_must_not_be_kept_is_nowhere(desk: Receiving) -> None:
    writing = Writing()
    cards = [writing.message("text_with_card_number"), {**writing.message(), "id": ""}]
    cards[1]["text"] = {"body": "بطاقتي ٤١١١١١١١١١١١١١١١"}
    body = as_meta_writes(body_of(*cards))
    assert await desk.post(body) == 200
    assert await desk.post(body[:-3]) == 200
    kept = await desk.raw("kept") + await desk.raw("quarantined")
    assert len(kept) == 3
    for row in kept:
        assert "4111 1111 1111 1111" not in row["body"]
        assert "٤١١١١١١١١١١١١١١١" not in row["body"]
        assert "بطاقتي" in row["body"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
async def test_reactions_edits_and_deletions_are_facts_of_their_message(
    desk: Receiving, order: tuple[int, ...]
) -> None:
    """In whatever order they come: Meta promises none."""
    writing = Writing()
    first = writing.message()
    about = {"original_message_id": first["id"]}
    new = {"message": {"type": "text", "text": {"body": "أقصد INV-10"}}}
    groups = [
        [first],
        [
            writing.message("reaction", reaction={"message_id": first["id"], "emoji": "👍"}),
            writing.message("reaction", reaction={"message_id": first["id"], "emoji": "❤️"}),
        ],
        [
            writing.message("edit", edit={**about, **new}),
            writing.message("revoke", revoke=about),
        ],
    ]
    for number in order:
        bodies = [as_meta_writes(body_of(one)) for one in reversed(groups[number])]
        assert [await desk.post(body) for body in bodies] == [200] * len(bodies)
    heard = await desk.heard()
    assert len(heard) == 5
    original = heard[first["id"]]
    assert original.metadata["reactions"]["citizen"]["emoji"] == "❤️"
    assert original.metadata["edited"]["text"] == "أقصد INV-10"
    assert original.metadata["revoked_at"]
    assert original.text == first["text"]["body"]
    assert original.state is MessageState.WAITING
    rest = [one for one in heard.values() if one is not original]
    assert {one.state for one in rest} == {MessageState.ANSWERED}
    assert {one.reason for one in rest} == {None}
    events = await desk.store.events_after(0)
    assert sum(one.kind == "message_facts" for one in events) == 4


async def test_a_reaction_taken_back(desk: Receiving) -> None:
    writing = Writing()
    first = writing.message()
    told = [
        first,
        writing.message("reaction", reaction={"message_id": first["id"], "emoji": "👍"}),
        writing.message("reaction", reaction={"message_id": first["id"]}),
    ]
    assert await desk.post(as_meta_writes(body_of(*told))) == 200
    assert (await desk.heard())[first["id"]].metadata["reactions"]["citizen"]["emoji"] == ""


async def test_what_our_own_side_wrote_is_shown_and_never_answered(desk: Receiving) -> None:
    writing = Writing()
    assert await desk.post(as_meta_writes(body_of(writing.message()))) == 200
    echo = {**writing.message(text={"body": "معك سالم، سأتابع INV-9"}), "from": "971400000000"}
    echo["to"] = "971501234567"
    body = envelope_of({"message_echoes": [echo]}, field="smb_message_echoes")
    assert await desk.post(as_meta_writes(body)) == 200
    _, ours = await desk.messages()
    assert (ours.sender, ours.state) == (Sender.AGENT, MessageState.SENT)
    conversation = await desk.store.get(ours.conversation_id)
    assert conversation.controller.value == "queue"  # silent, and the desk sees it
    assert conversation.control_version == 1
    assert await desk.count("spell") == 1
    assert (
        await desk.post(
            as_meta_writes(
                envelope_of(
                    {"message_echoes": [{**echo, "id": "wamid.2"}]}, field="smb_message_echoes"
                )
            )
        )
        == 200
    )
    assert await desk.count("spell") == 1


async def test_other_fields_are_kept_and_show_nothing(desk: Receiving) -> None:
    other = envelope_of({"event": "APPROVED"}, field="message_template_status_update")
    error = envelope_of({"errors": [{"code": 130429, "title": "Rate limit hit"}]})
    for told in (other, error, {"object": "page"}, {}):
        assert await desk.post(as_meta_writes(told)) == 200
    assert len(await desk.raw("kept")) == 4
    assert await desk.messages() == []


@pytest.mark.parametrize("together", [True, False])
async def test_statuses_go_into_the_ledger_in_whatever_company(
    desk: Receiving, together: bool
) -> None:
    """Those of messages we do not know yet as well, once, and never downwards."""
    sent = {"to": "+971501234567"}
    steps = [("read", 3), ("sent", 1), ("delivered", 2), ("gone", 4), ("sent", 1)]
    told = [
        status_of(f"wamid.{n}", name, 1_772_452_800 + at, sent)
        for n in range(60)
        for name, at in steps
    ]
    if together:
        bodies = [body_of(Writing().message(), statuses=told)]
    else:
        bodies = [envelope_of({"statuses": told[:5]}), envelope_of({"statuses": told})]
    for body in bodies * 2:
        assert await desk.post(as_meta_writes(body)) == 200
    assert await desk.count("delivery") == 60 * 3
    assert len(await desk.messages()) == int(together)


async def test_a_message_to_another_number_is_put_aside(desk: Receiving) -> None:
    told = body_of(Writing().message())
    told["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "1"
    assert await desk.post(as_meta_writes(told)) == 200
    (aside,) = await desk.raw("quarantined")
    assert aside["reason"] == "other_number"
    assert await desk.messages() == []


async def test_a_batch_in_any_order_gets_the_order_of_its_times(desk: Receiving) -> None:
    writing = Writing()
    some = [writing.message(text={"body": f"رسالة {n} عن INV-9"}) for n in range(15)]
    shuffled = random.Random(1).sample(some, len(some))
    assert await desk.post(as_meta_writes(body_of(*shuffled))) == 200
    assert [one.provider_id for one in await desk.messages()] == [one["id"] for one in some]
