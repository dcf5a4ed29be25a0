"""What was said in the conversations of the demonstration: with the assistant and with people."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from accounts.model import Account
from cases.calendar import WorkingCalendar
from cases.history import CaseHistory
from cases.model import Case, EventKind
from cases.replies import ReplyState
from conversations.floor import Outcome, Reason, Spell
from conversations.history import ConversationHistory
from conversations.model import Address, Controller, Conversation, MessageState, Sender
from conversations.ports import NewMessage
from conversations.ratings import OPEN_FOR, SPELL, Face, Rating
from demo.people import Visitor, new_id
from demo.ports import Chance
from kernel.bidi import isolate
from kernel.language import Language

MINUTE = timedelta(minutes=1)
WITH_PEOPLE = 0.12
"""Of the people with a case, so many also talked to somebody."""
OPEN_NOW = 14
FACES: Mapping[bool, tuple[int, int, int]] = {False: (66, 20, 14), True: (24, 28, 48)}
"""Of a hundred who answer: happy, neutral, unhappy; the second line for what was late."""
ANSWERED_SHARE = 0.42
KINDS: Mapping[str, str] = {"webchat": "session", "whatsapp": "phone"}


@dataclass
class Talk:
    """One conversation as it grows."""

    visitor: Visitor
    messages: list[NewMessage] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)

    def done(self) -> ConversationHistory:
        """Return it whole, in order of time."""
        messages = tuple(sorted(self.messages, key=lambda one: one.at))
        now = [one for one in self.spells if one.closed_at is None]
        who = Controller.BOT
        if now:
            who = Controller.AGENT if now[0].owner_id else Controller.QUEUE
        visitor = self.visitor
        channel = visitor.channel
        reached = visitor.contact.lstrip("+") if channel == "whatsapp" else visitor.id
        return ConversationHistory(
            conversation=Conversation(
                id=visitor.conversation_id,
                address=Address(channel, KINDS[channel], reached),
                person_id=visitor.id,
                language=visitor.language,
                language_pinned=False,
                controller=who,
                control_version=2 * len(self.spells) + bool(now),
                created_at=messages[0].at,
            ),
            messages=messages,
            spells=tuple(self.spells),
            ratings=tuple(self.ratings),
        )


class Talks:
    """Makes the conversations that go with cases, and others that needed none."""

    def __init__(
        self,
        agents: Sequence[Account],
        calendar: WorkingCalendar,
        until: datetime,
        chance: Chance,
    ) -> None:
        self._said = tomllib.loads(files("demo").joinpath("chats.toml").read_text("utf-8"))
        self._agents = {one.id: one for one in agents}
        self._calendar = calendar
        self._until = until
        self._chance = chance

    def of(
        self,
        histories: Sequence[CaseHistory],
        visitors: Sequence[Visitor],
        others: Sequence[tuple[Visitor, datetime]],
    ) -> Sequence[ConversationHistory]:
        """Return the conversations of everybody who writes to us."""
        talks = {one.id: Talk(one) for one in visitors if one.writes}
        told: defaultdict[str, list[CaseHistory]] = defaultdict(list)
        for history in histories:
            if history.case.person_id in talks:
                told[history.case.person_id].append(history)
        for person, theirs in told.items():
            for history in theirs:
                self._about(talks[person], history)
            if self._chance.random() < WITH_PEOPLE:
                self._with_people(talks[person], theirs[-1].case.opened_at + 9 * MINUTE)
        for visitor, at in others:
            talks[visitor.id] = Talk(visitor)
            self._asks(talks[visitor.id], at)
        lately = [one for one in talks.values() if one.messages and not one.spells][-OPEN_NOW:]
        for number, talk in enumerate(lately):
            self._with_people(talk, self._until - (2 + 3 * number) * MINUTE, now=number)
        return [one.done() for one in talks.values() if one.messages]

    def _about(self, talk: Talk, history: CaseHistory) -> None:
        case = history.case
        self._citizen(talk, case.text, case.opened_at - MINUTE, id_=case.caused_by)
        self._bot(talk, "opened", case.opened_at, answer_to=case.caused_by, number=case.number)
        for event in history.events:
            if event.kind is EventKind.FOLLOWED_UP and event.note and event.caused_by:
                self._citizen(talk, event.note, event.at, id_=event.caused_by)
                at = event.at + timedelta(seconds=4)
                self._bot(talk, "added", at, answer_to=event.caused_by, number=case.number)
        for reply in history.replies:
            if reply.state is ReplyState.SENT:
                talk.messages.append(
                    self._agent(talk, reply.author_id, reply.text, reply.at, reply.id)
                )
        self._rated_case(talk, case)

    def _rated_case(self, talk: Talk, case: Case) -> None:
        at = case.course.resolved_at
        if at is None or case.merged_into is not None:
            return
        due = case.clocks.resolve_due_at
        late = due is not None and at > due
        talk.ratings.append(self._rating(talk, "case", case.number, at + MINUTE, late=late))

    def _rating(
        self, talk: Talk, kind: str, subject: str, asked: datetime, *, late: bool
    ) -> Rating:
        rating: dict[str, Any] = {
            "id": new_id(self._chance),
            "conversation_id": talk.visitor.conversation_id,
            "subject_kind": kind,
            "subject_id": subject,
            "asked_at": asked,
            "expires_at": asked + OPEN_FOR,
        }
        rated = asked + self._chance.randrange(1, 600) * MINUTE
        if self._chance.random() > ANSWERED_SHARE or rated >= self._until:
            return Rating(**rating)
        face = self._chance.choices(list(Face), FACES[late])[0]
        words = self._line(f"line_{face}", talk) if self._chance.random() < 0.3 else ""
        return Rating(**rating, face=face, rated_at=rated, words=words or None)

    def _asks(self, talk: Talk, at: datetime) -> None:
        """Let somebody ask what the assistant knows; sometimes it does not understand."""
        language = talk.visitor.language
        if self._chance.random() < 0.24:
            asked = self._citizen(talk, self._line("unclear", talk), at)
            self._bot(talk, "unsure", at + timedelta(seconds=3), answer_to=asked, unsure=True)
            at += 2 * MINUTE
            if self._chance.random() < 0.35:
                self._with_people(talk, at, reason=Reason.UNSURE_TWICE)
                return
        one = self._chance.choice(self._said["question"])
        gulf = talk.visitor.variety == "gulf"
        asked = self._citizen(talk, one["gulf" if gulf else language.value], at)
        answer = self._message(
            Sender.BOT, one[f"answer_{language.value}"], language, at + timedelta(seconds=3)
        )
        talk.messages.append(replace(answer, answer_to=asked))
        if self._chance.random() < 0.3:
            self._citizen(talk, self._line("helped", talk), at + MINUTE)

    def _with_people(
        self, talk: Talk, at: datetime, *, reason: Reason = Reason.ASKED, now: int | None = None
    ) -> None:
        """Let somebody talk to an agent; ``now``: the talk is open still, every third waits."""
        if now is None and not self._calendar.is_open(at):
            return
        wished = self._citizen(talk, self._line("wish", talk), at, state=MessageState.FOR_AGENT)
        self._bot(talk, "handed", at + timedelta(seconds=2), answer_to=wished)
        agent = self._chance.choice(list(self._agents))
        spell: dict[str, Any] = {
            "id": new_id(self._chance),
            "conversation_id": talk.visitor.conversation_id,
            "reason": reason,
            "language": talk.visitor.language,
            "opened_at": at,
        }
        if now is not None and now % 3 == 0:
            due = self._until + 10 * MINUTE
            talk.spells.append(Spell(**spell, waits_since=at, due_at=due, version=1))
            return
        waited = max(15, round(self._chance.expovariate(1 / 150)))
        first = min(at + timedelta(seconds=waited), self._until)
        spell.update({"owner_id": agent, "claimed_at": first, "first_answer_at": first})
        talk.messages.append(self._agent(talk, agent, self._line("agent_first", talk), first))
        if now is not None:
            talk.spells.append(Spell(**spell, version=2))
            return
        last = first
        for _ in range(self._chance.randrange(1, 4)):
            told = last + timedelta(seconds=self._chance.randrange(30, 240))
            last = told + timedelta(seconds=self._chance.randrange(30, 200))
            words = self._line("person_tells", talk)
            self._citizen(talk, words, told, state=MessageState.FOR_AGENT)
            talk.messages.append(self._agent(talk, agent, self._line("agent_then", talk), last))
        ends = self._line("person_ends", talk)
        self._citizen(talk, ends, last + MINUTE, state=MessageState.FOR_AGENT)
        closed = last + 2 * MINUTE
        if closed >= self._until:
            talk.messages = [one for one in talk.messages if one.at < self._until]
            talk.spells.append(Spell(**spell, version=2))
            return
        outcome = self._chance.choices(
            (Outcome.RESOLVED, Outcome.CASE, Outcome.NO_REPLY), (7, 2, 1)
        )
        spell |= {"closed_at": closed, "closed_by": f"agent:{agent}", "outcome": outcome[0]}
        talk.spells.append(Spell(**spell, version=3))
        late = waited > 300
        talk.ratings.append(self._rating(talk, SPELL, spell["id"], closed, late=late))

    def _citizen(
        self,
        talk: Talk,
        text: str,
        at: datetime,
        *,
        id_: str | None = None,
        state: MessageState = MessageState.ANSWERED,
    ) -> str:
        message = self._message(Sender.CITIZEN, text, talk.visitor.language, at, id_)
        talk.messages.append(replace(message, state=state, provider_id=message.id))
        return message.id

    def _bot(
        self,
        talk: Talk,
        what: str,
        at: datetime,
        *,
        answer_to: str,
        unsure: bool = False,
        **facts: str,
    ) -> None:
        isolated = {name: isolate(value) for name, value in facts.items()}
        text = self._line(what, talk).format(**isolated)
        message = self._message(Sender.BOT, text, talk.visitor.language, at)
        told = {"unsure": True} if unsure else {}
        talk.messages.append(replace(message, answer_to=answer_to, metadata=told))

    def _agent(
        self, talk: Talk, agent_id: str, text: str, at: datetime, id_: str | None = None
    ) -> NewMessage:
        message = self._message(Sender.AGENT, text, talk.visitor.language, at, id_)
        one = self._agents.get(agent_id)
        names = {"agent_ar": one.name_ar, "agent_en": one.name_en} if one else {}
        return replace(message, metadata={"agent": agent_id, **names})

    def _message(
        self, sender: Sender, text: str, language: Language, at: datetime, id_: str | None = None
    ) -> NewMessage:
        return NewMessage(
            id=id_ or new_id(self._chance),
            sender=sender,
            text=text,
            language=language,
            state=MessageState.SENT,
            at=at,
            sent_at=at,
        )

    def _line(self, what: str, talk: Talk) -> str:
        return str(self._chance.choice(self._said[what][talk.visitor.language.value]))
