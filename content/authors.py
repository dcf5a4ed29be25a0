"""Who wrote an answer last, and when, from the versions of the content."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from content.repository import BlamedLine, ContentRepository
from kernel.language import Language

_LANGUAGE = re.compile(r"name: language, value: (ar|en)")


def last_authors(
    repository: ContentRepository, topic: str, segment: str
) -> Mapping[Language, tuple[str, datetime]]:
    """Return the author and the time of the newest line of each side of an answer that is live.

    Empty when no version is kept yet, or the answer is in none.
    """
    head = repository.find_head()
    file = f"data/answers/faq_{segment}.yml"
    if head is None or not repository.history(head, files=[file]):
        return {}
    return newest(repository.blame(head, file), topic)


def newest(lines: Sequence[BlamedLine], topic: str) -> Mapping[Language, tuple[str, datetime]]:
    """Return the author and the time of the newest line of what each side says."""
    found: dict[Language, tuple[str, datetime]] = {}
    inside, language, said = False, None, False
    for line in lines:
        words = line.text.strip()
        if re.match(r"  \S", line.text) and not line.text.startswith("  -"):
            inside, language = line.text.rstrip() == f"  utter_faq/{topic}:", None
        elif inside and line.text.startswith("  -"):
            told = _LANGUAGE.search(line.text)
            language, said = (Language(told[1]) if told else None), True
        elif words.startswith("metadata:"):
            said = False  # what follows is about the answer; of it people read the title only
        elif (
            inside
            and language is not None
            and (said or words.startswith("title:"))
            and (language not in found or line.at > found[language][1])
        ):
            found[language] = line.author, line.at
    return found
