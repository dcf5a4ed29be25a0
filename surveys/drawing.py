"""Draw the people of a campaign when its day comes: once, by chance, and nobody too often."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

from cases.calendar import WorkingCalendar
from surveys.campaigns import Version, Wave
from surveys.invitations import WAVE, Invitation, Skip
from surveys.ports import DrawStore, Running
from surveys.sampling import Candidate, drawn

log = logging.getLogger(__name__)


class Drawing:
    """Makes rounds; several processes may. Who was drawn is asked by ``surveys.asking``."""

    def __init__(
        self,
        store: DrawStore,
        calendar: WorkingCalendar,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._now = now
        self._new_id = new_id

    async def make_round(self) -> bool:
        """Draw what is due; return False, for a look now and then is enough."""
        for running in await self._store.running():
            await self._look_at(running)
        return False

    async def _look_at(self, running: Running) -> None:
        at, plan = self._now(), running.version.plan
        day = plan.starts(running.waves + 1)
        if day is None:
            if running.closes_at is None or running.closes_at <= at:
                await self._store.end(running.version.campaign_id, at=at)
            return
        midnight = datetime.combine(day, time(tzinfo=self._calendar.zone))
        if at >= self._calendar.next_opening(midnight):
            await self._draw(running.version, running.waves + 1, at)

    async def _draw(self, version: Version, number: int, at: datetime) -> None:
        plan = version.plan
        since, until = plan.closings(number, self._calendar.zone)
        people = await self._store.candidates(plan.group, since=since, until=until)
        barred = await self._store.barred(since=at - timedelta(days=plan.cap_days), times=plan.cap)
        free = [one for one in people if one.person_id not in barred]
        reasons = [barred[one.person_id] for one in people if one.person_id in barred]
        seed = f"{version.campaign_id}:{number}"
        chosen = drawn(free, seed=seed, size=plan.most)
        wave = Wave(
            id=self._new_id(),
            campaign_id=version.campaign_id,
            version=version.version,
            number=number,
            since=since,
            until=until,
            drawn_at=at,
            closes_at=at + timedelta(days=plan.open_days),
            population=len(people),
            left_out={why.value: reasons.count(why) for why in Skip if why in reasons},
            sampled=len(chosen),
            seed=seed,
        )
        if await self._store.keep_wave(wave, [self._invitation(one, wave) for one in chosen]):
            log.info("survey %s, asking %d: %d drawn of %d", seed, number, len(chosen), len(people))

    def _invitation(self, candidate: Candidate, wave: Wave) -> Invitation:
        return Invitation(
            id=self._new_id(),
            kind=WAVE,
            subject=candidate.case_number,
            occasion=wave.id,
            person_id=candidate.person_id,
            conversation_id=candidate.conversation_id,
            department=candidate.department,
            language=candidate.language,
            planned_at=wave.drawn_at,
            expires_at=wave.closes_at,
            wave_id=wave.id,
        )
