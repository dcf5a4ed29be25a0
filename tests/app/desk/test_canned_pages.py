"""Ready replies: kept in the database, changed on screen, filled and offered where they fit."""

import re
from uuid import uuid4

import pytest

from accounts.model import Role
from app.bootstrap import now
from conversations.canned import CannedFieldUnknown, CannedIncomplete, CannedReply, check
from desk.canned import shipped
from kernel.language import Language
from tests.app.desk.staff import at_the_desk
from tests.app.desk.test_inbox_pages import a_waiting_conversation, an_agent, the_seen
from tests.app.webchat_house import Client, Running

PLACE = "/desk/administration/canned"
GIVEN = {
    "short": "شكر",
    "title_ar": "شكر",
    "title_en": "Thanks",
    "text_ar": "شكرًا لك. معك {agent}، ومتابعة INV-9 مستمرة.",
    "text_en": "Thank you. This is {agent}; INV-9 goes on.",
    "department": "",
}


def a_reply(**changes: str) -> CannedReply:
    fields = {name: value for name, value in GIVEN.items() if name != "department"}
    return CannedReply(id="r-1", **{**fields, **changes})


@pytest.mark.parametrize("text", ["مرحبًا {citizen}", "مرحبًا {case", "مرحبًا case}", "{}"])
def test_braces_around_no_field_are_named(text: str) -> None:
    with pytest.raises(CannedFieldUnknown) as refused:
        check(a_reply(text_ar=text))
    assert refused.value.facts["field"] == "text_ar"


def test_both_languages_are_needed() -> None:
    with pytest.raises(CannedIncomplete) as refused:
        check(a_reply(text_en=""))
    assert refused.value.facts["field"] == "text_en"


def test_a_reply_is_offered_only_where_its_fields_are_known() -> None:
    assert a_reply().filled(Language.AR, {"agent": ""}) is None
    filled = a_reply().filled(Language.AR, {"agent": "نورة {case}"})
    assert filled == "شكرًا لك. معك نورة {case}، ومتابعة INV-9 مستمرة."
    assert all(check(one) for one in shipped())


async def test_a_new_reply_is_offered_with_its_fields_filled(running: Running) -> None:
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        _, page = await editor.see(PLACE)
        assert all(f"/{one.short}" in page for one in shipped())
        wrong = GIVEN | {"text_ar": "مرحبًا {citizen}"}
        status, page = await editor.send(f"{PLACE}/new", wrong)
        assert (status, "{citizen}" in page, "ليس من الحقول" in page) == (422, True, True)
        assert (await editor.send(f"{PLACE}/new", GIVEN))[0] == 303
        status, page = await editor.send(f"{PLACE}/new", GIVEN)
        assert (status, "يوجد رد آخر بهذا الاسم" in page) == (422, True)
        _, page = await noura.see(f"/desk/inbox/{id_}")
        assert 'data-short="شكر"' in page
        assert "معك نورة المزروعي، ومتابعة INV-9" in page
        assert 'data-short="when"' not in page  # it needs a case, and there is none
        _, page = await editor.see(PLACE)
        [reply] = re.findall(rf'href="({PLACE}/[^"]+)" dir="auto">شكر<', page)
        assert (await editor.send(f"{reply}/remove", {}))[0] == 303
        assert (await editor.see(reply))[0] == 404
    async with at_the_desk(running, "aisha", Role.ADMIN) as aisha:
        _, page = await aisha.see(f"/desk/audit?subject={reply.rpartition('/')[2]}")
        assert "canned_reply_added" in page
        assert "canned_reply_removed" in page


async def test_an_account_of_the_house_is_readable_once_a_reply_names_it(running: Running) -> None:
    ours, theirs = "AE070331234567890123456", "AE460090000000123456789"
    async with (
        Client(running.url) as client,
        an_agent(running, "noura") as noura,
        at_the_desk(running, "editor", Role.EDITOR) as editor,
    ):
        id_ = await a_waiting_conversation(running, client)
        await noura.send(f"/desk/inbox/{id_}/claim", {})
        text = f"حسابنا {ours[:4]} {ours[4:]} وحسابكم {theirs}"
        for named in (False, True):
            if named:
                reply = GIVEN | {"text_ar": f"حسابنا {ours}.", "short": "حساب"}
                assert (await editor.send(f"{PLACE}/new", reply))[0] == 303
            _, page = await noura.see(f"/desk/inbox/{id_}")
            heard = len(client.heard)
            form = {"text": text, "seen": the_seen(page), "line": str(uuid4())}
            assert (await noura.send(f"/desk/inbox/{id_}/reply", form))[0] == 200
            await client.until(lambda heard=heard: len(client.heard) > heard)  # type: ignore[misc]
            said = client.heard[-1]["text"]
            assert (ours[4:] in said, theirs in said) == (named, False)


async def test_what_ships_is_not_brought_back(running: Running) -> None:
    back_office = running.house.back_office
    async with at_the_desk(running, "mona", Role.SUPERVISOR) as mona:
        assert (await mona.send(f"{PLACE}/shipped-wait/remove", {}))[0] == 303
        await back_office.canned.seed(shipped(), at=now())
        assert (await mona.see(f"{PLACE}/shipped-wait"))[0] == 404
        assert "shipped-wait" not in {one.id for one in await back_office.canned.all()}


async def test_a_department_changes_its_own_replies_and_no_others(running: Running) -> None:
    async with (
        at_the_desk(running, "mona", Role.SUPERVISOR, departments="REV") as mona,
        at_the_desk(running, "salem", Role.AGENT) as salem,
    ):
        assert (await salem.see(PLACE))[0] == 403
        assert (await mona.see(f"{PLACE}/shipped-greet"))[0] == 404
        for department, status in (("", 403), ("ACC", 403), ("REV", 303)):
            given = GIVEN | {"department": department, "short": uuid4().hex[:8]}
            assert (await mona.send(f"{PLACE}/new", given))[0] == status
