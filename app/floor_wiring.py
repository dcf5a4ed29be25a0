"""Build what decides who may speak, for the relay, the actions and the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.law import Law
from cases.service import CaseService
from conversations.answer_clocks import AnswerClocks
from conversations.appointments import CaseAppointments
from conversations.case_replies import CaseReplies
from conversations.delivery import DeliveryLedger
from conversations.duty import AgentStore, Roster
from conversations.escalating import Escalating
from conversations.feed import Feed
from conversations.handover import Handover
from conversations.handover_ports import HandoverStore
from conversations.heartbeats import Heartbeats
from conversations.lines import Lines
from conversations.notice_ports import NoticeStore
from conversations.queues import LookStore, QueueReader
from conversations.reply_ports import ReplyStore
from conversations.rounds import Rounds
from conversations.shared_lists import OpenReader, SharedLists
from conversations.timekeeper import Timekeeper
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup
from conversations.window import ServiceWindow
from phrases.catalogue import Catalogue

SAY_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorParts:
    """What others need of it."""

    handover: Handover
    roster: Roster
    escalating: Escalating
    queues: QueueReader
    lists: SharedLists
    looks: LookStore
    feed: Feed
    heartbeats: Heartbeats
    timekeeper: Timekeeper
    unattended: Unattended
    window: ServiceWindow
    replies: CaseReplies
    ledger: DeliveryLedger
    notices: NoticeStore
    saying: Rounds
    """Says the answers from cases whose time to be taken back is over."""


def build_floor(
    store: HandoverStore,
    agents: AgentStore,
    queues: OpenReader,
    looks: LookStore,
    answers: ReplyStore,
    notices: NoticeStore,
    ledger: DeliveryLedger,
    *,
    cases: CaseService,
    calendar: WorkingCalendar,
    phrases: Catalogue,
    lines: Lines,
    window: ServiceWindow,
    law: Law,
    hold_s: float,
    assign: bool,
    to_send: Wakeup,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> FloorParts:
    """Return the parts on one database, with the working hours of the department."""
    roster = Roster(agents, hours=calendar, now=now)
    changed = Wakeup()
    handover = Handover(
        store,
        agents,
        clocks=AnswerClocks.load(calendar),
        lines=lines,
        now=now,
        new_id=new_id,
        to_send=to_send,
        changed=changed,
        window=window,
        hold_s=hold_s,
    )
    unattended = Unattended(handover, store, now=now, assign=assign)
    handover.when_freed(unattended.next_for)
    replies = CaseReplies(
        answers,
        store,
        agents,
        handover.words,
        ledger,
        window,
        law,
        to_send=to_send,
        now=now,
        hold_s=hold_s,
    )
    feed = Feed(queues)
    return FloorParts(
        handover=handover,
        roster=roster,
        escalating=Escalating(handover.moves, handover.words, roster),
        queues=queues,
        lists=SharedLists(queues, feed, now_s=lambda: now().timestamp()),
        looks=looks,
        ledger=ledger,
        feed=feed,
        heartbeats=Heartbeats(agents, now=now),
        unattended=unattended,
        timekeeper=Timekeeper(
            unattended,
            store,
            roster,
            CaseAppointments(cases, store, calendar=calendar, phrases=phrases, now=now),
            hours=calendar,
            now=now,
            wakeup=changed,
        ),
        window=window,
        replies=replies,
        notices=notices,
        saying=_saying(replies),
    )


def _saying(replies: CaseReplies) -> Rounds:
    async def say_due() -> bool:
        await replies.say_due()
        return False

    return Rounds("case replies", say_due, every_s=SAY_EVERY_S, wakeup=replies.held)
