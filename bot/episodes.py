"""Tracker stores whose cost per turn does not grow with the conversation."""

from __future__ import annotations

import json
from collections import OrderedDict
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.event_rows import event_rows, write_ahead
from bot.patches import apply_patches

LIMIT = 40
BEFORE = 2
AT_HAND = 64
"""Conversations whose tracker stays in memory between two turns; others are read again."""

NOT_CARRIED = frozenset({"session_started_metadata"})


def new_episode(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that start a session with the same form and slots as now.

    Stores load only what follows the last session start: SQL looks for
    ``session_started``, memory for the action, so both are written.
    """
    form = tracker.active_loop_name
    loop: list[Event] = [ActionExecuted(form), ActiveLoop(form)] if form else []
    slots = [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.value is not None and name not in NOT_CARRIED
    ]
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        *loop,
        *slots,
        ActionExecuted("action_listen"),
    ]


def episode_length(tracker: DialogueStateTracker) -> int:
    """Return how many events Rasa replays each turn: those since the session start."""
    length = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        length += 1
    return length


class Episodes:
    """Mixin: starts a new session once a finished turn leaves more than ``LIMIT`` events.

    Stock Rasa replays every event since the session start on each turn; measured
    345 ms a turn at turn 300 on SQLite, 23 ms with this.
    """

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the tracker, cut when it is long and the turn is over."""
        if episode_length(tracker) > LIMIT and tracker.latest_action_name == "action_listen":
            tracker.update_with_events(new_episode(tracker), self.domain)  # type: ignore[attr-defined]
        await self._write(tracker)

    async def _write(self, tracker: DialogueStateTracker) -> None:
        await super().save(tracker)  # type: ignore[misc]


class SqlEpisodes(Episodes, SQLTrackerStore):
    """For ``endpoints.yml``; also applies the patches, as the first thing Rasa builds.

    Reads and writes Rasa's own table with two statements a turn. Stock asks five and,
    on SQLite, opens and closes the file for each: 13 ms of CPU a turn against 1.
    """

    def __init__(self, domain: Any = None, **settings: Any) -> None:
        apply_patches()
        self._strangers: set[str] = set()
        self._at_hand: OrderedDict[str, tuple[int, Any, DialogueStateTracker]] = OrderedDict()
        super().__init__(domain=domain, **settings)
        if self.engine.dialect.name == "sqlite":
            self._keep_connections()
        self._rows = event_rows(self.engine)

    def _keep_connections(self) -> None:
        url = self.engine.url
        self.engine.dispose()
        in_memory = url.database in (None, "", ":memory:")
        pool = sa.pool.StaticPool if in_memory else sa.pool.QueuePool
        self.engine = sa.create_engine(
            url, poolclass=pool, connect_args={"check_same_thread": False}
        )
        sa.event.listen(self.engine, "connect", write_ahead)
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of the present episode; None for an unknown sender.

        The last ``BEFORE`` messages of the episode before come along: they cost nothing,
        as Rasa replays from the session start, and an action sees what was asked last.
        """
        kept = self._kept(sender_id)
        if kept is not None:
            return kept
        rows = self._rows.episode(sender_id, BEFORE)
        if not rows or not self.domain:
            self._strangers.add(sender_id)
            return None
        self._strangers.discard(sender_id)
        known = [json.loads(row) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, known, self.domain.slots)
        tracker.stored_events = len(tracker.events)
        return tracker

    def _kept(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker at hand, if it is as the table says; it is not at hand any more.

        A turn that breaks off leaves its tracker with events that were never stored, another
        process leaves newer rows: both are read again.
        """
        newest, domain, tracker = self._at_hand.pop(sender_id, (0, None, None))
        if tracker is None or domain is not self.domain:
            return None
        if len(tracker.events) != tracker.stored_events:
            return None
        return tracker if self._rows.newest(sender_id) == newest else None

    def _keep(self, newest: int, tracker: DialogueStateTracker) -> None:
        self._at_hand[tracker.sender_id] = (newest, self.domain, tracker)
        while len(self._at_hand) > AT_HAND:
            self._at_hand.popitem(last=False)

    async def _write(self, tracker: DialogueStateTracker) -> None:
        """Append what the table does not hold yet; one transaction."""
        if self.event_broker:
            await self.stream_events(tracker)
        known = getattr(tracker, "stored_events", None)
        if known is None and tracker.sender_id in self._strangers:
            known = 0
        self._strangers.discard(tracker.sender_id)
        if known is None:
            with self.session_scope() as session:
                fresh = list(self._additional_events(session, tracker))
        else:
            fresh = list(islice(tracker.events, known, None))
        newest = None
        if fresh:
            newest = self._rows.append(tracker.sender_id, fresh)
        tracker.stored_events = len(tracker.events)
        if newest is not None and grown(fresh):
            self._keep(newest, tracker)


def grown(fresh: list[Event]) -> bool:
    """Tell whether a turn was added and no new episode was begun, before which much is dropped."""
    heard = any(isinstance(event, UserUttered) for event in fresh)
    return heard and not any(isinstance(event, SessionStarted) for event in fresh[1:])


class MemoryEpisodes(Episodes, InMemoryTrackerStore):
    """The same in memory, for tests and benches; an older session is forgotten."""

    def __init__(self, domain: Any = None, **settings: Any) -> None:
        apply_patches()
        super().__init__(domain=domain, **settings)
