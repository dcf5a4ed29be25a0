"""Build what decides who may speak, for the relay, the actions and the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.calendar import WorkingCalendar
from conversations.answer_clocks import AnswerClocks
from conversations.duty import AgentStore, Roster
from conversations.escalating import Escalating
from conversations.feed import Feed
from conversations.handover import Handover
from conversations.handover_ports import HandoverStore
from conversations.lines import Lines
from conversations.queues import LookStore, QueueReader
from conversations.wakeup import Wakeup


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorParts:
    """What others need of it."""

    handover: Handover
    roster: Roster
    escalating: Escalating
    queues: QueueReader
    looks: LookStore
    feed: Feed


def build_floor(
    store: HandoverStore,
    agents: AgentStore,
    queues: QueueReader,
    looks: LookStore,
    *,
    lines: Lines,
    hold_s: float,
    to_send: Wakeup,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> FloorParts:
    """Return the parts on one database, with the working hours of the department."""
    calendar = WorkingCalendar.load()
    roster = Roster(agents, hours=calendar, now=now)
    handover = Handover(
        store,
        agents,
        clocks=AnswerClocks.load(calendar),
        lines=lines,
        now=now,
        new_id=new_id,
        to_send=to_send,
        hold_s=hold_s,
    )
    return FloorParts(
        handover=handover,
        roster=roster,
        escalating=Escalating(handover.moves, handover.words, roster),
        queues=queues,
        looks=looks,
        feed=Feed(queues),
    )
