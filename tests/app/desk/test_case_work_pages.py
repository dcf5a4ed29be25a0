"""A case at the desk beyond moving it: edited, merged, split, linked, opened again."""

from accounts.model import Role
from cases.model import CaseKind, CaseState
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_cases_pages import opened, the_once
from tests.app.webchat_house import Running

WORKS = ("edit", "merge", "unmerge", "split", "link", "unlink", "reopen")


async def work(staff: Staff, number: str, what: str, version: int = 0, **form: str) -> int:
    status, _ = await staff.send(f"/desk/cases/{number}/{what}", {"version": str(version), **form})
    return status


async def test_an_edit_is_told_in_words_and_the_second_who_edits_is_told(running: Running) -> None:
    number = await opened(running)
    async with (
        at_the_desk(running, "noura", Role.AGENT) as noura,
        at_the_desk(running, "khalid", Role.AGENT) as khalid,
    ):
        form = {"subject": "خصم مكرر INV-9", "reference": "INV-9", "segment": "supplier"}
        assert await work(noura, number, "edit", **form) == 303
        _, page = await noura.see(f"/desk/cases/{number}")
        assert "أُعطي عنوانًا." in page
        assert "خصم مكرر INV-9" in page
        assert "+971501234567" not in page
        late = {"version": "0", "subject": "عنوان خالد", "reference": ""}
        status, page = await khalid.send(f"/desk/cases/{number}/edit", late)
        assert (status, "عدّل موظف آخر هذا الطلب" in page) == (409, True)
        assert 'value="عنوان خالد"' in page  # what was typed stays typed
        status, page = await khalid.send(
            f"/desk/cases/{number}/move", {"version": "0", "to": "open", "note": "بدأت"}
        )
        assert status == 422
    case = await running.house.cases.get(number)
    assert (case.subject, case.state) == ("خصم مكرر INV-9", CaseState.NEW)


async def test_two_cases_become_one_and_both_numbers_answer(running: Running) -> None:
    stays = await opened(running)
    ends = await opened(running, caused_by="m-2", channel="phone", person_id="desk:1")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        typed = stays.removeprefix("DF-").translate(str.maketrans("0123456789-", "٠١٢٣٤٥٦٧٨٩ "))
        assert await work(staff, ends, "merge", other=f"طلب {typed}") == 303
        _, page = await staff.see(f"/desk/cases/{ends}")
        assert f'href="/desk/cases/{stays}"' in page
        assert "دُمج هذا الطلب" in page
        _, page = await staff.see(f"/desk/cases/{stays}")
        assert "دُمج فيه الطلب" in page
    cases = running.house.cases
    assert (await cases.find_for(ends, person_id="desk:1")).number == stays


async def test_a_merge_is_undone_with_a_reason(running: Running) -> None:
    stays = await opened(running)
    ends = await opened(running, caused_by="m-2", text="موضوع آخر عن INV-8")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        assert await work(staff, ends, "unmerge", reason="لم يُدمج") == 422
        assert await work(staff, ends, "merge", other=stays) == 303
        _, page = await staff.see(f"/desk/cases/{ends}")
        assert f'action="/desk/cases/{ends}/unmerge"' in page
        assert await work(staff, ends, "unmerge", version=1, reason=" ") == 422
        assert await work(staff, ends, "unmerge", version=0, reason="خطأ") == 409
        assert await work(staff, ends, "unmerge", version=1, reason="موضوعان <b>") == 303
        _, page = await staff.see(f"/desk/cases/{ends}")
        assert "أُلغي دمجه في الطلب" in page
        assert "موضوعان <b>" not in page
        assert "/unmerge" not in page
        _, page = await staff.see(f"/desk/cases/{stays}")
        assert "عاد طلبًا مستقلًا" in page
    async with at_the_desk(running, "huda", Role.ADMIN) as huda:
        _, page = await huda.see(f"/desk/audit?subject={ends}")
        assert "unmerged" in page


async def test_a_merge_that_cannot_be_says_why(running: Running) -> None:
    number = await opened(running)
    stranger = await opened(running, caused_by="m-2", person_id="p-8", contact="0559999999")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        for other, sentence in (
            (stranger, "ليسا لمتعامل واحد"),
            (number, "رقم الطلب نفسه"),
            ("٢٦-٠٠٤١٧٩", "ليس صحيحًا"),
            ("DF-26-004173", "لا نجد طلبًا"),
            ("لا أدري", "لا يشبه"),
        ):
            form = {"version": "0", "other": other}
            status, page = await staff.send(f"/desk/cases/{number}/merge", form)
            assert (status, sentence in page) == (422, True), other


async def test_a_part_becomes_a_case_of_another_unit_once(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        _, page = await staff.see(f"/desk/cases/{number}")
        form = {
            "version": "0",
            "once": the_once(page),
            "text": "المبلغ مرتين عن الفاتورة INV-9",
            "kind": "suggestion",
            "unit": "STRAT",
        }
        for _ in range(2):
            assert (await staff.send(f"/desk/cases/{number}/split", form))[0] == 303
        faked = {**form, "once": "another", "version": "1", "text": "أريد تعويضًا"}
        status, page = await staff.send(f"/desk/cases/{number}/split", faked)
        assert (status, "ليست من كلام المتعامل" in page) == (422, True)
        assert "أريد تعويضًا" in page
    case = await running.house.cases.get(number)
    [fresh] = case.related
    split = await running.house.cases.get(fresh)
    assert (split.kind, split.department) == (CaseKind.SUGGESTION, "STRAT")
    assert (split.opened_at, split.split_from) == (case.opened_at, number)


async def test_links_show_on_both_and_go_again(running: Running) -> None:
    one, other = await opened(running), await opened(running, caused_by="m-2", person_id="p-8")
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        assert await work(staff, one, "link", other=other) == 303
        for here, there in ((one, other), (other, one)):
            _, page = await staff.see(f"/desk/cases/{here}")
            assert f'href="/desk/cases/{there}"' in page
        assert await work(staff, one, "unlink", other=other) == 303
        _, page = await staff.see(f"/desk/cases/{other}")
        assert f'href="/desk/cases/{one}"' not in page


async def test_an_answered_case_opens_with_a_reason_a_closed_one_by_a_supervisor(
    running: Running,
) -> None:
    number = await opened(running)
    cases = running.house.cases
    for state in (CaseState.OPEN, CaseState.RESOLVED):
        await cases.move(number, state, actor="agent:noura", note="رُدّ المبلغ")
    async with at_the_desk(running, "noura", Role.AGENT) as noura:
        form = {"version": "2", "to": "open"}
        assert (await noura.send(f"/desk/cases/{number}/move", form))[0] == 400
        status, page = await noura.send(f"/desk/cases/{number}/reopen", {"version": "2"})
        assert (status, "يُرجى كتابة السبب" in page) == (422, True)
        assert await work(noura, number, "reopen", 2, reason="لم يصل المبلغ") == 303
        _, page = await noura.see(f"/desk/cases/{number}")
        assert "أعيد فتحه، وبدأت مهلة الإنجاز من جديد." in page
        for state in (CaseState.RESOLVED, CaseState.CLOSED):
            await cases.move(number, state, actor="agent:noura", note="رُدّ")
        _, page = await noura.see(f"/desk/cases/{number}")
        assert f"/desk/cases/{number}/reopen" in page
        assert 'name="reason"' not in page
        assert await work(noura, number, "reopen", 5, reason="لم يصل") == 422
    async with at_the_desk(running, "huda", Role.SUPERVISOR) as huda:
        assert await work(huda, number, "reopen", 5, reason="لم يصل") == 303
    assert (await cases.get(number)).state is CaseState.OPEN


async def test_what_is_not_theirs_is_not_touched_and_not_told(running: Running) -> None:
    theirs = await opened(running, department="REV", caused_by="m-2")
    secret = await opened(
        running, caused_by="m-3", text="أبلغ عن رشوة طلبها مدير الإدارة مني شخصيًا"
    )
    mine = await opened(running)
    assert (await running.house.cases.get(secret)).confidential
    async with at_the_desk(running, "khalid", Role.AGENT, departments="DPS") as khalid:
        for number in (theirs, secret):
            for what in WORKS:
                assert await work(khalid, number, what, other=mine) == 404
            for what in ("merge", "link"):
                form = {"version": "0", "other": number}
                status, page = await khalid.send(f"/desk/cases/{mine}/{what}", form)
                assert (status, "لا نجد طلبًا" in page) == (422, True)
    for number in (theirs, secret, mine):
        assert len(await running.house.cases.timeline(number)) == 1


async def test_a_form_without_its_version_is_refused(running: Running) -> None:
    number = await opened(running)
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        for what in WORKS:
            for version in ("", "-1", "x", "٣"):
                form = {"version": version, "other": number, "reason": "x"}
                assert (await staff.send(f"/desk/cases/{number}/{what}", form))[0] == 400


async def test_a_case_is_taken_given_a_new_date_and_finished_with_an_outcome(
    running: Running,
) -> None:
    number = await opened(running)
    place = f"/desk/cases/{number}"
    cases = running.house.cases
    async with at_the_desk(running, "noura", Role.AGENT, departments="DPS") as noura:
        _, page = await noura.see(place)
        assert "قائمة القسم" in page
        assert "استلام الطلب" in page
        assert await work(noura, number, "take", 0) == 303
        _, page = await noura.see(place)
        assert "إعادته إلى قائمة القسم" in page
        assert await work(noura, number, "take", 0) == 422  # of an older version
        later = "2040-01-02T12:00"
        for wrong, status in (("", 400), ("x", 400), ("2020-01-02T12:00", 422)):
            assert await work(noura, number, "promise", 1, until=wrong, words="وقت") == status
        assert await work(noura, number, "promise", 1, until=later, words="نحتاج وقتًا") == 303
        case = await cases.get(number)
        assert case.course.promised_for is not None
        assert case.course.promised_for.isoformat() == "2040-01-02T08:00:00+00:00"
        await cases.move(number, CaseState.OPEN, actor="agent:noura")
        _, page = await noura.see(place)
        assert "الشكوى في محلها" in page
        assert "اعتُمد المقترح" not in page  # no outcome of a complaint
        assert await work(noura, number, "resolve", 3, outcome="adopted", answer="تم") == 422
        assert await work(noura, number, "resolve", 3, outcome="upheld", answer="أعيد") == 303
    case = await cases.get(number)
    assert (case.state, case.course.outcome) == (CaseState.RESOLVED, "upheld")
