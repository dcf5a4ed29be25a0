"""Names of figures (``content.measuring``) in the words of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Say = Callable[..., str]

SETS = frozenset({"intents", "questions", "recent", "conversation"})
LANGUAGES = {"ar": "desk_arabic", "en": "desk_english"}
SORTS = frozenset({"intent", "answer", "department"})
VARIETIES = frozenset({"msa", "gulf", "arab_other", "arabizi", "mixed", "en", "en_l2"})

NAMED_INTENTS = (
    *("complaint", "suggestion", "consultation", "track_case", "talk_to_human", "greet"),
    *("goodbye", "thank", "affirm", "deny", "cancel", "help", "change_language"),
    *("out_of_scope", "nlu_fallback", "faq"),
)
"""The intents that have a name in the phrases."""

MEANINGS = frozenset({"wanted", "found"})
"""The facts of a finding that may be intents."""


def label_words(label: str, say: Say) -> str:
    """Return an intent in words; any other label is a name."""
    return say(f"studio_intent_{label}") if label in NAMED_INTENTS else label


def facts_in_words(facts: Mapping[str, str], say: Say) -> dict[str, str]:
    """Return the facts of a finding, its intents in words."""
    return {k: label_words(v, say) if k in MEANINGS else v for k, v in facts.items()}


def figure_words(name: str, say: Say, story_words: Callable[[str], str]) -> str:
    """Return set, language, variety, sort and label in words; what is unknown stays as it is.

    A label (``faq/refund_time``) is a name; ``story_words`` gives the title of a conversation test.
    """
    of_set, _, rest = name.partition(" ")
    language, _, rest = rest.partition(" ")
    if of_set not in SETS or language not in LANGUAGES:
        return name
    words = [say(f"studio_set_{of_set}"), say(LANGUAGES[language])]
    if of_set == "conversation":
        return " · ".join([*words, *([story_words(rest)] if rest else [])])
    for part in rest.split():
        if part in VARIETIES and len(words) == 2:
            words.append(say(f"studio_variety_{part}"))
        elif part in SORTS:
            words.append(say(f"studio_sort_{part}"))
        else:
            words.append(label_words(part, say))
    return " · ".join(words)
