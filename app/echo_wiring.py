"""What follows the event log in this process."""

from __future__ import annotations

import socketio

from channels.webchat.channel import Told, WebchatChannel
from channels.webchat.echo import WebchatEcho
from conversations.event_follower import EventFollower
from conversations.wakeup import Wakeup
from stores.sql_event_log import SqlEventLog


def build_echo(
    events: SqlEventLog,
    sio: socketio.AsyncServer,
    channel: WebchatChannel,
    told: Told,
    *,
    after: int,
) -> EventFollower:
    """Return what tells tabs here what other processes sent.

    Args:
        after: the newest event before this process takes connections.
    """
    news = Wakeup()
    echo = WebchatEcho(sio, channel, told=told, messages_on=events.messages_on)
    return EventFollower(
        events,
        news=news,
        followers=[echo.follow],
        listen=events.listening(news.wake),
        after=after,
    )
