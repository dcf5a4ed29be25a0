"""Two quarters in the life of an invented department, ending at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.model import Account, Role
from cases.calendar import WorkingCalendar
from cases.chasing import Chasing
from cases.handling import Handling
from cases.history import CaseHistory
from cases.model import Case, CaseKind, Segment
from cases.ports import CaseQuery, CaseStore
from cases.service import CaseService, OpenRequest
from cases.work import CaseWork
from conversations.history import ConversationHistory
from demo.answering import Answering
from demo.handling import Desk, Services
from demo.people import SPEECH, UNITS, Visitor, new_id, new_visitor
from demo.ports import Chance
from demo.scene import Scene
from demo.season import DAYS, arrivals, topic_at
from demo.talks import Talks
from demo.words import Topic, Words, facts_at, first_words

CHASED_EVERY = timedelta(hours=2)
ASKING = 0.5
"""For each case so many conversations in which somebody only asks."""
LATEST = 400
"""Among so many of the last people somebody may come again."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The real services, all on one store and one clock."""

    store: CaseStore
    cases: CaseService
    work: CaseWork
    handling: Handling
    chasing: Chasing
    calendar: WorkingCalendar


@dataclass
class SimulatedClock:
    """Hands the present moment of a scene to services that are built before it."""

    scene: Scene | None = None

    def now(self) -> datetime:
        """Return the present moment."""
        if self.scene is None:
            raise AssertionError("the scene has not begun")
        return self.scene.now


@dataclass
class DemoHouse:
    """Plays ``size`` cases; the same seed, size and end make the same ones.

    Args:
        clock: the one that the services in ``parts`` ask.
        staff: who works here, with their ids.
    """

    parts: Parts
    clock: SimulatedClock
    staff: Sequence[Account]
    size: int
    until: datetime
    chance: Chance
    words: Words = field(default_factory=Words.load)
    visitors: list[Visitor] = field(default_factory=list)
    _came_with: dict[str, Topic] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = self.until - timedelta(days=DAYS)
        self._scene = Scene(begin, self.parts.calendar, self.chance)
        self.clock.scene = self._scene
        agents: defaultdict[str, list[Account]] = defaultdict(list)
        for one in self.staff:
            if Role.AGENT in one.roles:
                for unit in one.departments:
                    agents[unit].append(one)
        self._agents = dict(agents)
        parts = self.parts
        self._answering = Answering(parts.store, self._scene)
        self._desk = Desk(
            self._scene,
            Services(parts.cases, parts.work, parts.handling, self._answering),
            self.words,
            self._agents,
            [one for one in self.staff if one.may(Role.SUPERVISOR)],
        )

    async def play(self) -> Sequence[CaseHistory]:
        """Live through it; return every case with all that happened to it, oldest first."""
        calendar = self.parts.calendar
        for at in arrivals(self.size, self.until, calendar, self.chance):
            self._scene.at(at, self._somebody_comes)
        tick = self._scene.now
        while (tick := tick + CHASED_EVERY) < self.until:
            if calendar.is_open(tick):
                self._scene.at(tick, self._chase)
        await self._scene.play(self.until)
        await self._chase()
        return await self._histories()

    def talks(self, histories: Sequence[CaseHistory]) -> Sequence[ConversationHistory]:
        """Return the conversations that go with what was played, and those that made no case."""
        chance, calendar = self.chance, self.parts.calendar
        others: list[tuple[Visitor, datetime]] = []
        many = round(self.size * ASKING)
        for number, at in enumerate(arrivals(many, self.until, calendar, chance)):
            variety = chance.choices(list(SPEECH), list(SPEECH.values()))[0]
            visitor = new_visitor(
                len(self.visitors) + number + 1, variety, list(Segment), chance, writes=True
            )
            others.append((visitor, at))
        talks = Talks(self._agents["CUST"] + self._agents["DPS"], calendar, self.until, chance)
        return talks.of(histories, self.visitors, others)

    async def _chase(self) -> None:
        while await self.parts.chasing.chase():
            pass

    async def _somebody_comes(self) -> None:
        chance, now = self.chance, self._scene.now
        again = len(self.visitors) > 20 and chance.random() < 0.18
        if again:
            visitor = chance.choice(self.visitors[-LATEST:])
            same = self._came_with[visitor.id]
            topic = same if chance.random() < 0.5 else self._topic(visitor.variety)
        else:
            variety = chance.choices(list(SPEECH), list(SPEECH.values()))[0]
            topic = self._topic(variety)
            visitor = new_visitor(len(self.visitors) + 1, variety, topic.segments, chance)
            self.visitors.append(visitor)
        self._came_with[visitor.id] = topic
        variety = visitor.variety if visitor.variety in topic.varieties() else "msa"
        if visitor.variety == "en":
            variety = "en"
        facts = facts_at(now, chance)
        text = first_words(topic, variety, chance, facts)
        case = await self.parts.cases.open(self._request(visitor, topic, text))
        self._desk.take_up(case, self._unit(case, topic), facts)

    def _topic(self, variety: str) -> Topic:
        topics = [one for one in self.words.topics if variety in one.varieties() or variety != "en"]
        return topic_at(topics, self._scene.now, self.until, self.chance)

    def _request(self, visitor: Visitor, topic: Topic, text: str) -> OpenRequest:
        chance = self.chance
        unit = topic.unit if chance.random() > 0.07 else chance.choice(UNITS)
        by = chance.choice(self._agents["CUST"])
        return OpenRequest(
            kind=topic.kind,
            text=text,
            language=visitor.language,
            channel=visitor.channel,
            person_id=visitor.id,
            conversation_id=visitor.conversation_id,
            caused_by=new_id(chance),
            department=unit,
            department_confidence=1.0,
            segment=visitor.segment,
            contact=visitor.contact if self._wants_contact(topic) else None,
            opened_by=None if visitor.writes else f"agent:{by.id}",
        )

    def _wants_contact(self, topic: Topic) -> bool:
        return topic.kind is not CaseKind.SUGGESTION or self.chance.random() < 0.5

    def _unit(self, case: Case, topic: Topic) -> str:
        """Return where a case belongs: the rules may know better than the topic."""
        ruled = case.refer_to is not None or case.confidential
        return case.department if ruled else topic.unit

    async def _histories(self) -> Sequence[CaseHistory]:
        cases = self.parts.cases
        found: list[Case] = []
        while page := await cases.list(
            CaseQuery(
                limit=500,
                with_confidential=True,
                oldest_first=True,
                after=found[-1].number if found else None,
            )
        ):
            found += page
        return [
            CaseHistory(
                one, tuple(await cases.timeline(one.number)), tuple(self._answering.of(one.number))
            )
            for one in found
        ]
