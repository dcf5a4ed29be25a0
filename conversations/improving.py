"""Read the event log for what the assistant did not serve well, and keep it for editors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from content.improvements import Cause, ImprovementStore, Noted
from conversations.floor import Reason
from conversations.model import PLACEHOLDER, Message, Sender
from conversations.ports import Event
from conversations.rounds import Rounds

EVERY_S = 1.0
LOOK_BACK = 6
PAGE = 500
UNSURE = "unsure"
"""In the metadata of an answer that says that the question was not understood (domain.yml)."""

HELP, NO_HELP = '/feedback{"helped": "yes"}', '/feedback{"helped": "no"}'
TAKEN = frozenset({"taken_over", "stepped_in"})
WISHED = frozenset({Reason.ASKED.value, Reason.UNSURE_TWICE.value, Reason.BOT_FAILED.value})


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the log, and the message it answers."""

    message: Message
    answer_to: str | None


class Transcripts(Protocol):
    """Reads messages back, words of people's own in particular."""

    async def last_cursor(self) -> int:
        """Return the cursor of the newest event; 0 when there is none."""

    async def events_after(self, cursor: int, *, limit: int = PAGE) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""

    async def messages(self, ids: Sequence[str]) -> Sequence[Heard]:
        """Return messages by their ids, in their order in time."""

    async def own_words_before(
        self, conversation_id: str, seq: int | None, *, limit: int = LOOK_BACK
    ) -> Sequence[Heard]:
        """Return the person's latest messages before a place (None: the end), latest first.

        Button presses are among them.
        """

    async def answered_by_assistant(self, message_id: str) -> bool:
        """Tell whether the assistant answered a message."""


class Improving(Rounds):
    """Goes on from the cursor that the store keeps, whatever process read before.

    Two processes may read the same events: each message is kept once for each cause.
    """

    def __init__(
        self,
        transcripts: Transcripts,
        store: ImprovementStore,
        *,
        now: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        super().__init__("improvements", self._look, every_s=every_s)
        self._transcripts = transcripts
        self._store = store
        self._now = now

    async def _look(self) -> bool:
        """Read a page; return whether there may be more at once."""
        cursor = await self._store.cursor()
        if cursor is None:  # what was before the studio is not gone through
            newest = await self._transcripts.last_cursor()
            await self._store.keep((), cursor=newest, at=self._now())
            return False
        events = await self._transcripts.events_after(cursor, limit=PAGE)
        if not events:
            return False
        noted = [*await self._said(events), *await self._moved(events)]
        await self._store.keep(noted, cursor=events[-1].cursor, at=self._now())
        return len(events) == PAGE

    async def _said(self, events: Sequence[Event]) -> list[Noted]:
        ids = [str(one.data["id"]) for one in events if one.kind == "message"]
        noted = []
        for heard in await self._transcripts.messages(ids) if ids else ():
            message = heard.message
            match message.sender:
                case Sender.BOT if message.metadata.get(UNSURE) and heard.answer_to:
                    asked = await self._transcripts.messages([heard.answer_to])
                    noted += [noted_from(one.message, Cause.UNSURE) for one in asked if _own(one)]
                case Sender.CITIZEN if message.payload == NO_HELP:
                    noted += await self._asked_before(message, Cause.NOT_HELPED)
                case Sender.AGENT:
                    before = await self._asked_before(message, Cause.CORRECTED)
                    noted += [one for one in before if await self._was_answered(one)]
        return noted

    async def _moved(self, events: Sequence[Event]) -> list[Noted]:
        noted = []
        for one in events:
            if one.kind != "handover":
                continue
            what, reason = one.data.get("what"), one.data.get("reason")
            if what in TAKEN or (what == "escalated" and reason in WISHED):
                noted += await self._handed_over(one.conversation_id, wish=reason == Reason.ASKED)
        return noted

    async def _handed_over(self, conversation_id: str, *, wish: bool) -> list[Noted]:
        """Return what the assistant answered before people came; a typed wish for them is none."""
        latest = await self._transcripts.own_words_before(conversation_id, None)
        if wish and latest and latest[0].message.payload is None:
            latest = latest[1:]
        found = [noted_from(one.message, Cause.TAKEN_OVER) for one in latest if _own(one)][:1]
        return [one for one in found if await self._was_answered(one)]

    async def _asked_before(self, message: Message, cause: Cause) -> list[Noted]:
        before = await self._transcripts.own_words_before(message.conversation_id, message.seq)
        return [noted_from(one.message, cause) for one in before if _own(one)][:1]

    async def _was_answered(self, noted: Noted) -> bool:
        return await self._transcripts.answered_by_assistant(noted.message_id)


def _own(heard: Heard) -> bool:
    """Tell whether a message holds words of the person's own."""
    message = heard.message
    return (
        message.sender is Sender.CITIZEN
        and message.payload is None
        and not message.metadata.get(PLACEHOLDER)
        and bool(message.text.strip())
    )


def noted_from(message: Message, cause: Cause) -> Noted:
    """Return a message as what an editor is to look at."""
    return Noted(
        message_id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        cause=cause,
        text=message.text,
        language=message.language,
    )
