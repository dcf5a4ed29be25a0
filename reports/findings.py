"""What changed since the period before, and where to look: rules that speak in whole sentences.

A share counts as changed only where the difference is larger than chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.board import Age, By, ClockState
from reports.figures import Figures, PeriodFigures
from reports.names import Names
from reports.shares import NONE, Share
from reports.tables import Finding

RISE_AT_LEAST = 5
RISE_SHARE = 0.2
"""A group is told of as rising from so many cases, and so large a part of what it had, on."""
DECIDED_AT_LEAST = 10
"""Of fewer promises a unit's share says nothing."""
UNSURE_FROM = 0.05
"""A difference that one sees but that may be chance."""

RISES = {
    By.DEPARTMENT: "report_finding_rise_department",
    By.KIND: "report_finding_rise_kind",
    By.CHANNEL: "report_finding_rise_channel",
}
GOOD, BAD, PLAIN, WARN = "done", "late", "open", "new"


@dataclass(frozen=True, slots=True)
class Findings:
    """Reads figures, says sentences."""

    figures: Figures
    names: Names

    def all(self) -> list[Finding]:
        """Return the sentences, the most general first."""
        now, last = self.figures.now, self.figures.last
        found = [
            *self._came(now, last),
            *self._rises(now, last),
            *self._stand(now),
            *self._late(),
            *self._kept(now, last),
            *self._worst(now),
            *self._people(now, last),
        ]
        return found or [self._say("report_finding_quiet", PLAIN)]

    def _say(self, key: str, sign: str, **facts: str | int) -> Finding:
        return Finding(self.names.say(key, **facts), sign)

    def _came(self, now: PeriodFigures, last: PeriodFigures | None) -> Iterator[Finding]:
        came = now.total.received
        if last is None or not (came or last.total.received):
            return
        was = last.total.received
        if not was:
            yield self._say("report_finding_received_first", PLAIN, count=came)
        elif came == was:
            yield self._say("report_finding_received_same", PLAIN, now=came)
        else:
            key = "report_finding_received_more" if came > was else "report_finding_received_fewer"
            change = percent(abs(came - was) / was)
            yield self._say(key, PLAIN, count=came, change=change, before=was)

    def _rises(self, now: PeriodFigures, last: PeriodFigures | None) -> Iterator[Finding]:
        if last is None:
            return
        for by, key in RISES.items():
            if self.figures.scope.department is not None and by is By.DEPARTMENT:
                continue
            before = {name: one.received for name, one in last.by[by].items()}
            rises = {name: one.received - before.get(name, 0) for name, one in now.by[by].items()}
            name = max(rises, key=lambda one: (rises[one], one), default="")
            rise, was = rises.get(name, 0), before.get(name, 0)
            if rise < RISE_AT_LEAST or rise < RISE_SHARE * was or len(rises) == 1:
                continue
            group = self.names.group(by, name)
            yield self._say(key, WARN, group=group, now=now.by[by][name].received, before=was)

    def _stand(self, now: PeriodFigures) -> Iterator[Finding]:
        grew = now.standing - now.standing_before
        if grew:
            key = "report_finding_standing_grew" if grew > 0 else "report_finding_standing_shrank"
            sign = WARN if grew > 0 else GOOD
            yield self._say(key, sign, count=abs(grew), standing=now.standing)
        elif now.standing:
            yield self._say("report_finding_standing_same", PLAIN, standing=now.standing)

    def _late(self) -> Iterator[Finding]:
        backlog = self.figures.backlog
        late = backlog.clock(ClockState.LATE)
        units = _late_by_unit(backlog.by[By.DEPARTMENT])
        worst = max(units, key=lambda one: (units[one], one), default="")
        if late and self.figures.scope.department is None and units.get(worst, 0) * 2 > late:
            group = self.names.group(By.DEPARTMENT, worst)
            yield self._say(
                "report_finding_late_where", BAD, count=late, group=group, most=units[worst]
            )
        elif late:
            yield self._say("report_finding_late", BAD, count=late)
        old = backlog.of(By.AGE, Age.OVER_30.value)
        if old:
            yield self._say("report_finding_old", WARN, count=old)

    def _kept(self, now: PeriodFigures, last: PeriodFigures | None) -> Iterator[Finding]:
        share = now.total.resolve
        if share.value is None:
            return
        before = last.total.resolve if last else NONE
        if before.value is None:
            yield self._say("report_finding_kept_first", PLAIN, share=percent(share.value))
            return
        way, sign = _way(share, before)
        yield self._say(
            f"report_finding_kept_{way}",
            sign,
            share=percent(share.value),
            before=percent(before.value),
        )

    def _worst(self, now: PeriodFigures) -> Iterator[Finding]:
        """Tell the unit that surely kept less than all others together."""
        units = {
            name: one.resolve
            for name, one in now.by[By.DEPARTMENT].items()
            if one.resolve.whole >= DECIDED_AT_LEAST
        }
        if self.figures.scope.department is not None or len(units) < 2:
            return
        worst = min(units, key=lambda one: (units[one].value or 0.0, one))
        own, whole = units[worst], now.total.resolve
        others = Share(whole.part - own.part, whole.whole - own.whole)
        if own.differs_from(others) and (own.value or 0) < (others.value or 0):
            yield self._say(
                "report_finding_kept_worst",
                BAD,
                group=self.names.group(By.DEPARTMENT, worst),
                share=percent(own.value or 0),
                others=percent(others.value or 0),
            )

    def _people(self, now: PeriodFigures, last: PeriodFigures | None) -> Iterator[Finding]:
        share, between = now.faces.satisfied, now.faces.satisfied.interval()
        if share.value is not None and between is not None:
            facts = {
                "share": percent(share.value),
                "low": percent(between[0]),
                "high": percent(between[1]),
            }
            before = last.faces.satisfied if last else NONE
            if before.value is None:
                yield self._say("report_finding_satisfied_first", PLAIN, **facts)
            else:
                way, sign = _way(share, before)
                facts["before"] = percent(before.value)
                yield self._say(f"report_finding_satisfied_{way}", sign, **facts)
        repeated = now.repeated
        if repeated.part:
            told = percent(repeated.value or 0)
            yield self._say("report_finding_repeated", WARN, count=repeated.part, share=told)
        if now.reopened:
            yield self._say("report_finding_reopened", WARN, count=now.reopened)
        if self.figures.subjects:
            first = self.figures.subjects[0]
            yield self._say("report_finding_subject", PLAIN, count=first.cases, subject=first.label)


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{share * 100:.0f}%"


def _way(share: Share, before: Share) -> tuple[str, str]:
    if not share.differs_from(before):
        far = abs((share.value or 0) - (before.value or 0)) >= UNSURE_FROM
        return ("unsure" if far else "same"), PLAIN
    return ("up", GOOD) if (share.value or 0) > (before.value or 0) else ("down", BAD)


def _late_by_unit(crossed: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {unit: count for (unit, clock), count in crossed.items() if clock == ClockState.LATE}
