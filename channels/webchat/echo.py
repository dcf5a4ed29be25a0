"""Tell open tabs here what another process of the same installation sent or heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import socketio

from channels.webchat.channel import BOT_UTTERED, NAME, USER_ECHO, Told, WebchatChannel, our_room
from channels.webchat.protocol import whole
from conversations.model import MessageState, OutboundMessage, Sender
from conversations.ports import Event

MessagesOn = Callable[[str, Sequence[str]], Awaitable[Sequence[OutboundMessage]]]


class WebchatEcho:
    """Follows the event log. ``told`` knows what this process told by itself."""

    def __init__(
        self,
        sio: socketio.AsyncServer,
        channel: WebchatChannel,
        *,
        told: Told,
        messages_on: MessagesOn,
    ) -> None:
        self._sio = sio
        self._channel = channel
        self._told = told
        self._messages_on = messages_on

    async def follow(self, events: Sequence[Event]) -> None:
        """Tell of messages that another process sent, and of people's own in their other tabs."""
        await self._tell_of_files(events)
        news = [
            str(event.data["id"])
            for event in events
            if _told_to_people(event) and event.data["id"] not in self._told
        ]
        if not news:
            return
        for outbound in await self._messages_on(NAME, list(dict.fromkeys(news))):
            if outbound.message.sender is Sender.CITIZEN:
                if outbound.message.provider_id in self._told:
                    continue
                room = our_room(outbound.address.value)
                await self._sio.emit(USER_ECHO, whole(outbound.message), room=room)
            else:
                await self._channel.send(outbound)

    async def _tell_of_files(self, events: Sequence[Event]) -> None:
        """Tell our widgets the messages again whose files the scanner has spoken of."""
        changed = [str(one.data["message_id"]) for one in events if one.kind == "attachment"]
        if not changed:
            return
        for outbound in await self._messages_on(NAME, list(dict.fromkeys(changed))):
            heard = outbound.message.sender is Sender.CITIZEN
            room = our_room(outbound.address.value)
            await self._sio.emit(
                USER_ECHO if heard else BOT_UTTERED, whole(outbound.message), room=room
            )


def _told_to_people(event: Event) -> bool:
    if event.kind == "message":
        return event.data.get("sender") == Sender.CITIZEN.value
    return event.kind == "message_state" and event.data.get("state") == MessageState.SENT.value
