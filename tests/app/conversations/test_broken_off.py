"""What becomes of messages whose handling broke off: looked up, taken back, or put aside."""

import pytest

from conversations.model import Address, Sender
from conversations.ports import Lease
from conversations.sending import MOST_BREAKS
from tests.app.conversations.parts import Parts


async def texts(parts: Parts) -> list[tuple[str, str]]:
    return [(one.sender.value, one.text) for one in await parts.messages()]


async def states(parts: Parts) -> list[str]:
    return [one.state.value for one in await parts.messages() if one.sender is Sender.CITIZEN]


async def test_a_turn_whose_actions_died_with_us_is_taken_back_and_asked_once_more(
    parts: Parts,
) -> None:
    await parts.hear("قبلها")
    await parts.answer_all()
    received = await parts.hear("افتح شكوى عن INV-9")
    assert await parts.relay.claims.lease() is not None
    metadata = {"mid": received.message.id}
    parts.rasa.remember(received.conversation.id, "افتح شكوى عن INV-9", metadata, [])
    parts.clock.pass_(120)
    await parts.answer_all()
    assert (await texts(parts))[-1] == ("bot", "سمعت: افتح شكوى عن INV-9")
    assert [one["message"] for one in parts.rasa.heard] == ["قبلها", "افتح شكوى عن INV-9"]
    rewound = parts.rasa.events_of(received.conversation.id)
    assert [one["event"] for one in rewound].count("rewind") == 1
    assert await states(parts) == ["answered", "answered"]


async def test_what_was_taken_back_once_is_not_taken_back_twice(parts: Parts) -> None:
    first = await parts.hear("قبلها")
    await parts.answer_all()
    received = await parts.hear("افتح شكوى")
    assistant = parts.relay._asking._assistant
    parts.rasa.remember(received.conversation.id, "x", {"mid": received.message.id}, [])
    for _ in range(2):  # and died in between
        await assistant.take_back(received.conversation.id, received.message.id)
    assert await assistant.recall(received.conversation.id, received.message.id) is None
    assert await assistant.recall(received.conversation.id, first.message.id)
    rewound = parts.rasa.events_of(received.conversation.id)
    assert [one["event"] for one in rewound].count("rewind") == 1


async def test_a_message_that_breaks_off_again_and_again_is_put_aside_and_can_come_back(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = await parts.hear("قاتلة INV-9")
    await parts.hear("حية بعدها")
    next_waiting = parts.store.next_waiting

    async def breaking(lease: Lease) -> object:
        found = await next_waiting(lease)
        if found is not None and found[1].id == poisoned.message.id:
            raise MemoryError
        return found

    with monkeypatch.context() as patched:
        patched.setattr(parts.store, "next_waiting", breaking)
        for _ in range(MOST_BREAKS):
            with pytest.raises(MemoryError):
                await parts.answer_all()
        await parts.answer_all()
    assert await states(parts) == ["quarantined", "answered"]
    [event] = [
        one.data
        for one in await parts.store.events_after(0)
        if one.data.get("state") == "quarantined"
    ]
    assert event == {
        "id": poisoned.message.id,
        "seq": 1,
        "state": "quarantined",
        "reason": "broke_off_relay",
    }
    assert await parts.store.retry(poisoned.message.id, by="agent:mariam", at=parts.clock())
    await parts.answer_all()
    assert await states(parts) == ["answered", "answered"]


async def test_a_worker_that_was_killed_counts_as_a_break_off(parts: Parts) -> None:
    await parts.hear("تقتل من يجيبها")
    for _ in range(MOST_BREAKS + 1):
        lease = await parts.relay.claims.lease()  # and is killed
        assert lease is not None
        if lease.taken_over:
            await parts.store.count_break(lease, most=MOST_BREAKS, at=parts.clock())
        parts.clock.pass_(120)
    await parts.answer_all()
    assert await states(parts) == ["quarantined"]


async def test_of_many_waiting_conversations_each_is_claimed_once(parts: Parts) -> None:
    people = [Address("fake", "user", f"u-{n}") for n in range(40)]
    for who in people:
        for n in range(3):
            await parts.hear(f"سؤال {n}", of=who)
    leases = [await parts.relay.claims.lease() for _ in range(41)]
    taken = [one.conversation_id for one in leases if one is not None]
    assert len(taken) == len(set(taken)) == 40
