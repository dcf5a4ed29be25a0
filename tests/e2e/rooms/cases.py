"""Cases: one that has been through much, one to tell by phone, and a city of them for managers."""

from __future__ import annotations

from cases.model import CaseKind, CaseState
from tests.app.desk.test_cases_pages import opened
from tests.app.desk.test_oversight_pages import a_city
from tests.e2e.test_case_page import much_happened
from tests.e2e.visit import Furnished, Place, Visit

BY_PHONE = {
    "kind": "complaint",
    "channel": "phone",
    "text": "اتصل بشأن الفاتورة INV-20931 ولم يُرد إليه المبلغ",
    "name": "راشد المهيري",
    "contact": "0501234567",
    "language": "ar",
    "unit": "ACC",
    "once": "by-phone-1",
}


async def furnish(visit: Visit) -> Furnished:
    staff, running = visit.staff, visit.running
    number = await much_happened(running)
    customer = (await running.house.cases.get(number)).person_id
    called = await opened(
        running,
        caused_by="m-81",
        channel="phone",
        person_id="desk:called-81",
        conversation_id="",
        text="تأخر صرف المعاش، ورقم الملف MIL-30021",
        department="MIL",
    )
    await running.house.cases.move(called, CaseState.OPEN, actor="agent:noura")
    suggestion = await opened(
        running,
        caused_by="m-82",
        kind=CaseKind.SUGGESTION,
        text="I suggest a text message after each payment, like INV-9 did not get",
        department="STRAT",
    )
    await a_city(running, 60)
    await staff.send(f"/desk/customers/{customer}/notes", {"text": "يفضّل الاتصال بعد الظهر"})
    return {
        "/desk/cases/{number}": [
            Place(f"/desk/cases/{number}", "much"),
            Place(f"/desk/cases/{called}", "phone"),
            Place(f"/desk/cases/{suggestion}", "suggestion"),
        ],
        "/desk/cases/{number}/replies": [f"/desk/cases/{number}/replies"],
        "/desk/cases/new": [
            Place("/desk/cases/new", "opened", form=BY_PHONE),
            Place("/desk/cases/new", "missing", form={**BY_PHONE, "text": ""}),
        ],
        "/desk/cases/find": [Place("/desk/cases/find?number=DF-26-999999", "nothing")],
        "/desk/customers/{person}": [f"/desk/customers/{customer}"],
        "/desk/customers/{person}/beside": [f"/desk/customers/{customer}/beside"],
        "/desk/search": [
            Place("/desk/search?q=INV-20931", "found"),
            Place("/desk/search?q=لا شيء كهذا", "nothing"),
        ],
        "/desk/oversight/cases": [Place("/desk/oversight/cases?unit=DPS&clock=late", "late")],
    }
