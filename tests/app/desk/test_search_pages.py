"""The search box, the page of a customer, and what both of them leave in the audit."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest_asyncio

from accounts.audit import AuditQuery
from accounts.model import Role
from cases.model import CaseKind
from cases.service import OpenRequest
from channels.webchat.channel import address_of
from conversations.floor import Reason
from conversations.handover import Escalation
from kernel.language import Language
from stores.database import engine_for
from stores.sql_audit_log import SqlAuditLog
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Client, Running

ATTACK = "<img src=x onerror=alert(1)>\"'"
SAID = f"فاتورة المورد {ATTACK} رقم INV-2026-٠٠١٢٣ وهاتفي ٠٥٠ ١٢٣ ٤٥٦٧"


@pytest_asyncio.fixture
async def log(sqlite_url: str) -> AsyncIterator[SqlAuditLog]:
    engine = engine_for(sqlite_url)
    yield SqlAuditLog(engine)
    await engine.dispose()


async def audited(log: SqlAuditLog, action: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    entries = await log.read(AuditQuery(action=action))
    return [(one.actor, one.subject_id, one.after) for one in reversed(entries)]


async def a_case(running: Running, **changes: Any) -> str:
    given: dict[str, Any] = {
        "kind": CaseKind.COMPLAINT,
        "text": SAID,
        "language": Language.AR,
        "channel": "phone",
        "person_id": "desk:someone",
        "conversation_id": "",
        "caused_by": "m-1",
        "contact": "0501234567",
        "department": "DPS",
        "department_confidence": 0.9,
    }
    case = await running.house.cases.open(OpenRequest(**{**given, **changes}))
    return case.number


def tagless(page: str) -> str:
    return re.sub(r"</?mark>", "", page)


async def test_finds_a_case_by_words_number_and_telephone(running: Running) -> None:
    number = await a_case(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        digits = number.replace("DF", "").replace("-", " ")
        for typed in ("فاتوره", number, digits, "+971 50 123 4567", "inv-2026-00123"):
            status, page = await staff.see("/desk/search", params={"q": typed})
            assert (status, f"/desk/cases/{number}" in page) == (200, True), typed
        status, part = await staff.see("/desk/search/found", params={"q": "فاتوره"})
        assert (status, "<html" in part, "<mark>فاتورة</mark>" in part) == (200, False, True)


async def test_what_people_wrote_stays_text_where_it_is_found(running: Running) -> None:
    number = await a_case(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        for typed in ("فاتورة", "img onerror alert", ATTACK, number):
            _, page = await staff.see("/desk/search", params={"q": typed})
            assert "<img src=x" not in page
            assert "onerror=alert(1)>" not in page
            assert "&lt;img src=x onerror=alert(1)&gt;" in tagless(page)


async def test_telephone_numbers_stay_masked_in_what_is_found(running: Running) -> None:
    await a_case(running, text="كلام بلا رقم")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see("/desk/search", params={"q": "0501234567"})
        assert "+9715•••••67" in page
        assert "971501234567" not in page
        for guess in ("050123456", "97150123456"):
            _, page = await staff.see("/desk/search", params={"q": guess})
            assert "/desk/cases/DF" not in page


async def test_the_audit_keeps_whose_data_was_shown_but_not_the_words(
    running: Running, log: SqlAuditLog
) -> None:
    number = await a_case(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        await staff.see("/desk/search", params={"q": "0501234567"})
        await staff.see("/desk/search", params={"q": "لا شيء كهذا"})
    [(actor, subject, after)] = await audited(log, "searched")
    assert (actor, subject) == ("agent:noura", "all")
    assert after == {"cases": [number], "people": ["desk:someone"]}


async def test_filters_and_pages(running: Running) -> None:
    for count in range(25):
        await a_case(running, caused_by=f"m-{count}", person_id=f"desk:{count}")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see("/desk/search", params={"q": "فاتورة"})
        assert page.count('class="hit"') == 5
        asked = {"q": "فاتورة", "what": "cases"}
        _, page = await staff.see("/desk/search", params=asked)
        assert (page.count('class="hit"'), "page=1" in page) == (20, True)
        _, page = await staff.see("/desk/search", params={**asked, "page": "1"})
        assert page.count('class="hit"') == 5
        _, page = await staff.see("/desk/search", params={**asked, "kind": "suggestion"})
        assert 'class="hit"' not in page
        for wrong in ({"what": "x"}, {"page": "-1"}, {"page": "٣"}, {"page": "99999"}):
            status, _ = await staff.see("/desk/search", params={**asked, **wrong})
            assert status == 200


async def test_another_unit_finds_nothing_and_opens_nobody(
    running: Running, log: SqlAuditLog
) -> None:
    await a_case(running, department="DPS")
    async with at_the_desk(running, "khalid", Role.AGENT, departments="DFS") as staff:
        _, page = await staff.see("/desk/search", params={"q": "0501234567"})
        assert 'class="hit"' not in page
        for path in ("/desk/customers/desk:someone", "/desk/customers/desk:someone/beside"):
            assert (await staff.see(path))[0] == 404
        form = {"way": "case.DF-26-000019"}
        assert (await staff.send("/desk/customers/desk:someone/reveal", form))[0] == 404
    assert await audited(log, "person_read") == await audited(log, "searched") == []


async def a_conversation(running: Running, *texts: str) -> tuple[str, str]:
    """Let a visitor write and wait for people; return the ids of person and conversation."""
    async with Client(running.url) as visitor:
        for count, text in enumerate(texts, start=1):
            await visitor.say(text)
            await visitor.until(lambda count=count: len(visitor.heard) >= count)
        found = await running.house.conversations.find(
            address_of(visitor.session.partition(".")[0])
        )
    assert found is not None
    await running.house.floor.handover.escalate(
        found.id, Escalation(Reason.ASKED), actor="system:test"
    )
    return found.person_id, found.id


async def test_a_message_is_found_as_soon_as_it_is_kept(running: Running) -> None:
    person, conversation = await a_conversation(running, "مرحبا", SAID)
    number = await a_case(running, person_id=person, conversation_id=conversation)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see("/desk/search", params={"q": "والفاتوره", "what": "messages"})
        assert f'href="/desk/inbox/{conversation}#m3"' in page
        assert "<img src=x" not in page
        _, page = await staff.see(f"/desk/inbox/{conversation}")
        assert f'href="/desk/customers/{person}"' in page
        assert f'href="/desk/cases/{number}"' in page


async def test_the_panel_shows_no_case_that_is_not_theirs(running: Running) -> None:
    person, conversation = await a_conversation(running, "مرحبا")
    words = "أبلغ عن رشوة طلبها مدير الإدارة مني شخصيًا"
    number = await a_case(running, person_id=person, text=words)
    assert (await running.house.cases.get(number)).confidential
    async with at_the_desk(running, "noura", Role.SUPERVISOR) as staff:
        _, page = await staff.see(f"/desk/inbox/{conversation}")
        assert "رشوة" not in page
        _, page = await staff.see(f"/desk/customers/{person}")
        assert number not in page


async def test_notes_about_a_person_stay_text_and_are_found(
    running: Running, log: SqlAuditLog
) -> None:
    person, conversation = await a_conversation(running, "مرحبا")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        path = f"/desk/customers/{person}"
        await staff.see(path)
        assert (await staff.send(f"{path}/notes", {"text": "  "}))[0] == 422
        note = f"يفضّل الاتصال صباحًا {ATTACK}"
        assert (await staff.send(f"{path}/notes", {"text": note}))[0] == 303
        for place in (path, f"{path}/beside", f"/desk/inbox/{conversation}"):
            _, page = await staff.see(place)
            assert "&lt;img src=x onerror=alert(1)&gt;" in page
            assert "<img src=x" not in page
        _, page = await staff.see("/desk/search", params={"q": "الاتصال صباحا"})
        assert f'href="{path}"' in page
    [(actor, subject, after)] = await audited(log, "person_noted")
    assert (actor, subject, list(after)) == ("agent:noura", person, ["note"])


async def reveal(staff: Staff, person: str, way: str) -> tuple[int, str]:
    part = {"HX-Request": "true"}
    return await staff.send(f"/desk/customers/{person}/reveal", {"way": way}, headers=part)


async def test_an_address_is_uncovered_one_by_one_and_each_time_kept(
    running: Running, log: SqlAuditLog
) -> None:
    number = await a_case(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        status, page = await staff.see("/desk/customers/desk:someone")
        assert (status, "971501234567" in page, number in page) == (200, False, True)
        for _ in range(2):
            status, part = await reveal(staff, "desk:someone", f"case.{number}")
            assert (status, "+971501234567" in part, "<html" in part) == (200, True, False)
        assert (await reveal(staff, "desk:someone", "identity.1"))[0] == 404
        assert (await reveal(staff, "desk:someone", "case.DF-26-000000"))[0] == 404
    seen = ("agent:noura", "desk:someone", {"way": f"case.{number}"})
    assert await audited(log, "contact_revealed") == [seen, seen]
    assert await audited(log, "person_read") == [("agent:noura", "desk:someone", {})]


async def test_the_shell_has_the_box_for_those_who_may_search(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see("/desk/me")
        assert 'id="search-words"' in page
        assert "اختصارات لوحة المفاتيح" in page
    async with at_the_desk(running, "admin", Role.ADMIN) as staff:
        _, page = await staff.see("/desk/me")
        assert 'id="search-words"' not in page
