"""Have files looked at, one after the other, and sweep what nobody sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

from conversations.attachments import AttachmentState, AttachmentStore, StoredAttachment
from conversations.lines import INFECTED, UNSCANNABLE, Lines
from conversations.ports import NewMessage
from conversations.rounds import Rounds
from conversations.scanner import Scanner, ScannerUnreachable
from conversations.wakeup import Wakeup
from kernel.language import Language

POLL_S = 2.0
PIECE = 64 * 1024
SWEEP_EVERY = timedelta(hours=1)
UNSENT_FOR = timedelta(hours=24)
LONGEST_PAUSE = timedelta(minutes=5)

_LINES = {AttachmentState.INFECTED: INFECTED, AttachmentState.UNSCANNABLE: UNSCANNABLE}

log = logging.getLogger(__name__)


class Scanning(Rounds):
    """A worker. A scanner that is not there is asked again, ever more rarely; files wait for it."""

    def __init__(
        self,
        store: AttachmentStore,
        scanner: Scanner,
        lines: Lines,
        *,
        to_scan: Wakeup,
        to_send: Wakeup,
        now: Callable[[], datetime],
        poll_s: float = POLL_S,
    ) -> None:
        super().__init__(
            "scanning",
            self._round,
            every_s=poll_s,
            wakeup=to_scan,
            after_error_s=poll_s,
            finish=False,
        )
        self._store = store
        self._scanner = scanner
        self._lines = lines
        self._to_send = to_send
        self._now = now
        self._swept_at: datetime | None = None

    async def _round(self) -> bool:
        await self.sweep_if_due()
        return await self.scan_next()

    async def sweep_if_due(self) -> None:
        """Delete what nobody sent, once an hour."""
        now = self._now()
        if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            gone = await self._store.sweep(unsent_before=now - UNSENT_FOR)
            if gone:
                log.info("swept %d files that were never sent", gone)

    async def scan_next(self) -> bool:
        """Have the next file looked at; tell whether there was one."""
        stored = await self._store.next_unscanned(self._now())
        if stored is None:
            return False
        attachment_id = stored.attachment.id
        try:
            verdict = await self._scanner.scan(_bytes(self._store.path_to_scan(attachment_id)))
        except ScannerUnreachable as error:
            await self._later(stored, error)
            return True
        if verdict.state in _LINES:
            log.warning("attachment %s: %s, %s", attachment_id, verdict.state, verdict.finding)
        await self._store.scanned(
            attachment_id,
            verdict.state,
            finding=verdict.finding,
            at=self._now(),
            tell=self._telling(verdict.state, stored),
        )
        self._to_send.wake()
        return True

    def _telling(
        self, state: AttachmentState, stored: StoredAttachment
    ) -> Callable[[Language], NewMessage] | None:
        reason = _LINES.get(state)
        if reason is None or not stored.from_citizen:
            return None  # a file of ours was not sent: whoever chose it sees why
        name = stored.attachment.file_name
        return lambda language: self._lines.line(reason, language, self._now(), file=name)

    async def _later(self, stored: StoredAttachment, error: ScannerUnreachable) -> None:
        log.warning("the scanner does not answer: %s", error)
        pause = min(timedelta(seconds=2 ** min(stored.scan_attempts + 1, 10)), LONGEST_PAUSE)
        now = self._now()
        await self._store.scanned(
            stored.attachment.id,
            AttachmentState.PENDING,
            finding=None,
            at=now,
            again_at=now + pause,
        )


async def _bytes(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
