"""Answers to a citizen from a case: through web chat and WhatsApp, or told by phone."""

import time
from datetime import UTC, datetime
from pathlib import Path

from accounts.model import Role
from cases.model import CaseKind, CaseState
from channels.webchat.channel import address_of
from conversations.floor import Reason
from conversations.handover import Escalation
from conversations.model import Address, Conversation
from desk.viewer import agent_of
from kernel.language import Language
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_cases_pages import opened, the_once
from tests.app.webchat_house import Client, Running, running_house
from tests.app.whatsapp_house import house_with_meta

ANSWER = "رُدّ إليكم مبلغ الفاتورة INV-9 <b>اليوم</b>"
DAY_S = 86_400


async def conversation_with(running: Running, client: Client) -> Conversation:
    await client.say("وين وصلت شكواي عن INV-9؟")
    await client.until(lambda: len(client.heard) == 1)
    found = await running.house.conversations.find(address_of(client.session.partition(".")[0]))
    assert found is not None
    return found


async def a_case(running: Running, conversation: Conversation, **changes: object) -> str:
    return await opened(
        running,
        person_id=conversation.person_id,
        conversation_id=conversation.id,
        channel=conversation.address.channel,
        **changes,
    )


async def answer(staff: Staff, number: str, **form: str) -> tuple[int, str]:
    _, page = await staff.see(f"/desk/cases/{number}")
    case = await staff_case(staff, number)
    given = {"version": str(case), "once": the_once(page), "text": ANSWER, "to": "", **form}
    return await staff.send(f"/desk/cases/{number}/reply", given)


async def staff_case(staff: Staff, number: str) -> int:
    _, page = await staff.see(f"/desk/cases/{number}")
    return int(page.split('name="version" value="')[1].split('"')[0])


async def enrolled(running: Running, staff: Staff) -> None:
    await running.house.desk.agents.enrol(agent_of(staff.account))


async def test_an_answer_reaches_the_web_chat_and_the_case_moves_with_it(
    running: Running,
) -> None:
    async with Client(running.url) as client:
        conversation = await conversation_with(running, client)
        number = await a_case(running, conversation)
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            await enrolled(running, noura)
            status, _ = await answer(noura, number, to="resolved", outcome="upheld")
            assert status == 303
            await client.until(lambda: len(client.heard) == 2)
            assert client.heard[-1]["text"] == ANSWER
            _, page = await noura.see(f"/desk/cases/{number}")
            assert "رُدّ على المتعامل في المحادثة:" in page
            assert "<b>اليوم</b>" not in page
            status, part = await noura.see(f"/desk/cases/{number}/replies")
            assert (status, "<html" in part, 'id="answers"' in part) == (200, False, True)
        case = await running.house.cases.get(number)
        assert (case.state, case.course.outcome) == (CaseState.RESOLVED, "upheld")
        # the assistant has the word still
        await client.say("شكرا")
        await client.until(lambda: len(client.heard) == 3)


async def test_the_same_form_twice_says_it_once_and_an_old_one_is_refused(
    running: Running,
) -> None:
    async with Client(running.url) as client:
        conversation = await conversation_with(running, client)
        number = await a_case(running, conversation)
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            await enrolled(running, noura)
            _, page = await noura.see(f"/desk/cases/{number}")
            form = {"version": "0", "once": the_once(page), "text": ANSWER}
            for _ in range(2):
                assert (await noura.send(f"/desk/cases/{number}/reply", form))[0] == 303
            stale = {**form, "once": "another", "text": "رد ثانٍ"}
            status, page = await noura.send(f"/desk/cases/{number}/reply", stale)
            assert (status, "رد ثانٍ" in page) == (409, True)
            status, page = await answer(noura, number, text="  ")
            assert (status, "يُرجى كتابة الرد" in page) == (422, True)
            status, page = await answer(noura, number, to="closed")
            assert (status, "لا يمكن نقل الطلب" in page) == (422, True)
        await client.until(lambda: len(client.heard) == 2)
        assert (await running.house.cases.get(number)).version == 1


async def test_an_answer_can_be_taken_back_in_time(sqlite_url: str, tmp_path: Path) -> None:
    async with running_house(sqlite_url, tmp_path, undo_s=60.0) as running:
        case = await a_held_case(running)
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            await enrolled(running, noura)
            assert (await answer(noura, case, to="resolved", outcome="upheld"))[0] == 303
            _, page = await noura.see(f"/desk/cases/{case}")
            assert "يُرسل بعد لحظات" in page
            [reply] = await running.house.floor.replies.of_case(case)
            form = {"reply": reply.id}
            assert (await noura.send(f"/desk/cases/{case}/undo", form))[0] == 303
            assert (await noura.send(f"/desk/cases/{case}/undo", form))[0] == 409
            other = await opened(running, caused_by="m-9")
            assert (await noura.send(f"/desk/cases/{other}/undo", form))[0] == 404
        assert (await running.house.cases.get(case)).version == 0


async def a_held_case(running: Running) -> str:
    conversation = await running.house.conversations.ensure(
        address_of("s-1"), Language.AR, datetime(2026, 3, 2, 6, tzinfo=UTC)
    )
    return await a_case(running, conversation)


async def test_what_is_held_is_said_when_its_time_has_come(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        running_house(sqlite_url, tmp_path, undo_s=0.3) as running,
        Client(running.url) as client,
    ):
        number = await a_case(running, await conversation_with(running, client))
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            await enrolled(running, noura)
            assert (await answer(noura, number))[0] == 303
        await client.until(lambda: len(client.heard) == 2)
        assert (await running.house.cases.get(number)).state is CaseState.OPEN


async def test_who_speaks_with_the_person_is_not_talked_over(running: Running) -> None:
    async with (
        Client(running.url) as client,
        at_the_desk(running, "noura", Role.AGENT) as noura,
        at_the_desk(running, "khalid", Role.AGENT) as khalid,
    ):
        for one in (noura, khalid):
            await enrolled(running, one)
            assert (await one.send("/desk/available", {"available": "yes"}))[0] == 303
        conversation = await conversation_with(running, client)
        number = await a_case(running, conversation)
        await running.house.floor.handover.escalate(
            conversation.id, Escalation(Reason.ASKED), actor="system:test"
        )
        form = {"version": "0", "once": "r-1", "text": ANSWER}
        status, page = await khalid.send(f"/desk/cases/{number}/reply", form)
        assert (status, "المحادثة مع زميل" in page) == (422, True)
        await noura.send(f"/desk/inbox/{conversation.id}/claim", {})
        status, _ = await khalid.send(f"/desk/cases/{number}/reply", form)
        assert status == 422
        heard = len(client.heard)
        assert (await answer(noura, number))[0] == 303
        await client.until(lambda: len(client.heard) > heard)
        assert client.heard[-1]["text"] == ANSWER


async def test_a_caller_is_told_by_phone_and_the_case_moves_when_it_was_done(
    running: Running,
) -> None:
    number = await opened(running, channel="phone", conversation_id="", person_id="desk:1")
    async with at_the_desk(running, "noura", Role.AGENT) as noura:
        _, page = await noura.see(f"/desk/cases/{number}")
        assert "لا توجد محادثة لهذا الطلب" in page
        assert (await answer(noura, number, to="resolved", outcome="upheld"))[0] == 303
        assert (await running.house.cases.get(number)).state is CaseState.OPEN
        _, page = await noura.see(f"/desk/cases/{number}")
        assert f"/desk/cases/{number}/told" in page
        [reply] = await running.house.floor.replies.of_case(number)
        for _ in range(2):
            form = {"reply": reply.id}
            assert (await noura.send(f"/desk/cases/{number}/told", form))[0] == 303
        _, page = await noura.see(f"/desk/cases/{number}")
        assert "أُبلغ المتعامل بالرد." in page
    case = await running.house.cases.get(number)
    assert (case.state, case.version) == (CaseState.RESOLVED, 2)


async def test_whatsapp_takes_an_answer_inside_its_window_and_a_template_after_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house_with_meta(sqlite_url, tmp_path, undo_s=0.0) as both:
        running = both.running
        for phone, ago_s in (("971501234567", 60), ("971507654321", DAY_S + 60)):
            written = str(int(time.time()) - ago_s)
            words = "السلام عليكم، وين فاتورتي INV-9؟"
            assert await both.meta.write(words, timestamp=written, from_=phone) == 200
        open_, closed = [
            await the_case_of(running, phone) for phone in ("971501234567", "971507654321")
        ]
        async with at_the_desk(running, "noura", Role.AGENT) as noura:
            await enrolled(running, noura)
            before = len(both.meta.taken)
            assert (await answer(noura, open_))[0] == 303
            assert (await both.taken(before + 1))[-1]["text"]["body"] == ANSWER
            _, page = await noura.see(f"/desk/cases/{closed}")
            assert 'id="answer"' not in page
            status, page = await answer(noura, closed)
            assert (status, "يلزم قالب معتمد" in page) == (422, True)
            assert (await answer(noura, closed, template="no such"))[0] == 400
            before = len(both.meta.taken)
            assert (await answer(noura, closed, template="case_update"))[0] == 303
            taken = (await both.taken(before + 1))[-1]["template"]
            assert taken["name"] == "case_update"
            assert closed in str(taken)


async def the_case_of(running: Running, phone: str) -> str:
    address = Address("whatsapp", "phone", phone)
    found = await running.house.conversations.find(address)
    assert found is not None
    return await a_case(running, found, caused_by=f"m-{phone}", kind=CaseKind.COMPLAINT)


async def test_answers_of_what_is_not_theirs_are_not_there(running: Running) -> None:
    number = await opened(running, channel="phone", conversation_id="", department="REV")
    async with at_the_desk(running, "khalid", Role.AGENT, departments="DPS") as khalid:
        assert (await khalid.see(f"/desk/cases/{number}/replies"))[0] == 404
        for what in ("reply", "undo", "told"):
            form = {"version": "0", "once": "r-1", "text": ANSWER, "reply": "r-1"}
            assert (await khalid.send(f"/desk/cases/{number}/{what}", form))[0] == 404


async def test_who_is_to_be_called_stands_in_a_list_of_ones_own_units(running: Running) -> None:
    number = await opened(running, channel="phone", conversation_id="", person_id="desk:1")
    async with (
        at_the_desk(running, "noura", Role.AGENT, departments="DPS") as noura,
        at_the_desk(running, "khalid", Role.AGENT, departments="REV") as khalid,
    ):
        assert (await answer(noura, number, to="resolved", outcome="upheld"))[0] == 303
        _, page = await noura.see("/desk/cases/to-tell")
        assert number in page
        assert "<b>اليوم</b>" not in page
        assert "+971501234567" not in page
        assert number not in (await khalid.see("/desk/cases/to-tell"))[1]
        [reply] = await running.house.floor.replies.of_case(number)
        form = {"reply": reply.id, "listed": "yes"}
        assert (await khalid.send(f"/desk/cases/{number}/told", form))[0] == 404
        assert (await noura.send(f"/desk/cases/{number}/told", form))[0] == 303
        assert number not in (await noura.see("/desk/cases/to-tell"))[1]
    assert (await running.house.cases.get(number)).state is CaseState.RESOLVED


async def test_an_answer_that_resolves_says_what_came_of_it(running: Running) -> None:
    number = await opened(running, channel="phone", conversation_id="", person_id="desk:1")
    async with at_the_desk(running, "noura", Role.AGENT) as noura:
        _, page = await noura.see(f"/desk/cases/{number}")
        assert '<option value="upheld">' in page
        assert '<option value="adopted">' not in page  # that is for suggestions
        assert "الملاحظة داخلية لا تصل إلى المتعامل" in page  # the next step
        for outcome in ("", "adopted"):
            status, page = await answer(noura, number, to="resolved", outcome=outcome)
            assert (status, "يرجى اختيار النتيجة" in page) == (422, True)
            assert "&lt;b&gt;اليوم&lt;/b&gt;</textarea>" in page
            assert '<option value="resolved" selected>' in page
        assert await running.house.floor.replies.of_case(number) == []
        assert (await answer(noura, number, outcome="upheld"))[0] == 303
        [reply] = await running.house.floor.replies.of_case(number)
        assert reply.outcome is None  # it resolves nothing


async def test_an_outcome_of_another_kind_does_not_resolve_what_became_of_it(
    running: Running,
) -> None:
    number = await opened(running, channel="phone", conversation_id="", person_id="desk:1")
    async with at_the_desk(running, "noura", Role.AGENT) as noura:
        assert (await answer(noura, number, to="resolved", outcome="upheld"))[0] == 303
        form = {"kind": "suggestion", "unit": "DPS", "priority": "p3"}
        assert (await noura.send(f"/desk/cases/{number}/class", form))[0] == 303
        [reply] = await running.house.floor.replies.of_case(number)
        assert (await noura.send(f"/desk/cases/{number}/told", {"reply": reply.id}))[0] == 303
    case = await running.house.cases.get(number)
    assert (case.state, case.course.outcome) == (CaseState.OPEN, None)
