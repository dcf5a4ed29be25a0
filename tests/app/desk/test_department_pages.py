"""Units changed on screen: forms, names and routing follow without a restart."""

from collections.abc import Iterator

import pytest

from accounts.model import Role
from cases.departments import DEPARTMENTS
from tests.app.desk.staff import at_the_desk
from tests.app.desk.test_cases_pages import opened
from tests.app.webchat_house import Running

PLACE = "/desk/administration/departments"
FORM = {
    "code": "zakat",
    "name_ar": "قسم الزكاة",
    "name_en": "Zakat Section <b>",
    "owns_ar": "احتساب الزكاة",
    "owns_en": "zakat",
    "contact": "04 555 0100",
    "active": "on",
}


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    """Units are one for a process: leave them to other tests as they ship."""
    yield
    DEPARTMENTS.announce({})


async def test_a_new_unit_is_offered_and_gets_cases_at_once(running: Running) -> None:
    async with at_the_desk(running, "mona", Role.ADMIN, Role.AGENT) as mona:
        assert (await mona.send(f"{PLACE}/new", FORM))[0] == 303
        _, page = await mona.see(PLACE)
        assert "قسم الزكاة" in page
        _, page = await mona.see("/desk/cases/new")
        assert '<option value="ZAKAT">قسم الزكاة' in page
        case = {"kind": "complaint", "channel": "phone", "text": "خطأ في زكاة INV-9"}
        case |= {"contact": "0501234567", "unit": "ZAKAT", "once": "once-1"}
        status, page = await mona.send("/desk/cases/new", case)
        assert (status, "قسم الزكاة" in page) == (200, True)
        _, page = await mona.see(PLACE)
        row = page.partition(f'href="{PLACE}/ZAKAT"')[2].partition("</tr>")[0]
        assert '<bdi class="num">1</bdi>' in row
        _, page = await mona.see("/desk/audit?action=department_added")
        assert "ZAKAT" in page
        _, page = await mona.see(f"{PLACE}/ZAKAT")
        assert "لديها طلب واحد غير منجز" in page
        assert "Zakat Section &lt;b&gt;" in page


async def test_a_unit_that_is_put_out_of_use_keeps_its_cases_and_gets_no_more(
    running: Running,
) -> None:
    number = await opened(running, department="DPS", department_confidence=1.0)
    async with at_the_desk(running, "mona", Role.ADMIN, Role.AGENT) as mona:
        _, page = await mona.see(f"{PLACE}/DPS")
        unit = DEPARTMENTS["DPS"]
        form = {"name_ar": "الدفع الرقمي", "name_en": unit.name_en, "code": "OTHER"}
        form |= {"owns_ar": unit.owns_ar, "owns_en": unit.owns_en, "contact": ""}
        assert (await mona.send(f"{PLACE}/DPS", form))[0] == 303
        _, page = await mona.see("/desk/cases/new")
        assert 'value="DPS"' not in page
        case = {"kind": "complaint", "channel": "phone", "text": "دفعت مرتين", "unit": "DPS"}
        case |= {"contact": "0501234567", "once": "once-2"}
        assert (await mona.send("/desk/cases/new", case))[0] == 422
        status, page = await mona.see(f"/desk/cases/{number}")
        assert (status, "الدفع الرقمي" in page) == (200, True)
        assert '<option value="DPS" selected>' in page  # what it is stays what it is
        later = await opened(running, caused_by="m-2", department="DPS", department_confidence=1.0)
        assert (await running.house.cases.get(later)).department == "CUST"


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("new", {"code": "زكاة"}, "code"),
        ("new", {"code": "dps"}, "code"),
        ("new", {"owns_en": ""}, "owns_en"),
        ("CUST", {"active": None}, "active"),
    ],
)
async def test_what_cannot_be_comes_back_with_what_was_typed(
    running: Running, path: str, changes: dict[str, str | None], field: str
) -> None:
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    async with at_the_desk(running, "mona", Role.ADMIN) as mona:
        status, page = await mona.send(f"{PLACE}/{path}", form)
        assert (status, f'id="wrong-{field}"' in page) == (422, True)
        assert "قسم الزكاة" in page
    assert DEPARTMENTS["CUST"].active


async def test_a_conversation_is_never_passed_to_a_unit_that_is_not(running: Running) -> None:
    from tests.app.desk.test_inbox_pages import a_waiting_conversation, an_agent
    from tests.app.webchat_house import Client

    async with Client(running.url) as client, an_agent(running, "noura") as noura:
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        for move, form in (
            ("transfer", {"unit": "NOBODY"}),
            ("close", {"outcome": "resolved", "department": "NOBODY"}),
        ):
            assert (await noura.send(f"/desk/inbox/{id_}/{move}", form))[0] == 400
