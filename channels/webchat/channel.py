"""Messages out to whoever has the chat open; the others find them in the history."""

from __future__ import annotations

import socketio

from channels.webchat.protocol import as_rasa_says, whole
from conversations.model import Address, OutboundMessage

NAME = "webchat"
SESSION = "session"

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


class WebchatChannel:
    """Sent means: stored, and told to every tab that is open here."""

    name = NAME
    repeatable = True
    longest_bubble = None

    def __init__(self, sio: socketio.AsyncServer) -> None:
        self._sio = sio

    async def send(self, outbound: OutboundMessage) -> None:
        """Tell all tabs of the session."""
        session = outbound.address.value
        await self._sio.emit(BOT_UTTERED, whole(outbound.message), room=our_room(session))
        for told in as_rasa_says(outbound.message):
            await self._sio.emit(BOT_UTTERED, told, room=foreign_room(session))

    async def show_typing(self, address: Address, *, on: bool) -> None:
        """Tell our widgets; Rasa's protocol has no such event."""
        await self._sio.emit(TYPING, {"on": on}, room=our_room(address.value))
