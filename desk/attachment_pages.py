"""Files of a conversation, for whoever may see the conversation."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from accounts.model import Role
from conversations.attachments import (
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentStore,
)
from conversations.queues import QueueReader
from desk.access import ACCOUNT, Routes
from desk.viewer import agent_of


class AttachmentPages:
    """A file is saved, never shown inside the desk's own pages."""

    def __init__(self, store: AttachmentStore, queues: QueueReader) -> None:
        self._store = store
        self._queues = queues

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
        if not await self._queues.may_see(agent_of(request[ACCOUNT]), stored.conversation_id):
            raise web.HTTPNotFound
        name = quote(stored.attachment.file_name, safe="")
        headers = {
            "Content-Type": stored.attachment.media_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, max-age=900",
        }
        return web.FileResponse(path, headers=headers)
