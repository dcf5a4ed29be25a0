"""Take a file in: streamed to disk, measured, told by its bytes, counted, and kept."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from conversations.attachments import (
    AttachmentEmpty,
    AttachmentState,
    AttachmentStore,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    NewAttachment,
    StoredAttachment,
)
from conversations.file_names import cleaned
from conversations.file_types import TYPES, FileType, type_of
from conversations.wakeup import Wakeup
from kernel.masking import mask


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLimits:
    """What is taken: the largest file in bytes, the types, how many in a conversation."""

    largest: int = 16 * 1024 * 1024
    types: frozenset[str] = frozenset(TYPES)
    hourly: int = 20
    most: int = 200


class AttachmentIntake:
    """The one way in for files, whatever channel they come by.

    Args:
        scans: whether a scanner will look; without one, files are ``unchecked`` at once.
    """

    def __init__(
        self,
        store: AttachmentStore,
        limits: AttachmentLimits,
        *,
        scans: bool,
        to_scan: Wakeup,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.limits = limits
        self._store = store
        self._scans = scans
        self._to_scan = to_scan
        self._now = now
        self._new_id = new_id

    async def take(
        self,
        conversation_id: str,
        pieces: AsyncIterable[bytes],
        *,
        file_name: str | None,
        attachment_id: str | None = None,
        from_citizen: bool = True,
    ) -> StoredAttachment:
        """Keep a file. Never more than a piece of it is in memory.

        Args:
            file_name: what its sender calls it; only its stem is believed, and cleaned.
            attachment_id: an id of the caller's, so that a repeated call keeps it once.

        Raises:
            AttachmentEmpty, AttachmentTooLarge, AttachmentTypeRefused, TooManyAttachments:
                nothing of it remains.
        """
        taken_id = attachment_id or self._new_id()
        path = self._store.arriving(taken_id)
        try:
            size, sha256 = await self._written(path, pieces)
            if size == 0:
                raise AttachmentEmpty
            found = await asyncio.to_thread(type_of, path)
            if found is None or found.media_type not in self.limits.types:
                raise AttachmentTypeRefused(found=found.media_type if found else "unknown")
            new = NewAttachment(
                id=taken_id,
                conversation_id=conversation_id,
                kind=found.kind,
                media_type=found.media_type,
                file_name=self._named(file_name, found),
                size=size,
                sha256=sha256,
                state=AttachmentState.PENDING if self._scans else AttachmentState.UNCHECKED,
                path=path,
                at=self._now(),
                from_citizen=from_citizen,
            )
            stored = await self._store.put(new, hourly=self.limits.hourly, most=self.limits.most)
        finally:
            await asyncio.shield(asyncio.to_thread(path.unlink, missing_ok=True))
        self._to_scan.wake()
        return stored

    def _named(self, file_name: str | None, found: FileType) -> str:
        """Return the name to keep: cleaned, and with card and identity numbers masked."""
        otherwise = _unnamed(found, self._now())
        return mask(cleaned(file_name, found, otherwise=otherwise)).text

    async def _written(self, path: Path, pieces: AsyncIterable[bytes]) -> tuple[int, str]:
        """Write the pieces to disk for good; return how many bytes, and their digest."""
        size, digest = 0, hashlib.sha256()
        with await asyncio.to_thread(path.open, "wb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self.limits.largest:
                    raise AttachmentTooLarge(most=self.limits.largest)
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(_flushed, file.fileno(), file.flush)
        return size, digest.hexdigest()


def _flushed(number: int, flush: Callable[[], None]) -> None:
    flush()
    os.fsync(number)


def _unnamed(found: FileType, at: datetime) -> str:
    return f"{found.kind.value}-{at:%Y%m%d-%H%M%S}"
