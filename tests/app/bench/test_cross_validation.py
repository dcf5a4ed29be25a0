"""Figures of a cross-validation, from what was said of each line."""

from __future__ import annotations

from bench.cross_validation import figures, line_of
from content.model import Example
from kernel.language import Language


def example(intent: str, department: str | None = None) -> Example:
    return Example("فاتورة INV-9", intent, Language.AR, "gulf", department, "data/x.yml:1")


def said(intent: str, *answers: str, department: str = "MIL") -> dict[str, object]:
    return {
        "intent": intent,
        "confidence": 0.45,
        "answers": list(answers),
        "department": department,
    }


def test_an_answer_is_a_label_within_its_intent() -> None:
    assert line_of(example("faq/pay_date", "MIL")) == {
        "text": "فاتورة INV-9",
        "intent": "faq",
        "answer": "faq/pay_date",
        "department": "MIL",
    }


def test_each_figure_counts_its_own_lines() -> None:
    found = figures(
        [example("faq/pay_date", "MIL"), example("complaint", "ACC"), example("greet")],
        [said("faq", "faq/hours", "faq/pay_date"), said("complaint"), said("greet")],
    )
    assert found["lines"] == 3
    assert found["intent_accuracy"] == 1
    assert (found["faq_top1"], found["faq_top3"]) == (0, 1)
    assert found["department_accuracy"] == 0
    assert found["recall_by_label"] == {"complaint": 1, "faq": 1, "greet": 1}


def test_asking_below_a_threshold_spares_wrong_steps_and_costs_questions() -> None:
    found = figures([example("complaint"), example("greet")], [said("greet"), said("greet")])
    never, often = (found["asking_below"][least] for least in ("0.0", "0.5"))
    assert never == {"asked": 0, "wrong": 0.5, "cost": 1.5, "in_scope_rejected": 0}
    assert often == {"asked": 1, "wrong": 0, "cost": 1, "in_scope_rejected": 1}
