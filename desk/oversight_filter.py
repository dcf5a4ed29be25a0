"""Filters of managers' screens: kept in the address, the same for screen, list and file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from multidict import MultiMapping
from yarl import URL

from accounts.model import Account
from cases.board import Age, BoardFilter, By, ClockState
from cases.departments import DEPARTMENTS
from cases.model import CaseKind, Priority, Segment

HERE = "/desk/oversight"
NAMES: Mapping[By, str] = {
    By.DEPARTMENT: "unit",
    By.CLOCK: "clock",
    By.AGE: "age",
    By.KIND: "kind",
    By.CHANNEL: "channel",
    By.SEGMENT: "segment",
    By.OWNER: "owner",
    By.PRIORITY: "priority",
}
"""What each filter is called in the address."""

UNTOLD = "none"
"""Stands in the address for a segment that was not told."""

LONGEST, MOST = 64, 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen: pairs of a filter's name and a value, in the order of the address."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, asked: MultiMapping[str]) -> Chosen:
        """Read an address; what is no filter of ours is left out."""
        names = set(NAMES.values())
        pairs = [
            (name, value[:LONGEST].replace("\0", ""))
            for name, value in asked.items()
            if name in names and value
        ]
        return cls(tuple(dict.fromkeys(pairs[:MOST])))

    def values(self) -> list[tuple[By, str]]:
        """Return what is chosen, filter and value."""
        by_name = {name: by for by, name in NAMES.items()}
        return [(by_name[name], value) for name, value in self.pairs]

    def of(self, by: By) -> frozenset[str]:
        """Return the chosen values of one filter."""
        return frozenset(value for name, value in self.pairs if name == NAMES.get(by))

    def has(self, by: By, value: str) -> bool:
        """Tell whether a value is chosen; an empty one is what was not told."""
        return (NAMES[by], value or UNTOLD) in self.pairs

    def with_(self, by: By, value: str, *, path: str = HERE) -> URL:
        """Return the address with one value more."""
        pair = (NAMES[by], value or UNTOLD)
        return URL(path).with_query([*(one for one in self.pairs if one != pair), pair])

    def only(self, *chosen: tuple[By, str], path: str = f"{HERE}/cases") -> URL:
        """Return the address with these values instead of others of the same filters."""
        own = {NAMES[by] for by, _ in chosen}
        kept = [one for one in self.pairs if one[0] not in own]
        return URL(path).with_query(
            [*kept, *((NAMES[by], value or UNTOLD) for by, value in chosen)]
        )

    def without(self, by: By, value: str) -> URL:
        """Return the address without one value."""
        pair = (NAMES[by], value or UNTOLD)
        return URL(HERE).with_query([one for one in self.pairs if one != pair])

    def at(self, path: str) -> URL:
        """Return another page with the same filters."""
        return URL(path).with_query(list(self.pairs))


def board_filter(chosen: Chosen, account: Account, *, now: datetime, zone: ZoneInfo) -> BoardFilter:
    """Return what is asked of the board: never more than the account's own units."""
    own = frozenset(code for code in DEPARTMENTS if account.serves(code))
    units = chosen.of(By.DEPARTMENT) & own
    segments = chosen.of(By.SEGMENT)
    tomorrow = (now.astimezone(zone) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return BoardFilter(
        now=now,
        day_end=tomorrow,
        departments=units or (own if account.departments else frozenset()),
        owners=chosen.of(By.OWNER),
        clocks=_known(ClockState, chosen.of(By.CLOCK)),
        ages=_known(Age, chosen.of(By.AGE)),
        kinds=_known(CaseKind, chosen.of(By.KIND)),
        priorities=_known(Priority, chosen.of(By.PRIORITY)),
        channels=chosen.of(By.CHANNEL),
        segments=_known(Segment, segments),
        no_segment=UNTOLD in segments,
        confidential_of=own if account.departments else frozenset(),
    )


def _known[Value: StrEnum](kind: type[Value], values: frozenset[str]) -> frozenset[Value]:
    return frozenset(one for one in kind if one.value in values)
