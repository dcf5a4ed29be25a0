"""The audit as admins read it."""

from accounts.model import Role
from tests.app.desk.staff import at_the_desk, hired
from tests.app.webchat_house import Running


async def test_tells_who_changed_what_and_can_be_narrowed(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        khalid = await hired(running, "khalid", Role.AGENT)
        form = {"email": khalid.email, "name_ar": "خالد <b>", "role": "agent", "capacity": "٩"}
        status, _ = await staff.send(f"/desk/people/{khalid.id}", {**form, "active": "on"})
        assert status == 303
        status, page = await staff.see("/desk/audit?action=account_changed")
        assert status == 200
        for expected in ("نورة المزروعي", "خالد &lt;b&gt;", "capacity", "<bdi>4</bdi>"):
            assert expected in page
        _, page = await staff.see("/desk/audit?actor=agent:khalid")
        assert "لا توجد نتائج مطابقة" in page


async def test_pages_back_without_a_gap(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        for number in range(60):
            await hired(running, f"person-{number}", Role.AGENT)
        _, first = await staff.see("/desk/audit?action=account_added")
        assert first.count("account_added</bdi>") == 50
        older = first.partition("before=")[2].partition('"')[0]
        _, second = await staff.see(f"/desk/audit?action=account_added&before={older}")
        assert second.count("account_added</bdi>") == 11
        status, _ = await staff.see("/desk/audit?before=x&actor=%00&subject=" + "a" * 500)
        assert status == 200
