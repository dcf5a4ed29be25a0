"""A weak reading is admitted, with what may have been meant."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.scope_gate import ScopeGate
from tests.rasa.pipeline import Pipeline, build


def understood(intents: dict[str, float], answers: dict[str, float] | None = None) -> Message:
    """Return a message as the classifiers leave it."""
    ranking = [{"name": name, "confidence": share} for name, share in intents.items()]
    message = Message({"text": "وين DF-26-004173"})
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    if answers:
        found = [{"intent_response_key": f"faq/{k}", "confidence": s} for k, s in answers.items()]
        message.set("response_selector", {"default": {"ranking": found}}, add_to_output=True)
    return message


def judged(storage: LocalModelStorage, message: Message, **config: Any) -> dict[str, Any]:
    [message] = build(ScopeGate, storage, **config).process([message])
    return message.as_dict(only_output_properties=True)


def test_a_weak_intent_becomes_unsure_and_says_by_how_much(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"complaint": 0.25, "thank": 0.2}))
    assert told["intent"] == {"name": "nlu_fallback", "confidence": 0.75}
    assert [one["name"] for one in told["intent_ranking"]] == ["nlu_fallback", "complaint", "thank"]


def test_a_sure_intent_stays(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"complaint": 0.8, "faq": 0.1}))
    assert told["intent"] == {"name": "complaint", "confidence": 0.8}
    assert told["intent_ranking"][0]["name"] == "complaint"


def test_the_thresholds_are_settings(storage: LocalModelStorage) -> None:
    assert judged(storage, understood({"greet": 0.8}), sure=0.9)["intent"]["name"] == "nlu_fallback"
    assert judged(storage, understood({"greet": 0.1}), sure=0.05)["intent"]["name"] == "greet"
    vague = {"faq": 0.9}, {"working_hours": 0.4}
    assert judged(storage, understood(*vague), faq_sure=0.5)["intent"]["name"] == "nlu_fallback"
    assert judged(storage, understood(*vague), faq_sure=0.3)["intent"]["name"] == "faq"


def test_a_question_no_answer_fits_is_unsure(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"faq": 0.9}, {"working_hours": 0.1, "refund_how_to": 0.09}))
    assert told["intent"]["name"] == "nlu_fallback"


def test_a_vague_answer_does_not_disturb_another_intent(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"complaint": 0.9}, {"working_hours": 0.1}))
    assert told["intent"]["name"] == "complaint"


def test_out_of_scope_needs_no_certainty(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"out_of_scope": 0.2, "faq": 0.1}))
    assert told["intent"] == {"name": "out_of_scope", "confidence": 0.2}


def test_candidates_are_what_may_be_offered_best_first(storage: LocalModelStorage) -> None:
    told = judged(
        storage,
        understood(
            {"faq": 0.5, "out_of_scope": 0.2, "complaint": 0.15, "track_case": 0.1, "thank": 0.01},
            {"working_hours": 0.6, "refund_how_to": 0.2},
        ),
    )
    assert [one["name"] for one in told["candidates"]] == [
        "faq/working_hours",
        "complaint",
        "track_case",
    ]
    assert told["candidates"][0]["confidence"] == pytest.approx(0.3)


def test_without_answers_intents_alone_are_offered(storage: LocalModelStorage) -> None:
    told = judged(storage, understood({"faq": 0.2, "complaint": 0.2, "out_of_scope": 0.2}))
    assert [one["name"] for one in told["candidates"]] == ["complaint"]


def test_a_message_nobody_classified_passes(storage: LocalModelStorage) -> None:
    [message] = build(ScopeGate, storage).process([Message({"text": "/greet"})])
    assert message.as_dict(only_output_properties=True) == {"text": "/greet"}


@pytest.mark.parametrize("setting", ["sure", "faq_sure"])
def test_a_threshold_that_is_no_number_is_refused(storage: LocalModelStorage, setting: str) -> None:
    with pytest.raises(ValueError, match="much"):
        build(ScopeGate, storage, **{setting: "much"})


@pytest.mark.parametrize("text", ["3", " ٣ ", "2.", "٢٠٢٦", "1, 2", "#4"])
def test_a_short_number_alone_says_nothing_by_itself(storage: LocalModelStorage, text: str) -> None:
    message = understood({"complaint": 0.95, "thank": 0.05})
    message.set("text", text)
    assert judged(storage, message)["intent"]["name"] == "nlu_fallback"


@pytest.mark.parametrize("text", ["26004173", "DF-26-4173", "100%", "3 أيام", "", "7 + 5 * 2 ="])
def test_what_is_more_than_a_short_number_is_judged_by_its_words(
    storage: LocalModelStorage, text: str
) -> None:
    message = understood({"complaint": 0.95, "thank": 0.05})
    message.set("text", text)
    assert judged(storage, message)["intent"]["name"] == "complaint"


@pytest.mark.parametrize("text", ["", "٣", "привет", "🤷"])
def test_what_says_nothing_is_never_taken_for_a_case(tiny_pipeline: Pipeline, text: str) -> None:
    told = tiny_pipeline.read(text).as_dict(only_output_properties=True)
    assert told["intent"]["name"] in ("nlu_fallback", "out_of_scope")
    assert 0 < len(told["candidates"]) <= 3
