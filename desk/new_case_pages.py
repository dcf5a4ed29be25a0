"""A case for somebody on the phone or at the counter: an employee types for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.contact import read_contact
from cases.departments import ACTIVE, DEPARTMENTS
from cases.model import CaseKind, Segment
from cases.service import CaseService, OpenRequest
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from kernel.language import Language
from kernel.reading import read

CHANNELS = ("phone", "counter", "email")
LONGEST_TEXT, LONGEST_DETAIL = 4000, 120


class NewCasePages:
    """One register: the same fields, routing and number as a case from the chat."""

    def __init__(
        self, cases: CaseService, rendering: Rendering, *, new_id: Callable[[], str]
    ) -> None:
        self._cases = cases
        self._rendering = rendering
        self._new_id = new_id

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/cases/new", self.ask, Role.AGENT)
        routes.post("/cases/new", self.open, Role.AGENT)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Show an empty form; its hidden id makes sending it twice open one case."""
        return self._form(request, {"once": self._new_id()}, {})

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open the case."""
        form = await request.post()
        given = {name: str(value).strip() for name, value in form.items()}
        problems = _problems(given)
        if problems:
            return self._form(request, given, problems)
        text = given["text"][:LONGEST_TEXT]
        told = given.get("language", "")
        case = await self._cases.open(
            OpenRequest(
                kind=CaseKind(given["kind"]),
                text=text,
                language=Language(told) if told in list(Language) else _language(text),
                channel=given["channel"],
                person_id=f"desk:{given['once'][:36]}",
                conversation_id="",
                caused_by=f"desk:{given['once'][:36]}",
                department=given.get("unit") or None,
                department_confidence=1.0 if given.get("unit") else 0.0,
                segment=Segment(given["segment"]) if given.get("segment") else None,
                contact=given["contact"],
                reference=given.get("reference", "")[:LONGEST_DETAIL] or None,
                amount=given.get("amount", "")[:LONGEST_DETAIL] or None,
                opened_by=f"agent:{request[ACCOUNT].id}",
            )
        )
        return self._rendering.page(
            request, "case_opened.html", {"case": case, "departments": DEPARTMENTS}
        )

    def _form(
        self, request: web.Request, given: Mapping[str, Any], problems: Mapping[str, str]
    ) -> web.StreamResponse:
        facts = {
            "given": given,
            "problems": problems,
            "channels": CHANNELS,
            "kinds": list(CaseKind),
            "segments": list(Segment),
            "departments": ACTIVE,
        }
        return self._rendering.page(
            request, "case_new.html", facts, status=422 if problems else 200
        )


def _problems(given: Mapping[str, str]) -> dict[str, str]:
    """Return the phrase keys of what is wrong, by field."""
    problems: dict[str, str] = {}
    if given.get("channel") not in CHANNELS:
        problems["channel"] = "desk_case_channel_missing"
    if given.get("kind") not in list(CaseKind):
        problems["kind"] = "desk_case_kind_missing"
    if not given.get("text"):
        problems["text"] = "desk_case_text_missing"
    if read_contact(given.get("contact", "")) is None:
        problems["contact"] = "desk_case_contact_missing"
    if given.get("segment") and given["segment"] not in list(Segment):
        problems["segment"] = "desk_case_channel_missing"
    if given.get("unit") and given["unit"] not in ACTIVE:
        problems["unit"] = "desk_case_channel_missing"
    if not given.get("once"):
        problems["text"] = "desk_case_text_missing"
    return problems


def _language(text: str) -> Language:
    return read(text).language or Language.AR
