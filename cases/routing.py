"""Which department gets a case, why, and who else the person is sent to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cases.departments import ACTIVE, DEPARTMENTS
from cases.model import CaseKind, Segment
from cases.packaged import read_data
from cases.referrals import REFERRALS
from cases.triggers import HeardText, Trigger


@dataclass(frozen=True, slots=True)
class Route:
    """A department's code, the reason (a rule's name, ``classifier``, ``unsure_...``, ``unclear``)
    and the key of the entity in ``referrals.toml`` that the person is told of, if any.
    """

    department: str
    reason: str
    refer_to: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    trigger: Trigger
    kinds: frozenset[CaseKind]
    department: str | None
    refer_to: str


class RoutingRules:
    """The rules of ``routes.toml``."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        departments: Collection[str] = DEPARTMENTS,
        active: Collection[str] | None = None,
        referrals: Collection[str] = REFERRALS,
    ) -> None:
        """Read rules of the shape of ``routes.toml``.

        Args:
            departments: all units that rules may name.
            active: those of them that get new cases, asked each time; None: all.

        Raises:
            KeyError, ValueError: the data is not of that shape, or names what there is not.
        """
        self._active = departments if active is None else active
        self._sure_from = float(data["sure_from"])
        self.receiving: str = data["unclear"]
        self._by_kind = {CaseKind(kind): code for kind, code in data["unsure_kind"].items()}
        self._by_segment = {Segment(name): code for name, code in data["unsure_segment"].items()}
        self._rules = [_rule(rule) for rule in data["rule"]]
        named = {self.receiving, *self._by_kind.values(), *self._by_segment.values()}
        named |= {rule.department for rule in self._rules if rule.department}
        unknown = [code for code in sorted(named) if code not in departments]
        unknown += [rule.refer_to for rule in self._rules if rule.refer_to not in referrals]
        if unknown:
            raise ValueError(f"routes name what there is not: {', '.join(unknown)}")

    @classmethod
    def load(cls) -> RoutingRules:
        """Read ``routes.toml`` beside this module."""
        return cls(read_data("routes.toml"), active=ACTIVE)

    def route(
        self,
        kind: CaseKind,
        text: str,
        department_guess: str | None = None,
        confidence: float = 0.0,
        segment: Segment | None = None,
    ) -> Route:
        """Return where a case goes.

        Args:
            department_guess: the classifier's or the person's own choice.
            confidence: 0 to 1, calibrated; 1 for a person's own choice.
        """
        if department_guess is not None and department_guess not in self._active:
            department_guess = None
        heard = HeardText(text)
        usual = self._usual(kind, department_guess, confidence, segment)
        for rule in self._rules:
            if kind in rule.kinds and rule.trigger.fires(heard):
                if rule.department is None or rule.department not in self._active:
                    return Route(usual.department, usual.reason, rule.refer_to)
                return Route(rule.department, rule.name, rule.refer_to)
        return usual

    def _usual(
        self, kind: CaseKind, guess: str | None, confidence: float, segment: Segment | None
    ) -> Route:
        if guess is not None and confidence >= self._sure_from:
            return Route(guess, "classifier")
        by_kind = self._by_kind.get(kind)
        if by_kind in self._active:
            return Route(str(by_kind), f"unsure_{kind}")
        by_segment = self._by_segment.get(segment) if segment else None
        if by_segment in self._active:
            return Route(str(by_segment), f"unsure_{segment}")
        return Route(self.receiving, "unclear")


def _rule(data: Mapping[str, Any]) -> _Rule:
    kinds = (
        map(CaseKind, data["kinds"]) if "kinds" in data else (CaseKind.COMPLAINT, CaseKind.CALLBACK)
    )
    return _Rule(
        name=data["name"],
        trigger=Trigger.from_data(data),
        kinds=frozenset(kinds),
        department=data.get("department"),
        refer_to=data["refer_to"],
    )
