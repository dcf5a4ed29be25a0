"""The audit as people read it, and reads of personal data as the audit keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

PAGE = 50
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing somebody did. ``before`` and ``after`` never hold people's words."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which entries, newest first; an empty text means any. ``before`` is the last id shown."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    before: int | None = None


class AuditLog(Protocol):
    """Reads the audit, and adds what nobody changed but somebody saw."""

    async def read(self, query: AuditQuery, *, limit: int = PAGE) -> Sequence[AuditEntry]:
        """Return one page of entries, newest first."""

    async def actions(self) -> Sequence[str]:
        """Return every action that stands in the audit, in order of the alphabet."""

    async def note_read(
        self,
        *,
        actor: str,
        what: str,
        subject_kind: str,
        subject_id: str,
        at: datetime,
        after: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Keep that somebody looked at personal data, or took it out.

        Args:
            after: what was seen of it, by id; never people's words.
        """
