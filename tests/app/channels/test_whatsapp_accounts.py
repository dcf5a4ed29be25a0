"""One person is one thread, whatever the service calls them; two people are never made one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import permutations

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.whatsapp.fake_graph import envelope_of
from conversations.model import Address, Conversation
from tests.app.channels.whatsapp_bodies import BSUID, MARIAM, Told, Writing, as_meta_writes, body_of
from tests.app.channels.whatsapp_receiving import Receiving, receiving

OTHER, OTHER_ID = "971507654321", "AE.9Z8Y7X"
NEW_ID = "AE.7Q7Q7Q"


@pytest_asyncio.fixture
async def desk(engine: AsyncEngine) -> AsyncIterator[Receiving]:
    async with receiving(engine) as built:
        yield built


class Meta:
    def __init__(self, desk: Receiving) -> None:
        self.desk = desk
        self.writing = Writing()

    async def write(
        self, phone: str = "", user: str = "", name: str = "text", **more: object
    ) -> str:
        """Let an account write; return the conversation it came to."""
        told = self.writing.message(name, phone=phone, user=user, **more)
        return await self.send(told, phone=phone, user=user)

    async def send(self, told: Told, *, phone: str = "", user: str = "") -> str:
        body = body_of(told, phone=phone, user=user)
        if told.get("type") == "system":
            del body["entry"][0]["changes"][0]["value"]["contacts"]
        assert await self.desk.post(as_meta_writes(body)) == 200
        return (await self.desk.heard())[told["id"]].conversation_id


async def identities(desk: Receiving) -> dict[str, str]:
    async with desk.engine.connect() as connection:
        rows = await connection.execute(sa.text("SELECT value, person_id FROM identity"))
        return {one.value: one.person_id for one in rows}


async def events(desk: Receiving, kind: str) -> int:
    return sum(one.kind == kind for one in await desk.store.events_after(0))


@pytest.mark.parametrize(
    "order", list(permutations([(MARIAM, ""), (MARIAM, BSUID), ("", BSUID)])), ids=str
)
async def test_phone_and_user_id_of_one_account(
    desk: Receiving, order: tuple[tuple[str, str], ...]
) -> None:
    meta = Meta(desk)
    threads = [await meta.write(*account) for account in order]
    both_first = order[0] == (MARIAM, BSUID) or order[1] == (MARIAM, BSUID)
    if both_first:
        assert len(set(threads)) == 1
        assert await desk.count("person") == 1
    else:  # nothing said so until the last message: two people, and word that they may be one
        assert threads[2] == threads[[one[1] for one in order].index(BSUID)]
        assert await desk.count("person") == 2
        assert await events(desk, "identity_conflict") > 0


async def test_the_thread_of_a_phone_goes_on_when_the_user_id_comes(desk: Receiving) -> None:
    meta = Meta(desk)
    first = await meta.write(MARIAM)
    assert await meta.write(MARIAM, BSUID) == first
    assert await meta.write("", BSUID) == first
    assert (await desk.store.get(first)).address == Address("whatsapp", "phone", MARIAM)


async def test_a_person_without_a_phone_is_known_by_the_user_id(desk: Receiving) -> None:
    meta = Meta(desk)
    thread = await meta.write("", BSUID)
    conversation: Conversation = await desk.store.get(thread)
    assert conversation.address == Address("whatsapp", "user_id", BSUID)


async def test_a_user_id_in_the_place_of_a_phone_is_still_a_user_id(desk: Receiving) -> None:
    meta = Meta(desk)
    thread = await meta.write(BSUID)
    assert (await desk.store.get(thread)).address.kind == "user_id"


async def test_a_number_given_out_anew_is_another_person(desk: Receiving) -> None:
    meta = Meta(desk)
    old = await meta.write(MARIAM, BSUID)
    new = await meta.write(MARIAM, OTHER_ID)
    assert old != new
    known = await identities(desk)
    assert known[MARIAM] == known[OTHER_ID] != known[BSUID]
    assert await meta.write("", BSUID) == old
    assert await meta.write(MARIAM, OTHER_ID) == new


async def test_a_thread_of_a_phone_that_moved_on_is_reached_by_the_user_id(desk: Receiving) -> None:
    meta = Meta(desk)
    old = await meta.write(MARIAM)
    assert await meta.write(MARIAM, BSUID) == old
    new = await meta.write(MARIAM, OTHER_ID)
    assert new != old
    assert (await desk.store.get(old)).address == Address("whatsapp", "user_id", BSUID)


async def test_two_people_who_were_two_stay_two(desk: Receiving) -> None:
    meta = Meta(desk)
    one, other = await meta.write(MARIAM), await meta.write("", BSUID)
    assert await meta.write(MARIAM, BSUID) == other
    assert one != other
    assert await desk.count("person") == 2


async def test_a_changed_user_id_is_the_same_person(desk: Receiving) -> None:
    meta = Meta(desk)
    thread = await meta.write("", BSUID)
    system = {"type": "user_changed_user_id", "user_id": NEW_ID, "previous_user_id": BSUID}
    told = meta.writing.message("system_identity_changed", phone="", system=system)
    assert await meta.send(told) == thread
    assert await meta.write("", NEW_ID) == thread
    assert (await desk.store.get(thread)).address.value == NEW_ID
    assert await desk.count("person") == 1


async def test_a_changed_user_id_as_june_told_it(desk: Receiving) -> None:
    meta = Meta(desk)
    thread = await meta.write("", BSUID)
    update = {"user_id_update": {"user_id": {"previous": BSUID, "current": NEW_ID}}}
    assert await desk.post(as_meta_writes(envelope_of(update, field="user_id_update"))) == 200
    assert await meta.write("", NEW_ID) == thread


async def test_a_changed_number_is_the_same_person(desk: Receiving) -> None:
    meta = Meta(desk)
    thread = await meta.write("971501111111")
    told = meta.writing.message("system_number_changed", phone="971501111111")
    assert await meta.send(told, phone="971501111111") == thread
    assert await meta.write("971502222222") == thread
    assert await meta.write("971501111111") != thread
    assert await desk.count("person") == 2


async def test_a_number_that_somebody_else_has_is_left_to_people(desk: Receiving) -> None:
    meta = Meta(desk)
    mine, theirs = await meta.write("971501111111"), await meta.write("971502222222")
    told = meta.writing.message("system_number_changed", phone="971501111111")
    assert await meta.send(told, phone="971501111111") == theirs
    assert mine != theirs
    assert await desk.count("person") == 2
    assert await events(desk, "identity_conflict") == 2


async def test_a_system_message_does_not_count_as_heard(desk: Receiving) -> None:
    meta = Meta(desk)
    await meta.write(OTHER)
    last = await desk.webhooks.last_heard(Address("whatsapp", "phone", OTHER))
    told = meta.writing.message("system_identity_changed", phone=OTHER)
    await meta.send(told, phone=OTHER)
    assert await desk.webhooks.last_heard(Address("whatsapp", "phone", OTHER)) == last
