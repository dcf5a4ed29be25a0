"""Rasa's table of events, read and appended to with as little as it takes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event

NEWEST = "SELECT MAX(id) FROM events WHERE sender_id = :sender"
EPISODE = (
    "WITH start AS (SELECT COALESCE(MAX(id), 0) AS id FROM events"
    " WHERE sender_id = :sender AND type_name = 'session_started')"
    " SELECT data FROM events WHERE sender_id = :sender AND id >= COALESCE("
    " (SELECT MIN(id) FROM (SELECT e.id AS id FROM events e, start WHERE e.sender_id = :sender"
    " AND e.type_name = 'user' AND e.id < start.id ORDER BY e.id DESC LIMIT :before) AS recent),"
    " (SELECT id FROM start)) ORDER BY id"
)
APPEND = (
    "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data)"
    " VALUES (:sender_id, :type_name, :timestamp, :intent_name, :action_name, :data)"
)


class EventRows(Protocol):
    """The stored events of every conversation."""

    def newest(self, sender: str) -> int | None:
        """Return the number of a conversation's last event, None where there is none."""

    def episode(self, sender: str, before: int) -> Sequence[str]:
        """Return the JSON of the events since the session start, and of messages ``before`` it."""

    def append(self, sender: str, events: Sequence[Event]) -> int | None:
        """Store events in one transaction; return the number of the last one."""


class SqlEventRows:
    """On any database, through SQLAlchemy."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._newest, self._episode = sa.text(NEWEST), sa.text(EPISODE)
        self._append = sa.insert(SQLTrackerStore.SQLEvent.__table__)

    def newest(self, sender: str) -> int | None:
        """Ask for the highest number."""
        with self._engine.connect() as connection:
            found: int | None = connection.execute(self._newest, {"sender": sender}).scalar()
            return found

    def episode(self, sender: str, before: int) -> Sequence[str]:
        """Read in order."""
        with self._engine.connect() as connection:
            asked = {"sender": sender, "before": before}
            found: list[str] = connection.execute(self._episode, asked).scalars().all()
            return found

    def append(self, sender: str, events: Sequence[Event]) -> int | None:
        """Insert all with one statement."""
        with self._engine.begin() as connection:
            connection.execute(self._append, [row_of(sender, event) for event in events])
            found: int | None = connection.execute(self._newest, {"sender": sender}).scalar()
            return found


class SqliteEventRows:
    """On a SQLite file, with a connection of its own: SQLAlchemy costs more than the query."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        write_ahead(self._connection, None)

    def newest(self, sender: str) -> int | None:
        """Ask for the highest number."""
        [found] = self._connection.execute(NEWEST, {"sender": sender}).fetchone()
        return None if found is None else int(found)

    def episode(self, sender: str, before: int) -> Sequence[str]:
        """Read in order."""
        asked = {"sender": sender, "before": before}
        return [data for (data,) in self._connection.execute(EPISODE, asked)]

    def append(self, sender: str, events: Sequence[Event]) -> int | None:
        """Insert one after the other within a transaction."""
        rows = [row_of(sender, event) for event in events]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(APPEND, rows)
            newest = self.newest(sender)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return newest


def event_rows(engine: Any) -> EventRows:
    """Return the rows of a database; the table must be there."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file not in (None, "", ":memory:"):
        return SqliteEventRows(file)
    return SqlEventRows(engine)


def row_of(sender_id: str, event: Event) -> dict[str, Any]:
    """Return the columns that Rasa's own store writes for an event."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def write_ahead(connection: Any, _record: Any) -> None:
    """Let readers go on during a write, and do not wait for the disk twice a turn.

    The app's database is the truth; Rasa's tracker may lose its last turn in a power cut.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
