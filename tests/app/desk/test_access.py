"""Every route names who may open it, and opens for nobody else: found by walking the router."""

import re

import pytest
from aiohttp import ClientSession, web
from aiohttp.web_urldispatcher import AbstractRoute

from accounts.model import Role, Step
from desk.access import ACCESS, Open, allows
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_cases_pages import COMPLAINT
from tests.app.webchat_house import Client, Running

STREAM = "/desk/events"


def routes(running: Running) -> list[AbstractRoute]:
    application = running.house.desk.application
    return [route for route in application.router.routes() if route.method != "HEAD"]


def path_of(route: AbstractRoute) -> str:
    assert route.resource is not None
    path = route.resource.canonical.replace("/releases/{number}", "/releases/1")
    path = path.replace("{number}", "DF-26-004173")
    path = path.replace("{id}", "00000000-0000-4000-8000-000000000000")
    pattern = route.resource.get_info().get("pattern")
    for name, first in re.findall(r"\(\?P<(\w+)>(\w+)\|", pattern.pattern if pattern else ""):
        path = path.replace(f"{{{name}}}", first)
    return re.sub(r"\{\w+\}", "ar", path)


async def test_every_route_names_its_access(running: Running) -> None:
    access = running.house.desk.application[ACCESS]
    assert {path_of(route) for route in routes(running) if route.handler not in access} == set()


async def test_without_a_session_nothing_opens_but_the_way_in(running: Running) -> None:
    access = running.house.desk.application[ACCESS]
    async with ClientSession(running.url) as http:
        for route in routes(running):
            async with http.request(route.method, path_of(route), allow_redirects=False) as answer:
                if access[route.handler] is Open.TO_ALL:
                    assert route.method == "GET" or answer.status == 403, path_of(route)
                else:
                    assert answer.status in (303, 401), path_of(route)
                    assert answer.headers["Location"] == "/desk/sign-in"


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_opens_its_own_routes_and_no_others(running: Running, role: Role) -> None:
    access = running.house.desk.application[ACCESS]
    async with at_the_desk(running, "noura", role) as staff:
        for route in routes(running):
            wanted = access[route.handler]
            if not allows(wanted, staff.account):
                status, _ = await ask(staff, route)
                assert status == 403, path_of(route)
            elif path_of(route) == STREAM:
                async with staff.http.get(STREAM) as answer:
                    assert answer.status == 200
            elif route.method == "GET" and not isinstance(wanted, Step):
                status, _ = await ask(staff, route)
                assert status in (200, 303, 400, 404), path_of(route)


async def test_a_session_on_its_way_in_opens_only_its_own_step(running: Running) -> None:
    desk = running.house.desk
    async with at_the_desk(running, "noura", *Role) as staff:
        [session] = await desk.administration.store.sessions("noura")
        await desk.administration.store.advance(
            session.token_hash,
            new_hash=session.token_hash,
            step=Step.CODE,
            ends_at=session.ends_at,
        )
        for route in routes(running):
            if desk.application[ACCESS][route.handler] not in (Open.TO_ALL, Step.CODE):
                async with staff.http.request(
                    route.method, path_of(route), allow_redirects=False
                ) as answer:
                    assert answer.headers.get("Location") == "/desk/sign-in/code", path_of(route)


async def test_nothing_changes_without_the_token_of_the_page(running: Running) -> None:
    async with at_the_desk(running, "noura", *Role) as staff:
        token = staff.token
        for route in routes(running):
            if route.method != "POST":
                continue
            for wrong in ("", "0" * 64):
                staff.token = wrong
                status, _ = await staff.send(path_of(route), {"csrf": wrong})
                assert status in (403, 401), path_of(route)
        staff.token = token
        other = {"Sec-Fetch-Site": "cross-site"}
        status, _ = await staff.send("/desk/me/sessions", {}, headers=other)
        assert status == 403
        assert (await staff.see("/desk/me"))[0] == 200  # still signed in


async def test_what_belongs_to_another_department_is_like_what_is_not_there(
    running: Running,
) -> None:
    number = (await running.house.cases.open(COMPLAINT)).number
    async with Client(running.url) as citizen:
        await citizen.say("مرحبًا DF-26-004173")
        await citizen.until(lambda: bool(citizen.heard))
    events = await running.house.conversations.events_after(0)
    conversation = next(one.conversation_id for one in events if one.conversation_id)
    walked = 0
    async with at_the_desk(running, "khalid", *Role, departments="REV") as staff:
        for route in routes(running):
            assert route.resource is not None
            path = route.resource.canonical
            if "{number}" not in path:
                continue
            path = re.sub(r"\{\w+[^/]*\}", "x", path.replace("{number}", number))
            if route.method == "GET":
                status, page = await staff.see(path)
            else:
                status, page = await staff.send(path, {})
            assert (status, "INV-9" in page) == (404, False), path
            walked += 1
    async with at_the_desk(running, "noura", Role.AGENT, departments="REV") as staff:
        for route in routes(running):
            path = path_of(route)
            if path.startswith("/desk/inbox/0000"):
                path = path.replace("00000000-0000-4000-8000-000000000000", conversation)
                ask_it = staff.see(path) if route.method == "GET" else staff.send(path, {})
                status, page = await ask_it
                assert (status, "مرحبًا" in page) == (404, False), path
                walked += 1
    assert walked > 20


async def test_a_page_says_no_in_the_language_of_the_person(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.AGENT) as staff:
        status, text = await staff.see("/desk/people")
        assert status == 403
        assert "هذه الصفحة غير متاحة لك" in text
        status, text = await staff.see("/desk/nothing-here")
        assert (status, "لا شيء في هذا العنوان" in text) == (404, True)


async def test_every_answer_forbids_inline_scripts_frames_and_caches(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        for path in ("/desk/people", "/desk/nothing-here", "/desk/static/nothing.js"):
            async with staff.http.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "script-src 'self';" in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_people_type_into_a_name_stays_text(running: Running) -> None:
    attack = "<img src=x onerror=alert(1)>\"'نورة"
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        form = {
            "email": "khalid@finance.example",
            "name_ar": attack,
            "role": "agent",
            "capacity": "٤",
            "active": "on",
        }
        status, text = await staff.send("/desk/people/new", form)
        assert (status, "<img src=x" in text) == (200, False)
        status, text = await staff.see("/desk/people")
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img src=x" not in text


async def test_a_form_with_mistakes_comes_back_with_what_was_typed(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        form = {"email": "not an address", "name_en": "Khalid", "capacity": "40"}
        status, text = await staff.send("/desk/people/new", form)
        assert status == 422
        for expected in ("not an address", "Khalid", 'aria-invalid="true"'):
            assert expected in text


async def ask(staff: Staff, route: AbstractRoute) -> tuple[int, str]:
    if route.method == "POST":
        return await staff.send(path_of(route), {})
    return await staff.see(path_of(route))


def test_a_route_that_names_nothing_opens_for_nobody() -> None:
    application = web.Application()
    from desk.access import Routes

    Routes(application)
    assert application[ACCESS] == {}


async def test_who_answers_people_is_known_to_the_conversations(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        form = {"email": "k@finance.example", "name_ar": "خالد", "capacity": "3", "active": "on"}
        await staff.send("/desk/people/new", {**form, "role": "agent", "department": "DPS"})
        found = await running.house.desk.administration.store.find("k@finance.example")
        assert found is not None
        agent = await running.house.desk.agents.find(found[0].id)
        assert agent is not None
        assert (agent.name_ar, agent.capacity, agent.departments) == ("خالد", 3, {"DPS"})
        assert (agent.active, agent.supervises) == (True, False)
