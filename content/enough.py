"""What a question still lacks before it may be released, for the page on which it is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil

from content.entries import FaqEntry
from content.minimums import GULF_SHARE, PER_TOPIC, TOPIC_VARIETIES
from kernel.language import Language


@dataclass(frozen=True, slots=True)
class Lack:
    """How many wordings a language lacks, and of which varieties there are too few."""

    wordings: int
    varieties: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether something lacks."""
        return self.wordings > 0 or bool(self.varieties)


def lacking(entry: FaqEntry, language: Language) -> Lack:
    """Return what ``content.minimums`` would say of one language of an entry."""
    questions = entry.side(language).questions
    count = Counter(one.variety for one in questions)
    few = [variety for variety in TOPIC_VARIETIES[language] if not count[variety]]
    if language is Language.AR and "gulf" not in few and questions:
        few += ["gulf"] * (count["gulf"] < ceil(GULF_SHARE * len(questions)))
    return Lack(max(0, PER_TOPIC[language] - len(questions)), tuple(few))
