"""Events of cases are posted with a signature that can be checked, until somebody takes them."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from cases.mirror import Mirrored, NotTaken, Remote, SystemUnreachable
from cases.model import Case, CaseEvent, CaseState
from cases.timeline import moved, noted, opened
from stores.webhook_case_system import WebhookCaseSystem
from tests.contracts.case_store import AGENT, NOON, a_case

SECRET = b"s" * 32
AT = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


@dataclass
class Receiver:
    """A system of somebody else: keeps what comes, and answers what it is told to."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, bytes, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        told = request.headers
        self.heard.append((told["Baddala-Id"], await request.read(), told["Baddala-Signature"]))
        return web.Response(status=self.answers.pop(0) if self.answers else 204)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    app = web.Application()
    app.router.add_post("/cases", one.take)
    async with TestServer(app) as server:
        one.url = str(server.make_url("/cases"))
        yield one


@pytest_asyncio.fixture
async def system(receiver: Receiver) -> AsyncIterator[WebhookCaseSystem]:
    async with aiohttp.ClientSession() as http:
        yield WebhookCaseSystem(http, receiver.url, SECRET, now=lambda: AT)


def _lived() -> tuple[Case, list[CaseEvent]]:
    case = a_case()
    first = opened(case, actor="person:p-7", why={"route": "classifier"})
    second = moved(case, CaseState.OPEN, at=NOON, actor=AGENT, note="بدأنا الفحص")
    return second.case, [first.event, second.event]


async def test_every_event_goes_in_order_and_signed(
    system: WebhookCaseSystem, receiver: Receiver
) -> None:
    case, events = _lived()
    assert await system.push(Mirrored(case=case, remote=None), events) == Remote(id=case.number)
    assert [one[0] for one in receiver.heard] == [f"{case.number}/0", f"{case.number}/1"]
    for event_id, body, signed in receiver.heard:
        moment, given = (part.split("=")[1] for part in signed.split(","))
        assert moment == str(int(AT.timestamp()))
        key = hmac.new(SECRET, moment.encode() + b"." + body, hashlib.sha256)
        assert hmac.compare_digest(key.hexdigest(), given)
        assert json.loads(body)["id"] == event_id
    told = json.loads(receiver.heard[1][1])
    assert (told["kind"], told["actor"], told["note"]) == ("moved", AGENT, "بدأنا الفحص")
    assert (told["before"], told["after"]) == ({"state": "new"}, {"state": "open"})
    assert told["case"]["department"] == "DPS"
    assert told["case"]["clocks"]["contact_due_at"] == "2026-03-03T12:00:00.123456+00:00"
    assert "caused_by" not in told


@pytest.mark.parametrize("status", [301, 401, 403, 429, 500, 503])
async def test_who_does_not_take_it_hears_it_again(
    system: WebhookCaseSystem, receiver: Receiver, status: int
) -> None:
    case, events = _lived()
    receiver.answers += [200, status]
    with pytest.raises(SystemUnreachable, match=str(status)):
        await system.push(Mirrored(case=case, remote=None), events)
    await system.push(Mirrored(case=case, remote=None), events)
    assert [one[0][-1] for one in receiver.heard] == ["0", "1", "0", "1"]


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_a_refusal_is_about_the_case(
    system: WebhookCaseSystem, receiver: Receiver, status: int
) -> None:
    case, events = _lived()
    receiver.answers.append(status)
    with pytest.raises(NotTaken, match=str(status)):
        await system.push(Mirrored(case=case, remote=None), events)


async def test_nobody_there(receiver: Receiver) -> None:
    case = a_case()
    event = noted(case, "ملاحظة", at=NOON, actor=AGENT).event
    async with aiohttp.ClientSession() as http:
        system = WebhookCaseSystem(http, "http://127.0.0.1:9/cases", SECRET, now=lambda: AT)
        with pytest.raises(SystemUnreachable):
            await system.push(Mirrored(case=case, remote=None), [event])
