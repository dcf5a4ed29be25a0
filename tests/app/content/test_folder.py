from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from content.atomic import PLAN, WAITING
from content.entries import FaqEntry, Labelled, Question, Side
from content.errors import EditConflict, InvalidContent
from content.folder import ContentFolder
from content.model import Button
from kernel.language import Language

ANSWERS = """\
version: "3.1"
responses:
  # الاسترداد: see DPS-1
  utter_faq/refund:
  - condition: [{type: slot, name: language, value: ar}]
    text: "قدّم الطلب حيث دفعت، برقم INV-9."   # كما في المصدر
    metadata:
      title: "استرداد الرسوم"
      owner: REV
      segment: public
      status: sourced
      note: keep me
      sources: ["https://example.ae/a"]
  - condition: [{type: slot, name: language, value: en}]
    text: |-
      Apply where you paid.

      # not a comment
    metadata: {title: "A refund", owner: REV, segment: public, status: sourced,
      sources: ["https://example.ae/a"]}

  # the next one
  utter_faq/hours:
  - condition: [{type: slot, name: language, value: ar}]
    text: "من 7:30"
    metadata: {title: "الدوام", owner: CUST, segment: public, status: sourced}
"""
AR = """\
version: "3.1"
nlu:
- intent: faq/refund
  examples:
  - text: كيف أسترد رسومي؟
    metadata: {department: REV, variety: msa}
  # from the counter
  - text: 'ابا فلوسي: وين؟'
    metadata: {variety: gulf, department: REV, seen: yes}
- intent: faq/hours
  examples:
  - text: متى تداومون
    metadata: {department: CUST, variety: gulf}
"""
EN = """\
version: "3.1"
nlu:
- intent: faq/refund
  examples:
  - text: how do I get a refund
    metadata: {department: REV, variety: en}
- intent: thank
  examples:
  - text: ta
    metadata: {variety: en}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in (
        ("domain.yml", "intents:\n- thank\n- faq: {use_entities: []}\n"),
        ("data/answers/faq_public.yml", ANSWERS),
        ("data/nlu_ar/faq_public.yml", AR),
        ("data/nlu_en/faq_public.yml", EN),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def refund(folder: ContentFolder) -> FaqEntry:
    found = folder.entry("refund")
    assert found is not None
    return found


def answers(root: Path) -> str:
    return (root / "data/answers/faq_public.yml").read_text("utf-8")


def test_reads_an_entry_with_both_sides_and_its_questions(root: Path) -> None:
    entry = refund(ContentFolder(root))
    assert entry.ar.text == "قدّم الطلب حيث دفعت، برقم INV-9."
    assert entry.en.text == "Apply where you paid.\n\n# not a comment"
    assert entry.ar.questions[1] == Question("ابا فلوسي: وين؟", "gulf")
    assert (entry.owner, entry.status, entry.sources) == (
        "REV",
        "sourced",
        ("https://example.ae/a",),
    )


def test_changes_one_line_for_one_answer_and_marks_the_other_side(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    ar = replace(entry.ar, text='قل: "نعم"، برقم INV-10')
    saved = folder.save(replace(entry, ar=ar), seen=folder.version("refund"))
    assert saved.en.stale
    assert not saved.ar.stale
    expected = ANSWERS.replace(
        '"قدّم الطلب حيث دفعت، برقم INV-9."', '"قل: \\"نعم\\"، برقم INV-10"'
    ).replace(
        'sources: ["https://example.ae/a"]}', 'sources: ["https://example.ae/a"], stale: true}'
    )
    assert answers(root) == expected
    assert (root / "data/nlu_ar/faq_public.yml").read_text("utf-8") == AR


def test_a_side_that_follows_is_fresh_again(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    changed = replace(entry, ar=replace(entry.ar, text="غيره INV-1"))
    stale = folder.save(changed, seen=folder.version("refund"))
    en = replace(stale.en, text="Another one INV-1")
    fresh = folder.save(replace(stale, en=en), seen=folder.version("refund"))
    assert not fresh.ar.stale
    assert not fresh.en.stale
    assert "stale" not in answers(root)


def test_a_mark_goes_when_an_editor_says_that_the_text_holds(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    stale = folder.save(
        replace(entry, ar=replace(entry.ar, title="استرداد REV")), seen=folder.version("refund")
    )
    held = replace(stale, en=replace(stale.en, stale=False))
    assert not folder.save(held, seen=folder.version("refund")).en.stale


def test_questions_change_come_and_go_on_their_own_lines(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    first, second = entry.ar.questions
    wanted = (first, replace(second, text="it's: هنا"), Question("وين فلوسي INV-7", "gulf"))
    folder.save(
        replace(entry, ar=replace(entry.ar, questions=wanted)), seen=folder.version("refund")
    )
    now = (root / "data/nlu_ar/faq_public.yml").read_text("utf-8")
    assert "# from the counter" in now
    assert "{variety: gulf, department: REV, seen: yes}" in now
    assert now[now.index("- intent: faq/hours") :] == AR[AR.index("- intent: faq/hours") :]
    assert refund(ContentFolder(root)).ar.questions == wanted
    assert answers(root) == ANSWERS


def test_a_new_entry_stands_behind_the_others_of_its_segment(root: Path) -> None:
    folder = ContentFolder(root)
    ar = Side("عنوان", "نص مع رقم A-1", (Button("نعم", "/affirm"),), (Question("سؤال", "msa"),))
    en = Side("Title", "No: #1\nTwo", (Button("Yes", "/affirm"),), (Question("no", "en"),))
    entry = FaqEntry(
        "new_one",
        ar,
        en,
        owner="DPS",
        segment="public",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    folder.save(entry, seen=None)
    assert answers(root).startswith(ANSWERS)
    assert ContentFolder(root).entry("new_one") == entry
    written = YAML(typ="safe").load(root / "data/nlu_en/faq_public.yml")
    assert written["nlu"][-1]["examples"][0]["text"] == "no"  # a text for YAML 1.2 readers too
    folder.remove("new_one", seen=folder.version("new_one"))
    assert answers(root) == ANSWERS


def test_half_an_entry_may_be_kept_while_the_other_half_is_missing(root: Path) -> None:
    folder = ContentFolder(root)
    ar = Side("عنوان", "نص", (), (Question("سؤال A-1", "msa"),))
    folder.save(FaqEntry("half", ar, Side(), owner="DPS", segment="media"), seen=None)
    half = ContentFolder(root).entry("half")
    assert half is not None
    assert not half.en.there
    folder.save(replace(half, en=Side("T", "Words")), seen=folder.version("half"))
    whole = ContentFolder(root).entry("half")
    assert whole is not None
    assert whole.en.text == "Words"


def test_a_hand_edit_meanwhile_is_told_and_nothing_is_written(root: Path) -> None:
    folder = ContentFolder(root)
    entry, seen = refund(folder), folder.version("refund")
    by_hand = ANSWERS.replace("حيث دفعت", "هنا")
    (root / "data/answers/faq_public.yml").write_text(by_hand, "utf-8")
    with pytest.raises(EditConflict) as conflict:
        folder.save(replace(entry, owner="ACC"), seen=seen)
    theirs = conflict.value.theirs
    assert isinstance(theirs, FaqEntry)
    assert theirs.ar.text == "قدّم الطلب هنا، برقم INV-9."
    assert answers(root) == by_hand


def test_hand_edits_of_other_entries_are_no_conflict(root: Path) -> None:
    folder = ContentFolder(root)
    entry, seen = refund(folder), folder.version("refund")
    by_hand = ANSWERS.replace("من 7:30", "من 8:00")
    (root / "data/answers/faq_public.yml").write_text(by_hand, "utf-8")
    folder.save(replace(entry, segment="all"), seen=seen)
    assert answers(root) == by_hand.replace("segment: public", "segment: all", 2)


def test_refuses_what_rasa_or_people_would_misread(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    ar = replace(
        entry.ar,
        text="المبلغ {amount}",
        questions=(Question("[هنا](place)", "msa"), Question("/greet", "klingon")),
    )
    with pytest.raises(InvalidContent) as refused:
        folder.save(replace(entry, ar=ar), seen=folder.version("refund"))
    assert {(one.where, one.code) for one in refused.value.problems} == {
        ("ar.text", "braces"),
        ("ar.questions.0", "markup"),
        ("ar.questions.1", "variety"),
        ("ar.questions.1", "slash"),
    }


def test_examples_of_an_intent_change_alone(root: Path) -> None:
    folder = ContentFolder(root)
    seen = folder.examples_version("thank", Language.EN)
    wanted = (Labelled("ta", "en"), Labelled("cheers: شكرا #1", "mixed"))
    folder.save_examples("thank", Language.EN, wanted, seen=seen)
    now = (root / "data/nlu_en/faq_public.yml").read_text("utf-8")
    assert now == EN + '  - text: "cheers: شكرا #1"\n    metadata: {variety: mixed}\n'
    assert folder.intents()[0].examples[Language.EN] == wanted
    with pytest.raises(EditConflict):
        folder.save_examples("thank", Language.EN, wanted[:1], seen=seen)


def test_an_anchor_or_another_layout_changes_as_a_whole_entry(root: Path) -> None:
    odd = ANSWERS.replace(
        '  - condition: [{type: slot, name: language, value: ar}]\n    text: "من 7:30"\n',
        "  - {condition: [{type: slot, name: language, value: ar}], text: من, metadata: {title: أ,"
        " owner: CUST, segment: public, status: sourced}}\n",
    )
    odd = odd[: odd.index('    metadata: {title: "الدوام"')]
    (root / "data/answers/faq_public.yml").write_text(odd, "utf-8")
    folder = ContentFolder(root)
    hours = folder.entry("hours")
    assert hours is not None
    folder.save(replace(hours, status="confirmed"), seen=folder.version("hours"))
    assert answers(root).startswith(odd[: odd.index("  utter_faq/hours")])
    assert "status: confirmed" in answers(root)


def test_a_writer_that_died_half_way_is_finished_by_the_next(root: Path) -> None:
    folder = ContentFolder(root)
    entry = refund(folder)
    (root / f"data/answers/faq_public.yml{WAITING}").write_text(ANSWERS.replace("7:30", "9:00"))
    (root / PLAN).write_text('{"data/answers/faq_public.yml": false}')
    folder.save(replace(entry, owner="ACC"), seen=folder.version("refund"))
    assert "من 9:00" in answers(root)
    assert "owner: ACC" in answers(root)
    assert not list(root.rglob(f"*{WAITING}"))
    assert not (root / PLAN).exists()
