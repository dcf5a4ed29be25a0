from dataclasses import replace

import pytest

from content.entries import FaqEntry, Question, Side
from content.model import Button
from content.release_check import entry_findings, good_link, numbers

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
