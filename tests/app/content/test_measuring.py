import json
from pathlib import Path

import pytest

from content.errors import ContentBroken
from content.improvements import Labelled
from content.measuring import (
    LabelledMessage,
    Score,
    Story,
    astray,
    dropped,
    labelled_message,
    lost_at_the_edge,
    read_messages,
    scores,
    story_scores,
    worn_down,
)
from content.reading import PROJECT, read_content
from kernel.folding import words
from kernel.language import Language

HELD_OUT = PROJECT / "tests" / "rasa" / "heldout"


def asked(count: int, right: int, *, variety: str = "gulf") -> dict[str, Score]:
    messages = [
        LabelledMessage(f"وين فلوسي {n}", "faq", "ar", variety, "faq", "faq/refund_how_to")
        for n in range(count)
    ]
    said = [
        {"intent": "faq", "answer": "faq/refund_how_to" if n < right else "faq/other"}
        for n in range(count)
    ]
    return scores(messages, said)


def test_counts_per_set_language_variety_and_label() -> None:
    figures = asked(10, 7)
    assert figures["faq ar gulf answer"] == Score(7, 10)
    assert figures["faq ar intent"] == Score(10, 10)
    assert figures["faq ar answer faq/refund_how_to"] == Score(7, 10)
    assert "faq ar department" not in figures


def test_one_message_less_is_no_drop_two_are() -> None:
    assert dropped(asked(10, 9), asked(10, 8), {}) == ()
    found = {drop.figure for drop in dropped(asked(10, 9), asked(10, 7), {})}
    assert "faq ar gulf answer" in found


def test_a_handful_of_messages_is_told_and_not_guarded() -> None:
    assert dropped(asked(4, 4), asked(4, 0), {}) == ()


def test_figures_of_other_messages_are_not_compared() -> None:
    assert dropped(asked(10, 10), asked(12, 2), {}) == ()


def test_a_line_without_labels_is_told_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(json.dumps({"text": "شكرا INV-9"}) + "\n", "utf-8")
    with pytest.raises(ContentBroken) as broken:
        read_messages(tmp_path)
    assert broken.value.facts["place"] == "set.jsonl:1"


def test_what_is_measured_on_is_labelled_rightly_and_is_taught_nowhere() -> None:
    content = read_content()
    topics = {f"faq/{one.topic}" for one in content.responses if one.topic}
    taught = {tuple(words(one.text)) for one in content.examples}
    messages = read_messages(HELD_OUT)
    assert {message.answer for message in messages if message.answer} >= topics - {
        "faq/talk_to_human"
    }
    for message in messages:
        assert message.intent in content.intents, message
        assert message.answer is None or message.answer in topics, message
        assert tuple(words(message.text)) not in taught, message


def test_a_conversation_that_went_and_goes_no_more_is_a_drop_by_itself() -> None:
    before = [Story("تحية", "ar", True), Story("شكر", "ar", True), Story("INV-9", "en", False)]
    after = [Story("تحية", "ar", True), Story("شكر", "ar", False, "مشكور", "thank", "greet")]
    lost = list(astray(before, [*after, Story("INV-9", "en", False), Story("new", "en", False)]))
    assert [(one.drop and one.drop.figure, one.found.facts["at"]) for one in lost] == [
        ("conversation ar شكر", "مشكور")
    ]
    assert not lost[0].found.serious
    assert lost[0].found.key == "conversation"
    assert story_scores(before) == {
        "conversation ar": Score(2, 2),
        "conversation en": Score(0, 1),
    }


@pytest.mark.parametrize(
    ("then", "now", "at_the_edge"),
    [(0.04, -0.03, True), (0.6, -0.03, False), (0.04, -0.7, False), (None, -0.03, False)],
)
def test_a_conversation_lost_at_the_edge_is_told_and_is_no_drop(
    then: float | None, now: float, at_the_edge: bool
) -> None:
    then_leads = {} if then is None else {"مشكور INV-9": then}
    before = [Story("شكر", "ar", True, leads=then_leads)]
    went_off = ("مشكور INV-9", "thank", "greet")
    after = [Story("شكر", "ar", False, *went_off, leads={"مشكور INV-9": now})]
    (one,) = astray(before, after)
    assert (one.drop is None) is at_the_edge
    assert not one.found.serious
    if at_the_edge:
        assert one.found.key == "conversation_edge"
        assert (one.found.facts["then"], one.found.facts["now"]) == ("\u200e+4%", "\u200e-3%")


@pytest.mark.parametrize(("lost", "at_the_edge", "drops"), [(1, 1, 0), (2, 2, 0), (3, 3, 1)])
def test_what_is_lost_at_the_edge_counts_where_it_is_much(
    lost: int, at_the_edge: int, drops: int
) -> None:
    before, after = Score(10, 10), Score(10 - lost, 10)
    edge = {"faq ar answer": at_the_edge}
    assert len(dropped({"faq ar answer": before}, {"faq ar answer": after}, edge)) == drops
    assert len(dropped({"faq ar answer": before}, {"faq ar answer": after}, {})) == (lost > 1)


@pytest.mark.parametrize(("astray_before", "drops"), [(0, 0), (1, 0), (2, 1)])
def test_what_earlier_releases_lost_at_the_edge_counts_when_a_later_one_loses_more(
    astray_before: int, drops: int
) -> None:
    leads = {"مشكور INV-9": 0.04}, {"مشكور INV-9": -0.03}
    held = Story("شكر", "ar", True, leads=leads[0])
    lost_now = Story("شكر", "ar", False, "مشكور INV-9", "thank", "greet", leads=leads[1])
    others = [Story(f"قصة {n}", "ar", n >= astray_before) for n in range(20)]
    before, after = [held, *others], [lost_now, *others]
    lost = list(astray(before, after))
    found = list(worn_down(story_scores(before), story_scores(after), lost))
    assert [one.figure for one in found] == ["conversation ar"] * drops
    unchanged = list(astray(after, after))
    assert not list(worn_down(story_scores(after), story_scores(after), unchanged))


def test_a_message_is_lost_at_the_edge_if_it_was_close_and_is_close() -> None:
    message = LabelledMessage("وين فلوسي INV-9", "faq", "ar", "gulf", "faq", "faq/refund")

    def said(answer: str, **sure: float) -> dict[str, object]:
        told = {f"faq/{name}": confidence for name, confidence in sure.items()}
        return {"intent": "faq", "answer": answer, "sure": {"answer": told}}

    close, clear = said("faq/refund", refund=0.5, fees=0.4), said("faq/refund", refund=0.9)
    lost, badly = said("faq/fees", refund=0.4, fees=0.5), said("faq/fees", fees=0.9)
    figures = {"faq ar answer", "faq ar gulf answer", "faq ar answer faq/refund"}
    for before, after, found in (
        (close, lost, figures),
        (clear, lost, set()),
        (close, badly, set()),
    ):
        assert set(lost_at_the_edge([message], [before], [after])) == found
    unknown = {"intent": "faq", "answer": "faq/fees"}
    assert not lost_at_the_edge([message], [close], [unknown])
    assert not lost_at_the_edge([message], [], [lost])


def test_what_an_editor_labelled_is_of_the_variety_it_is_written_in() -> None:
    told = labelled_message(Labelled("وين فلوسي مال INV-9 ياخي", Language.AR, "faq/refund_how_to"))
    assert (told.from_set, told.variety, told.intent) == ("recent", "gulf", "faq")
    assert told.answer == "faq/refund_how_to"
    assert labelled_message(Labelled("hello", Language.EN, "greet")).answer is None
