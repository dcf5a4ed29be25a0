import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from content import check
from content.finding import Finding
from content.held_out import find_held_out
from content.in_step import find_out_of_step
from content.labels import find_mislabelled
from content.minimums import find_too_few
from content.model import Button, Content, Example, Response
from content.near_duplicates import near_duplicates
from kernel.language import Language
from phrases.catalogue import Catalogue

AR, EN = Language.AR, Language.EN
ABOUT = {"title": "استرداد", "owner": "REV", "segment": "public", "status": "sourced"}
INTENTS = frozenset({"complaint", "faq", "feedback", "out_of_scope"})


def example(language: Language = AR, **changes: object) -> Example:
    made = Example("أين وصل طلبي DF-26؟", "faq/refund", language, "mixed", "REV", "made_up:1")
    return replace(made, **changes)


def response(language: Language, **changes: object) -> Response:
    buttons = (Button("نعم", '/feedback{{"helped": "yes"}}'),)
    made = Response("utter_faq/refund", language, "{number}", buttons, ABOUT, "made_up:2")
    return replace(made, **changes)


def content_with(*extra: Example, **changes: object) -> Content:
    made = Content((example(AR), example(EN), *extra), (response(AR), response(EN)), INTENTS)
    return replace(made, **changes)


def told_in_both(found: Iterable[Finding]) -> None:
    """Each is said to editors in their own words, with all that it is about."""
    phrases, some = Catalogue.load(), False
    for one in found:
        for language in Language:
            told = phrases.say(f"studio_found_{one.key}", language, **one.facts)
            assert all(fact in told for fact in one.facts.values())
            some = True
    assert some


def test_languages_in_step_give_nothing_to_mend() -> None:
    assert list(find_out_of_step(content_with())) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (content_with(example(intent="complaint")), "has examples in ar only"),
        (content_with(example(AR, intent="faq/x"), example(EN, intent="faq/x")), "lacks an answer"),
        (content_with(responses=(response(AR),)), "is there in ar, not once in ar and en"),
        (content_with(responses=(response(AR), response(EN, text="It is here."))), "has number"),
        (content_with(responses=(response(AR), response(EN, buttons=()))), "do not do the same"),
        (
            content_with(responses=(response(AR), response(EN, about={**ABOUT, "owner": "ACC"}))),
            "two kinds of owner",
        ),
        (
            content_with(responses=(response(AR, about={}), response(EN, about={}))),
            "has no title",
        ),
        (
            content_with(
                responses=tuple(response(x, buttons=(Button("x", "/gone"),)) for x in (AR, EN))
            ),
            "with a known intent",
        ),
        (
            content_with(
                responses=tuple(
                    response(x, buttons=(Button("x", '/faq{"a": "b"}'),)) for x in (AR, EN)
                )
            ),
            "is not /intent or /intent{{JSON}}",
        ),
        (
            content_with(
                responses=tuple(response(x, buttons=(Button("x", "/faq{{no}}"),)) for x in (AR, EN))
            ),
            "holds no JSON",
        ),
    ],
)
def test_says_where_the_languages_part(content: Content, complaint: str) -> None:
    found = list(find_out_of_step(content))
    assert any(complaint in finding.what for finding in found)
    told_in_both(found)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (example(variety="en_l2"), "variety en_l2 is none of ar"),
        (example(intent="visa", department=None), "not in domain.yml"),
        (example(intent="complaint", department=None), "needs a department"),
        (example(intent="complaint", department="GHOST"), "no department GHOST"),
        (example(department="ACC"), "owned by REV, not ACC"),
        (example(intent="out_of_scope"), "belongs to no department"),
    ],
)
def test_says_what_is_wrong_with_a_label(wrong: Example, complaint: str) -> None:
    [finding] = find_mislabelled(content_with(wrong), {"REV", "ACC"})
    assert complaint in finding.what
    assert finding.where == wrong.place
    told_in_both([finding])


def test_a_topic_needs_enough_of_every_variety() -> None:
    found = list(find_too_few(content_with(), ["REV"]))
    told_in_both(found)
    missing = {f"{f.where}: {f.what}" for f in found}
    assert "faq/refund (ar): 1 examples, not 15" in missing
    assert "faq/refund in arabizi (ar): 0 examples, not 1" in missing
    assert "faq/refund: 0 of 1 are Gulf Arabic, under a third" in missing
    assert "faq/refund (en): 1 examples, not 12" in missing
    assert "complaint (ar): 0 examples, not 250" in missing
    assert "complaint for REV (en): 0 examples, not 1" in missing
    assert "out_of_scope (en): 0 examples, not 200" in missing
    assert not any(what.startswith("feedback") for what in missing)


def test_what_is_measured_on_is_found_in_what_is_trained_on(tmp_path: Path) -> None:
    lines = ["متى ينزل المعاش التقاعدي يا جماعة؟", "thank you"]
    sets = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in lines)
    (tmp_path / "mine.jsonl").write_text(sets, "utf-8")
    heard = [
        example(text="متي ينزل المعاش التقاعدي يا جماعه", place="here:7"),
        example(text="Thank you!"),
        example(text="متى ينزل المعاش؟"),
    ]
    [finding] = find_held_out(heard, tmp_path)
    assert (finding.where, finding.what) == ("here:7", "stands in mine.jsonl too")
    told_in_both([finding])


def test_repeated_wordings_are_told_in_both_languages() -> None:
    twice = [example(place="here:1"), example(place="here:2")]
    told_in_both(check.repeated(twice, near_duplicates(twice)))


def test_a_department_that_was_added_may_own_an_answer_and_needs_no_examples(
    tmp_path: Path,
) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "departments.toml").write_text("[REV]\n", "utf-8")
    owned = {**ABOUT, "owner": "NEW"}
    asked = tuple(example(one, department="NEW") for one in (AR, EN))
    answers = tuple(response(one, about=owned) for one in (AR, EN))
    content = content_with(examples=asked, responses=answers)
    without = {(one.rule, one.key) for one in check.findings_of(content, tmp_path)}
    found = list(check.findings_of(content, tmp_path, ["NEW"]))
    assert ("label", "no_such_department") in without
    assert "label" not in {one.rule for one in found}
    assert not any("NEW" in one.where for one in found)


def test_without_evaluation_sets_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert list(find_held_out([example()], tmp_path / "gone")) == []


def test_the_report_counts_what_must_be_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain.yml").write_text("intents: [complaint]\n", "utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "departments.toml").write_text("[REV]\n", "utf-8")
    assert check.main(tmp_path) == 1
    printed = capsys.readouterr().out
    assert "too few: complaint (ar): 0 examples, not 250" in printed
    assert printed.splitlines()[-1] == "content: 8 to mend, 0 near-duplicates"


def test_a_broken_file_is_reported_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain.yml").write_text("- no mapping\n", "utf-8")
    assert check.main(tmp_path) == 1
    assert "domain.yml" in capsys.readouterr().out
