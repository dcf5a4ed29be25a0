"""What one language has, the other must have too."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from string import Formatter

from content.finding import Finding
from content.model import Content, Response
from kernel.language import Language

SHARED = ("owner", "segment", "status")
_PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(\{(?P<entities>\{.*\})\})?")
"""Braces stand doubled in the file: Rasa fills placeholders in payloads too."""


def find_out_of_step(content: Content) -> Iterator[Finding]:
    """Yield where Arabic and English part: intents, questions, answers, buttons, facts."""
    intents: dict[Language, set[str]] = {language: set() for language in Language}
    for example in content.examples:
        intents[example.language].add(example.intent)
    for intent in sorted(intents[Language.AR] ^ intents[Language.EN]):
        has = Language.AR if intent in intents[Language.AR] else Language.EN
        told = f"has examples in {has.value} only"
        yield Finding("in step", intent, told, f"examples_in_{has.value}_only")
    answered = {f"faq/{r.topic}" for r in content.responses if r.topic is not None}
    asked = {i for heard in intents.values() for i in heard if i.startswith("faq/")}
    for topic in sorted(asked ^ answered):
        missing = "an answer" if topic in asked else "examples"
        key = "lacks_answer" if topic in asked else "lacks_examples"
        yield Finding("in step", topic, f"lacks {missing}", key)
    for variants in _by_name(content).values():
        yield from _variants(variants)
        for response in variants:
            yield from _buttons(response, content.intents)


def _by_name(content: Content) -> dict[str, list[Response]]:
    named: defaultdict[str, list[Response]] = defaultdict(list)
    for response in content.responses:
        named[response.name].append(response)
    return named


def _variants(variants: list[Response]) -> Iterator[Finding]:
    """Compare the one Arabic and the one English variant of a response."""
    name, place = variants[0].name, variants[0].place
    if sorted(r.language for r in variants) != sorted(Language):
        found = ", ".join(r.language.value for r in variants)
        told = f"{name} is there in {found}, not once in ar and en"
        facts = {"name": name, "languages": found}
        yield Finding("in step", place, told, "not_once_in_each", facts)
        return
    first, second = variants
    if _facts(first) != _facts(second):
        differ = ", ".join(sorted(_facts(first) ^ _facts(second)))
        told, facts = f"{name} has {differ} in one language only", {"name": name, "facts": differ}
        yield Finding("in step", place, told, "placeholder_one_sided", facts)
    if [b.payload for b in first.buttons] != [b.payload for b in second.buttons]:
        told = f"the buttons of {name} do not do the same"
        yield Finding("in step", place, told, "buttons_differ", {"name": name})
    if first.topic is None:
        return
    for key in (*SHARED, "title"):
        if not (first.about.get(key) and second.about.get(key)):
            facts = {"name": name, "fact": key}
            yield Finding("in step", place, f"{name} has no {key}", "fact_missing", facts)
        elif key in SHARED and first.about[key] != second.about[key]:
            facts = {"name": name, "fact": key}
            yield Finding("in step", place, f"{name} has two kinds of {key}", "fact_differs", facts)


def _facts(response: Response) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(response.text) if name)


def _buttons(response: Response, intents: frozenset[str]) -> Iterator[Finding]:
    """Check that a press can be understood: a known intent, and entities as JSON."""
    for button in response.buttons:
        payload = _PAYLOAD.fullmatch(button.payload)
        if payload is None or payload["intent"] not in intents:
            reason = f"{button.payload} is not /intent or /intent{{{{JSON}}}} with a known intent"
            facts = {"payload": button.payload}
            yield Finding("buttons", response.place, reason, "payload_form", facts)
            continue
        try:
            json.loads(payload["entities"] or "{}")
        except ValueError:
            told, facts = f"{button.payload} holds no JSON", {"payload": button.payload}
            yield Finding("buttons", response.place, told, "payload_json", facts)
