"""What the patches replace in Rasa, as it was before anything was replaced."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import rasa.core.actions.forms
import rasa.core.policies.rule_policy
import rasa.core.processor
from rasa.core.actions import action
from rasa.core.actions.action import ActionBotResponse, RemoteAction
from rasa.core.agent import Agent
from rasa.core.featurizers.tracker_featurizers import (
    MaxHistoryTrackerFeaturizer,
    TrackerFeaturizer,
)
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import SQLTrackerStore
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

MISSING = object()
PLACES: tuple[tuple[Any, str], ...] = (
    (RemoteAction, "_validate_action_result"),
    (RemoteAction, "_action_call_format"),
    (EndpointConfig, "session"),
    (rasa.core.processor, "DaskGraphRunner"),
    (Event, "resolve_by_type"),
    (DialogueStateTracker, "copy"),
    (DialogueStateTracker, "applied_events"),
    (Slot, "__copy__"),
    (RulePolicy, "_prediction_states"),
    (RulePolicy, "_get_possible_keys"),
    (RulePolicy, "_find_action_from_rules"),
    (RulePolicy, "format_tracker_states"),
    (action, "default_actions"),
    (TemplatedNaturalLanguageGenerator, "_random_response_for"),
    (TemplatedNaturalLanguageGenerator, "generate_from_slots"),
    (ActionBotResponse, "run"),
    (Domain, "is_empty"),
    (Agent, "load_model"),
    (DomainProvider, "load"),
    (MessageProcessor, "_run_action"),
    (rasa.core.processor, "copy"),
    (rasa.core.actions.forms, "copy"),
    (rasa.core.policies.rule_policy, "copy"),
)


ORIGINALS: dict[str, Callable[..., Any]] = {
    "f8cdb4be68123961": RemoteAction._validate_action_result,
    "091b74aa3738d126": RemoteAction.action_response_format_spec,
    "b5cf570fa7f286c7": Event.resolve_by_type,
    "28c2e6df9c15daea": all_subclasses,
    "78a7d146c5c06d4c": DaskGraphRunner,
    "66127a2bfb6fcf1e": GraphNode.__call__,
    "58dfb30335499fff": GraphSchema.minimal_graph_schema,
    "17f24faf96817bdf": MessageProcessor._load_model,
    "6d383d0179ef1187": MessageProcessor._run_action,
    "81b4a164273e2151": RasaYAMLReader.validate,  # replaced by bot.train
    "428795b944f22edb": RemoteAction._action_call_format,
    "e55aa13d9d4fb4bc": EndpointConfig.session,
    "ccdb778aed8208e2": EndpointConfig.request,
    "8f39eb22462aa62b": DialogueStateTracker.__init__,
    "dfa48dca9f355ad1": DialogueStateTracker.copy,
    "429fcd2243b9e0e1": DialogueStateTracker.init_copy,
    "09d16f28f007492f": DialogueStateTracker.travel_back_in_time,
    "b55e6b1c724fa6e9": DialogueStateTracker.update,
    "764d5065ea9997d6": DialogueStateTracker.applied_events,
    "a1f6954347b52649": DialogueStateTracker.generate_all_prior_trackers,
    "1d9d538f40ff5cc0": DialogueStateTracker.set_latest_action,
    "d7ad788e9750bae4": DialogueStateTracker.change_loop_to,
    "190858eaf560a0c0": DialogueStateTracker._reset,
    "0a694d68aef36732": Slot,
    "be6da6ee0f5429bd": RulePolicy._find_action_from_rules,
    "2915fd81711e194c": RulePolicy._get_possible_keys,
    "64a108b016b46e57": RulePolicy._is_rule_applicable,
    "d3109c1a97de319c": RulePolicy._does_rule_match_state,
    "90316ddf7eb4b314": RulePolicy._rule_prediction,
    "ed9b82bed2f26ad7": Policy._prediction_states,
    "32b101cb34fd1c32": Policy.format_tracker_states,
    "451caf09a389e871": MaxHistoryTrackerFeaturizer.prediction_states,
    "2fed265eee3bfa38": TrackerFeaturizer._create_states,
    "0a4f5a414bf19fbb": TrackerFeaturizer._choose_last_user_input,
    "035111ce73ac90ba": Domain.states_for_tracker_history,
    "5a4a505743120441": Domain.get_active_state,
    "884be90ef485f1d2": Domain.is_empty,
    "6fa4896f3667a20e": action.default_actions,
    "f4c1ab4c5c7af634": Agent.load_model,
    "75a21f7228a83368": DomainProvider.load,
    "b582b9abf0a20655": DomainProvider._persist,
    "113d50bc5e13f77f": Domain.from_directory,
    "a9dc5d5c4cd002b7": UserUttered.as_sub_state,
    "d7c9322b9abf1427": Domain._get_user_sub_state,
    "0fbfe75e6b9e550a": Domain._get_featurized_entities,
    "bc25e220e41b89ba": Domain._get_slots_sub_state,
    "57165e46eab3de08": SQLTrackerStore.save,
    "f5182d8a10639e14": RulePolicy._predict,
    "2bb895cb8931467a": TemplatedNaturalLanguageGenerator._random_response_for,
    "35cac007f5a6995f": TemplatedNaturalLanguageGenerator.generate_from_slots,
    "d4377cff5df4be0f": ActionBotResponse.run,
}
"""What is patched, or whose result a patch foresees, by the beginning of its source's SHA-256."""


def own(owner: Any, name: str) -> Any:
    """Return what stands in a class or module itself, inherited things left aside."""
    return vars(owner).get(name, MISSING)


# Taken while tests are collected, before anything has applied a patch.
STOCK = {(owner, name): own(owner, name) for owner, name in PLACES}


def unpatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put Rasa back as it was, until the test ends."""
    for (owner, name), stock in STOCK.items():
        if stock is not MISSING:
            monkeypatch.setattr(owner, name, stock)
        elif own(owner, name) is not MISSING:
            monkeypatch.delattr(owner, name)


def stock(owner: Any, name: str) -> Callable[..., Any]:
    """Return a function of Rasa's, as Rasa wrote it."""
    found: Callable[..., Any] = inspect.unwrap(STOCK[owner, name])
    return found
