"""What every attachment store keeps; subclasses give the fixtures ``store`` and ``of``."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations.attachments import (
    AttachmentKind,
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentState,
    AttachmentStore,
    NewAttachment,
    TooManyAttachments,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BYTES = "إيصال INV-9\n".encode() * 20_000


def a_file(store: AttachmentStore, of: str, data: bytes = BYTES, **changes: Any) -> NewAttachment:
    """Write a file where it arrives and return what is to be kept of it."""
    new_id = str(uuid.uuid4())
    path = store.arriving(new_id)
    path.write_bytes(data)
    told: dict[str, Any] = {
        "id": new_id,
        "conversation_id": of,
        "kind": AttachmentKind.DOCUMENT,
        "media_type": "text/plain",
        "file_name": "إيصال INV-9.txt",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "state": AttachmentState.PENDING,
        "path": path,
        "at": NOON,
    }
    return NewAttachment(**(told | changes))


async def bytes_of(store: AttachmentStore, attachment_id: str) -> bytes:
    async with store.open(attachment_id) as pieces:
        return b"".join([piece async for piece in pieces])


class AttachmentStoreContract:
    """Rows and files, as one."""

    async def kept(self, store: AttachmentStore, of: str, **changes: Any) -> str:
        new = a_file(store, of, **changes)
        return (await store.put(new, hourly=20, most=200)).attachment.id

    async def test_a_clean_file_comes_back_byte_for_byte(
        self, store: AttachmentStore, of: str
    ) -> None:
        kept = await self.kept(store, of)
        assert await store.scanned(kept, AttachmentState.CLEAN, finding=None, at=NOON)
        assert await bytes_of(store, kept) == BYTES
        stored = await store.get(kept)
        assert stored.attachment.file_name == "إيصال INV-9.txt"
        assert stored.sha256 == hashlib.sha256(BYTES).hexdigest()

    @pytest.mark.parametrize("state", ["pending", "infected", "unscannable"])
    async def test_what_is_not_clean_is_never_given_out(
        self, store: AttachmentStore, of: str, state: str
    ) -> None:
        kept = await self.kept(store, of)
        await store.scanned(kept, AttachmentState(state), finding="Test.Virus", at=NOON)
        with pytest.raises(AttachmentNotGivenOut):
            await bytes_of(store, kept)

    async def test_a_verdict_is_final(self, store: AttachmentStore, of: str) -> None:
        kept = await self.kept(store, of)
        await store.scanned(kept, AttachmentState.INFECTED, finding="Test.Virus", at=NOON)
        assert not await store.scanned(kept, AttachmentState.CLEAN, finding=None, at=NOON)
        assert (await store.get(kept)).attachment.state is AttachmentState.INFECTED

    async def test_the_scanner_gets_the_oldest_and_a_later_look_waits_its_time(
        self, store: AttachmentStore, of: str
    ) -> None:
        first = await self.kept(store, of, at=NOON - timedelta(minutes=2))
        second = await self.kept(store, of, at=NOON - timedelta(minutes=1))
        waiting = await store.next_unscanned(NOON)
        assert waiting is not None
        assert waiting.attachment.id == first
        again = NOON + timedelta(seconds=30)
        await store.scanned(first, AttachmentState.PENDING, finding=None, at=NOON, again_at=again)
        waiting = await store.next_unscanned(NOON)
        assert waiting is not None
        assert waiting.attachment.id == second
        await store.scanned(second, AttachmentState.CLEAN, finding=None, at=NOON)
        assert await store.next_unscanned(NOON) is None
        waiting = await store.next_unscanned(again)
        assert waiting is not None
        assert waiting.scan_attempts == 1

    async def test_nobody_knows_a_file_that_is_not_there(self, store: AttachmentStore) -> None:
        with pytest.raises(AttachmentNotFound):
            await store.get(str(uuid.uuid4()))

    @pytest.mark.parametrize("bad", ["../../etc/passwd", "a/b", "", "..", "x" * 200])
    def test_an_id_is_no_path(self, store: AttachmentStore, bad: str) -> None:
        with pytest.raises(ValueError, match="not an attachment id"):
            store.arriving(bad)

    async def test_files_are_counted_in_an_hour_and_altogether(
        self, store: AttachmentStore, of: str
    ) -> None:
        for minutes in (90, 30, 10):
            new = a_file(store, of, at=NOON - timedelta(minutes=minutes))
            await store.put(new, hourly=2, most=4)
        with pytest.raises(TooManyAttachments):
            await store.put(a_file(store, of), hourly=2, most=4)
        later = NOON + timedelta(hours=2)
        await store.put(a_file(store, of, at=later), hourly=2, most=4)
        refused = a_file(store, of, at=later)
        with pytest.raises(TooManyAttachments):
            await store.put(refused, hourly=2, most=4)
        ours = a_file(store, of, at=later, from_citizen=False)
        await store.put(ours, hourly=2, most=4)

    async def test_twenty_at_once_do_not_slip_through_the_count(
        self, store: AttachmentStore, of: str
    ) -> None:
        tries = [store.put(a_file(store, of, b"x"), hourly=5, most=99) for _ in range(20)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, TooManyAttachments) for one in done) == 15

    async def test_other_conversations_do_not_see_it(self, store: AttachmentStore, of: str) -> None:
        kept = await self.kept(store, of)
        assert await store.of_conversation("another", [kept]) == []
        assert [one.id for one in await store.of_conversation(of, [kept, kept])] == [kept]

    async def test_what_nobody_sent_is_swept_after_its_time(
        self, store: AttachmentStore, of: str
    ) -> None:
        kept = await self.kept(store, of)
        path = store.path_to_scan(kept)
        assert await store.sweep(unsent_before=NOON - timedelta(hours=1)) == 0
        assert path.exists()
        assert await store.sweep(unsent_before=NOON + timedelta(hours=1)) == 1
        assert not path.exists()
        with pytest.raises(AttachmentNotFound):
            await store.get(kept)

    async def test_a_kill_between_file_and_row_leaves_only_a_file_that_is_swept(
        self, store: AttachmentStore, of: str
    ) -> None:
        kept = await self.kept(store, of)
        orphan = store.path_to_scan(str(uuid.uuid4()))
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"%PDF-1.7")
        half = store.arriving(str(uuid.uuid4()))
        half.write_bytes(b"%PD")
        early = NOON.timestamp() - 3600
        os.utime(orphan, (early, early))
        os.utime(half, (early, early))
        assert await store.sweep(unsent_before=NOON - timedelta(minutes=1)) == 2
        assert not orphan.exists()
        assert not half.exists()
        assert store.path_to_scan(kept).exists()

    async def test_an_infected_file_lies_where_nobody_looks(
        self, store: AttachmentStore, of: str
    ) -> None:
        kept = await self.kept(store, of)
        path = store.path_to_scan(kept)
        await store.scanned(kept, AttachmentState.INFECTED, finding="Test.Virus", at=NOON)
        assert not path.exists()
        assert (await store.get(kept)).finding == "Test.Virus"
