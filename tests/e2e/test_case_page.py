"""A case that has been through much, on narrow and wide screens, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from accounts.model import Role
from accounts.signing_in import Visitor
from app.bootstrap import now
from cases.model import CaseKind, CaseState, Segment
from cases.work import CaseWork, Edit, Part
from channels.webchat.channel import address_of
from desk.access import COOKIE
from desk.viewer import agent_of
from kernel.language import Language
from stores.database import engine_for
from stores.migrate import upgrade_async
from stores.sql_case_joins import SqlCaseJoins
from tests.app.desk.staff import hired
from tests.app.desk.test_cases_pages import COMPLAINT
from tests.app.webchat_house import Running, running_house
from tests.e2e.visitor import violations

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WORDS = (
    "دفعت رسوم الفاتورة INV-20931 مرتين ببطاقتي، ووصلني إيصال واحد فقط. أرجو رد المبلغ الزائد. "
    "وأقترح إرسال رسالة نصية بعد كل عملية دفع"
)
IDEA = "وأقترح إرسال رسالة نصية بعد كل عملية دفع"
ANSWER = "رددنا مبلغ 520.00 درهم إلى بطاقتكم، ويصل خلال ثلاثة أيام عمل."


@pytest_asyncio.fixture(loop_scope="module")
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
    await upgrade_async(url)
    async with running_house(url, tmp_path, undo_s=30.0) as house:
        yield house


async def much_happened(running: Running) -> str:
    """Return the number of a case that was edited, linked, split, merged and reopened."""
    house = running.house
    cases = house.cases
    talk = await house.conversations.ensure(address_of("s-1"), Language.AR, now())
    request = replace(COMPLAINT, text=WORDS, conversation_id=talk.id, person_id=talk.person_id)
    number = (await cases.open(request)).number
    by_phone = replace(request, caused_by="m-2", channel="phone", conversation_id="")
    other = (await cases.open(replace(by_phone, text="اتصل بشأن الفاتورة INV-20931"))).number
    engine = engine_for(house.settings.database)
    work = CaseWork(SqlCaseJoins(engine), cases.rules, now=now)
    edit = Edit(
        subject="خصم مكرر عن الفاتورة INV-20931",
        segment=Segment.SUPPLIER,
        reference="INV-20931",
        amount="520.00 درهم",
    )
    await work.edit(number, edit, actor="agent:noura", seen=0)
    part = Part(text=IDEA, kind=CaseKind.SUGGESTION, department="STRAT", cause="split:1")
    await work.split(number, part, actor="agent:noura", seen=1)
    await work.merge(other, into=number, actor="agent:noura", seen=0)
    await cases.follow_up(
        number, "لين الحين ما وصلني شي", person_id=talk.person_id, caused_by="m-7"
    )
    for state in (CaseState.OPEN, CaseState.RESOLVED):
        await cases.move(number, state, actor="agent:noura", note=ANSWER)
    seen = (await cases.get(number)).version
    await work.reopen(number, "لم يصل المبلغ", actor="agent:noura", supervises=False, seen=seen)
    await engine.dispose()
    return number


async def staff_page(
    running: Running, chromium: Browser, *, width: int, language: Language
) -> Page:
    account = await hired(running, f"noura-{language}-{width}", *Role)
    desk = running.house.desk
    await desk.administration.choose_look(account, language, "light")
    await desk.agents.enrol(agent_of(account))
    token = await desk.sign_in.begin_known(account, Visitor("127.0.0.1", "Chromium"))
    context = await chromium.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", bypass_csp=True
    )
    cookie = {"name": COOKIE, "value": token, "url": f"{running.url}/desk"}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return await context.new_page()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [390, 1440])
async def test_the_page_fits_and_everybody_can_use_it(
    running: Running, chromium: Browser, width: int, language: Language
) -> None:
    number = await much_happened(running)
    page = await staff_page(running, chromium, width=width, language=language)
    await page.goto(f"{running.url}/desk/cases/{number}")
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not await page.evaluate(SIDEWAYS)
    found = await violations(page)
    assert [one for one in found if one[1] in ("serious", "critical")] == []
    await page.locator("#answer").fill(ANSWER)
    await page.locator("form[action$='/reply'] button").click()
    held = page.locator("#answers form[action$='/undo']")
    await expect(held).to_have_count(1)
    await held.locator("button").click()
    await expect(held).to_have_count(0)
    assert (await running.house.cases.get(number)).state is CaseState.OPEN
