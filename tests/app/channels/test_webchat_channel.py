"""What the web chat tells of an answer that is on its way."""

import asyncio
from typing import Any

from channels.webchat.channel import TYPING_AFTER_S, WebchatChannel, address_of

HERE = address_of("s-1")


class Heard:
    """Takes the place of the socket server and keeps what was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any, str]] = []

    async def emit(self, event: str, data: Any, *, room: str) -> None:
        self.told.append((event, data, room))


async def test_an_answer_that_is_there_at_once_needs_no_sign() -> None:
    heard = Heard()
    channel = WebchatChannel(heard)
    await channel.show_typing(HERE, on=True)
    await channel.show_typing(HERE, on=False)
    await asyncio.sleep(2 * TYPING_AFTER_S)
    assert heard.told == []


async def test_who_waits_sees_that_an_answer_is_coming_and_when_it_is_over() -> None:
    heard = Heard()
    channel = WebchatChannel(heard)
    for _ in range(2):  # as when somebody else took the work over
        await channel.show_typing(HERE, on=True)
    await asyncio.sleep(2 * TYPING_AFTER_S)
    await channel.show_typing(HERE, on=False)
    assert heard.told == [("typing", {"on": True}, "s-1"), ("typing", {"on": False}, "s-1")]
