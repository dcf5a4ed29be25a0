"""Blocks, loops and rates: told once, nothing lost, and people get through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.abuse import Abuse
from conversations.blocks import (
    BlockKind,
    BlockList,
    BlockNotFound,
    BlockNotUnderstood,
    identity_of,
    read_target,
)
from conversations.loop_guard import LoopGuard, LoopLimits
from conversations.model import MessageState, Sender
from conversations.network import network_of
from conversations.rates import AddressRates, Deed, Rate
from stores.database import reading
from stores.sql_block_store import SqlBlockStore
from tests.app.conversations.parts import MARIAM, Clock, Parts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROXIES = ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "forged, 198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("fd00::1", "[2001:db8::5]:443", "2001:db8::/64"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
        (None, "198.51.100.1", "unknown"),
        ("عنوان", None, "unknown"),
    ],
)
def test_only_proxies_of_ours_say_where_somebody_is(
    peer: str | None, forwarded: str | None, counted: str
) -> None:
    assert network_of(peer, forwarded, PROXIES) == counted


def test_rates_slide_and_do_not_punish_trying_again() -> None:
    clock = [NOON]
    rates = AddressRates({Deed.MESSAGE: Rate(3, timedelta(minutes=1))}, now=lambda: clock[0])
    assert [rates.allow(Deed.MESSAGE, "a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert rates.allow(Deed.MESSAGE, "b")
    clock[0] += timedelta(seconds=61)
    assert rates.allow(Deed.MESSAGE, "a")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("203.0.113.9", BlockKind.NETWORK, "203.0.113.9/32"),
        ("203.0.113.77/24", BlockKind.NETWORK, "203.0.113.0/24"),
        ("2001:db8::/32", BlockKind.NETWORK, "2001:db8::/32"),
        ("whatsapp:phone:971501234567", BlockKind.IDENTITY, "whatsapp:phone:971501234567"),
    ],
)
def test_reads_whom_to_block(text: str, kind: BlockKind, value: str) -> None:
    assert read_target(text) == (kind, value)


@pytest.mark.parametrize("text", ["", "مريم", "0.0.0.0/0", "::/0", "a:b", "x::y"])
def test_blocks_nobody_by_mistake(text: str) -> None:
    with pytest.raises(BlockNotUnderstood):
        read_target(text)


def guard(most: int = 4) -> LoopGuard:
    return LoopGuard(LoopLimits(most=most, gap=timedelta(seconds=30)))


def heard(watch: LoopGuard, *texts: str, every_s: float = 5) -> list[bool]:
    return [
        watch.loops("c-1", f"p-{n}", text, NOON + timedelta(seconds=n * every_s))
        for n, text in enumerate(texts)
    ]


AUTO = "شكرًا لتواصلكم معنا، سنرد على رسالتكم رقم {} في أقرب وقت ممكن INV-9"


def test_a_machine_is_noticed_though_a_number_in_its_text_counts_up() -> None:
    assert heard(guard(), *(AUTO.format(n) for n in range(6))) == [False] * 3 + [True] * 3


def test_two_texts_in_turn_are_a_loop_too() -> None:
    assert heard(guard(), "مرحبا", "أهلا", "مرحبا", "أهلا")[-1]


def test_people_are_no_loop() -> None:
    assert not any(heard(guard(), "نعم", "أين الفاتورة؟", "نعم", "لا", "نعم", "شكرا", "نعم"))
    assert not any(heard(guard(), *["هل من جديد؟"] * 8, every_s=31))


def test_other_words_end_a_loop() -> None:
    assert heard(guard(), *["مرحبا"] * 4, "أين", "الفاتورة INV-9؟")[-3:] == [True, False, False]


def test_a_message_delivered_twenty_times_is_one() -> None:
    watch = guard()
    assert not any(watch.loops("c-1", "p-1", "مرحبا", NOON) for _ in range(20))


@pytest.fixture
def blocks(engine: AsyncEngine) -> SqlBlockStore:
    return SqlBlockStore(engine)


@pytest.fixture
def guarded(parts: Parts, blocks: SqlBlockStore) -> Parts:
    parts.inbox._abuse = Abuse(BlockList(blocks, now=parts.clock), guard())
    return parts


async def block(blocks: SqlBlockStore, clock: Clock, text: str, hours: int = 1) -> int:
    kind, value = read_target(text)
    at = clock()
    until = at + timedelta(hours=hours)
    made = await blocks.add(
        kind, value, reason="إساءة متكررة", by="agent:noura", at=at, until=until
    )
    return made.id


async def test_who_is_blocked_is_kept_told_once_and_not_answered(
    guarded: Parts, blocks: SqlBlockStore
) -> None:
    await block(blocks, guarded.clock, identity_of(MARIAM))
    for text in ("أين INV-9؟", "أجيبوا!", "الآن!"):
        await guarded.hear(text)
        await guarded.answer_all()
    messages = await guarded.messages()
    mine = [one for one in messages if one.sender is Sender.CITIZEN]
    assert [(one.state, one.reason) for one in mine] == [(MessageState.REFUSED, "blocked")] * 3
    assert [one.reason for one in messages if one.sender is Sender.SYSTEM] == ["blocked"]
    assert guarded.rasa.heard == []


async def test_a_block_ends_by_itself_and_by_hand(guarded: Parts, blocks: SqlBlockStore) -> None:
    await block(blocks, guarded.clock, "203.0.113.0/24")
    await guarded.hear("أين INV-9؟", network="203.0.113.9")
    await guarded.hear("وأنا؟ INV-10", network="198.51.100.1")
    guarded.clock.pass_(3601)
    await guarded.hear("والآن؟", network="203.0.113.9")
    block_id = await block(blocks, guarded.clock, "203.0.113.0/24")
    await blocks.lift(block_id, by="agent:noura", at=guarded.clock())
    guarded.clock.pass_(6)
    await guarded.hear("وبعدها؟", network="203.0.113.9")
    states = [one.state for one in await guarded.messages() if one.sender is Sender.CITIZEN]
    waiting = MessageState.WAITING
    assert states == [MessageState.REFUSED, waiting, waiting, waiting]
    with pytest.raises(BlockNotFound):
        await blocks.lift(block_id, by="agent:noura", at=guarded.clock())


async def test_blocking_again_prolongs_and_each_change_is_in_the_audit(
    blocks: SqlBlockStore, engine: AsyncEngine
) -> None:
    clock = Clock()
    first = await block(blocks, clock, "203.0.113.9")
    assert await block(blocks, clock, "203.0.113.9", hours=5) == first
    (only,) = await blocks.in_force(clock())
    assert only.until > clock.at + timedelta(hours=4)
    await blocks.lift(first, by="agent:noura", at=clock())
    assert await blocks.in_force(clock()) == []
    async with reading(engine) as connection:
        rows = await connection.exec_driver_sql(
            "SELECT actor, action FROM audit WHERE subject_kind = 'block' ORDER BY id"
        )
        assert [tuple(row) for row in rows] == [
            ("agent:noura", "block"),
            ("agent:noura", "block"),
            ("agent:noura", "unblock"),
        ]


async def test_two_bots_stop_after_a_few_rounds_and_a_person_gets_through(guarded: Parts) -> None:
    for n in range(10):
        await guarded.hear(AUTO.format(n))
        await guarded.answer_all()
        guarded.clock.pass_(3)
    assert len(guarded.rasa.heard) == 3
    messages = await guarded.messages()
    assert [one.reason for one in messages if one.sender is Sender.SYSTEM] == ["looping"]
    events = await guarded.store.events_after(0)
    refused = [one for one in events if one.data.get("reason") == "looping"]
    assert len(refused) == 8, "seven texts and the line: people see it in the event log"
    await guarded.hear("أنا مريم، أين الفاتورة؟")
    await guarded.answer_all()
    assert guarded.rasa.heard[-1]["message"] == "أنا مريم، أين الفاتورة؟"
