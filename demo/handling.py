"""What staff and people do with a case after it was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.model import Account
from cases.handling import Handling
from cases.model import Case, CaseKind, CaseState, Priority
from cases.service import CaseService
from cases.work import CaseWork
from demo.answering import Answering
from demo.people import new_id
from demo.scene import Scene
from demo.words import Facts, Words, facts_at

PACE: Mapping[CaseKind, float] = {
    CaseKind.COMPLAINT: 15.0,
    CaseKind.CALLBACK: 3.0,
    CaseKind.CONSULTATION: 26.0,
    CaseKind.SUGGESTION: 36.0,
}
"""Hours of work until the next thing is done."""

SLOW: Mapping[str, float] = {"ACC": 1.5, "REV": 1.25, "PROC": 1.3, "CUST": 0.7, "DPS": 0.85}
URGENT: Mapping[Priority, float] = {Priority.P1: 0.2, Priority.P2: 0.5}
OUTCOMES: Mapping[CaseKind, Mapping[str, float]] = {
    CaseKind.COMPLAINT: {"upheld": 50, "partly_upheld": 18, "not_upheld": 22, "referred": 10},
    CaseKind.SUGGESTION: {"adopted": 15, "to_be_studied": 60, "not_adopted": 25},
    CaseKind.CONSULTATION: {"answered": 88, "referred": 12},
    CaseKind.CALLBACK: {"reached": 82, "not_reached": 18},
}


@dataclass(frozen=True, slots=True)
class Services:
    """What staff work with."""

    cases: CaseService
    work: CaseWork
    handling: Handling
    answering: Answering


class Desk:
    """Lets staff work at cases; ``agents`` are those of each unit, the careless ones too."""

    def __init__(
        self,
        scene: Scene,
        services: Services,
        words: Words,
        agents: Mapping[str, Sequence[Account]],
        supervisors: Sequence[Account],
    ) -> None:
        self._scene = scene
        self._services = services
        self._words = words
        self._agents = agents
        self._supervisors = supervisors

    def take_up(self, case: Case, unit: str, facts: Facts) -> None:
        """Let a new case be found; ``unit`` is the one that it belongs to."""
        number, chance = case.number, self._scene.chance
        wait = 3.2 * self._factor(case)
        if chance.random() < 0.035:
            wait *= 25  # overlooked
        self._scene.at_work(wait, lambda: self._found(number, unit, facts))
        if chance.random() < 0.22:
            self._scene.later(60, lambda: self._asked_again(number))

    async def _found(self, number: str, unit: str, facts: Facts) -> None:
        case = await self._services.cases.get(number)
        if case.finished:
            return
        actor = self._somebody(case.department)
        if case.department != unit:
            await self._pass_on(case, unit, actor, facts)
            self._scene.at_work(5, lambda: self._found(number, unit, facts))
            return
        if case.state is CaseState.NEW and self._scene.chance.random() < 0.85:
            words = self._say("first", case, facts)
            await self._services.answering.answer(case, words, actor=actor)
        elif case.state is CaseState.NEW:
            await self._services.cases.move(number, CaseState.OPEN, actor=actor)
        pace = PACE[case.kind] * self._factor(case)
        self._scene.at_work(pace, lambda: self._worked(number, actor, facts, ()))

    async def _worked(self, number: str, actor: str, facts: Facts, done: tuple[str, ...]) -> None:
        case = await self._services.cases.get(number)
        if case.finished:
            return
        what = self._next(case, done)
        pace = PACE[case.kind] * self._factor(case)
        seen = case.version
        again = (*done, what)
        if what == "ask":
            note = self._say("ask", case, facts)
            await self._services.cases.move(
                number, CaseState.WAITING_CITIZEN, actor=actor, note=note
            )
            if self._scene.chance.random() < 0.75:
                self._scene.later(30, lambda: self._given(number, facts))
        elif what == "entity":
            note = self._say("entity", case, facts)
            await self._services.cases.move(
                number, CaseState.WAITING_ENTITY, actor=actor, note=note
            )
            self._scene.at_work(22, lambda: self._heard_back(number, actor))
            pace += 30
        elif what == "note":
            await self._services.cases.add_note(number, self._say("note", case, facts), actor=actor)
        elif what == "promise":
            until = self._scene.now + timedelta(days=self._scene.chance.randrange(2, 11))
            words = self._say("promise", case, facts)
            await self._services.handling.promise(number, words, until, actor=actor, seen=seen)
        elif what == "merge":
            await self._merge(case, actor)
        elif what == "pass_on":
            await self._pass_on(case, "CUST", actor, facts)
            self._scene.at_work(4, lambda: self._found(number, case.department, facts))
            return
        elif case.state is CaseState.OPEN:
            await self._resolve(case, actor, facts)
            return
        self._scene.at_work(pace, lambda: self._worked(number, actor, facts, again))

    def _next(self, case: Case, done: tuple[str, ...]) -> str:
        if case.state is not CaseState.OPEN:
            return "wait"
        chance = self._scene.chance.random()
        late = case.overdue(self._scene.now)
        for what, share in (
            ("ask", 0.17 if case.kind is not CaseKind.SUGGESTION else 0.02),
            ("entity", 0.10 if case.kind is CaseKind.COMPLAINT else 0.04),
            ("promise", 0.4 if late else 0.03),
            ("merge", 0.06),
            ("pass_on", 0.02 if case.department != "CUST" else 0.0),
            ("note", 0.16),
        ):
            if chance < share:
                return what if what not in done else "resolve"
            chance -= share
        return "resolve"

    async def _given(self, number: str, facts: Facts) -> None:
        case = await self._services.cases.get(number)
        if case.state is not CaseState.WAITING_CITIZEN:
            return
        await self._services.cases.follow_up(
            number,
            self._say("given", case, facts),
            person_id=case.person_id,
            caused_by=new_id(self._scene.chance),
        )

    async def _heard_back(self, number: str, actor: str) -> None:
        case = await self._services.cases.get(number)
        if case.state is CaseState.WAITING_ENTITY:
            await self._services.cases.move(number, CaseState.OPEN, actor=actor)

    async def _asked_again(self, number: str) -> None:
        case = await self._services.cases.get(number)
        if case.finished:
            return
        await self._services.cases.follow_up(
            number,
            self._say("chase", case, facts_at(self._scene.now, self._scene.chance)),
            person_id=case.person_id,
            caused_by=new_id(self._scene.chance),
        )

    async def _pass_on(self, case: Case, unit: str, actor: str, facts: Facts) -> None:
        await self._services.cases.reclassify(
            case.number,
            kind=case.kind,
            department=unit,
            priority=case.priority,
            actor=actor,
            note=self._say("pass_on", case, facts),
        )

    async def _merge(self, case: Case, actor: str) -> None:
        others = await self._services.cases.cases_of(case.person_id)
        same = [
            one
            for one in others
            if one.number != case.number and not one.finished and one.kind is case.kind
        ]
        if same:
            await self._services.work.merge(
                case.number, into=same[-1].number, actor=actor, seen=case.version
            )

    async def _resolve(self, case: Case, actor: str, facts: Facts) -> None:
        weights = OUTCOMES[case.kind]
        outcome = self._scene.chance.choices(list(weights), list(weights.values()))[0]
        answer = self._say(outcome, case, facts)
        if self._scene.chance.random() < 0.7:
            await self._services.answering.answer(
                case, answer, actor=actor, move_to=CaseState.RESOLVED, outcome=outcome
            )
        else:
            await self._services.handling.resolve(
                case.number, outcome, answer, actor=actor, seen=case.version
            )
        if outcome in ("not_upheld", "partly_upheld") and self._scene.chance.random() < 0.16:
            self._scene.later(40, lambda: self._opened_again(case.number, actor, facts))

    async def _opened_again(self, number: str, actor: str, facts: Facts) -> None:
        case = await self._services.cases.get(number)
        by = self._scene.chance.choice(self._supervisors)
        await self._services.work.reopen(
            number,
            self._say("again", case, facts),
            actor=f"agent:{by.id}",
            supervises=True,
            seen=case.version,
        )
        self._scene.at_work(8, lambda: self._worked(number, actor, facts, ("ask",)))

    def _factor(self, case: Case) -> float:
        return SLOW.get(case.department, 1.0) * URGENT.get(case.priority, 1.0)

    def _say(self, what: str, case: Case, facts: Facts) -> str:
        return self._words.say(what, case.language, self._scene.chance, facts)

    def _somebody(self, unit: str) -> str:
        there = self._agents.get(unit) or self._agents["CUST"]
        return f"agent:{self._scene.chance.choice(there).id}"
