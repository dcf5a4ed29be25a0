"""Releases on screen, with nothing that works them off: what each editor sees and may do."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from accounts.model import Role
from content.finding import Finding
from content.folder import ContentFolder
from content.release import Drop, ReleaseState
from tests.app.desk.small_content import small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_entry_pages import EVIL
from tests.app.webchat_house import Running, running_house

RELEASES = "/desk/studio/releases"
ONE = f"{RELEASES}/1"
WENT = {"at": "وين فلوسي", "wanted": "utter_faq", "found": "action_unsure"}


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    live = small_content(tmp_path / "live")
    async with running_house(sqlite_url, tmp_path, content_dir=live) as house:
        await house.house.releasing.rounds.stop(0.0)
        yield house


def changed(folder: ContentFolder) -> None:
    entry = folder.entry("supplier_payment_time")
    assert entry is not None
    text = entry.ar.text.replace("90", "60") + f" {EVIL}"
    questions = entry.ar.questions[1:]
    ar = replace(entry.ar, text=text, questions=questions)
    folder.save(replace(entry, ar=ar), seen=folder.version(entry.topic))


async def sent(running: Running, editor: Staff) -> None:
    await running.house.studio.drafting.ask(changed)
    status, _ = await editor.send(RELEASES, {"title": f"ستون يومًا INV-9 {EVIL}"})
    assert status == 303


async def becomes(running: Running, **changes: object) -> None:
    """Let the release be what the work on it would make of it."""
    store = running.house.releasing.releases.store
    release = replace(await store.get(1), **changes)  # type: ignore[arg-type]
    await store.save(release, actor="releases", at=release.changed_at)


async def test_nothing_can_be_sent_while_the_draft_says_what_is_live(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.EDITOR) as noura:
        status, page = await noura.send(RELEASES, {"title": "x"})
        assert (status, "لا تختلف المسوّدة عن المنشور" in page) == (409, True)
        assert 'id="to-review"' not in page


async def test_a_release_is_told_in_words_and_another_editor_lets_it_go_live(
    running: Running,
) -> None:
    async with (
        at_the_desk(running, "noura", Role.EDITOR) as noura,
        at_the_desk(running, "ali", Role.EDITOR) as ali,
    ):
        await sent(running, noura)
        pages = [(await noura.see(path))[1] for path in (RELEASES, ONE)]
        for page in pages:
            assert "<del>90</del><ins>60</ins>" in page
            assert "صيغة محذوفة" in page
            assert "<script>alert" not in page
            assert "<img src=x" not in page
        assert 'id="release-now"' not in pages[1]
        assert "يراجعه محرر آخر قبل نشره" in pages[1]
        status, page = await noura.send(f"{ONE}/approve", {})
        assert (status, "محرر آخر غير من أعدّه" in page) == (409, True)
        assert 'id="release-now"' in (await ali.see(ONE))[1]
        status, page = await ali.send(f"{ONE}/send-back", {"reason": " "})
        assert (status, "يُرجى كتابة السبب" in page) == (409, True)
        assert (await ali.send(f"{ONE}/approve", {"due": "2036-01-01T09:00"}))[0] == 303
        _, page = await ali.see(ONE)
        assert "2036-01-01 09:00" in page
        assert (await ali.send(f"{ONE}/send-back", {"reason": "الرقم غير مؤكد"}))[0] == 303
        _, page = await noura.see(ONE)
        assert "الرقم غير مؤكد" in page
        status, page = await ali.send(f"{ONE}/approve", {})
        assert (status, "لم يعد ذلك ممكنًا" in page) == (409, True)
    async with at_the_desk(running, "salem", Role.AGENT) as salem:
        assert (await salem.see(RELEASES))[0] == 403
        assert (await salem.send(f"{ONE}/approve", {}))[0] == 403
    async with at_the_desk(running, "aisha", Role.ADMIN) as aisha:
        _, page = await aisha.see("/desk/audit")
        assert "content_release" in page


async def test_progress_is_shown_until_the_state_is_another(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.EDITOR) as noura:
        await sent(running, noura)
        _, page = await noura.see(ONE)
        asked = re.search(r'hx-get="([^"]+)"', page)
        assert asked
        progress = asked.group(1).replace("&amp;", "&")
        await becomes(running, share=0.4, part="network")
        status, page = await noura.see(progress)
        assert (status, 'value="40"' in page) == (200, True)
        assert "تعلّم الصيغ" in page
        failure = "trainer_ended: the trainer ended with code -9"
        await becomes(running, state=ReleaseState.FAILED, failure=failure)
        async with noura.http.get(progress) as answer:
            assert (answer.status, answer.headers["HX-Redirect"]) == (204, ONE)
        _, page = await noura.see(ONE)
        assert "ما زال الإصدار السابق يجيب" in page
        assert "توقفت عملية التعلّم قبل تمامها" in page
        assert '<bdi class="ref">the trainer ended with code -9</bdi>' in page
        assert (await noura.send(f"{ONE}/again", {}))[0] == 303


async def test_a_drop_is_overridden_by_another_editor_with_a_reason(running: Running) -> None:
    drop = Drop("faq ar gulf answer", 0.9, 0.7, 40)
    async with (
        at_the_desk(running, "noura", Role.EDITOR) as noura,
        at_the_desk(running, "ali", Role.EDITOR) as ali,
    ):
        await sent(running, noura)
        scores = {
            "after": {"faq ar": [28, 40], "recent ar gulf answer": [1, 2]},
            "before": {"faq ar": [36, 40]},
        }
        await becomes(
            running,
            state=ReleaseState.REFUSED,
            drops=(drop, Drop("conversation ar سؤال INV-9", 1.0, 0.0, 1)),
            findings=(Finding("note: conversation", "سؤال INV-9", "x", "conversation", WENT),),
            scores=scores,
            model="m.tar.gz",
        )
        _, page = await ali.see(ONE)
        assert "تراجعت النسبة من \u206890.0%\u2069 إلى \u206870.0%\u2069" in page
        assert "اختبارات المحادثة · العربية · سؤال INV-9" in page
        assert "ما صنّفه المحررون مؤخرًا · العربية · خليجية · الجواب" in page
        assert "سلك أحد اختبارات المحادثة طريقًا آخر" in page
        assert "\u2068action_unsure\u2069 بدلًا من" in page
        assert '<bdi class="num">90.0%</bdi>' in page
        assert f'action="{ONE}/override"' in page
        assert f'action="{ONE}/override"' not in (await noura.see(ONE))[1]
        assert (await noura.send(f"{ONE}/override", {"reason": "أريده"}))[0] == 409
        assert (await ali.send(f"{ONE}/override", {"reason": "القانون تغيّر"}))[0] == 303
        _, page = await noura.see(ONE)
        assert "القانون تغيّر" in page


async def test_what_stands_against_a_release_is_told_before_it_is_pressed(
    running: Running,
) -> None:
    async with (
        at_the_desk(running, "noura", Role.EDITOR) as noura,
        at_the_desk(running, "ali", Role.EDITOR) as ali,
    ):
        await sent(running, noura)
        title = "somebody appeals in formal words"
        drop = Drop(f"conversation en {title}", 1.0, 0.0, 1)
        edge = {**WENT, "wanted": "track_case", "then": "+4%", "now": "-3%"}
        note = Finding("note: conversation", title, "x", "conversation_edge", edge)
        await becomes(running, drops=(drop,), findings=(note,), model="m.tar.gz")
        _, page = await ali.see(ONE)
        assert 'id="release-now"' not in page
        assert "لم يظهر ما يمنع" not in page
        assert "اختبارات المحادثة · الإنجليزية · تظلّم بعبارات رسمية" in page
        assert f'action="{ONE}/override"' in page
        _, page = await noura.see(ONE)
        assert f'action="{ONE}/override"' not in page
        assert "ولمحرر آخر أن ينشر الإصدار رغم ذلك" in page
        # at the edge alone it is no drop: it is told, and stands in nobody's way
        await becomes(running, drops=())
        _, page = await ali.see(ONE)
        assert 'id="release-now"' in page
        assert "لم يظهر ما يمنع" in page
        assert "\u2068-3%\u2069" in page
        assert "بدلًا من \u2068متابعة طلب\u2069" in page  # an intent is told in words
        serious = Finding("schema", "data/nlu_ar/faq.yml:7", "x", "unreadable", {"exactly": "y"})
        await becomes(running, findings=(serious,))
        _, page = await ali.see(ONE)
        assert 'id="release-now"' not in page
        assert "لا يُنشر قبل تصحيح ما أظهرته الفحوص" in page
        assert "لا يصح تركيب الملف (YAML) من هذا السطر" in page


async def test_a_file_broken_by_hand_is_told_with_its_line_in_both_languages(
    running: Running,
) -> None:
    async with at_the_desk(running, "noura", Role.EDITOR) as noura:
        await sent(running, noura)
        root = running.house.studio.drafting.draft.root
        path = next(iter(sorted((root / "data" / "nlu_ar").glob("*.yml"))))
        path.write_text('version: "3.1"\nnlu:\n- intent: [INV-9\n', "utf-8")
        status, page = await noura.see(RELEASES)
        assert status == 409
        assert "تتعذر قراءة أحد ملفات المحتوى" in page
        assert f"nlu_ar/{path.name}:" in page
        assert "لا يصح تركيب الملف" in page


async def test_the_live_release_is_taken_back_to_what_was_before_it(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.EDITOR) as noura:
        await sent(running, noura)
        assert 'id="take-back"' not in (await noura.see(ONE))[1]
        assert (await noura.send(f"{ONE}/take-back", {}))[0] == 409
        await becomes(running, state=ReleaseState.LIVE, model="m.tar.gz")
        assert 'id="take-back"' in (await noura.see(ONE))[1]
        assert (await noura.send(f"{ONE}/take-back", {}))[0] == 303
    store = running.house.releasing.releases.store
    first, second = await store.get(1), await store.get(2)
    assert (second.state, second.of, second.commit) == (ReleaseState.APPROVED, 1, first.base)
    assert second.model == ""  # of what was found at the start there is no release to have one


async def test_who_wrote_each_side_last_is_told_beside_it(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.EDITOR) as noura:
        await sent(running, noura)
        releases = running.house.releasing.releases
        await becomes(running, state=ReleaseState.LIVE)
        live = await releases.store.get(1)
        releases.repository.move_head(live.commit, live.base)
        _, page = await noura.see("/desk/studio/entries/supplier_payment_time")
        arabic, _, english = page.partition('id="side-ar"')[2].partition('id="side-en"')
        assert "<bdi>Noura</bdi>" in arabic
        assert "<bdi>Noura</bdi>" not in english.partition("</header>")[0]
