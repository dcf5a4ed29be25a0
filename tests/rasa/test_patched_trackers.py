"""Trackers, their events and states, and the rules that match are those of stock Rasa."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.patches import apply_patches
from bot.patches.applied_events import applied_events
from bot.patches.event_kinds import EventKinds
from bot.patches.known_choices import MOST, choices_of, situation_of, speaks_of_text
from bot.patches.recent_states import recent_moments, recent_states
from bot.patches.rule_index import longest_rule, possible_keys
from bot.patches.tracker_copies import copied_slot, copied_tracker
from tests.rasa.stock_rasa import stock, unpatch

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet, faq, complaint, inform, deny]
    entities: [language]
    slots:
      language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      also_asked: {type: text, influence_conversation: true, mappings: [{type: custom}]}
      urgency:
        type: categorical
        values: [low, high]
        initial_value: low
        influence_conversation: true
        mappings: [{type: custom}]
    forms:
      note_form: {required_slots: [language]}
    actions: [action_open_case]
    responses:
      utter_greet: [{text: "أهلا DF-26"}]
      utter_faq: [{text: "answer"}]
    """
)
INTENTS = st.sampled_from(["greet", "faq", "complaint", "inform", "deny"])
ACTIONS = st.sampled_from(
    ["action_listen", "utter_greet", "utter_faq", "note_form", "action_open_case"]
)
HEARD = st.builds(
    lambda intent, entities: UserUttered("وين طلبي DF-26", {"name": intent}, entities),
    INTENTS,
    st.sampled_from([[], [{"entity": "language", "value": "ar"}]]),
)
SLOTS = st.builds(
    SlotSet,
    st.sampled_from(["language", "also_asked", "urgency"]),
    st.sampled_from([None, "low", "high", "ar"]),
)
COMMON = (
    HEARD
    | SLOTS
    | st.builds(ActionExecuted, ACTIONS)
    | st.builds(ActiveLoop, st.sampled_from(["note_form", None]))
    | st.builds(ActionExecutionRejected, st.just("note_form"))
    | st.builds(LoopInterrupted, st.booleans())
    | st.builds(FollowupAction, st.just("note_form"))
    | st.builds(DefinePrevUserUtteredFeaturization, st.booleans())
    | st.builds(BotUttered, st.just("جواب"))
)
RARE = st.sampled_from(
    [
        SessionStarted(),
        Restarted(),
        UserUtteranceReverted(),
        ActionReverted(),
        AllSlotsReset(),
        ConversationPaused(),
    ]
)
TURN = st.builds(
    lambda heard, action: [heard, ActionExecuted(action), ActionExecuted("action_listen")],
    HEARD,
    ACTIONS,
)
EVENTS = st.lists(TURN | st.lists(COMMON, max_size=4) | st.lists(RARE, max_size=1), max_size=8).map(
    lambda turns: [copy.deepcopy(event) for turn in turns for event in turn]
)


@pytest.fixture(autouse=True)
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    unpatch(monkeypatch)


def tracker_of(told: list[Event], domain: Domain = DOMAIN) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("web-لمى-7", told, domain.slots)


def facts(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Everything a tracker knows, with its slots and events told apart."""
    known = {**vars(tracker)}
    known["slots"] = {name: vars(slot) for name, slot in tracker.slots.items()}
    known["kinds"] = {name: type(slot) for name, slot in tracker.slots.items()}
    known["events"] = list(tracker.events)
    return known


# --- events that count ---


@given(EVENTS)
def test_the_events_that_count_are_those_of_rasa(told: list[Event]) -> None:
    tracker = tracker_of(told)
    mine = applied_events(tracker)
    theirs = stock(DialogueStateTracker, "applied_events")(tracker)
    assert list(map(id, mine)) == list(map(id, theirs))


def test_a_kind_of_event_is_what_isinstance_says() -> None:
    asked = (ActiveLoop, ActionExecuted, UserUttered, SlotSet)
    kinds = EventKinds(*asked)
    for kind in all_subclasses(Event):
        assert kinds[kind] is next((one for one in asked if issubclass(kind, one)), object)


# --- copies ---


@given(EVENTS)
def test_a_copy_is_what_a_replay_comes_to(told: list[Event]) -> None:
    tracker = tracker_of(told)
    tracker.model_id, tracker.assistant_id, tracker.sender_source = "m", "a", "file"
    assert facts(copied_tracker(tracker)) == facts(stock(DialogueStateTracker, "copy")(tracker))


def test_a_follow_up_that_was_taken_is_there_again_in_a_copy() -> None:
    tracker = tracker_of([ActionExecuted("action_listen"), FollowupAction("note_form")])
    tracker.clear_followup_action()
    assert copied_tracker(tracker).followup_action == "note_form"
    assert stock(DialogueStateTracker, "copy")(tracker).followup_action == "note_form"


def test_what_happens_to_a_copy_stays_with_the_copy() -> None:
    tracker = tracker_of([ActiveLoop("note_form"), SlotSet("language", "ar")])
    other = copied_tracker(tracker)
    other.update_with_events(
        [SlotSet("language", "en"), ActionExecutionRejected("note_form"), ActiveLoop(None)], DOMAIN
    )
    assert tracker.get_slot("language") == "ar"
    assert tracker.active_loop_name == "note_form"
    assert not tracker.is_active_loop_rejected
    assert len(tracker.events) == 2


@pytest.mark.parametrize("slot", DOMAIN.slots, ids=lambda slot: slot.name)
def test_a_slot_is_copied_as_by_python(slot: Slot) -> None:
    slot.value = "high"
    mine, theirs = copied_slot(slot), copy.copy(slot)
    assert type(mine) is type(theirs)
    assert vars(mine) == vars(theirs)


# --- states ---


@given(EVENTS, st.integers(1, 6))
def test_the_last_states_are_the_last_of_rasas(told: list[Event], most: int) -> None:
    tracker = tracker_of(told)
    states = recent_states(tracker, DOMAIN, most)
    if states is None:  # something rare: Rasa's own way is taken
        assert any(isinstance(event, AllSlotsReset | ConversationPaused) for event in told)
    else:
        assert states == DOMAIN.states_for_tracker_history(tracker)[-most:]


# --- rules ---


@pytest.fixture(scope="module")
def policies(model: Path, tiny_model: Path) -> list[tuple[RulePolicy, Domain]]:
    """Give the rule policies of the project and of the small project."""
    found = []
    for archive in (model, tiny_model):
        agent = Agent.load(archive)
        nodes = agent.processor.graph_runner._instantiated_nodes.values()
        [policy] = [n._component for n in nodes if isinstance(n._component, RulePolicy)]
        found.append((policy, agent.domain))
    return found


def conversation(domain: Domain) -> st.SearchStrategy[list[Event]]:
    """Events as a policy meets them: its own intents, actions, forms and slots."""
    forms = sorted(domain.form_names)
    known = sorted({*domain.responses, *domain.user_actions, *forms, "utter_faq"})
    heard = st.builds(
        lambda name: UserUttered("وين طلبي", {"name": name}), st.sampled_from(domain.intents)
    )
    more = (
        st.builds(ActionExecuted, st.sampled_from(known))
        | st.builds(ActionExecuted, st.sampled_from(["action_listen", *forms]))
        | st.builds(ActiveLoop, st.sampled_from([*forms, None]))
        | st.builds(ActionExecutionRejected, st.sampled_from(forms))
        | st.builds(SlotSet, st.sampled_from(["also_asked", "requested_slot"]), st.just(None))
        | st.just(SlotSet("also_asked", "faq/working_hours"))
    )
    turn = st.builds(
        lambda said, does: [ActionExecuted("action_listen"), said, *does],
        heard,
        st.lists(more, max_size=4),
    )
    return st.lists(turn, min_size=1, max_size=4).map(
        lambda turns: [copy.deepcopy(event) for turn in turns for event in turn]
    )


@settings(max_examples=40)
@given(st.data())
def test_rules_match_as_in_rasa(policies: Any, data: st.DataObject) -> None:
    for policy, domain in policies:
        tracker = tracker_of(data.draw(conversation(domain)), domain)
        states = domain.states_for_tracker_history(tracker)
        for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH):
            lookup = policy.lookup[name]
            mine = possible_keys(policy, lookup, states[-longest_rule(policy) :])
            assert mine == stock(RulePolicy, "_get_possible_keys")(policy, lookup, states)


@settings(max_examples=40)
@given(st.data())
def test_the_next_action_is_that_of_rasa(policies: Any, data: st.DataObject) -> None:
    for policy, domain in policies:
        tracker = tracker_of(data.draw(conversation(domain)), domain)
        with pytest.MonkeyPatch.context() as patch:
            unpatch(patch)
            theirs = policy.predict_action_probabilities(tracker, domain)
        with pytest.MonkeyPatch.context() as patch:
            unpatch(patch)
            apply_patches()
            mine = policy.predict_action_probabilities(tracker, domain)
        assert mine == theirs


@settings(max_examples=40)
@given(st.data())
def test_a_situation_met_again_gets_the_choice_of_rasa(policies: Any, data: st.DataObject) -> None:
    """The second time, with other words and another amount, the rules are not asked."""
    for policy, domain in policies:
        told = data.draw(conversation(domain))
        again = [
            UserUttered("كم باقي AED 520", event.intent)
            if isinstance(event, UserUttered)
            else event
            for event in copy.deepcopy(told)
        ]
        with pytest.MonkeyPatch.context() as patch:
            unpatch(patch)
            theirs = policy.predict_action_probabilities(tracker_of(again, domain), domain)
        with pytest.MonkeyPatch.context() as patch:
            unpatch(patch)
            apply_patches()
            for said in (told, again):
                mine = policy.predict_action_probabilities(tracker_of(said, domain), domain)
        assert mine == theirs


def situation(told: list[Event], domain: Domain = DOMAIN) -> Any:
    tracker = tracker_of([ActionExecuted("action_listen"), *told], domain)
    moments = recent_moments(tracker, 3)
    assert moments is not None
    return situation_of(tracker, moments)


ASKED = UserUttered("وين طلبي DF-26", {"name": "faq"})
CHANGES: dict[str, list[Event]] = {
    "intent": [UserUttered("وين طلبي DF-26", {"name": "deny"})],
    "entity": [UserUttered("وين طلبي", {"name": "faq"}, [{"entity": "language", "value": "ar"}])],
    "role": [UserUttered("وين", {"name": "faq"}, [{"entity": "language", "role": "to"}])],
    "group": [UserUttered("وين", {"name": "faq"}, [{"entity": "language", "group": "to"}])],
    "slot": [ASKED, SlotSet("urgency", "high")],
    "slot of another type": [ASKED, SlotSet("urgency", 1)],
    "slot of a third type": [ASKED, SlotSet("urgency", True)],
    "action": [ASKED, ActionExecuted("utter_faq")],
    "form": [ASKED, ActiveLoop("note_form")],
}


def test_whatever_a_rule_can_see_is_another_situation() -> None:
    met = {name: situation(copy.deepcopy(told)) for name, told in CHANGES.items()}
    met["nothing"] = situation([copy.deepcopy(ASKED)])
    assert len(set(met.values())) == len(met)


def test_what_no_rule_sees_is_the_same_situation() -> None:
    plain = situation([copy.deepcopy(ASKED)])
    assert situation([UserUttered("how long?", {"name": "faq"})]) == plain
    assert situation([copy.deepcopy(ASKED), SlotSet("language", "en")]) == plain


def test_what_cannot_be_compared_is_no_situation() -> None:
    assert situation([UserUttered("وين طلبي DF-26")]) is None
    assert situation([copy.deepcopy(ASKED), SlotSet("urgency", ["high"])]) is None


def test_choices_are_forgotten_with_the_rules_and_when_there_are_many(policies: Any) -> None:
    policy, domain = policies[0]
    known = choices_of(policy, domain)
    assert known.usable
    assert choices_of(policy, domain) is known
    assert choices_of(policy, Domain.from_dict(domain.as_dict())) is not known
    for number in range(MOST + 5):
        known.keep(number, ("utter_faq", None, False))
    assert known.find(4) is None
    assert known.find(5) == ("utter_faq", None, False)


def test_rules_that_speak_of_words_are_not_remembered() -> None:
    assert speaks_of_text('[{"user": {"text": "hi"}}]')
    assert not speaks_of_text('[{"user": {"intent": "greet"}, "prev_action": {}}]')


def test_the_rules_of_the_project_are_looked_up_by_action_and_intent(policies: Any) -> None:
    """Else the index would be right and good for nothing."""
    policy, domain = policies[0]
    said = [ActionExecuted("action_listen"), UserUttered("هلا", {"name": "greet"})]
    apply_patches()
    [*_, last] = policy._prediction_states(tracker_of(said, domain), domain)
    index = policy._rule_indexes[id(policy.lookup[RULES])]
    assert 0 < len(index.candidates(last)) < len(policy.lookup[RULES]) / 4
