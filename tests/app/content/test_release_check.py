import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from content.entries import FaqEntry, Question, Side
from content.model import Button
from content.reading import PROJECT
from content.release_check import entry_findings, findings, good_link, numbers
from kernel.language import Language
from phrases.catalogue import Catalogue

ENTRY = FaqEntry(
    "refund",
    Side("استرداد", "خلال 90 يوم عمل، INV-9.", (), (Question("وين فلوسي", "gulf"),)),
    Side("Refund", "Within 90 working days, INV-9.", (), (Question("my money", "en"),)),
    owner="REV",
    segment="public",
    status="sourced",
    sources=("https://example.ae/a",),
)


def rules(entry: FaqEntry, before: FaqEntry | None = ENTRY) -> set[str]:
    return {one.rule for one in entry_findings(entry, before)}


def test_a_good_entry_has_nothing_to_tell() -> None:
    assert rules(ENTRY) == set()
    assert rules(ENTRY, None) == set()


@pytest.mark.parametrize(
    ("side", "rule"),
    [
        (replace(ENTRY.en, text=""), "both languages"),
        (replace(ENTRY.en, stale=True), "both languages"),
        (replace(ENTRY.en, text="90 INV-9 " + "a" * 5000), "length"),
        (replace(ENTRY.en, buttons=(Button("a" * 21, "/affirm"),)), "length"),
        (replace(ENTRY.en, text="90 INV-9 see http://localhost"), "links"),
        (replace(ENTRY.en, text="90 INV-9 <b>now</b>"), "markup"),
        (replace(ENTRY.en, text="Within 60 working days, INV-9."), "figures"),
    ],
)
def test_tells_what_may_not_go_live(side: Side, rule: str) -> None:
    assert rule in rules(replace(ENTRY, en=side))


@pytest.mark.parametrize("language", list(Language))
def test_what_is_found_is_told_in_the_language_of_the_editor(language: Language) -> None:
    phrases = Catalogue.load()
    worst = replace(
        ENTRY,
        ar=replace(ENTRY.ar, text="", stale=True),
        en=replace(
            ENTRY.en,
            stale=True,
            text="60 <b>http://localhost</b>" + "a" * 5000,
            buttons=(Button("a" * 21, "/affirm"),) * 11,
        ),
        sources=("dof",),
    )
    uneven = replace(ENTRY, en=replace(ENTRY.en, text="Within 60 working days."))
    found = [*entry_findings(worst, ENTRY), *entry_findings(uneven, ENTRY)]
    assert {one.key for one in found} >= {
        *("no_answer", "stale", "long_text", "many_buttons", "long_button"),
        *("link", "markup", "source", "one_sided", "new_figures"),
    }
    for one in found:
        told = phrases.say(f"studio_found_{one.key}", language, **one.facts)
        assert all(fact in told for fact in one.facts.values())


def test_a_number_may_change_with_its_source() -> None:
    both = replace(
        ENTRY,
        ar=replace(ENTRY.ar, text="خلال ٦٠ يوم عمل، INV-9."),
        en=replace(ENTRY.en, text="Within 60 working days, INV-9."),
        sources=("https://example.ae/b",),
    )
    assert rules(both) == set()


def test_numbers_are_the_same_in_the_digits_of_both_scripts() -> None:
    assert numbers("٧:٣٠ و ١٬٠٠٠ و 12") == numbers("7:30, 1,000 and 12")


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://dof.gov.ae/ar", True),
        ("www.dof.gov.ae", True),
        ("https://dof", False),
        ("dof", False),
    ],
)
def test_links_are_whole(link: str, good: bool) -> None:
    assert good_link(link) is good


@pytest.mark.parametrize(
    ("broken", "key", "place"),
    [
        ('version: "3.1"\nnlu:\n- intent: [INV-9\n- x: "\n', "unreadable", ":4"),
        ("- مرحبا\n", "no_mapping", ""),
        ('nlu:\n- intent: faq/x\n  examples:\n  - text: ""\n', "example_incomplete", ":4"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_line_in_both_languages(
    tmp_path: Path, broken: str, key: str, place: str
) -> None:
    (tmp_path / "data" / "nlu_ar").mkdir(parents=True)
    shutil.copy(PROJECT / "domain.yml", tmp_path)
    (tmp_path / "data" / "nlu_ar" / "faq.yml").write_text(broken, "utf-8")
    (found,) = findings(tmp_path, tmp_path, PROJECT)
    assert (found.rule, found.key, found.serious) == ("schema", key, True)
    assert found.where == f"data/nlu_ar/faq.yml{place}"
    for language in Language:
        assert Catalogue.load().say(f"studio_found_{key}", language, **found.facts)
