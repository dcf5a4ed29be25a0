"""Request Tracker 5 as a second home of cases, by its REST 2.0 API.

Source: RT 5.0.3, ``RT::REST2``; https://docs.bestpractical.com/rt/5.0.3/RT/REST2.html.
Learnt from the real server: a change that RT refuses is answered with 200 and a sentence, so
every change is read back; ``LastUpdated`` counts whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth

from cases.mirror import (
    ChangedThere,
    Mirrored,
    NotTaken,
    Remote,
    RemoteChange,
    SystemUnreachable,
)
from cases.model import Case, CaseEvent, CaseState

NAME = "rt"
FIELDS = "Status,Queue,LastUpdated,LastUpdatedBy,CustomFields"
QUEUE_NAME = ("fields[Queue]", "Name")
NUMBER, VERSION = "Baddala number", "Baddala version"
PAGE = 100
LONGEST_SUBJECT = 120
OURS_FIRST = frozenset({500, 502, 503, 504, 401, 429})
"""Answers that say nothing of the case at hand: RT is down, or does not know us."""

STATUSES: Mapping[CaseState, str] = {
    CaseState.NEW: "new",
    CaseState.OPEN: "open",
    CaseState.WAITING_CITIZEN: "stalled",
    CaseState.WAITING_ENTITY: "stalled",
    CaseState.RESOLVED: "resolved",
    CaseState.CLOSED: "resolved",
}
"""Statuses of RT's default lifecycle. Of two states with one status, the first is read back."""

FIRST_STATUSES = frozenset({"new", "open", "resolved"})
"""What a ticket may begin with in RT's default lifecycle."""

READ_ONLY: Mapping[str, CaseState] = {"rejected": CaseState.CLOSED}
"""Statuses that only RT's people set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RtAccess:
    """Where RT answers and as whom we speak.

    Attributes:
        url: RT's own address, without ``/REST/2.0``.
        token: of an RT authentication token; or "" to use ``user`` and ``password``.
        queues: RT's queue per department code; a code that is not named is its own queue.
        timeout_s: for one call.
    """

    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    queues: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 20.0

    @property
    def authorization(self) -> str:
        """Return what proves to RT who we are."""
        if self.token:
            return f"token {self.token}"
        return encode_basic_auth(self.user, self.password, encoding="utf-8")


class RtCaseSystem:
    """Keeps one ticket per case, in the queue of its department."""

    name = NAME

    def __init__(self, http: ClientSession, access: RtAccess) -> None:
        self._http = http
        self._access = access
        self._departments = {queue: code for code, queue in access.queues.items()}

    async def push(self, mirrored: Mirrored, events: Sequence[CaseEvent]) -> Remote:
        """Make the ticket, or bring it to the case; see ``CaseSystem.push``."""
        case = mirrored.case
        ticket = await self._ticket_of(mirrored)
        wanted = Remote(
            id="" if ticket is None else str(ticket["id"]),
            state=STATUSES[case.state],
            department=self._access.queues.get(case.department, case.department),
        )
        if ticket is None:
            wanted = Remote(
                id=await self._created(case, wanted),
                state=wanted.state,
                department=wanted.department,
            )
            return await self._with_notes(wanted, case, events, known=())
        there = _remote(ticket)
        if mirrored.remote is not None and there != mirrored.remote:
            raise ChangedThere(_change(case.number, ticket))
        changes: dict[str, Any] = {"CustomFields": _fields(case), "Due": _due(case)}
        if there.state != wanted.state:
            changes["Status"] = wanted.state
        if there.department != wanted.department:
            changes["Queue"] = wanted.department
        said = await self._call("PUT", f"ticket/{wanted.id}", changes)
        after = await self._ticket(wanted.id)
        if after is None or _remote(after) != wanted:
            raise NotTaken(problem=_sentence(said))
        known = await self._noted(wanted.id) if mirrored.unsure else ()
        return await self._with_notes(wanted, case, events, known=known)

    async def changed(self, since: datetime) -> Sequence[RemoteChange]:
        """Return the tickets of ours that changed since then, oldest first."""
        at = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        asked = f"LastUpdated >= '{at}' AND 'CF.{{{NUMBER}}}' IS NOT NULL"
        found: list[RemoteChange] = []
        page = 1
        while True:
            answer = await self._search(asked, page=page)
            for ticket in answer["items"]:
                number = _custom(ticket, NUMBER)
                if number:
                    found.append(_change(number, ticket))
            if page >= int(answer.get("pages") or 1):
                return found
            page += 1

    def state_of(self, remote: Remote) -> str | None:
        """Return the state of a status; None for a status that is not mapped."""
        for state, status in STATUSES.items():
            if status == remote.state:
                return state.value
        only_theirs = READ_ONLY.get(remote.state)
        return None if only_theirs is None else only_theirs.value

    def department_of(self, remote: Remote) -> str | None:
        """Return the department of a queue: its code, or the queue itself."""
        return self._departments.get(remote.department, remote.department) or None

    async def _ticket_of(self, mirrored: Mirrored) -> Mapping[str, Any] | None:
        if mirrored.remote is not None:
            ticket = await self._ticket(mirrored.remote.id)
            if ticket is None:
                raise NotTaken(problem=f"ticket {mirrored.remote.id} is gone")
            return ticket
        if not mirrored.unsure:
            return None
        answer = await self._search(f"'CF.{{{NUMBER}}}' = '{mirrored.case.number}'")
        return next(iter(answer["items"]), None)

    async def _ticket(self, ticket: str) -> Mapping[str, Any] | None:
        """Return a ticket with its queue's name, which only a search tells."""
        answer = await self._search(f"id = {int(ticket)}")
        return next(iter(answer["items"]), None)

    async def _created(self, case: Case, wanted: Remote) -> str:
        """Create a ticket and return its id; a status that none begins with is set after it."""
        begins = wanted.state if wanted.state in FIRST_STATUSES else "open"
        first, _, _ = case.text.partition("\n")
        ticket = await self._call(
            "POST",
            "ticket",
            {
                "Queue": wanted.department,
                "Status": begins,
                "Subject": f"{case.number} {first}"[:LONGEST_SUBJECT],
                "Content": case.text,
                "ContentType": "text/plain",
                "Due": _due(case),
                "CustomFields": _fields(case),
            },
        )
        if "id" not in ticket:
            raise NotTaken(problem=_sentence(ticket))
        if begins != wanted.state:
            await self._call("PUT", f"ticket/{ticket['id']}", {"Status": wanted.state})
        return str(ticket["id"])

    async def _with_notes(
        self, remote: Remote, case: Case, events: Sequence[CaseEvent], *, known: Sequence[str]
    ) -> Remote:
        """Put the words of events on the ticket, each once, under a heading of its own."""
        for event in events:
            heading = f"{case.number}/{event.version}"
            if event.note is None or heading in known or event.actor == f"system:{NAME}":
                continue
            await self._call(
                "POST",
                f"ticket/{remote.id}/comment",
                {
                    "Subject": heading,
                    "Content": f"{event.actor}\n\n{event.note}",
                    "ContentType": "text/plain",
                },
            )
        return remote

    async def _noted(self, ticket: str) -> Sequence[str]:
        """Return the headings of what is on the ticket already."""
        headings: list[str] = []
        page = 1
        while True:
            answer = await self._call(
                "GET",
                f"ticket/{ticket}/history",
                fields="Type,Data",
                per_page=str(PAGE),
                page=str(page),
            )
            headings += [
                str(one["Data"]).strip() for one in answer["items"] if one["Type"] == "Comment"
            ]
            if len(answer["items"]) < PAGE:
                return headings
            page += 1

    async def _search(self, query: str, *, page: int = 1) -> Any:
        return await self._call(
            "GET",
            "tickets",
            query=query,
            fields=FIELDS,
            orderby="LastUpdated",
            order="ASC",
            per_page=str(PAGE),
            page=str(page),
        )

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **asked: str
    ) -> Any:
        access = self._access
        headers = {
            "Accept": "application/json",
            "Authorization": access.authorization,
            "Connection": "close",  # RT's own server drops idle lines, at times under a POST
        }
        parameters = [*asked.items(), *([QUEUE_NAME] if "fields" in asked else [])]
        try:
            async with self._http.request(
                method,
                f"{access.url}/REST/2.0/{path}",
                params=parameters,
                json=body,
                headers=headers,
                timeout=ClientTimeout(total=access.timeout_s),
            ) as response:
                if response.status in OURS_FIRST:
                    raise SystemUnreachable(problem=f"HTTP {response.status}")
                answer = await response.json(content_type=None)
                if response.status >= 400:
                    raise NotTaken(problem=f"HTTP {response.status}: {_sentence(answer)}")
                return answer
        except (ClientError, OSError, ValueError) as error:
            raise SystemUnreachable(problem=type(error).__name__) from error


def _fields(case: Case) -> dict[str, str]:
    return {
        NUMBER: case.number,
        VERSION: str(case.version),
        "Baddala kind": case.kind.value,
        "Baddala state": case.state.value,
        "Baddala priority": case.priority.value,
        "Baddala segment": case.segment.value if case.segment else "",
        "Baddala language": case.language.value,
        "Baddala channel": case.channel,
        "Baddala contact": case.contact or "",
        "Baddala reference": case.reference or "",
        "Baddala amount": case.amount or "",
    }


def _due(case: Case) -> str:
    due = case.clocks.resolve_due_at
    return "" if due is None else due.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _custom(ticket: Mapping[str, Any], name: str) -> str:
    for one in ticket.get("CustomFields", ()):
        if one.get("name") == name and one.get("values"):
            return str(one["values"][0])
    return ""


def _remote(ticket: Mapping[str, Any]) -> Remote:
    queue = ticket["Queue"]
    return Remote(
        id=str(ticket["id"]), state=str(ticket["Status"]), department=str(queue.get("Name", ""))
    )


def _change(number: str, ticket: Mapping[str, Any]) -> RemoteChange:
    return RemoteChange(
        number=number,
        remote=_remote(ticket),
        by=str(ticket["LastUpdatedBy"]["id"]),
        at=datetime.fromisoformat(ticket["LastUpdated"]),
    )


def _sentence(answer: Any) -> str:
    """Return what RT said, as one line without markup."""
    if isinstance(answer, Mapping):
        answer = answer.get("message", answer)
    return " ".join(answer) if isinstance(answer, list) else str(answer)
