"""How the service does, what is wrong with it, and since when. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Trouble(StrEnum):
    """What can be wrong. The value is what stores keep, and a part of phrase keys."""

    CHANNEL_STOPPED = "channel_stopped"
    DELIVERIES_FAILED = "deliveries_failed"
    QUEUE_OLD = "queue_old"
    ANSWERS_LATE = "answers_late"
    RASA_DOWN = "rasa_down"
    FILES_UNSCANNED = "files_unscanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHealth:
    """One channel.

    ``lately`` counts people's messages of the last hour; ``usual`` is the mean of the same
    hour in the last four weeks. ``failed``: ours that did not get through and nobody saw
    to. ``pending``: ours that wait to be sent.
    """

    name: str
    last_inbound: datetime | None = None
    lately: int = 0
    usual: float = 0.0
    stopped_since: datetime | None = None
    stop_code: str | None = None
    tried_at: datetime | None = None
    failed: int = 0
    pending: int = 0
    oldest_pending: datetime | None = None

    @property
    def quiet(self) -> bool:
        """Tell whether nothing comes though much usually does at this time of the week."""
        return self.lately == 0 and self.usual >= LEAST_USUAL


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and the one that waits longest since when."""

    count: int = 0
    oldest: datetime | None = None

    def longer_than(self, limit: timedelta, now: datetime) -> bool:
        """Tell whether somebody waits too long."""
        return self.oldest is not None and now - self.oldest > limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHealth:
    """Everything at one moment. ``queues``: who waits for a person, by department."""

    channels: Sequence[ChannelHealth] = ()
    unanswered: Waiting = Waiting()
    queues: Mapping[str, Waiting] = field(default_factory=dict)
    unscanned: Waiting = Waiting()


LEAST_USUAL = 6.0
"""Messages an hour: below that an empty hour is nothing unusual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when on something is wrong."""

    queue: timedelta = timedelta(minutes=15)
    answer: timedelta = timedelta(minutes=2)
    scan: timedelta = timedelta(minutes=10)
    failed: int = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now. ``subject``: a channel or a department, or nothing."""

    trouble: Trouble
    subject: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A problem from its first to its last sight. ``told_to``: pairs of address and language."""

    id: int
    trouble: Trouble
    subject: str
    facts: Mapping[str, str | int]
    began_at: datetime
    seen_at: datetime
    told_at: datetime | None = None
    told_to: Sequence[tuple[str, str]] = ()
    ended_at: datetime | None = None


def problems(
    health: ServiceHealth, limits: Limits, *, rasa: bool, working: bool, now: datetime
) -> Sequence[Problem]:
    """Return what is wrong. Nobody is late to a queue outside working time."""
    found = [] if rasa else [Problem(Trouble.RASA_DOWN)]
    for one in health.channels:
        if one.stopped_since is not None:
            facts: dict[str, str | int] = {"code": one.stop_code or "–", "pending": one.pending}
            found.append(Problem(Trouble.CHANNEL_STOPPED, one.name, facts))
        if one.failed >= limits.failed:
            found.append(Problem(Trouble.DELIVERIES_FAILED, one.name, {"count": one.failed}))
    for department, waiting in health.queues.items():
        if working and waiting.longer_than(limits.queue, now):
            found.append(Problem(Trouble.QUEUE_OLD, department, {"count": waiting.count}))
    if health.unanswered.longer_than(limits.answer, now):
        found.append(Problem(Trouble.ANSWERS_LATE, "", {"count": health.unanswered.count}))
    if health.unscanned.longer_than(limits.scan, now):
        found.append(Problem(Trouble.FILES_UNSCANNED, "", {"count": health.unscanned.count}))
    return found
