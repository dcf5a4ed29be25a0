"""An editor's whole way in a real browser against the real Rasa, on the trimmed content.

Written, tried, found to take two questions from another, mended, reviewed, released while a
citizen has the chat open, and taken back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from accounts.model import Account, Role
from accounts.passwords import Passwords
from accounts.sealing import Sealing
from accounts.signing_in import SignIn, SignInRules, Visitor
from app.desk_wiring import new_token
from content.folder import ContentFolder
from desk.access import COOKIE
from kernel.language import Language
from stores.database import engine_for
from stores.sql_account_store import SqlAccountStore
from tests.e2e.house import House, running_house
from tests.e2e.trimmed_content import trimmed_content
from tests.e2e.visitor import violations

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEARNT_MS = 240_000
OTHER = "working_hours"
ASKED = "وين اوقف سيارتي يوم ايي مبنى الدائرة؟"
ANSWER_AR = "توجد مواقف مجانية للزوار خلف مبنى الدائرة، ومدخلها من البوابة B2."
ANSWER_EN = "There is free visitor parking behind the building; enter by gate B2."
WORDINGS_AR = """\
وين اوقف سيارتي اذا بزوركم في الدائرة
في مواقف حق الزوار عندكم
ابا باركن قريب من مبناكم، وين احصل
المواقف اللي ورا المبنى ببلاش ولا بفلوس
من وين ادش مواقف الزوار
شو البوابة اللي توصل الباركن
هل تتوفر مواقف لسيارات المراجعين؟
أين يمكن للزائر أن يوقف مركبته؟
هل الموقف المخصص للزوار مجاني؟
ما مدخل مواقف مبنى الدائرة؟
هل توجد مواقف لأصحاب الهمم قرب المدخل؟
فين اركن عربيتي لما اجيلكم
في مكان نصف فيه السيارة جنب الدايرة عندكن
wain awagef sayarty 3ndkom
fe mawagef 7ag el zowar
في parking للزوار عندكم
كم ساعة اقدر اخلي سيارتي في الموقف"""
WORDINGS_EN = """\
where can I park when I visit you
is there visitor parking at your building
do I have to pay for the car park
which gate leads to the parking area
are there accessible parking bays near the entrance
may my car stay behind the building
how many parking spaces do visitors have
I am driving to your office, is there space for the car
parking for guests please
is the car park open in the evening
where parking for my car when come to you
me come by car, have place for park?"""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> ContentFolder:
    return trimmed_content(tmp_path_factory.mktemp("content") / "live")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, content: ContentFolder) -> Iterator[House]:
    place = tmp_path_factory.mktemp("house")
    with running_house(place, own_models=True, BADDALA_CONTENT_DIR=str(content.root)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def editors(house: House) -> AsyncIterator[dict[str, str]]:
    """Let two editors sign in; give the cookie of each."""
    engine = engine_for(f"sqlite+aiosqlite:///{house.data / 'baddala.sqlite'}")
    store = SqlAccountStore(engine)
    sign_in = SignIn(
        store,
        passwords=Passwords(),
        sealing=Sealing(b"nothing is sealed here, but a key must be", "second factor"),
        rules=SignInRules(idle=timedelta(hours=1), second_factor=False),
        now=lambda: datetime.now(UTC),
        new_token=new_token,
    )
    cookies = {}
    for name, called in (("noura", "نورة"), ("ali", "علي")):
        account = Account(
            id=name,
            email=f"{name}@finance.example",
            name_ar=called,
            name_en=name.title(),
            roles=frozenset({Role.EDITOR}),
        )
        await store.add(account, password_hash=None, actor="system:test", at=datetime.now(UTC))
        cookies[name] = await sign_in.begin_known(account, Visitor("127.0.0.1", "Chromium"))
    await engine.dispose()
    yield cookies


async def opened(chromium: Browser, house: House, cookie: str, path: str) -> Page:
    context = await chromium.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", bypass_csp=True
    )
    given = {"name": COOKIE, "value": cookie, "url": f"{house.address}/desk"}
    await context.add_cookies([given])  # type: ignore[list-item]
    page = await context.new_page()
    await page.goto(f"{house.address}/desk/studio/{path}")
    return page


def two_of_another(content: ContentFolder) -> list[str]:
    """Return two wordings of another question, of few words."""
    entry = content.entry(OTHER)
    assert entry is not None
    return [one.text for one in entry.ar.questions if len(one.text.split()) == 5][:2]


async def test_an_editors_whole_way(
    chromium: Browser, house: House, editors: dict[str, str], content: ContentFolder
) -> None:
    context = await chromium.new_context(locale="ar", reduced_motion="reduce")
    citizen = await context.new_page()
    await citizen.goto(house.address)
    said = citizen.locator(".log .msg:not(.me):not(.greeting):not(.typing-now) .bub")
    await asks(citizen, ASKED)
    await expect(said.first).to_be_visible(timeout=20_000)
    assert "B2" not in await citizen.locator(".log").inner_text()

    # a new question in both languages; two of its wordings are another's
    noura = await opened(chromium, house, editors["noura"], "entries/new")
    theirs = two_of_another(content)
    assert len(theirs) == 2
    stolen = [f"{text} من فضلكم خبروني" for text in theirs]  # alike, not to be refused
    await noura.locator("#topic").fill("visitor_parking")
    await noura.locator("#owner").select_option("CORP")
    for code, title, text, ways in (
        ("ar", "مواقف الزوار", ANSWER_AR, "\n".join([WORDINGS_AR, *stolen])),
        ("en", "Visitor parking", ANSWER_EN, WORDINGS_EN),
    ):
        await noura.locator(f"#title_{code}").fill(title)
        await noura.locator(f"#text_{code}").fill(text)
        await noura.locator(f"#more_{code}").fill(ways)
    await expect(noura.locator("#preview")).to_contain_text("B2", timeout=15_000)
    await saved(noura)
    for language in Language:
        assert await noura.locator(f"[name=q_{language.value}]").count() >= 12
    assert await violations(noura) == []

    # tried out: the draft is learnt, and takes two questions of another
    await tries(noura, ASKED)
    await expect(noura.locator("#topics .win")).to_contain_text("مواقف الزوار")
    steals = noura.locator("#steals li", has=noura.locator(f'a[href$="/{OTHER}"]'))
    for text in theirs:
        await expect(steals.filter(has_text=text)).to_have_count(1)

    # mended, and one wording told to be a learner's
    english = noura.locator("section[aria-labelledby=side-en]")
    await expect(english).to_contain_text("ينقص قبل النشر")
    await noura.locator("[name=v_en]").last.evaluate(
        "field => { field.closest('details').open = true; field.value = 'en_l2'; }"
    )
    for text in stolen:
        row = noura.locator("li", has=noura.locator(f'[name=q_ar][value="{text}"]'))
        await row.evaluate("row => row.closest('details').open = true")
        await row.locator("[data-away]").click()
    await saved(noura)
    await expect(english).not_to_contain_text("ينقص قبل النشر")
    await tries(noura, ASKED)
    await expect(noura.locator("#topics .win")).to_contain_text("مواقف الزوار")
    await expect(noura.locator("#steals")).to_contain_text("لا يأخذ هذا السؤال صيغًا من غيره")

    # sent to review; who made it cannot release it
    await noura.goto(f"{house.address}/desk/studio/releases")
    await noura.locator("[name=title]").fill("مواقف الزوار B2")
    await noura.locator("#to-review").click()
    await expect(noura.locator(".diffs")).to_contain_text(ANSWER_AR)
    await expect(noura.locator("#release-now")).to_have_count(0)
    release = noura.url.rpartition("/")[2]

    # another editor sees what it does before releasing it; on content so small sentences that were
    # close may fall, and then it takes a reason
    ali = await opened(chromium, house, editors["ali"], f"releases/{release}")
    checked = ali.locator(".checks li:is([data-st=done], [data-st=late])")
    await expect(checked.first).to_be_visible(timeout=LEARNT_MS)
    if await ali.locator("#release-now").count():
        await expect(ali.locator(".checks")).to_contain_text("لم يظهر ما يمنع")
        await ali.locator("#release-now").click()
    else:
        await ali.locator("#override").fill("المحتوى في هذا الاختبار قليل")
        await ali.locator("#release-anyway").click()
    await expect(ali.locator("#take-back")).to_be_visible(timeout=LEARNT_MS)

    # the chat that was open all the time has the new answer
    await asks(citizen, ASKED)
    await expect(citizen.locator(".log")).to_contain_text(ANSWER_AR, timeout=20_000)

    # and taken back, in one click
    await noura.goto(f"{house.address}/desk/studio/releases/{release}")
    await noura.locator("#take-back").click()
    await expect(noura.locator("#take-back")).to_be_visible(timeout=LEARNT_MS)
    assert noura.url.rpartition("/")[2] != release
    before = await said.count()
    await asks(citizen, ASKED)
    await expect(said.nth(before)).to_be_visible(timeout=20_000)
    assert ANSWER_AR not in await said.nth(before).inner_text()


async def asks(citizen: Page, text: str) -> None:
    field = citizen.locator("textarea")
    await field.fill(text)
    await field.press("Enter")


async def saved(editor: Page) -> None:
    await editor.locator('button[form="entry"].pri').click()
    await expect(editor.get_by_text("حُفظت المسوّدة")).to_be_visible(timeout=15_000)


async def tries(editor: Page, text: str) -> None:
    await editor.locator("[name=try]").fill(text)
    await editor.locator("#try-form button").click()
    await expect(editor.locator("#topics")).to_be_visible(timeout=LEARNT_MS)
