"""The patches fit Rasa's code as it is, and change nothing but its speed."""

from __future__ import annotations

import gc
import hashlib
import inspect
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.utils.common import all_subclasses

from bot.patches import apply_patches
from bot.patches.answer_schema import plainly_valid, validate_action_result
from bot.patches.event_table import event_classes, resolve_by_type
from bot.patches.graph_order import OrderedGraphRunner
from tests.rasa.stock_rasa import ORIGINALS, STOCK, stock, unpatch

STOCK_VALIDATE = stock(RemoteAction, "_validate_action_result")
STOCK_RESOLVE = Event.resolve_by_type


@pytest.fixture(autouse=True)
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with Rasa unpatched and leave it as it was found."""
    unpatch(monkeypatch)


@pytest.mark.parametrize(
    ("written", "code"), ORIGINALS.items(), ids=[c.__qualname__ for c in ORIGINALS.values()]
)
def test_rasa_is_the_code_that_was_patched(written: str, code: Callable[..., Any]) -> None:
    assert hashlib.sha256(inspect.getsource(code).encode()).hexdigest()[:16] == written


def in_place() -> list[object]:
    return [vars(owner).get(name) for owner, name in STOCK]


def test_patching_twice_is_patching_once() -> None:
    apply_patches()
    once = in_place()
    apply_patches()
    assert [getattr(value, "__dict__", value) for value in in_place()] == [
        getattr(value, "__dict__", value) for value in once
    ]


def test_a_model_loaded_after_patching_runs_in_order(tiny_model: Path) -> None:
    apply_patches()
    agent = Agent.load(tiny_model)
    assert type(agent.processor.graph_runner) is OrderedGraphRunner


@pytest.mark.parametrize("trained", ["tiny_model", "model"])
def test_a_packed_domain_is_what_stock_rasa_reads(
    trained: str, request: pytest.FixtureRequest
) -> None:
    archive = request.getfixturevalue(trained)
    before = Agent.load(archive).domain
    apply_patches()
    after = Agent.load(archive).domain
    assert after.as_dict() == before.as_dict()
    assert after.fingerprint() == before.fingerprint()
    assert after.responses == before.responses


def test_a_loaded_model_is_set_aside_and_one_before_it_is_freed(tiny_model: Path) -> None:
    apply_patches()
    agent = Agent.load(tiny_model)
    before = weakref.ref(agent.processor)
    assert gc.get_freeze_count() > 10_000
    agent.load_model(tiny_model)
    assert before() is None
    gc.unfreeze()


# --- answers of the action server ---

ANSWERS = {
    "nothing": {},
    "empty": {"events": [], "responses": []},
    "a slot": {"events": [{"event": "slot", "name": "language", "value": "ar"}]},
    "a slot emptied": {"events": [{"event": "slot", "name": "case_text", "value": None}]},
    "a slot without a name": {"events": [{"event": "slot", "value": "DF-26-004173"}]},
    "a form": {"events": [{"event": "active_loop", "name": "complaint_form"}]},
    "a follow-up": {"events": [{"event": "followup", "name": "complaint_form"}]},
    "an unknown event": {"events": [{"event": "أُرسل DF-26"}]},
    "an event that is none": {"events": [{"name": "language"}]},
    "an event that is text": {"events": ["slot"]},
    "events that are no list": {"events": {"event": "slot"}},
    "a timestamp as text": {"events": [{"event": "listen", "timestamp": "now"}]},
    "an entity without value": {"events": [{"event": "entities", "entities": [{"entity": "x"}]}]},
    "an answer": {"responses": [{"text": "طلبك DF-26-004173", "buttons": []}]},
    "an answer that is text": {"responses": ["طلبك DF-26-004173"]},
    "more than asked": {"events": [], "responses": [], "more": [1]},
    "a list": [],
    "null": None,
}


def accepted(validate: Callable[..., bool], answer: object) -> bool:
    action = RemoteAction("action_open_case", None)
    try:
        return validate(action, answer)
    except ValidationError:
        return False


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_accepted_or_refused_as_by_rasa(answer: object) -> None:
    assert accepted(validate_action_result, answer) is accepted(STOCK_VALIDATE, answer)


def test_what_actions_say_most_needs_no_schema() -> None:
    plain = {name for name, answer in ANSWERS.items() if plainly_valid(answer)}
    assert {"nothing", "empty", "a slot", "a slot emptied", "a form", "a follow-up"} <= plain


def test_the_examples_hold_both_kinds() -> None:
    assert {accepted(STOCK_VALIDATE, answer) for answer in ANSWERS.values()} == {True, False}


NAMES = ["slot", "action", "user", "entities", "active_loop", "followup", "bot", "no_such_event"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=2)
KEYS = ["name", "value", "timestamp", "entities", "confidence", "parse_data", "metadata"]
EVENTS = st.builds(
    lambda name, more: {"event": name, **more},
    st.sampled_from(NAMES) | SCALARS,
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
)
NEAR_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "events": st.lists(EVENTS, max_size=3) | VALUES,
        "responses": st.lists(st.dictionaries(st.text(), VALUES, max_size=2) | SCALARS, max_size=2),
    },
)


@given(NEAR_ANSWERS)
def test_any_answer_is_accepted_or_refused_as_by_rasa(answer: dict[str, Any]) -> None:
    assert accepted(validate_action_result, answer) is accepted(STOCK_VALIDATE, answer)


# --- event classes ---


def event_names() -> Iterator[str]:
    yield from sorted({event.type_name for event in all_subclasses(Event)})


@pytest.mark.parametrize("name", event_names())
def test_an_event_class_is_found_as_by_rasa(name: str) -> None:
    event_classes.cache_clear()
    assert resolve_by_type(name) is STOCK_RESOLVE(name)


def test_unknown_events_are_treated_as_by_rasa() -> None:
    for resolve in (resolve_by_type, STOCK_RESOLVE):
        assert resolve("topic") is None
        assert resolve("no_such_event", UserUttered) is UserUttered
        with pytest.raises(ValueError, match="Unknown event name 'no_such_event'"):
            resolve("no_such_event")


# --- the graph ---

TEXTS = [
    "متى ينزل المعاش",
    "where is my case DF-26-004173",
    "وين وصل طلبي DF-26-004173 please",
    "mata yenzel el ma3ash",
    "٣",
    "",
    "/greet",
]


@pytest.fixture(scope="module")
def runners(
    tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, OrderedGraphRunner, DaskGraphRunner]:
    metadata, ours = load_predict_graph_runner(
        tmp_path_factory.mktemp("ours"), tiny_model, LocalModelStorage, OrderedGraphRunner
    )
    _, stock = load_predict_graph_runner(
        tmp_path_factory.mktemp("stock"), tiny_model, LocalModelStorage, DaskGraphRunner
    )
    return metadata, ours, stock


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_understood_as_through_dask(runners: Any, text: str) -> None:
    metadata, ours, stock = runners
    told = [
        runner.run(
            inputs={PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None},
            targets=[metadata.nlu_target],
        )
        for runner in (ours, stock)
    ]
    [mine], [theirs] = (result[metadata.nlu_target] for result in told)
    assert told[0].keys() == told[1].keys()
    assert mine.as_dict(only_output_properties=True) == theirs.as_dict(only_output_properties=True)


@pytest.mark.parametrize("intent", ["greet", "faq", "complaint", "out_of_scope"])
def test_the_next_action_is_chosen_as_through_dask(
    runners: Any, tiny_domain: Domain, intent: str
) -> None:
    metadata, ours, stock = runners
    said = [ActionExecuted("action_listen"), UserUttered("أهلا DF-26", {"name": intent})]
    chosen = [
        runner.run(
            inputs={
                PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("u", said, tiny_domain.slots)
            },
            targets=[metadata.core_target],
        )[metadata.core_target]
        for runner in (ours, stock)
    ]
    assert chosen[0] == chosen[1]
    assert chosen[0].probabilities == chosen[1].probabilities


class Heard(GraphComponent):
    """Passes on what it is given, and counts."""

    runs: ClassVar[list[str]] = []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Heard:
        return cls()

    def hear(self, said: str) -> str:
        self.runs.append("hear")
        return f"<{said}>"

    def join(self, first: str, second: str) -> str:
        self.runs.append("join")
        return first + second


def node(needs: dict[str, str], does: str, **more: Any) -> SchemaNode:
    return SchemaNode(needs, Heard, "create", does, {}, **more)


DIAMOND = GraphSchema(
    {
        "last": node({"first": "left", "second": "right"}, "join", is_target=True),
        "left": node({"said": "top"}, "hear"),
        "right": node({"said": "top"}, "hear"),
        "top": node({"said": "__message__"}, "hear"),
        "aside": node({"said": "top"}, "hear"),
    }
)
RUNNERS = [OrderedGraphRunner, DaskGraphRunner]


@pytest.mark.parametrize("kind", RUNNERS)
def test_each_node_that_is_needed_runs_once(
    kind: type[DaskGraphRunner], storage: LocalModelStorage
) -> None:
    runner = kind.create(DIAMOND, storage, ExecutionContext(DIAMOND))
    for text in ("وصل INV-9", "again"):
        Heard.runs.clear()
        assert runner.run(inputs={"__message__": text}) == {"last": f"<<{text}>><<{text}>>"}
        assert sorted(Heard.runs) == ["hear", "hear", "hear", "join"]


@pytest.mark.parametrize("kind", RUNNERS)
def test_other_targets_run_their_own_part(
    kind: type[DaskGraphRunner], storage: LocalModelStorage
) -> None:
    runner = kind.create(DIAMOND, storage, ExecutionContext(DIAMOND))
    told = runner.run(inputs={"__message__": "hi"}, targets=["aside", "top"])
    assert told == {"aside": "<<hi>>", "top": "<hi>"}


class Failing(Heard):
    """Fails as it is told."""

    def hear(self, said: Exception) -> str:
        raise said


@pytest.mark.parametrize("error", [ValueError("لا DF-26"), InvalidConfigException("no")])
def test_an_error_is_raised_as_through_dask(storage: LocalModelStorage, error: Exception) -> None:
    schema = GraphSchema(
        {"only": SchemaNode({"said": "__message__"}, Failing, "create", "hear", {}, is_target=True)}
    )
    raised = []
    for kind in RUNNERS:
        runner = kind.create(schema, storage, ExecutionContext(schema))
        with pytest.raises((GraphComponentException, InvalidConfigException)) as caught:
            runner.run(inputs={"__message__": error})
        cause = caught.value.__cause__
        raised.append((type(caught.value), str(caught.value), type(cause)))
    assert raised[0] == raised[1]


@pytest.mark.parametrize("given", [None, {}, {"__tracker__": "x"}])
@pytest.mark.parametrize("kind", RUNNERS)
def test_a_missing_input_is_named(
    kind: type[DaskGraphRunner], storage: LocalModelStorage, given: dict[str, Any] | None
) -> None:
    runner = kind.create(DIAMOND, storage, ExecutionContext(DIAMOND))
    with pytest.raises(GraphRunError, match="Expected input '__message__'"):
        runner.run(inputs=given)
