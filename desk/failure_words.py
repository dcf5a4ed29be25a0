"""What became of a release that did not go live, and what one is at: as keys of phrases."""

from __future__ import annotations

FAILURES = frozenset(
    {
        *("broken_off_checking", "broken_off_training"),
        *("broken_off_measuring", "broken_off_swapping"),
        *("trainer", "trainer_ended", "rasa", "content_broken", "content_in_conflict"),
    }
)
PARTS = frozenset(
    {"reading", "words", "network", "departments", "questions", "intents", "measuring", "swap"}
)


def failure_words(failure: str) -> tuple[str, str]:
    """Return the phrase for a failure, and what exactly it was, for who mends it."""
    code, _, exactly = failure.partition(": ")
    if code in FAILURES:
        return f"studio_failure_{code}", exactly
    return "studio_failure_other", exactly or failure


def part_words(part: str) -> str:
    """Return the phrase for what a release is at; empty: there is none."""
    return f"studio_part_{part}" if part in PARTS else ""
