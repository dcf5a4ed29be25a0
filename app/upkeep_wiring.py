"""What looks after itself: failed talks go on, old webhooks go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.settings import Settings
from conversations.breaker import Breaker
from conversations.raw_retention import RawRetention, RawWebhooks
from conversations.resumption import FailedTalks, Resumption
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup
from conversations.workers import Running


def build_upkeep(
    settings: Settings,
    raw: RawWebhooks,
    talks: FailedTalks,
    moves: Unattended,
    *,
    breaker: Breaker,
    answers: Callable[[], Awaitable[bool]],
    to_answer: Wakeup,
    now: Callable[[], datetime],
) -> tuple[Running, ...]:
    """Return the workers; ``answers`` asks whether the assistant is there."""
    return (
        Resumption(moves, talks, breaker=breaker, answers=answers, to_answer=to_answer, now=now),
        RawRetention(raw, days=settings.raw_webhook_days, now=now),
    )
