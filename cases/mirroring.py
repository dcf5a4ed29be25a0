"""Keep another case system in step: our changes are told there, theirs are done here."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from cases.errors import CaseError
from cases.mirror import (
    CaseSystem,
    ChangedThere,
    Mirrored,
    MirrorStore,
    NotTaken,
    Remote,
    RemoteChange,
    SystemUnreachable,
)
from cases.model import MOVES, CaseState
from cases.service import CaseService

PAGE = 50
FIRST_LOOK = timedelta(days=1)
OVERLAP = timedelta(seconds=5)
"""Changes over there are asked for by the times that the system gave them, a little twice: its
clock need not be ours, and may count whole seconds."""

HELD = timedelta(seconds=60)
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
FIRST_AGAIN = timedelta(minutes=1)
LONGEST_AGAIN = timedelta(hours=6)

log = logging.getLogger(__name__)


class Mirroring:
    """One worker of all processes speaks to one system, in rounds.

    The register here stays the truth about numbers, clocks and words. What people do over
    there (state, department) is done here by the same rules as at the desk; what the rules
    forbid becomes a note, and the other system is put back. A round that is broken off is looked
    up before anything of it is sent again.
    """

    def __init__(
        self,
        system: CaseSystem,
        store: MirrorStore,
        cases: CaseService,
        *,
        owner: str,
        now: Callable[[], datetime],
    ) -> None:
        self.name = f"mirroring-{system.name}"
        self._system = system
        self._store = store
        self._cases = cases
        self._owner = owner
        self._now = now

    async def round(self) -> int:
        """Take over what changed there, bring what changed here; return how many cases went."""
        name, now = self._system.name, self._now()
        if not await self._store.take(name, owner=self._owner, now=now, until=now + HELD):
            return 0
        resting = await self._store.resting(name)
        if resting is not None and now < resting:
            return 0
        try:
            await self._take_over(now)
            return await self._bring()
        except SystemUnreachable as error:
            problem = str(error.facts.get("problem", error.code))
            failures = (await self._store.standing(name)).failures
            wait = _longer(FIRST_REST, failures, LONGEST_REST)
            await self._store.rest(name, until=now + wait, problem=problem)
            log.warning("the case system %s does not answer: %s", name, problem)
            return 0

    async def _take_over(self, now: datetime) -> None:
        name = self._system.name
        seen = await self._store.seen_until(name) or now - FIRST_LOOK
        for change in await self._system.changed(seen - OVERLAP):
            mirrored = await self._store.of(name, change.number)
            known = None if mirrored is None else mirrored.remote
            if mirrored is not None and known is not None and known != change.remote:
                await self._done_there(mirrored, change)
            seen = max(seen, change.at)
        await self._store.answered(name, seen_until=seen)

    async def _bring(self) -> int:
        name, brought = self._system.name, 0
        while True:
            now = self._now()
            if not await self._store.take(name, owner=self._owner, now=now, until=now + HELD):
                return brought
            waiting = await self._store.behind(name, now=now, limit=PAGE)
            for mirrored in waiting:
                brought += await self._bring_one(mirrored)
            if len(waiting) < PAGE:
                return brought

    async def _bring_one(self, mirrored: Mirrored) -> bool:
        name, case = self._system.name, mirrored.case
        happened = await self._cases.timeline(case.number)
        events = [one for one in happened if mirrored.version < one.version <= case.version]
        await self._store.begin(name, case.number)
        try:
            remote = await self._system.push(mirrored, events)
        except ChangedThere as error:
            await self._done_there(mirrored, error.change)
            return False
        except NotTaken as error:
            problem = str(error.facts.get("problem", error.code))
            wait = _longer(FIRST_AGAIN, mirrored.failures, LONGEST_AGAIN)
            again_at = self._now() + wait
            await self._store.refused(name, case.number, problem=problem, again_at=again_at)
            log.error("case %s is refused by %s: %s", case.number, name, problem)
            return False
        await self._store.has(name, case.number, case.version, remote)
        return True

    async def _done_there(self, mirrored: Mirrored, change: RemoteChange) -> None:
        """Do here what somebody did there, by our rules."""
        actor = f"system:{self._system.name}"
        number = change.number
        known = mirrored.remote or Remote(id=change.remote.id)
        try:
            if change.remote.department != known.department:
                await self._to_department(number, change, actor)
            if change.remote.state != known.state:
                await self._to_state(number, change, actor)
        except CaseError as error:
            told = f"{self._system.name}: {change.by}: {change.remote.state or '-'} ({error.code})"
            await self._cases.add_note(number, told, actor=actor)
        await self._store.knows(self._system.name, number, change.remote)

    async def _to_department(self, number: str, change: RemoteChange, actor: str) -> None:
        department = self._system.department_of(change.remote)
        case = await self._cases.get(number)
        if department is None or department == case.department:
            return
        await self._cases.reclassify(
            number,
            kind=case.kind,
            department=department,
            priority=case.priority,
            actor=actor,
            note=f"{self._system.name}: {change.by}",
        )

    async def _to_state(self, number: str, change: RemoteChange, actor: str) -> None:
        word = self._system.state_of(change.remote)
        case = await self._cases.get(number)
        if word is None:
            raise CaseError(state=change.remote.state)
        for step in _way(case.state, CaseState(word)):
            note = f"{self._system.name}: {change.by}"
            await self._cases.move(number, step, actor=actor, note=note)


def _way(start: CaseState, goal: CaseState) -> list[CaseState]:
    """Return the shortest way of allowed moves; the goal alone where there is none."""
    ways = deque([[start]])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] is goal:
            return way[1:]
        for step in sorted(MOVES[way[-1]] - seen):
            seen.add(step)
            ways.append([*way, step])
    return [goal]


def _longer(first: timedelta, failures: int, most: timedelta) -> timedelta:
    return min(most, first * 2.0 ** min(failures, 20))
