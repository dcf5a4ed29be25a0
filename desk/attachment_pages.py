"""Files, for whoever may see the conversation or the case that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from aiohttp import web

from accounts.audit import AuditLog
from accounts.model import Account, Role
from cases.service import CaseService
from conversations.attachments import (
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentStore,
    StoredAttachment,
)
from conversations.queues import QueueReader
from desk.access import ACCOUNT, Routes
from desk.case_facts import visible
from desk.viewer import agent_of


class AttachmentPages:
    """A file is saved, never shown inside the desk's own pages."""

    def __init__(
        self,
        store: AttachmentStore,
        queues: QueueReader,
        cases: CaseService,
        audit: AuditLog,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._audit = audit
        self._now = now
        self._store = store
        self._queues = queues
        self._cases = cases

    def add(self, routes: Routes) -> None:
        """Add the route."""
        routes.get("/files/{id}", self.give, Role.AGENT)

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give a file that was scanned, or that this installation does not scan."""
        try:
            stored = await self._store.get(request.match_info["id"][:64])
            path = await self._store.path_given_out(stored.attachment.id)
        except (AttachmentNotFound, AttachmentNotGivenOut):
            raise web.HTTPNotFound from None
        if not await self._theirs(request[ACCOUNT], stored):
            raise web.HTTPNotFound
        await self._audit.note_read(
            actor=agent_of(request[ACCOUNT]).actor,
            what="file_opened",
            subject_kind="conversation",
            subject_id=stored.conversation_id,
            at=self._now(),
        )
        name = quote(stored.attachment.file_name, safe="")
        headers = {
            "Content-Type": stored.attachment.media_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(path, headers=headers)

    async def _theirs(self, account: Account, stored: StoredAttachment) -> bool:
        number = stored.case_number
        if number is not None and visible(await self._cases.get(number), account):
            return True
        return await self._queues.may_see(agent_of(account), stored.conversation_id)
