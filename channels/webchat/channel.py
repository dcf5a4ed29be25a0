"""Messages out to whoever has the chat open; the others find them in the history."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import socketio

from channels.webchat.protocol import as_rasa_says, whole
from conversations.model import Address, OutboundMessage

NAME = "webchat"
SESSION = "session"
REMEMBERED = 5_000
TYPING_AFTER_S = 0.1
"""An answer that comes sooner needs no sign that it is coming."""

BOT_UTTERED, USER_ECHO, TYPING = "bot_uttered", "user_echo", "typing"


def address_of(session: str) -> Address:
    """Return the address of a session."""
    return Address(NAME, SESSION, session)


def our_room(session: str) -> str:
    """Return the room of our own widgets in a session."""
    return session


def foreign_room(session: str) -> str:
    """Return the room of widgets made for Rasa."""
    return f"{session}:rasa"


class Told:
    """Remembers the last messages that this process told its tabs by itself: ours by their
    ids, people's by the ids that their clients gave them."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, message_id: str) -> None:
        """Remember one."""
        self._ids[message_id] = None
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._ids


class WebchatChannel:
    """Sent means: stored, and told to every tab that is open here. Tabs that other processes
    hold learn of it from the event log (``WebchatEcho``)."""

    name = NAME
    repeatable = True
    longest_bubble = None

    def __init__(self, sio: socketio.AsyncServer, told: Told | None = None) -> None:
        self._sio = sio
        self._told = told or Told()
        self._soon: dict[str, asyncio.TimerHandle] = {}
        self._signs: set[asyncio.Task[None]] = set()

    async def send(self, outbound: OutboundMessage) -> None:
        """Tell all tabs of the session."""
        session = outbound.address.value
        self._told.add(outbound.message.id)
        await self._sio.emit(BOT_UTTERED, whole(outbound.message), room=our_room(session))
        for told in as_rasa_says(outbound.message):
            await self._sio.emit(BOT_UTTERED, told, room=foreign_room(session))

    async def show_typing(self, address: Address, *, on: bool) -> None:
        """Tell our widgets, but not of what is over at once; Rasa's protocol has no such event."""
        session = address.value
        soon = self._soon.pop(session, None)
        if soon is not None:
            soon.cancel()
        if on:
            loop = asyncio.get_running_loop()
            self._soon[session] = loop.call_later(TYPING_AFTER_S, self._begin_typing, session)
        elif soon is None:
            await self._tell_typing(session, on=False)

    def _begin_typing(self, session: str) -> None:
        del self._soon[session]
        sign = asyncio.create_task(self._tell_typing(session, on=True))
        self._signs.add(sign)
        sign.add_done_callback(self._signs.discard)

    async def _tell_typing(self, session: str, *, on: bool) -> None:
        await self._sio.emit(TYPING, {"on": on}, room=our_room(session))
