"""Rules are looked up by the last action and intent; Rasa tries every rule at each prediction."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    PREVIOUS_ACTION,
    SHOULD_NOT_BE_SET,
    USER,
)
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

STOCK_FIND = RulePolicy._find_action_from_rules
Rule = tuple[str, list[State]]
"""A key of the lookup, and its states, the last one first."""


@dataclass(frozen=True)
class RuleIndex:
    """The rules of one lookup by last action and intent; ``loose`` ones may always match."""

    lookup: dict[str, str]
    size: int
    longest: int
    by_last: dict[tuple[str, str | None], list[Rule]]
    loose: list[Rule]

    def candidates(self, last: State) -> list[Rule]:
        """Return the rules that the last state does not exclude."""
        action = last.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
        intent = last.get(USER, {}).get(INTENT)
        found = [*self.loose, *self.by_last.get((action, None), ())]
        if intent is not None:
            found += self.by_last.get((action, intent), ())
        return found


def indexed(lookup: dict[str, str]) -> RuleIndex:
    """Return the index of a lookup."""
    by_last: dict[tuple[str, str | None], list[Rule]] = defaultdict(list)
    loose: list[Rule] = []
    longest = 1
    for key in lookup:
        states = json.loads(key)[::-1]
        longest = max(longest, len(states))
        action = wanted(states[0].get(PREVIOUS_ACTION, {}).get(ACTION_NAME))
        intent = wanted(states[0].get(USER, {}).get(INTENT))
        (loose if action is None else by_last[action, intent]).append((key, states))
    return RuleIndex(lookup, len(lookup), longest, dict(by_last), loose)


def wanted(value: Any) -> str | None:
    """Return a value that a state must have; None where the rule does not say one."""
    return value if isinstance(value, str) and value and value != SHOULD_NOT_BE_SET else None


def index_of(policy: RulePolicy, lookup: dict[str, str]) -> RuleIndex:
    """Return the index of a policy's lookup, made when it is first asked for."""
    known: dict[int, RuleIndex] = policy.__dict__.setdefault("_rule_indexes", {})
    index = known.get(id(lookup))
    if index is None or index.lookup is not lookup or index.size != len(lookup):
        index = known[id(lookup)] = indexed(lookup)
    return index


def indexes(policy: RulePolicy) -> list[RuleIndex]:
    """Return the indexes of a policy's rules: what to do, and when not to go on with a form."""
    return [index_of(policy, policy.lookup[name]) for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]


def longest_rule(policy: RulePolicy) -> int:
    """Return how many states back a policy's rules can look."""
    return max(index.longest for index in indexes(policy))


def possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    """Return the rules that match the states from the last one backwards."""
    backwards = states[::-1]
    return {
        key
        for key, rule in index_of(self, lookup).candidates(backwards[0])
        if all(
            matches(self, of_rule, state) for of_rule, state in zip(rule, backwards, strict=False)
        )
    }


def matches(policy: RulePolicy, of_rule: State, state: State) -> bool:
    """Tell whether one state of a rule matches; both or neither begin the conversation."""
    before, now = of_rule.get(PREVIOUS_ACTION), state.get(PREVIOUS_ACTION)
    if not before or not now:
        return not before and not now
    return bool(policy._does_rule_match_state(of_rule, state))


def action_from_rules(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool,
) -> tuple[str | None, str | None, bool]:
    """Return action, rule and whether a form was interrupted; asks by text only if a rule could.

    Rasa asks twice after each message: by its text, then by its intent.
    """
    if use_text_for_last_user_input and not any(
        index.loose or (ACTION_LISTEN_NAME, None) in index.by_last for index in indexes(self)
    ):
        return None, None, False
    found: tuple[str | None, str | None, bool] = STOCK_FIND(
        self, tracker, domain, use_text_for_last_user_input
    )
    return found


def apply() -> None:
    """Look rules up; ``known_choices`` comes before the second."""
    RulePolicy._get_possible_keys = possible_keys
    RulePolicy._find_action_from_rules = action_from_rules
