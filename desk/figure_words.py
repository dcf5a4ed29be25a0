"""Names of figures (``content.measuring``) in the words of the page."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[..., str]

SETS = frozenset({"intents", "questions", "recent", "conversation"})
LANGUAGES = {"ar": "desk_arabic", "en": "desk_english"}
SORTS = frozenset({"intent", "answer", "department"})
VARIETIES = frozenset({"msa", "gulf", "arab_other", "arabizi", "mixed", "en", "en_l2"})


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
            words.append(part)
    return " · ".join(words)
