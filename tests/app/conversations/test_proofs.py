"""A code on the other channel joins two identities, and nothing else does; on both databases."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.proof_wiring import ChannelCodes
from cases.contact import read_contact
from channels.errors import DeliveryFailed
from conversations.model import Address, Conversation
from conversations.proofs import Outcome, ProofLimits, Proving, read_code
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.database import reading
from stores.sql_proof_store import SqlProofStore
from tests.app.conversations.parts import Parts, new_id

WEB = Address("webchat", "session", "s-1")
PHONE = Address("whatsapp", "phone", "971501234567")


@dataclass
class House:
    parts: Parts
    engine: AsyncEngine
    proving: Proving
    codes: list[str] = field(default_factory=list)

    async def web(self, address: Address = WEB) -> Conversation:
        return await self.parts.store.ensure(address, Language.AR, self.parts.clock())

    async def whatsapp(self) -> Conversation:
        return await self.parts.store.ensure(PHONE, Language.AR, self.parts.clock())

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        async with reading(self.engine) as connection:
            return [tuple(row) for row in await connection.exec_driver_sql(query)]


@pytest.fixture
def house(parts: Parts, engine: AsyncEngine) -> House:
    counted = itertools.count(908_172)
    codes: list[str] = []

    def new_code() -> str:
        codes.append(f"{next(counted):06d}")
        return codes[-1]

    send = ChannelCodes(
        {"whatsapp": parts.channel}, parts.store, Catalogue.load(), now=parts.clock, new_id=new_id
    )
    proving = Proving(
        SqlProofStore(engine),
        send,
        secret=b"s" * 32,
        limits=ProofLimits(most_attempts=3, asked_hourly=4, sent_daily=4),
        read_phone=read_contact,
        now=parts.clock,
        new_id=new_id,
        new_code=new_code,
    )
    return House(parts, engine, proving, codes)


async def test_the_code_that_came_back_joins_the_two_and_says_so_in_the_audit(
    house: House,
) -> None:
    web, phone = await house.web(), await house.whatsapp()
    assert web.person_id != phone.person_id
    assert await house.proving.begin(web, "رقمي ٠٥٠ ١٢٣ ٤٥٦٧") is Outcome.SENT
    (sent,) = house.parts.channel.sent
    assert sent.address == PHONE
    assert house.codes[0] in sent.message.text
    typed = house.codes[0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    outcome, _ = await house.proving.check(web, f" {typed[:3]} {typed[3:]} ")
    assert outcome is Outcome.PROVED
    assert (await house.web()).person_id == phone.person_id
    (audit,) = await house.rows("SELECT actor, subject_id FROM audit WHERE action = 'join_person'")
    assert audit == (f"person:{web.person_id}", phone.person_id)
    assert (await house.proving.check(web, house.codes[0]))[0] is Outcome.SPENT


async def test_no_table_holds_the_code(house: House) -> None:
    web = await house.web()
    await house.whatsapp()
    await house.proving.begin(web, "0501234567")
    kept = await house.rows("SELECT * FROM proof")
    kept += await house.rows("SELECT * FROM message")
    kept += await house.rows("SELECT kind, data FROM event")
    assert house.codes[0] not in repr(kept)


async def test_who_asks_about_a_stranger_learns_nothing(house: House) -> None:
    web = await house.web()
    assert await house.proving.begin(web, "0501234567") is Outcome.SENT
    assert house.parts.channel.sent == []
    outcome, _ = await house.proving.check(web, house.codes[0])
    assert outcome is not Outcome.PROVED
    assert (await house.web()).person_id == web.person_id


@pytest.mark.parametrize("typed", ["لا أعرف", "a@finance.example", "DF-26-004173", ""])
async def test_what_is_no_number_is_asked_for_again(house: House, typed: str) -> None:
    assert await house.proving.begin(await house.web(), typed) is Outcome.NO_NUMBER


async def test_guessing_ends_after_a_few_attempts(house: House) -> None:
    web = await house.web()
    await house.whatsapp()
    await house.proving.begin(web, "0501234567")
    tried = [(await house.proving.check(web, "000000"))[0] for _ in range(4)]
    assert tried == [Outcome.WRONG, Outcome.WRONG, Outcome.SPENT, Outcome.SPENT]
    assert (await house.proving.check(web, house.codes[0]))[0] is Outcome.SPENT


async def test_guesses_at_once_are_counted_one_by_one(house: House) -> None:
    web = await house.web()
    await house.whatsapp()
    await house.proving.begin(web, "0501234567")
    tried = await asyncio.gather(
        *(house.proving.check(web, f"{n:06d}") for n in range(10)), return_exceptions=False
    )
    assert [one for one, _ in tried].count(Outcome.WRONG) == 2


async def test_a_code_has_its_time_and_the_newest_counts(house: House) -> None:
    web = await house.web()
    await house.whatsapp()
    await house.proving.begin(web, "0501234567")
    await house.proving.begin(web, "0501234567")
    assert (await house.proving.check(web, house.codes[0]))[0] is Outcome.WRONG
    house.parts.clock.pass_(601)
    assert (await house.proving.check(web, house.codes[1]))[0] is Outcome.SPENT


async def test_codes_are_few_for_one_who_asks_and_for_one_who_is_asked(house: House) -> None:
    await house.whatsapp()
    web = await house.web()
    asked = [await house.proving.begin(web, "0501234567") for _ in range(5)]
    assert asked == [Outcome.SENT] * 4 + [Outcome.TOO_MANY]
    other = await house.web(Address("webchat", "session", "s-2"))
    assert await house.proving.begin(other, "0501234567") is Outcome.TOO_MANY
    assert len(house.parts.channel.sent) == 4


async def test_a_code_belongs_to_the_conversation_that_asked(house: House) -> None:
    await house.whatsapp()
    other = await house.web(Address("webchat", "session", "s-2"))
    await house.proving.begin(await house.web(), "0501234567")
    assert (await house.proving.check(other, house.codes[0]))[0] is Outcome.SPENT


async def test_a_channel_that_fails_is_no_error_for_who_asks(house: House) -> None:
    await house.whatsapp()
    house.parts.channel.failures = [DeliveryFailed(retryable=False)]
    assert await house.proving.begin(await house.web(), "0501234567") is Outcome.SENT


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        ("١٢٣ ٤٥٦", "123456"),
        ("۱۲۳-۴۵۶", "123456"),
        ("\u2066123456\u2069", "123456"),
        ("12345", None),
        ("1234567", None),
        ("رمز", None),
        ("²³⁴⁵⁶⁷", None),
    ],
)
def test_reads_six_digits_of_any_script(typed: str, code: str | None) -> None:
    assert read_code(typed) == code
