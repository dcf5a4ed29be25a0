"""Administration: accounts, blocks, ready replies, erasure and holds, health, the audit."""

from __future__ import annotations

import re

from app.bootstrap import now
from tests.app.desk.test_privacy_pages import FORM
from tests.app.webchat_house import Client
from tests.e2e.visit import Furnished, Place, Visit
from watch.model import Problem, Trouble

ERASURE = "/desk/administration/erasure"
RETENTION = "/desk/administration/retention"
HOLIDAYS = (
    {
        "kind": "hours",
        "first": "2026-12-14",
        "last": "2026-12-15",
        "name_ar": "أمطار غزيرة",
        "name_en": "Heavy rain",
        "hours": "09:00-12:00, 13:00-14:30",
    },
    {
        "kind": "closure",
        "first": "2026-12-06",
        "last": "2026-12-08",
        "name_ar": "صيانة المبنى INV-9",
        "name_en": "Building works",
        "hours": "",
    },
)

CLOSED = {**HOLIDAYS[1], "first": "2026-12-09", "last": "2026-12-22"}


async def furnish(visit: Visit) -> Furnished:
    staff, office = visit.staff, visit.running.house.back_office
    for target, reason in (("203.0.113.7", "إزعاج متكرر"), ("198.51.100.0/24", "رسائل آلية")):
        form = {"target": target, "reason": reason, "span": "week"}
        assert (await staff.send("/desk/administration/blocks", form))[0] == 303
    sending = visit.running.house.conversations
    await sending.stop_channel("whatsapp", code="190", check_at=None, at=now())  # type: ignore[attr-defined]
    incidents = office._incidents
    facts = {"code": "190", "pending": 3}
    await incidents.see(Problem(Trouble.CHANNEL_STOPPED, "whatsapp", facts), at=now())
    for incident in await incidents.open():
        await incidents.told(incident.id, [("huda@finance.example", "ar")], at=now())
    [reply, *_] = await office.canned.all()
    new = {
        "email": "salem-{language}@finance.example",
        "name_ar": "سالم الكتبي",
        "name_en": "Salem Al Ketbi",
        "role": "agent",
        "department": "DPS",
        "capacity": "٤",
        "active": "on",
    }
    wrong = {"email": "not an address", "name_en": "Khalid", "capacity": "40"}
    calendar = "/desk/administration/calendar"
    for rule in HOLIDAYS:
        form = {**rule, "step": "keep"}
        assert (await staff.send(f"{calendar}/days", form))[0] == 303
    wrong_days = {**HOLIDAYS[0], "last": "2026-01-01"}
    units = "/desk/administration/departments"
    wrong_unit = {"code": "dps", "name_ar": "قسم الزكاة", "contact": "04 555 0100"}
    return {
        f"{units}/{{code}}": [f"{units}/DPS"],
        f"{units}/new": [Place(f"{units}/new", "wrong", form=wrong_unit)],
        calendar: [
            Place(f"{calendar}/days", "look", form={**CLOSED, "step": "look"}),
            Place(f"{calendar}/days", "wrong", form=wrong_days),
        ],
        "/desk/people/new": [
            Place("/desk/people/new", "password", form=new),
            Place("/desk/people/new", "wrong", form=wrong),
        ],
        "/desk/people/{id}": [f"/desk/people/{visit.colleague.account.id}"],
        "/desk/administration/canned/{reply}": [f"/desk/administration/canned/{reply.id}"],
        RETENTION: [Place(RETENTION, "count", form={**FORM, "step": "count"})],
        **await _erased(visit),
    }


async def _erased(visit: Visit) -> Furnished:
    """Erase one person, and hold another."""
    found = []
    for words in ("أين فاتورة شمسة INV-9؟", "اسمي سيف ورقم الفاتورة INV-10"):
        async with Client(visit.running.url) as citizen:
            await citizen.say(words)
            await citizen.until(lambda: bool(citizen.heard))
            found.append(citizen.session.partition(".")[0])
    persons: list[str] = []
    for session in found:
        _, page = await visit.staff.see(f"{ERASURE}?named={session}")
        persons.append(page.partition('name="person" value="')[2].partition('"')[0])
    form = {"person": persons[0], "reason": "طلب صاحبة البيانات", "sure": "yes"}
    assert (await visit.staff.send(ERASURE, form))[0] == 303
    hold = {"kind": "person", "subject": persons[1], "reason": "دعوى رقم 1177 لسنة 2026"}
    await visit.staff.send("/desk/administration/holds", hold)
    _, page = await visit.staff.see(ERASURE)
    [certificate, *_] = re.findall(rf'href="({ERASURE}/\d+)"', page)
    return {
        ERASURE: [Place(f"{ERASURE}?named={found[1]}", "found")],
        ERASURE + "/{erasure}": [certificate],
    }
