"""Periods, erasing and holds at the desk."""

from accounts.model import Role
from privacy.model import HoldKind, Kind
from tests.app.desk.staff import at_the_desk
from tests.app.webchat_house import Client, Running

FORM = {"messages": "٣٦٥", "cases": "1825", "attachments": "", "sessions": "90", "mails": "90"}


async def conversation_of(running: Running) -> str:
    """Return the conversation of whoever wrote."""
    events = await running.house.conversations.events_after(0)
    return next(one.conversation_id for one in events if one.conversation_id)


async def test_a_period_is_counted_before_it_is_kept(running: Running) -> None:
    place = "/desk/administration/retention"
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        status, page = await staff.send(place, {**FORM, "step": "count"})
        assert (status, 'value="keep"' in page) == (200, True)
        store = running.house.back_office.keeping.store
        assert (await store.periods())[Kind.MESSAGES].days == 730
        status, _ = await staff.send(place, {**FORM, "step": "keep"})
        assert status == 303
        periods = await store.periods()
        assert (periods[Kind.MESSAGES].days, periods[Kind.ATTACHMENTS].days) == (365, None)
        _, page = await staff.see(place)
        assert "نورة المزروعي" in page
        _, page = await staff.see("/desk/audit?action=retention_changed")
        assert "messages" in page


async def test_a_slip_of_the_finger_does_not_empty_the_house(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        for typed in ("3", "abc", "-5", "<b>9", "999999"):
            form = {**FORM, "messages": typed, "step": "keep"}
            status, page = await staff.send("/desk/administration/retention", form)
            assert (status, 'id="wrong-messages"' in page) == (422, True), typed
            assert "<b>9" not in page


async def test_a_person_is_found_erased_and_certified(running: Running) -> None:
    async with Client(running.url) as citizen:
        await citizen.say("أين فاتورة شمسة INV-9؟")
        await citizen.until(lambda: bool(citizen.heard))
    session = await conversation_of(running)
    place = "/desk/administration/erasure"
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        _, page = await staff.see(f"{place}?named={session}")
        person = page.partition('name="person" value="')[2].partition('"')[0]
        assert len(person) == 36
        status, page = await staff.send(place, {"person": person, "reason": "طلب"})
        assert (status, "يُرجى كتابة السبب" in page) == (422, True)
        form = {"person": person, "reason": "طلب <b>صاحبة</b> البيانات", "sure": "yes"}
        async with staff.http.post(place, data={**form, "csrf": staff.token}) as answer:
            page = await answer.text()
            assert answer.status == 200
        assert "شهادة محو بيانات شخصية" in page
        assert "طلب &lt;b&gt;صاحبة&lt;/b&gt; البيانات" in page
        [erasure] = await running.house.back_office._erasures.recent()
        assert erasure.digest in page
        assert erasure.number in page
        status, _ = await staff.see(f"{place}/999")
        assert status == 404
        _, page = await staff.see(f"{place}?named={session}")
        assert "مُحيت بياناته من قبل" in page
    texts = await running.house.conversations.history(session, after=0, limit=9)
    assert {one.text for one in texts[0]} == {"[حُذف هذا النص]"}


async def test_a_hold_stands_between_a_person_and_erasing(running: Running) -> None:
    async with Client(running.url) as citizen:
        await citizen.say("مرحبًا")
        await citizen.until(lambda: bool(citizen.heard))
    session = await conversation_of(running)
    [known] = await running.house.back_office._erasures.find(session)
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        form = {"kind": "person", "subject": known.person_id, "reason": "نزاع قضائي"}
        status, _ = await staff.send("/desk/administration/holds", form)
        assert status == 303
        _, page = await staff.see(f"/desk/administration/erasure?named={session}")
        assert "نزاع قضائي" in page
        assert 'name="sure"' not in page
        gone = {"person": known.person_id, "reason": "طلب", "sure": "yes"}
        status, page = await staff.send("/desk/administration/erasure", gone)
        assert (status, "حجز قانوني" in page) == (409, True)
        [hold] = await running.house.back_office._holds.standing()
        assert (hold.kind, hold.by) == (HoldKind.PERSON, "agent:noura")
        status, _ = await staff.send(f"/desk/administration/holds/{hold.id}/lift", {})
        assert status == 303
        missing = {"kind": "case", "subject": "DF-26-999999", "reason": "x"}
        status, page = await staff.send("/desk/administration/holds", missing)
        assert (status, "لم نجد" in page) == (422, True)
