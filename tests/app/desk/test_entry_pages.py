"""Questions and answers as pairs: each editor their half, nothing lost, nothing smuggled in."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
import yaml

from accounts.model import Role
from content.entries import FaqEntry
from kernel.language import Language
from kernel.validity import holds
from tests.app.desk.small_content import with_small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running, running_house

ENTRIES = "/desk/studio/entries"
ONE = f"{ENTRIES}/supplier_payment_time"
EVIL = "</textarea><script>alert('INV-9')</script> \"'<img src=x onerror=alert(1)> ما هذا"
AT = datetime(2026, 11, 25, 7, tzinfo=UTC)
FIELD = re.compile(
    r'<input[^>]* name="(?P<input>[a-z_]+)"[^>]* value="(?P<value>[^"]*)"'
    r'|<textarea[^>]* name="(?P<area>[a-z_]+)"[^>]*>(?P<text>[^<]*)<'
    r'|<select[^>]* name="(?P<select>[a-z_]+)"[^>]*>(?P<options>.*?)</select>',
    re.DOTALL,
)


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path) as house:
        yield with_small_content(house, tmp_path)


def the_form(page: str) -> list[tuple[str, str]]:
    """Return what a browser would send of the form, in order."""
    form = page.partition('id="entry"')[2].partition("</form>")[0]
    found = []
    for one in FIELD.finditer(form):
        if one["select"]:
            chosen = re.search(r'<option value="([^"]*)" selected', one["options"])
            first = re.search(r'<option value="([^"]*)"', one["options"])
            found.append((one["select"], (chosen or first)[1]))  # type: ignore[index]
        else:
            found.append((one["input"] or one["area"], one["value"] or one["text"] or ""))
    return [(name, unescape(value)) for name, value in found]


def changed(form: list[tuple[str, str]], **values: str) -> str:
    known = [(name, values.pop(name, value)) for name, value in form]
    return urlencode([*known, *values.items()])


async def send(editor: Staff, path: str, body: str) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await editor.send(path, body, headers=headers)


async def entry(running: Running, topic: str) -> FaqEntry:
    found = await running.house.studio.drafting.ask(lambda folder: folder.entry(topic))
    assert found is not None
    return found


async def knows(running: Running, editor: Staff, language: Language) -> None:
    """Let somebody write in one language only."""
    store = running.house.desk.administration.store
    account = replace(editor.account, languages=frozenset({language}))
    await store.change(account, actor="system:test", at=AT)


async def test_saving_what_is_shown_changes_nothing(running: Running) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        before = await entry(running, "supplier_payment_time")
        for topic in ("supplier_payment_time", "supplier_registration"):
            status, page = await editor.see(f"{ENTRIES}/{topic}")
            status, _ = await send(editor, f"{ENTRIES}/{topic}", changed(the_form(page)))
            assert status == 303
        assert await entry(running, "supplier_payment_time") == before
        changes = await running.house.studio.drafting.about(lambda draft: draft.changes())
        assert changes == []


async def test_a_side_that_changes_marks_the_other_until_somebody_says_it_is_fine(
    running: Running,
) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(ONE)
        form = the_form(page)
        english = dict(form)["text_en"].replace("90", "60")
        assert (await send(editor, ONE, changed(form, text_en=english)))[0] == 303
        _, page = await editor.see(ONE)
        assert "تغيّر النص الإنجليزي ولم تُراجع العربية بعده" in page
        assert "<del>90</del><ins>60</ins>" in page
        _, listed = await editor.see(ENTRIES)
        assert "النص الإنجليزي أحدث من العربي" in listed
        assert "تغيير واحد في المسوّدة" in listed
        assert (await send(editor, ONE, changed(the_form(page), fine="ar")))[0] == 303
        assert not (await entry(running, "supplier_payment_time")).ar.stale
        # who saves what they read before is told, and keeps what they typed
        status, page = await send(editor, ONE, changed(form, text_en="Typed in vain INV-9"))
        assert (status, "غيّر زميل هذا السؤال" in page) == (409, True)
        assert "Typed in vain INV-9" in page


async def test_an_arabic_and_an_english_editor_each_do_their_half(running: Running) -> None:
    async with (
        at_the_desk(running, "noura", Role.EDITOR) as noura,
        at_the_desk(running, "james", Role.EDITOR) as james,
    ):
        await knows(running, noura, Language.AR)
        await knows(running, james, Language.EN)
        _, page = await noura.see(f"{ENTRIES}/new")
        assert "لغة لا تحررها" in page
        given = {
            "topic": "school_fees",
            "owner": "REV",
            "segment": "public",
            "title_ar": "رسوم المدارس",
            "text_ar": "تُدفع رسوم المدارس INV-9 عبر البوابة.",
            "more_ar": "وين ادفع رسوم مدرسة ولدي الحكومية\nكيف أسدد أقساط المدرسة",
            "title_en": "must not be taken",
            "text_en": "must not be taken",
        }
        assert (await noura.send(f"{ENTRIES}/new", given))[0] == 303
        half = await entry(running, "school_fees")
        assert not half.en.there
        assert [one.variety for one in half.ar.questions] == ["gulf", "msa"]
        _, listed = await james.see(ENTRIES)
        assert "ينقصه النص الإنجليزي" in listed
        _, page = await james.see(f"{ENTRIES}/school_fees")
        body = changed(
            the_form(page), title_en="School fees", text_en="Pay on the portal.", text_ar="غيّرته"
        )
        assert (await send(james, f"{ENTRIES}/school_fees", body))[0] == 303
        whole = await entry(running, "school_fees")
        assert whole.ar.text == given["text_ar"]
        assert whole.en.text == "Pay on the portal."
        assert whole.ar.questions == half.ar.questions


@pytest.mark.parametrize(
    ("field", "day", "state", "told"),
    [
        ("valid_until", "2020-01-31", "انتهت صلاحيته", "فلا يقدّمه المساعد"),
        ("valid_from", "2100-01-31", "لم تبدأ مدته", "لم تبدأ مدة هذا الجواب بعد"),
    ],
)
async def test_an_answer_out_of_its_time_is_listed_so_and_not_given_once_it_is_live(
    running: Running, field: str, day: str, state: str, told: str
) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(ONE)
        assert told not in page
        assert (await send(editor, ONE, changed(the_form(page), **{field: day})))[0] == 303
        _, listed = await editor.see(ENTRIES)
        assert state in listed
        assert told in (await editor.see(ONE))[1]
    draft = running.house.studio.drafting.draft.root
    variants = yaml.safe_load((draft / "data/answers/faq_supplier.yml").read_text("utf-8"))
    for variant in variants["responses"]["utter_faq/supplier_payment_time"]:
        assert not holds(variant["metadata"], AT.date())  # what Rasa asks before it answers


async def test_nearly_the_same_wording_of_another_question_is_refused(running: Running) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        other = (await entry(running, "supplier_registration")).ar.questions[1].text
        _, page = await editor.see(ONE)
        body = changed(the_form(page), more_ar=f"{other} لو سمحت")
        status, page = await send(editor, ONE, body)
        assert (status, "لا يمكن للمساعد التمييز بينهما" in page) == (422, True)
        assert f"{other} لو سمحت" in page


@pytest.mark.parametrize(
    ("field", "value", "words", "place"),
    [
        ("text_en", "with {braces}", "الأقواس المعقوفة", "text_en"),
        ("status", "no such", "قيمة غير معروفة", "status"),
        ("more_ar", "/restart", "شرطة مائلة", "asked-ar"),
        ("valid_until", "2020-01-01", "تنتهي المدة قبل أن تبدأ", "valid_until"),
    ],
)
async def test_what_cannot_be_kept_is_said_in_words_and_with_its_place(
    running: Running, field: str, value: str, words: str, place: str
) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(ONE)
        body = changed(the_form(page), **{"valid_from": "2026-01-01", field: value})
        status, page = await send(editor, ONE, body)
        assert (status, words in page) == (422, True)
        assert page.count(f'href="#{place}"') == page.count(f'id="{place}"') == 1


async def test_nothing_that_is_typed_becomes_markup(running: Running) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(ONE)
        evil = dict.fromkeys(("title_ar", "text_ar", "more_ar", "text_en", "sources"), EVIL)
        body = changed(the_form(page), **evil)
        assert (await send(editor, ONE, body))[0] == 303
        pages = [(await editor.see(path))[1] for path in (ONE, ENTRIES, f"{ENTRIES}?q={EVIL}")]
        pages.append((await send(editor, "/desk/studio/preview", body))[1])
        for page in pages:
            assert "<script>alert" not in page
            assert "<img src=x" not in page
        link = {"text_ar": 'انظر https://a.example/"><script>alert(1)</script> ثم'}
        _, page = await editor.send("/desk/studio/preview", link)
        assert '<a href="https://a.example/"' in page
        assert "<script>" not in page


async def test_only_editors_of_the_department_and_no_agents(running: Running) -> None:
    async with (
        at_the_desk(running, "salem", Role.AGENT) as salem,
        at_the_desk(running, "mona", Role.EDITOR, departments="REV") as mona,
    ):
        for path in (ENTRIES, ONE, f"{ENTRIES}/new"):
            assert (await salem.see(path))[0] == 403
        status, page = await mona.see(ONE)  # Central Accounts' to change
        assert (status, 'form="entry"' in page) == (200, False)
        assert (await mona.send(ONE, {"text_ar": "x"}))[0] == 403
        form = {"topic": "x_y", "owner": "ACC", "title_ar": "x", "text_ar": "x"}
        assert (await mona.send(f"{ENTRIES}/new", form))[0] == 403


async def test_an_entry_is_taken_out_of_the_draft_and_stays_live(running: Running) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        _, page = await editor.see(ONE)
        seen = dict(the_form(page))["seen"]
        assert (await editor.send(f"{ONE}/remove", {"seen": "old"}))[0] == 409
        assert (await editor.send(f"{ONE}/remove", {"seen": seen}))[0] == 303
        assert (await editor.see(ONE))[0] == 404
        [change] = await running.house.studio.drafting.about(lambda draft: draft.changes())
        assert (change.what, change.after) == ("faq/supplier_payment_time", None)
