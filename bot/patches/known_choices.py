"""What the rules chose in a situation is remembered; Rasa matches them anew at each prediction.

A situation is what a rule can see: of the last few messages their intents and kinds of
entities, the values of slots that count, the actions before, and the open form.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Hashable

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

from bot.patches import rule_index
from bot.patches.recent_states import Moment, recent_moments

MOST = 4096
"""Situations remembered, the ones met last."""

Choice = tuple[str | None, str | None, bool]


class KnownChoices:
    """What a policy chose where; for one domain and one set of rules."""

    def __init__(self, policy: RulePolicy, domain: Domain) -> None:
        lookups = [policy.lookup[name] for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]
        self._domain = domain
        self._lookups = [(lookup, len(lookup)) for lookup in lookups]
        self._met: OrderedDict[Hashable, Choice] = OrderedDict()
        self.usable = not any(speaks_of_text(key) for lookup in lookups for key in lookup)

    def about(self, policy: RulePolicy, domain: Domain) -> bool:
        """Tell whether these are the choices of the policy with the rules it has now."""
        names = (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)
        return domain is self._domain and all(
            policy.lookup[name] is lookup and len(lookup) == size
            for name, (lookup, size) in zip(names, self._lookups, strict=True)
        )

    def find(self, situation: Hashable) -> Choice | None:
        """Return what was chosen in a situation; None where it is a new one."""
        found = self._met.get(situation)
        if found is not None:
            self._met.move_to_end(situation)
        return found

    def keep(self, situation: Hashable, choice: Choice) -> None:
        """Remember a choice."""
        self._met[situation] = choice
        if len(self._met) > MOST:
            self._met.popitem(last=False)


def speaks_of_text(key: str) -> bool:
    """Tell whether a rule has the words of a message in it, not its intent."""
    return any(TEXT in state.get("user", {}) for state in json.loads(key))


def choices_of(policy: RulePolicy, domain: Domain) -> KnownChoices:
    """Return what a policy has chosen so far."""
    known: KnownChoices | None = policy.__dict__.get("_known_choices")
    if known is None or not known.about(policy, domain):
        known = policy.__dict__["_known_choices"] = KnownChoices(policy, domain)
    return known


def situation_of(tracker: DialogueStateTracker, moments: list[Moment]) -> Hashable | None:
    """Return all that rules can see; None where they may see more."""
    seen: list[Hashable] = [tracker.active_loop_name, tracker.latest_action_name]
    for message, values, action, form in moments:
        if message.text and not message.intent_name:
            return None
        seen += (
            message.intent_name,
            message.use_text_for_featurization,
            entities_of(message),
            tuple((name, type(value), value) for name, value in values.items()),
            tuple(action.items()),
            form,
        )
    situation = tuple(seen)
    try:
        hash(situation)
    except TypeError:  # a slot holds a list
        return None
    return situation


def entities_of(message: UserUttered) -> Hashable:
    """Return the kinds of entities in a message."""
    return tuple(
        (one.get("entity"), one.get("role"), one.get("group"), len({"role", "group"} & one.keys()))
        for one in message.entities
    )


def action_from_rules(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool,
) -> Choice:
    """Return action, rule and whether a form was interrupted, as in the same situation before.

    That no rule fits is not remembered: Rasa then tells the situation itself in place of one.
    """
    known = choices_of(self, domain)
    situation = None
    if (
        known.usable
        and not use_text_for_last_user_input
        and type(tracker) is DialogueStateTracker
        and (moments := recent_moments(tracker, rule_index.longest_rule(self))) is not None
    ):
        situation = situation_of(tracker, moments)
    choice = None if situation is None else known.find(situation)
    if choice is None:
        choice = rule_index.action_from_rules(self, tracker, domain, use_text_for_last_user_input)
        if situation is not None and choice[0] is not None:
            known.keep(situation, choice)
    return choice


def apply() -> None:
    """Look into what was chosen before."""
    RulePolicy._find_action_from_rules = action_from_rules
