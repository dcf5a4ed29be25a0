"""Cases at the desk: who sees which, what is done with them, and a case for a caller."""

import re

from accounts.model import Role
from cases.model import CaseKind, CaseState
from cases.service import OpenRequest
from kernel.language import Language
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running

COMPLAINT = OpenRequest(
    kind=CaseKind.COMPLAINT,
    text="انخصم المبلغ مرتين عن الفاتورة INV-9 <script>alert(1)</script>",
    language=Language.AR,
    channel="webchat",
    person_id="p-7",
    conversation_id="c-7",
    caused_by="m-1",
    department="DPS",
    department_confidence=0.9,
    contact="٠٥٠ ١٢٣ ٤٥٦٧",
)


async def opened(running: Running, **changes: object) -> str:
    from dataclasses import replace

    case = await running.house.cases.open(replace(COMPLAINT, **changes))  # type: ignore[arg-type]
    return case.number


async def test_a_list_shows_ones_own_units_only(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", Role.AGENT, departments="DPS") as staff:
        status, page = await staff.see("/desk/cases")
        assert (status, number in page) == (200, True)
        assert "<script>alert" not in page
        status, _ = await staff.see(f"/desk/cases/{number}")
        assert status == 200
    async with at_the_desk(running, "khalid", Role.AGENT, departments="REV") as staff:
        for path in ("/desk/cases", "/desk/cases?unit=DPS", "/desk/cases?view=nothing&kind=x"):
            status, page = await staff.see(path)
            assert (status, number in page) == (200, False)
        assert (await staff.see(f"/desk/cases/{number}"))[0] == 404
        for what in ("move", "note", "class", "contact"):
            assert (await staff.send(f"/desk/cases/{number}/{what}", {}))[0] == 404


async def test_a_confidential_case_is_seen_by_its_own_unit_alone(running: Running) -> None:
    words = "أبلغ عن رشوة طلبها مدير الإدارة مني شخصيًا"
    number = await opened(running, text=words)
    case = await running.house.cases.get(number)
    assert case.confidential
    async with at_the_desk(running, "noura", Role.SUPERVISOR) as staff:
        assert number not in (await staff.see("/desk/cases"))[1]
        assert (await staff.see(f"/desk/cases/{number}"))[0] == 404
    unit = case.department
    async with at_the_desk(running, "mariam", Role.AGENT, departments=unit) as staff:
        assert number in (await staff.see("/desk/cases"))[1]
        assert (await staff.see(f"/desk/cases/{number}"))[0] == 200


async def test_a_number_is_found_however_it_is_typed(running: Running) -> None:
    number = await opened(running)
    typed = number.removeprefix("DF-").translate(str.maketrans("0123456789-", "٠١٢٣٤٥٦٧٨٩ "))
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        async with staff.http.get(
            "/desk/cases/find", params={"number": f"طلب {typed}"}, allow_redirects=False
        ) as answer:
            assert answer.headers["Location"] == f"/desk/cases/{number}"
        status, page = await staff.see("/desk/cases/find?number=nothing")
        assert (status, "nothing" in page) == (404, True)


async def test_a_case_is_worked_on_to_its_end(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        place = f"/desk/cases/{number}"
        assert (await staff.send(f"{place}/move", {"to": "open"}))[0] == 303
        assert (await staff.send(f"{place}/note", {"note": "تحتاج تأكيد البنك"}))[0] == 303
        assert (await staff.send(f"{place}/note", {"note": "  "}))[0] == 422
        status, page = await staff.send(f"{place}/move", {"to": "resolved"})
        assert (status, "يرجى اختيار النتيجة" in page) == (422, True)
        status, page = await staff.send(f"{place}/move", {"to": "new"})
        assert (status, "لا يمكن نقل الطلب" in page) == (422, True)
        assert (await staff.send(f"{place}/move", {"to": "no such state"}))[0] == 400
        version = (await running.house.cases.get(number)).version
        form = {"version": str(version), "outcome": "upheld"}
        assert (await staff.send(f"{place}/resolve", form))[0] == 422  # nothing is told
        sent = await staff.send(f"{place}/resolve", {**form, "answer": "رُدّ المبلغ"})
        assert sent[0] == 303
        _, page = await staff.see(place)
        for expected in ("تحتاج تأكيد البنك", "رُدّ المبلغ", "نورة المزروعي", "مسار الإحالة"):
            assert expected in page
    case = await running.house.cases.get(number)
    assert case.state is CaseState.RESOLVED
    actors = {event.actor for event in await running.house.cases.timeline(number)}
    assert actors == {"person:p-7", "agent:noura"}


async def test_a_new_case_too_ends_with_an_outcome_only(running: Running) -> None:
    number = await opened(running, text="تجربة تجربة REF-9")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        place = f"/desk/cases/{number}"
        _, page = await staff.see(place)
        assert 'option value="open"' in page
        assert 'option value="closed"' not in page
        status, page = await staff.send(f"{place}/move", {"to": "closed"})
        assert (status, "يرجى اختيار النتيجة" in page) == (422, True)
        form = {"version": "0", "outcome": "void", "answer": ""}
        assert (await staff.send(f"{place}/resolve", form))[0] == 303
        assert "لا إجراء" in (await staff.see(place))[1]
        assert (await staff.send(f"{place}/move", {"to": "closed"}))[0] == 303
    case = await running.house.cases.get(number)
    assert (case.state, case.course.outcome) == (CaseState.CLOSED, "void")


async def test_a_case_passed_on_leaves_ones_own_list(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", Role.AGENT, departments="DPS") as staff:
        form = {"kind": "complaint", "unit": "REV", "priority": "p2", "note": "رسوم"}
        place = f"/desk/cases/{number}/class"
        async with staff.http.post(
            place, data=form, headers={"X-CSRF-Token": staff.token}, allow_redirects=False
        ) as answer:
            assert answer.headers["Location"] == "/desk/cases"
        assert (await staff.see(f"/desk/cases/{number}"))[0] == 404
        bad = {**form, "unit": "NOWHERE"}
        assert (await staff.send(place, bad))[0] == 404


async def test_a_contact_is_hidden_until_somebody_asks_and_that_is_kept(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", *Role) as staff:
        _, page = await staff.see(f"/desk/cases/{number}")
        assert "+971501234567" not in page
        assert "+9715•••••67" in page
        _, page = await staff.send(f"/desk/cases/{number}/contact", {})
        assert "+971501234567" in page
        _, page = await staff.see(f"/desk/audit?subject={number}")
        for expected in ("contact_revealed", "case_read", "case_opened"):
            assert expected in page


async def test_a_case_for_a_caller_is_opened_once(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see("/desk/cases/new")
        form = {
            "once": the_once(page),
            "channel": "phone",
            "kind": "complaint",
            "text": "المتصل دفع الرسوم مرتين عن طلب INV-77",
            "contact": "٠٥٥٧٧٧٧٧٧٧",
        }
        _, first = await staff.send("/desk/cases/new", form)
        _, second = await staff.send("/desk/cases/new", form)
        assert the_number(first) == the_number(second)
        case = await running.house.cases.get(the_number(first))
        assert (case.channel, case.contact) == ("phone", "+971557777777")
        [event] = await running.house.cases.timeline(case.number)
        assert event.actor == "agent:noura"
        await incomplete(staff, form)


async def incomplete(staff: Staff, form: dict[str, str]) -> None:
    for name in ("channel", "kind", "text", "contact"):
        status, page = await staff.send("/desk/cases/new", {**form, name: ""})
        assert (status, f'id="wrong-{name}"' in page) == (422, True)


def the_once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found.group(1)


def the_number(page: str) -> str:
    found = re.search(r"DF-\d\d-\d+", page)
    assert found
    return found.group()
