"""The workers of conversations: who answers, who sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.floor_wiring import FloorParts
from app.settings import Settings
from channels.ports import Channel
from conversations.asking import Patience
from conversations.attention import Attention
from conversations.breaker import Breaker
from conversations.bubbles import in_few_bubbles
from conversations.lines import Lines
from conversations.model import Answer, Conversation
from conversations.outbox import Outbox
from conversations.places import AnswerPlaces, SendPlaces
from conversations.rasa_assistant import RasaAssistant
from conversations.rating_turns import RatingTurns
from conversations.relay import Relay
from conversations.wordless import Wordless
from conversations.workers import Running, Worker
from stores.sql_conversation_store import SqlConversationStore


def build_workers(
    settings: Settings,
    conversations: SqlConversationStore,
    assistant: RasaAssistant,
    attention: Attention,
    lines: Lines,
    channels: dict[str, Channel],
    places: tuple[AnswerPlaces, SendPlaces],
    people: FloorParts,
    wordless: Wordless,
    breaker: Breaker,
    ratings: RatingTurns,
    *,
    rush: Callable[[], bool] | None,
    said_by: Callable[[], Mapping[str, Any]],
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> tuple[Running, ...]:
    """Return what answers and what sends; while ``rush`` says so, both let others go first."""
    to_answer, to_send = places

    async def show_typing(conversation: Conversation, on: bool) -> None:
        channel = channels.get(conversation.address.channel)
        if channel is not None:
            await channel.show_typing(conversation.address, on=on)

    def shape(conversation: Conversation, answers: Sequence[Answer]) -> Sequence[Answer]:
        channel = channels.get(conversation.address.channel)
        if channel is None or channel.longest_bubble is None:
            return answers
        return in_few_bubbles(answers, longest=channel.longest_bubble)

    relay = Relay(
        conversations,
        assistant,
        lines,
        patience=Patience(one_moment_s=settings.one_moment_s, give_up_s=settings.give_up_s),
        attention=attention,
        show_typing=show_typing,
        shape=shape,
        to_send=to_send,
        owner=new_id(),
        now=now,
        new_id=new_id,
        escalating=people.escalating,
        wordless=wordless,
        breaker=breaker,
        ratings=ratings,
        said_by=said_by,
        lease_s=settings.lease_s,
    )
    outbox = Outbox(
        conversations,
        channels,
        owner=new_id(),
        now=now,
        window=people.window,
        lease_s=settings.lease_s,
    )
    return (
        Worker(
            "relay",
            claim=relay.claims.lease,
            work=relay.work,
            wakeup=to_answer,
            slots=settings.relay_slots,
            claims=relay.claims.next,
            renew=relay.claims.renew,
            renew_every_s=settings.lease_s / 4,
            rush=rush,
        ),
        Worker(
            "outbox",
            claim=outbox.claims.lease,
            work=outbox.work,
            wakeup=to_send,
            slots=settings.send_slots,
            claims=outbox.claims.next,
            on_stop=outbox.close,
            renew=outbox.claims.renew,
            renew_every_s=settings.lease_s / 4,
            rush=rush,
        ),
        people.feed,
        people.heartbeats,
        people.timekeeper,
    )
