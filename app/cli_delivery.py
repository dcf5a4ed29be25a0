"""``baddala message`` and ``baddala failures``: how far messages got, in a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

from app.bootstrap import now, open_ledger
from app.settings import Settings
from app.terminal import Terminal
from conversations.delivery import MessageLife, NeedsLook
from conversations.errors import MessageNotFound
from phrases.days import ZONE

BY = "cli"


def show_message(settings: Settings, named: str, *, raw: bool) -> int:
    """Print one message's whole life.

    Args:
        named: our id, or ``channel:id`` with the id that the service knows it by.
    """

    async def found() -> MessageLife:
        async with open_ledger(settings) as ledger:
            try:
                return await ledger.life(named)
            except MessageNotFound:
                channel, _, provider_id = named.partition(":")
                life = await ledger.find_by_provider(channel, provider_id)
                if life is None:
                    raise
                return life

    try:
        life = asyncio.run(found())
    except MessageNotFound:
        print(f"No message is called {named}.", file=sys.stderr)
        return 1
    _print_life(life, Terminal(raw=raw), indent=0)
    return 0


def list_failures(settings: Settings, *, limit: int, clear: str | None) -> int:
    """Print what did not get through and nobody saw to yet, or clear one of them."""

    async def cleared(message_id: str) -> bool:
        async with open_ledger(settings) as ledger:
            return await ledger.clear(message_id, at=now(), by=BY)

    async def listed() -> Sequence[NeedsLook]:
        async with open_ledger(settings) as ledger:
            return await ledger.needing_look(limit=limit)

    if clear is not None:
        done = asyncio.run(cleared(clear))
        print("Cleared." if done else "There is nothing to see to.")
        return 0 if done else 1
    found = asyncio.run(listed())
    for one in found:
        reason = one.reason or ""
        print(
            f"{_moment(one.at)}  {one.message_id}  {one.channel}  {one.sender}"
            f"  {one.state.value}  {reason}".rstrip()
        )
    print(f"{len(found)} need a look." if found else "Nothing needs a look.")
    return 0


def _print_life(life: MessageLife, terminal: Terminal, *, indent: int) -> None:
    message = life.message
    facts = {
        "id": message.id,
        "conversation": f"{message.conversation_id}, place {message.seq}",
        "channel": life.channel,
        "provider id": message.provider_id or "",
        "from": message.sender.value,
        "state": message.state.value + (f", {message.reason}" if message.reason else ""),
        "attempts": str(life.attempts) if life.attempts else "",
    }
    margin = " " * indent
    for name, fact in facts.items():
        if fact:
            print(f"{margin}{name}: {fact}")
    print(*terminal.lines(message.text, indent=indent + 2), sep="\n")
    for step in life.steps:
        code = f"  {step.code}" if step.code else ""
        print(f"{margin}  {_moment(step.at)}  {step.what}{code}")
    for answer in life.answers:
        print(f"{margin}  answered by")
        _print_life(answer, terminal, indent=indent + 4)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
