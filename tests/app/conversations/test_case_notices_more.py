"""More of what people and owners are told: objections, erased people; on both databases."""

import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.notices import NoticeKind
from conversations.notice_ports import NoticeState
from stores.erased_words import empty_cases
from stores.notice_writes import NOTICES
from tests.app.notice_house import CHAT, NOURA, House, at


@pytest_asyncio.fixture
async def house(engine: AsyncEngine) -> House:
    return House(engine)


async def test_an_objection_reaches_the_unit_and_one_taken_by_staff_the_person(
    house: House,
) -> None:
    first, second = await house.opened(), await house.opened()
    for number in (first, second):
        await house.handling.resolve(number, "upheld", "نعم.", actor=NOURA, seen=0)
    await house.round()
    said = len(await house.said())
    await house.cases.grieve(first, "الخصم مكرر", actor="person:p-1", caused_by="m-9")
    await house.cases.grieve(second, "قال هاتفيًا", actor=NOURA, caused_by="desk:1")
    await house.round()
    assert house.owners.told == {f"{first}:2": NoticeKind.OBJECTED}
    texts = await house.texts()
    assert len(texts) == said + 1
    assert texts[-1] == (
        f"سُجّل تظلّمك من نتيجة طلبك رقم {second}، وأُعيد الطلب إلى إدارة تنظيم أنظمة الدفع الرقمية "
        "لمراجعته. يصلك الرد في موعد أقصاه الخميس 5 نوفمبر."
    )


async def test_nobody_is_told_of_a_case_whose_person_was_erased(house: House) -> None:
    number = await house.opened()
    await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    async with house.engine.begin() as connection:
        await empty_cases(connection, [number])
    await house.round()
    assert await house.said(CHAT) == []
    assert await house.states(number) == [(NoticeKind.ASKED, NoticeState.DROPPED)]


async def test_a_change_and_its_notice_are_one_transaction(house: House) -> None:
    number = await house.opened()
    async with house.engine.begin() as connection:
        await connection.execute(  # as if the process had died before it wrote the last row
            sa.insert(NOTICES).values(
                id=f"{number}:1",
                case_number=number,
                version=99,
                kind="asked",
                at=at("01 10:00"),
                state="said",
            )
        )
    try:
        await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    except sa.exc.IntegrityError:
        pass
    else:
        raise AssertionError("the notice was left out")
    case = await house.cases.get(number)
    assert (case.state.value, case.version) == ("new", 0)
