"""Files that an agent sends: taken in like any other, checked, and only then chosen for a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus

from aiohttp import BodyPartReader, web

from accounts.model import Role
from conversations.attachment_intake import AttachmentIntake
from conversations.attachments import (
    Attachment,
    AttachmentError,
    AttachmentNotFound,
    AttachmentState,
    AttachmentStore,
)
from conversations.errors import ConversationNotFound
from conversations.handover import Handover
from conversations.handover_errors import FileNotReady
from conversations.queues import QueueReader
from desk.access import Routes
from desk.rendering import Rendering
from desk.viewer import Id, theirs

PIECE, MEGABYTE = 64 * 1024, 1024 * 1024
UPLOAD_S = 120.0
VERDICT_S, LOOK_S = 3.0, 0.1
MOST_FILES = 5
BROKEN = "attachment_broken"
FileId = "{file}"


class ConversationFiles:
    """What is not found to be safe never leaves the house: a line with it is not taken."""

    def __init__(
        self,
        store: AttachmentStore,
        intake: AttachmentIntake,
        queues: QueueReader,
        floor: Handover,
        rendering: Rendering,
        *,
        verdict_s: float = VERDICT_S,
    ) -> None:
        self._store = store
        self._intake = intake
        self._queues = queues
        self._floor = floor
        self._rendering = rendering
        self._verdict_s = verdict_s

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.post(f"/inbox/{Id}/files", self.take, Role.AGENT)
        routes.get(f"/inbox/{Id}/files/{FileId}", self.show, Role.AGENT)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take a file in and return it as the composer shows it, or why it is refused."""
        conversation_id, agent = await theirs(request, self._queues)
        name, code = "", BROKEN
        try:
            async with asyncio.timeout(UPLOAD_S):
                if not await self._floor.holds(conversation_id, agent):
                    return self._refused(request, "not_yours", name, HTTPStatus.CONFLICT)
                part = await (await request.multipart()).next()
                if not isinstance(part, BodyPartReader) or part.name != "file":
                    raise ValueError("no file")
                name = part.filename or ""
                stored = await self._intake.take(
                    conversation_id, _pieces(part), file_name=name, from_citizen=False
                )
            return self._chip(request, conversation_id, await self._judged(stored.attachment))
        except ConversationNotFound:
            raise web.HTTPNotFound from None
        except AttachmentError as error:
            code = error.code
        except (ValueError, AssertionError, KeyError, TimeoutError, OSError):
            code = BROKEN
        return self._refused(request, code, name, HTTPStatus.UNPROCESSABLE_ENTITY)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Return a chosen file as it stands now."""
        conversation_id, _ = await theirs(request, self._queues)
        found = await self._own(conversation_id, request.match_info["file"][:36])
        if found is None:
            raise web.HTTPNotFound
        return self._chip(request, conversation_id, found)

    async def chosen(self, conversation_id: str, ids: Sequence[str]) -> Sequence[Attachment]:
        """Return the files that a line shall go with.

        Raises:
            FileNotReady: one is not there, sent already, or a person's own.
        """
        found = [await self._own(conversation_id, one[:36]) for one in dict.fromkeys(ids)]
        files = [one for one in found if one is not None]
        if len(files) != len(found) or len(files) > MOST_FILES:
            raise FileNotReady
        return files

    async def _own(self, conversation_id: str, attachment_id: str) -> Attachment | None:
        """Return a file of the house for this conversation that was not sent yet."""
        try:
            stored = await self._store.get(attachment_id)
        except AttachmentNotFound:
            return None
        ours = stored.conversation_id == conversation_id and not stored.from_citizen
        return stored.attachment if ours and stored.message_id is None else None

    async def _judged(self, attachment: Attachment) -> Attachment:
        waited = 0.0
        while attachment.state is AttachmentState.PENDING and waited < self._verdict_s:
            await asyncio.sleep(LOOK_S)
            waited += LOOK_S
            attachment = (await self._store.get(attachment.id)).attachment
        return attachment

    def _chip(
        self, request: web.Request, conversation_id: str, attachment: Attachment
    ) -> web.StreamResponse:
        facts = {"file": attachment, "id": conversation_id}
        return self._rendering.page(request, "chosen_file.html", facts)

    def _refused(
        self, request: web.Request, code: str, name: str, status: HTTPStatus
    ) -> web.StreamResponse:
        most = self._intake.limits.largest // MEGABYTE
        key = "desk_not_yours" if code == "not_yours" else f"message_{code}"
        problem = self._rendering.say(request, key, file=name or "?", size=most)
        shown = {"problem": problem, "line": None, "id": ""}
        return self._rendering.page(request, "told.html", shown, status=status)


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE):
        yield piece
