"""How much the assistant must have heard of each thing before it may be trusted with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from content.finding import Finding
from content.labels import KINDS, PRESSED
from content.model import Content, Example
from kernel.language import Language

AR, EN = Language.AR, Language.EN
PER_TOPIC = {AR: 15, EN: 12}
TOPIC_VARIETIES = {AR: ("gulf", "arab_other", "arabizi"), EN: ("en_l2",)}
GULF_SHARE = 1 / 3
PER_KIND = 250
PER_OUT_OF_SCOPE = 200
PER_INTENT = 40


def find_too_few(content: Content, departments: Iterable[str]) -> Iterator[Finding]:
    """Yield what lacks examples, in the order of the rules of issue 2."""
    topics = {r.topic for r in content.responses if r.topic is not None}
    codes = tuple(departments)
    for language in Language:
        heard = [example for example in content.examples if example.language is language]
        count = Counter(example.intent for example in heard)
        for topic in sorted(topics):
            yield from _topic(f"faq/{topic}", language, heard)
        for intent in sorted(content.intents - PRESSED - {"faq"}):
            wanted = PER_KIND if intent in KINDS else PER_INTENT
            wanted = PER_OUT_OF_SCOPE if intent == "out_of_scope" else wanted
            yield from _at_least(wanted, count[intent], intent, language)
        units = Counter((example.intent, example.department) for example in heard)
        for kind in KINDS:
            for code in codes:
                yield from _at_least(1, units[kind, code], f"{kind} for {code}", language)


def _topic(intent: str, language: Language, heard: Iterable[Example]) -> Iterator[Finding]:
    varieties = Counter(example.variety for example in heard if example.intent == intent)
    total = varieties.total()
    yield from _at_least(PER_TOPIC[language], total, intent, language)
    for variety in TOPIC_VARIETIES[language]:
        yield from _at_least(1, varieties[variety], f"{intent} in {variety}", language)
    if language is AR and varieties["gulf"] < GULF_SHARE * total:
        reason = f"{varieties['gulf']} of {total} are Gulf Arabic, under a third"
        facts = {"gulf": str(varieties["gulf"]), "total": str(total)}
        yield Finding("too few", intent, reason, "few_gulf", facts)


def _at_least(wanted: int, count: int, what: str, language: Language) -> Iterator[Finding]:
    if count < wanted:
        told, facts = (
            f"{count} examples, not {wanted}",
            {"number": str(count), "least": str(wanted)},
        )
        yield Finding("too few", f"{what} ({language.value})", told, "few_examples", facts)
