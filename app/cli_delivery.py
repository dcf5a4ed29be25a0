"""``baddala message``, ``failures`` and ``channels``: how far messages got, in a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

from app.bootstrap import now
from app.ledgers import open_deliveries
from app.settings import Settings
from app.terminal import Terminal
from conversations.delivery import MessageLife, NeedsLook
from conversations.errors import MessageNotFound
from conversations.sending import ChannelStop
from phrases.days import ZONE

BY = "cli"


def show_message(settings: Settings, named: str, *, raw: bool) -> int:
    """Print one message's whole life.

    Args:
        named: our id, or ``channel:id`` with the id that the service knows it by.
    """

    async def found() -> MessageLife:
        async with open_deliveries(settings) as (ledger, _):
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


def list_failures(settings: Settings, *, limit: int, clear: str | None, retry: str | None) -> int:
    """Print what did not get through and nobody saw to yet, or see to one of them."""

    async def seen_to() -> bool:
        async with open_deliveries(settings) as (ledger, sending):
            if clear is not None:
                return await ledger.clear(clear, at=now(), by=BY)
            return await sending.retry(str(retry), at=now(), by=BY)

    async def listed() -> Sequence[NeedsLook]:
        async with open_deliveries(settings) as (ledger, _):
            return await ledger.needing_look(limit=limit)

    if clear is not None or retry is not None:
        done = asyncio.run(seen_to())
        said = "Cleared." if clear is not None else "It is handled once more."
        print(said if done else "There is nothing to see to.")
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


def list_stopped(settings: Settings, *, resume: str | None) -> int:
    """Print the channels to which nothing is sent, or let one of them go on."""

    async def found() -> Sequence[ChannelStop]:
        async with open_deliveries(settings) as (_, sending):
            if resume is not None and not await sending.resume_channel(resume, by=BY, at=now()):
                raise LookupError(resume)
            return await sending.stopped_channels()

    try:
        stopped = asyncio.run(found())
    except LookupError:
        print(f"{resume} is not stopped.", file=sys.stderr)
        return 1
    for one in stopped:
        again = f"  tried at {_moment(one.check_at)}" if one.check_at else ""
        print(f"{one.channel}  stopped {_moment(one.since)}  {one.code or ''}{again}")
    if not stopped:
        print("No channel is stopped.")
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
