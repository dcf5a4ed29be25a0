"""Fetch the files that people send, while Meta still has them; a worker.

The id of a file is good for seven days, its address for five minutes, and the address wants
the token. So the address is asked anew for each attempt.
Source: W/business-phone-numbers/media.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.errors import DeliveryFailed
from channels.whatsapp.accounts import NAME
from channels.whatsapp.graph import GraphClient
from conversations.attachment_intake import AttachmentIntake
from conversations.attachments import AttachmentError, AttachmentStore
from conversations.media import MediaQueue, WantedMedia
from conversations.rounds import Rounds

POLL_S = 1.0
HELD_FOR = timedelta(minutes=5)
PAUSES_S = (2.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 24 * 3600.0)

_FILES = uuid.UUID("b2f6a0a4-6d0f-4d0b-9a56-4f2f6f6b9f10")

log = logging.getLogger(__name__)


class MediaFetching(Rounds):
    """Takes one file after the other; a second time it is the same file, kept once."""

    def __init__(
        self,
        graph: GraphClient,
        queue: MediaQueue,
        intake: AttachmentIntake,
        files: AttachmentStore,
        *,
        now: Callable[[], datetime],
        poll_s: float = POLL_S,
    ) -> None:
        super().__init__(
            "whatsapp_media",
            self.fetch_next,
            every_s=poll_s,
            after_error_s=poll_s,
            finish=False,
        )
        self._graph = graph
        self._queue = queue
        self._intake = intake
        self._files = files
        self._now = now

    async def fetch_next(self) -> bool:
        """Fetch the file that waits longest; tell whether there was one."""
        now = self._now()
        wanted = await self._queue.next_wanted(NAME, now=now, until=now + HELD_FOR)
        if wanted is None:
            return False
        try:
            await self._fetch(wanted)
        except AttachmentError as error:  # too large, of a type we do not take, too many
            await self._give_up(wanted, error.code)
        except DeliveryFailed as error:
            await self._again(wanted, error)
        return True

    async def _fetch(self, wanted: WantedMedia) -> None:
        attachment_id = str(uuid.uuid5(_FILES, wanted.message_id))
        async with self._graph.media(wanted.media_id) as pieces:
            await self._intake.take(
                wanted.conversation_id,
                pieces,
                file_name=wanted.file_name,
                attachment_id=attachment_id,
            )
        await self._files.attach(attachment_id, wanted.message_id, self._now())
        await self._queue.fetched(wanted.message_id)

    async def _again(self, wanted: WantedMedia, error: DeliveryFailed) -> None:
        reason = error.provider_code or error.code
        if not error.retryable or wanted.attempts >= len(PAUSES_S):
            await self._give_up(wanted, reason)
            return
        wait_s = max(PAUSES_S[wanted.attempts], error.retry_after_s or 0.0)
        until = self._now() + timedelta(seconds=wait_s)
        log.info("file of message %s comes later: %s", wanted.message_id, reason)
        await self._queue.postpone(wanted.message_id, until=until, reason=reason)

    async def _give_up(self, wanted: WantedMedia, reason: str) -> None:
        log.warning("file of message %s does not come: %s", wanted.message_id, reason)
        await self._queue.give_up(wanted.message_id, reason=reason, at=self._now())
