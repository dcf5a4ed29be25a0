"""Accounts of the people who work here, and their sessions. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kernel.language import Language


class Role(StrEnum):
    """What somebody may do. The value is what stores keep."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    EDITOR = "editor"
    ADMIN = "admin"


IMPLIES: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.AGENT: frozenset({Role.AGENT}),
        Role.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.AGENT}),
        Role.MANAGER: frozenset({Role.MANAGER}),
        Role.EDITOR: frozenset({Role.EDITOR}),
        Role.ADMIN: frozenset({Role.ADMIN}),
    }
)
"""What a role may do besides. An admin reads no conversations by being an admin."""


class Step(StrEnum):
    """How far a session has come; only ``DONE`` opens the desk."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105 the name of a step, no password
    ENROL = "enrol"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in.

    Args:
        departments: codes of the units whose cases are theirs; empty: all units.
        languages: what they write to citizens in.
        capacity: how many conversations they hold at the same time.
        language: what their own screens are in.
        theme: ``light``, ``dark``, or ``auto`` for what their device says.
        password_temporary: it was given by an admin and must be changed.
        second_factor: whether a second step has been enrolled.
    """

    id: str
    email: str
    name_ar: str
    name_en: str
    roles: frozenset[Role]
    departments: frozenset[str] = frozenset()
    languages: frozenset[Language] = frozenset(Language)
    capacity: int = 4
    language: Language = Language.AR
    theme: str = "auto"
    active: bool = True
    password_temporary: bool = False
    second_factor: bool = False

    def name(self, language: Language) -> str:
        """Return the name to show in ``language``; the other one where there is none."""
        pair = (self.name_ar, self.name_en)
        return (pair[0] or pair[1]) if language is Language.AR else (pair[1] or pair[0])

    def may(self, role: Role) -> bool:
        """Tell whether one of the roles allows what ``role`` may do."""
        return self.active and any(role in IMPLIES[one] for one in self.roles)

    def serves(self, department: str | None) -> bool:
        """Tell whether the cases of a department are theirs to see."""
        return not self.departments or department is None or department in self.departments


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser of one account. The token itself is never stored, only its hash."""

    token_hash: str
    account_id: str
    step: Step
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    browser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an account proves itself with. ``totp`` is sealed; ``recovery`` holds hashes.

    ``last_step`` is the time step of the last code that was accepted: none is taken twice.
    """

    password_hash: str | None
    totp: str | None
    last_step: int
    recovery: tuple[str, ...]
