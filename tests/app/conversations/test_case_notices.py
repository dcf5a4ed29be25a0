"""People hear of each change of their case, once, on both databases; times are Dubai's.

2 November 2026 is a Monday without holidays near it, see ``test_follow_through``.
"""

import asyncio
from datetime import time

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.model import Case, CaseKind, CaseState, Priority
from cases.notices import NoticeKind
from cases.service import CaseService
from conversations.model import MessageState, Sender
from conversations.notice_ports import NoticeState
from kernel.language import Language
from stores.conversation_rows import MESSAGES
from tests.app.notice_house import HOLD, NOURA, PHONE, House, at, plain


@pytest_asyncio.fixture
async def house(engine: AsyncEngine) -> House:
    return House(engine)


async def test_what_the_person_did_themselves_is_not_told(house: House) -> None:
    number = await house.opened()
    await house.cases.follow_up(number, "وين الرد؟", person_id="p-1", caused_by="m-2")
    await house.cases.move(number, CaseState.OPEN, actor=NOURA)
    await house.cases.add_note(number, "اتصلنا بالبنك", actor=NOURA)
    await house.handling.take(number, actor=NOURA, seen=await house.version(number))
    await house.round()
    assert await house.said() == []
    assert await house.states(number) == []


async def test_a_case_that_staff_opened_is_told_with_its_number_and_day(house: House) -> None:
    number = await house.opened(opened_by=NOURA)
    await house.round()
    [line] = await house.said()
    assert (line.sender, line.state, line.reason) == (
        Sender.SYSTEM,
        MessageState.PENDING,
        "notice",
    )
    assert f"\u2068{number}\u2069" in line.text
    assert plain(line.text) == (
        f"سُجّلت شكواك برقم {number} لدى إدارة تنظيم أنظمة الدفع الرقمية، ويمكنك متابعتها من هنا "
        "بذكر رقمها. يصلك الرد في موعد أقصاه الأربعاء 11 نوفمبر."
    )
    assert await house.states(number) == [(NoticeKind.OPENED, NoticeState.SAID)]
    on_paper = await house.opened(None, opened_by=NOURA)  # heard the number at the counter
    assert await house.states(on_paper) == []


async def test_a_slip_that_is_put_right_at_once_is_told_once(house: House) -> None:
    number = await house.opened()
    for unit in ("REV", "ACC"):
        await house.cases.reclassify(
            number, kind=CaseKind.COMPLAINT, department=unit, priority=Priority.P3, actor=NOURA
        )
    await house.round("02 10:00")
    assert await house.said() == []  # not yet
    await house.round()
    assert await house.texts() == [
        f"أُحيل طلبك رقم {number} إلى قطاع الحسابات المركزية للاختصاص. "
        "يصلك الرد في موعد أقصاه الأربعاء 11 نوفمبر."
    ]
    assert [state for _, state in await house.states(number)] == [
        NoticeState.DROPPED,
        NoticeState.SAID,
    ]


async def test_ten_at_once_tell_it_once(house: House) -> None:
    number = await house.opened()
    await house.cases.move(number, CaseState.OPEN, actor=NOURA)
    await house.handling.resolve(
        number, "upheld", "أُعيد المبلغ.", actor=NOURA, seen=await house.version(number)
    )
    house.moment += HOLD
    many = [house.notices() for _ in range(10)]
    await asyncio.gather(*(one.round() for one in many))
    await house.round()
    assert len(await house.said()) == 1
    await house.round()
    assert len(await house.said()) == 1


async def test_the_outcome_is_told_with_the_answer_and_the_last_day_to_object(
    house: House,
) -> None:
    number = await house.opened()
    await house.handling.resolve(
        number, "not_upheld", "الخصم موافق للعقد CN-7.", actor=NOURA, seen=0
    )
    await house.round("03 10:00")
    [text] = await house.texts()
    assert text.split("\n") == [
        f"راجعنا شكواك رقم {number}، ولم يتبيّن لنا ما يؤيدها.",
        "الخصم موافق للعقد CN-7.",
        "إن كنت لا توافق على النتيجة فيمكنك التظلّم منها بالكتابة هنا في موعد أقصاه "
        "الاثنين 9 نوفمبر.",
    ]


async def test_in_english_and_of_each_kind(house: House) -> None:
    for kind, outcome, first in (
        (CaseKind.SUGGESTION, "adopted", "We studied your suggestion"),
        (CaseKind.CONSULTATION, "answered", "The opinion you asked for"),
        (CaseKind.CALLBACK, "not_reached", "We tried to call you"),
        (CaseKind.COMPLAINT, "withdrawn", "Your case"),
    ):
        number = await house.opened(kind=kind, language=Language.EN)
        await house.handling.resolve(number, outcome, "See INV-9.", actor=NOURA, seen=0)
        await house.round()
        told = (await house.said())[-1]
        assert told.language is Language.EN
        assert told.text.startswith(first)
        assert number in told.text
        assert ("by Monday 9 November" in plain(told.text)) is (kind is not CaseKind.CALLBACK)


async def test_of_what_was_no_case_nothing_is_told(house: House) -> None:
    number = await house.opened()
    await house.handling.resolve(number, "void", "", actor=NOURA, seen=0)
    await house.round()
    await house.cases.move(number, CaseState.CLOSED, actor=NOURA)
    await house.round()
    assert await house.said() == []


async def test_who_is_asked_hears_for_what_and_until_when(house: House) -> None:
    number = await house.opened()
    asked = await house.handling.ask(number, "صورة الفاتورة INV-9", actor=NOURA, seen=0)
    assert (asked.state, asked.course.owner) == (CaseState.WAITING_CITIZEN, NOURA)
    await house.round()
    [text] = await house.texts()
    first, words, how = text.split("\n")
    assert (first, words) == (
        f"لإكمال طلبك رقم {number} نحتاج منك إلى ما يأتي:",
        "صورة الفاتورة INV-9",
    )
    assert "الاثنين 9 نوفمبر" in how
    # Half way they are reminded, and at the end the case goes on.
    house.moment = at("05 10:00")
    await house.chasing.chase()
    await house.round()
    assert "نذكّرك" in (await house.texts())[-1]
    house.moment = at("09 15:30")
    await house.chasing.chase()
    await house.round()
    assert "نتابعه الآن بما لدينا" in (await house.texts())[-1]
    assert [kind for kind, _ in await house.states(number)] == [
        NoticeKind.ASKED,
        NoticeKind.ASKED_AGAIN,
        NoticeKind.GOES_ON,
    ]


async def test_an_answer_starts_the_clock_again_and_reaches_the_owner_once(house: House) -> None:
    number = await house.opened()
    await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    await house.round()
    house.moment = at("03 10:00")
    for _ in range(2):
        await house.cases.follow_up(number, "الإيصال R-11", person_id="p-1", caused_by="m-9")
    case = await house.cases.get(number)
    assert (case.state, case.course.paused_since) == (CaseState.OPEN, None)
    await house.round()
    await house.round()
    assert house.owners.told == {f"{number}:2": NoticeKind.ANSWERED}
    assert len(await house.said()) == 1  # the question; the assistant thanks by itself


async def test_a_question_that_was_answered_meanwhile_is_not_asked(house: House) -> None:
    number = await house.opened()
    await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    await house.cases.follow_up(number, "الإيصال R-11", person_id="p-1", caused_by="m-9")
    await house.round()
    assert await house.said() == []


async def test_late_is_told_with_a_day_and_a_new_date_with_its_reason(house: House) -> None:
    number = await house.opened()
    for moment in ("03 08:45", "03 15:30", "04 15:30", "06 12:00"):  # no contact in time
        house.moment = at(moment)
        await house.chasing.chase()
    await house.round("11 15:29")
    assert await house.said() == []  # the answer is not late yet
    for _ in range(2):
        house.moment = at("11 15:30")
        await house.chasing.chase()
        await house.round()
    assert await house.texts() == [
        f"نعتذر عن تأخر الرد على شكواك رقم {number}. ما زلنا نعمل عليها، ويصلك منا الرد أو موعد "
        "جديد في موعد أقصاه الاثنين 16 نوفمبر."
    ]
    house.moment = at("12 10:00")
    await house.handling.promise(
        number, "ننتظر كشف البنك.", at("18 12:00"), actor=NOURA, seen=await house.version(number)
    )
    await house.round()
    assert (await house.texts())[-1].split("\n") == [
        f"يحتاج طلبك رقم {number} إلى وقت أطول مما توقعنا، ونعتذر عن ذلك. موعد الرد الجديد: "
        "الأربعاء 18 نوفمبر.",
        "ننتظر كشف البنك.",
    ]


async def test_waiting_for_another_entity_opening_again_and_merging_are_told(
    house: House,
) -> None:
    number, other = await house.opened(), await house.opened()
    await house.cases.move(number, CaseState.OPEN, actor=NOURA)
    await house.cases.move(number, CaseState.WAITING_ENTITY, actor=NOURA)
    await house.round()
    assert "جهة أخرى" in (await house.texts())[-1]
    await house.cases.move(number, CaseState.RESOLVED, actor=NOURA)
    await house.round()
    assert (await house.texts())[-1].startswith(f"أُنجز طلبك رقم {number}.")
    await house.work.reopen(
        number, "خطأ", actor=NOURA, supervises=False, seen=await house.version(number)
    )
    await house.round()
    assert "أُعيد فتح طلبك" in (await house.texts())[-1]
    await house.work.merge(number, into=other, actor=NOURA, seen=await house.version(number))
    await house.round()
    assert (await house.texts())[-1].startswith(f"ضُمّ طلبك رقم {number} إلى طلبك رقم {other}")


async def test_closing_is_told_only_where_it_is_wanted(house: House) -> None:
    number = await house.opened()
    await house.handling.resolve(number, "upheld", "نعم.", actor=NOURA, seen=0)
    house.moment = at("09 15:30")
    await house.chasing.chase()
    await house.round(off=frozenset({NoticeKind.CLOSED, NoticeKind.RESOLVED}))
    assert await house.said() == []
    assert {state for _, state in await house.states(number)} == {NoticeState.DROPPED}
    again = await house.opened()
    await house.handling.resolve(again, "upheld", "نعم.", actor=NOURA, seen=0)
    await house.round()
    house.moment = at("17 15:30")
    await house.chasing.chase()
    await house.round()
    assert (await house.texts())[-1].startswith(f"أُغلق طلبك رقم {again}.")


async def test_in_the_quiet_hours_nothing_is_said_but_nothing_is_lost(house: House) -> None:
    number = await house.opened()
    await house.handling.resolve(number, "upheld", "نعم.", actor=NOURA, seen=0)
    hours = (time(8), time(21))
    await house.round("02 21:00", hours=hours)
    assert await house.said() == []
    await house.round("03 07:59", hours=hours)
    assert await house.said() == []
    await house.round("03 08:00", hours=hours)
    assert len(await house.said()) == 1


async def test_a_confidential_case_is_told_without_its_substance(house: House) -> None:
    number = await house.opened(text="أبلغ عن رشوة طلبها مدير الإدارة مني شخصيًا")
    case = await house.cases.get(number)
    assert case.confidential
    await house.handling.resolve(number, "upheld", "ثبتت الرشوة.", actor=NOURA, seen=0)
    await house.round()
    [text] = await house.texts()
    assert "ثبتت" not in text
    assert "في محلها" not in text
    assert "ويتواصل معك المختص بنفسه" in text
    [(reply, _)] = await house.replies.to_tell(frozenset({case.department}))
    assert "ثبتت الرشوة." in reply.text  # for the one who calls
    await house.work.reopen(number, "مراجعة", actor=NOURA, supervises=False, seen=1)
    await house.round()
    assert (await house.texts())[-1].endswith("لا نذكر تفاصيله هنا.")
    assert len(await house.replies.to_tell(frozenset({case.department}))) == 1


async def test_who_has_no_channel_is_called(house: House) -> None:
    number = await house.opened(None)
    await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    await house.round()
    [(reply, case)] = await house.replies.to_tell(frozenset())
    assert case.number == number
    assert "رقم الإيصال" in reply.text
    assert case.version == 1  # nothing happened to the case by that
    assert await house.states(number) == [(NoticeKind.ASKED, NoticeState.TO_TELL)]
    await house.round()
    assert len(await house.replies.to_tell(frozenset())) == 1


async def test_in_the_window_whatsapp_is_told_in_plain_words(house: House) -> None:
    number = await house.opened(PHONE)
    await house.heard(PHONE, at("02 09:59"))
    await house.handling.resolve(number, "upheld", "أُعيد المبلغ.", actor=NOURA, seen=0)
    await house.round()
    [line] = await house.said(PHONE)
    assert "template" not in line.metadata
    assert "أُعيد المبلغ." in line.text


async def test_outside_the_window_a_template_knocks_and_the_words_follow(house: House) -> None:
    number = await house.opened(PHONE)
    await house.heard(PHONE, at("02 09:59"))
    house.moment = at("04 10:00")
    await house.handling.ask(number, "رقم الإيصال", actor=NOURA, seen=0)
    await house.round()
    [knock] = await house.said(PHONE)
    assert knock.metadata["template"] == {
        "name": "details_needed",
        "language": "ar",
        "parameters": [number],
    }
    assert await house.states(number) == [(NoticeKind.ASKED, NoticeState.KNOCKED)]
    await house.round("04 12:00")
    assert len(await house.said(PHONE)) == 1
    await house.heard(PHONE, at("04 12:30"))
    await house.round("04 12:31")
    _, words = await house.said(PHONE)
    assert "رقم الإيصال" in words.text
    assert "template" not in words.metadata
    await house.round("04 12:32")
    assert len(await house.said(PHONE)) == 2


async def test_outside_the_window_a_template_may_say_it_all(house: House) -> None:
    number = await house.opened(PHONE)
    await house.heard(PHONE, at("02 09:59"))
    house.moment = at("04 10:00")
    await house.cases.reclassify(
        number, kind=CaseKind.COMPLAINT, department="ACC", priority=Priority.P3, actor=NOURA
    )
    await house.round()
    [line] = await house.said(PHONE)
    assert line.metadata["template"]["name"] == "case_sent_on"
    assert [plain(one) for one in line.metadata["template"]["parameters"]] == [
        number,
        "قطاع الحسابات المركزية",
        "الأربعاء 11 نوفمبر",
    ]
    assert await house.states(number) == [(NoticeKind.SENT_ON, NoticeState.SAID)]


@pytest.mark.parametrize(
    ("reason", "state", "said"),
    [
        ("channel_window_closed", NoticeState.KNOCKED, 2),
        ("channel_delivery_failed", NoticeState.TO_TELL, 1),
    ],
)
async def test_what_did_not_get_through_is_said_another_way(
    house: House, reason: str, state: NoticeState, said: int
) -> None:
    number = await house.opened(PHONE)
    await house.heard(PHONE, at("02 09:59"))
    await house.handling.resolve(number, "upheld", "أُعيد المبلغ.", actor=NOURA, seen=0)
    await house.round()
    async with house.engine.begin() as connection:
        failed = {"state": MessageState.FAILED.value, "reason": reason}
        await connection.execute(sa.update(MESSAGES).values(**failed))
    await house.heard(PHONE, at("01 09:59"))  # the service knows better when it was
    await house.round()
    assert await house.states(number) == [(NoticeKind.RESOLVED, state)]
    assert len(await house.said(PHONE)) == said
    told = await house.replies.to_tell(frozenset())
    assert len(told) == (state is NoticeState.TO_TELL)


async def test_one_case_that_cannot_be_told_keeps_no_other_waiting(house: House) -> None:
    broken, number = await house.opened(opened_by=NOURA), await house.opened(opened_by=NOURA)

    class Half(CaseService):
        async def get(self, wanted: str) -> Case:
            if wanted == broken:
                raise RuntimeError("the row cannot be read")
            return await super().get(wanted)

    house.cases.__class__ = Half
    await house.round()
    assert await house.states(number) == [(NoticeKind.OPENED, NoticeState.SAID)]
    house.cases.__class__ = CaseService
    await house.round()
    assert await house.states(broken) == [(NoticeKind.OPENED, NoticeState.SAID)]
