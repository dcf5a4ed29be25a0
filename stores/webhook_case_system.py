"""Tell any system of cases by a signed web hook: each event, at least once, with an id."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from cases.mirror import Mirrored, NotTaken, Remote, RemoteChange, SystemUnreachable
from cases.model import Case, CaseEvent

NAME = "webhook"
REFUSED = frozenset({400, 404, 409, 410, 413, 415, 422})
"""Answers that are about this case; all others but 2xx say that nobody took it."""


class WebhookCaseSystem:
    """Posts ``{id, kind, at, actor, before, after, note, case}`` as JSON, in order per case.

    ``Baddala-Id`` is ``<number>/<version>``: the same again is the same event. The body is
    signed: ``Baddala-Signature: t=<unix seconds>,v1=<hex>``, where ``v1`` is HMAC-SHA256 with
    the shared secret over ``<t>.<body>``. Any 2xx takes it.
    """

    name = NAME

    def __init__(
        self,
        http: ClientSession,
        url: str,
        secret: bytes,
        *,
        now: Callable[[], datetime],
        timeout_s: float = 20.0,
    ) -> None:
        self._http = http
        self._url = url
        self._secret = secret
        self._now = now
        self._timeout_s = timeout_s

    async def push(self, mirrored: Mirrored, events: Sequence[CaseEvent]) -> Remote:
        """Post what happened since; see ``CaseSystem.push``."""
        for event in events:
            await self._post(f"{event.case_number}/{event.version}", _told(event, mirrored.case))
        return Remote(id=mirrored.case.number)

    async def changed(self, since: datetime) -> Sequence[RemoteChange]:
        """Return nothing: who is told by a web hook tells nothing back."""
        return []

    def state_of(self, remote: Remote) -> str | None:
        """Return None: no state is told back."""
        return None

    def department_of(self, remote: Remote) -> str | None:
        """Return None: no department is told back."""
        return None

    async def _post(self, event_id: str, told: dict[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Baddala-Id": event_id,
            "Baddala-Signature": signature(self._secret, body, at=self._now()),
        }
        try:
            async with self._http.post(
                self._url,
                data=body,
                headers=headers,
                timeout=ClientTimeout(total=self._timeout_s),
                allow_redirects=False,
            ) as response:
                status = response.status
        except (ClientError, OSError) as error:
            raise SystemUnreachable(problem=type(error).__name__) from error
        if status in REFUSED:
            raise NotTaken(problem=f"HTTP {status}")
        if not 200 <= status < 300:
            raise SystemUnreachable(problem=f"HTTP {status}")


def signature(secret: bytes, body: bytes, *, at: datetime) -> str:
    """Return the value of ``Baddala-Signature`` for a body."""
    seconds = str(int(at.timestamp()))
    signed = hmac.new(secret, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def _told(event: CaseEvent, case: Case) -> dict[str, Any]:
    """Return the event, and the case as it is now: what it went through is in the events."""
    facts = asdict(event)
    facts.pop("caused_by")
    return {
        "id": f"{facts.pop('case_number')}/{facts.pop('version')}",
        **_plain(facts),
        "case": _plain(asdict(case)),
    }


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, dict):
            plain[name] = _plain(value)
        else:
            plain[name] = value
    return plain
