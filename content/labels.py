"""Which labels there are, and whether every example is labelled as it should be."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from content.finding import Finding
from content.model import Content, Example
from kernel.language import Language

VARIETIES = {
    Language.AR: ("msa", "gulf", "arab_other", "arabizi", "mixed"),
    Language.EN: ("en", "en_l2", "mixed"),
}
KINDS = ("complaint", "suggestion", "consultation")
"""Intents that open a case; each of their examples teaches a department too."""

PRESSED = frozenset({"choose", "inform", "correct", "feedback", "refer", "nlu_fallback"})
"""Intents that nobody types: buttons and components make them, so they have no examples."""


def find_mislabelled(content: Content, departments: Collection[str]) -> Iterator[Finding]:
    """Yield the examples whose metadata names what does not exist, or lacks what it needs."""
    owners = {f"faq/{r.topic}": r.about.get("owner") for r in content.responses if r.topic}
    for example in content.examples:
        for reason, key, facts in _reasons(example, content, departments, owners):
            yield Finding("label", example.place, reason, key, facts)
    for response in content.responses:
        owner = response.about.get("owner")
        if owner is not None and owner not in departments:
            told, facts = f"no department {owner} to own the answer", {"department": owner}
            yield Finding("label", response.place, told, "no_such_department", facts)


def _reasons(
    example: Example,
    content: Content,
    departments: Collection[str],
    owners: dict[str, str | None],
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield each reason in English, and its phrase with what stands in it."""
    intent, department, language = example.intent, example.department, example.language.value
    of_intent = {"intent": intent}
    if example.variety not in VARIETIES[example.language]:
        facts = {"variety": example.variety}
        yield f"variety {example.variety} is none of {language}", "no_such_variety", facts
    if intent.partition("/")[0] not in content.intents:
        yield f"intent {intent} is not in domain.yml", "no_such_intent", of_intent
    if department is None:
        if intent in KINDS:
            yield f"a {intent} needs a department", "department_missing", of_intent
    elif department not in departments:
        yield f"no department {department}", "no_such_department", {"department": department}
    elif intent in owners and department != owners[intent]:
        told = f"the answer to {intent} is owned by {owners[intent]}, not {department}"
        yield told, "other_owner", {"owner": str(owners[intent]), "department": department}
    elif intent not in owners and intent not in KINDS:
        yield f"{intent} belongs to no department", "department_too_many", of_intent
