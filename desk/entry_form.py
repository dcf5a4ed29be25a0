"""The form of an entry: what was typed, as an entry; only the languages that somebody writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from multidict import MultiMapping

from accounts.model import Account
from content.entries import FaqEntry, Question, Side
from content.labels import VARIETIES
from content.model import Button
from kernel.folding import for_display, words
from kernel.language import Language
from kernel.variety import variety_of

MOST_ROWS = 400
LONGEST = 5000
Typed = MultiMapping[Any]


def typed_text(form: Typed, name: str) -> str:
    """Return a text as it may be kept: without control characters and blanks around it."""
    return clean(str(form.get(name, "")))


def clean(text: str) -> str:
    """Return a text as people see it."""
    lines = for_display(text[:LONGEST]).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def entry_from(form: Typed, before: FaqEntry, languages: Collection[Language]) -> FaqEntry:
    """Return the entry that a form asks for; what it does not hold stays as it was.

    Sides in other languages than ``languages`` stay untouched, whatever was sent. Buttons
    are common to both sides but for their words.
    """
    entry = replace(
        before,
        owner=typed_text(form, "owner") or before.owner,
        segment=typed_text(form, "segment") or before.segment,
        status=typed_text(form, "status") or before.status,
        sources=tuple(filter(None, map(str.strip, typed_text(form, "sources").splitlines()))),
        valid_from=_day(form, "valid_from"),
        valid_until=_day(form, "valid_until"),
    )
    payloads = [clean(str(one)) for one in form.getall("payload", [])][:MOST_ROWS]
    for language in languages:
        entry = entry.with_side(language, _side(form, before.side(language), language, payloads))
    for language in set(Language) - set(languages):
        side = entry.side(language)
        kept = {button.payload: button for button in side.buttons}
        both = tuple(kept[one] for one in payloads if one in kept)
        entry = entry.with_side(language, replace(side, buttons=both))
    return entry


def _side(form: Typed, before: Side, language: Language, payloads: list[str]) -> Side:
    code = language.value
    titles = [clean(str(one)) for one in form.getall(f"button_{code}", [])]
    buttons = tuple(
        Button(title, payload)
        for title, payload in zip(titles, payloads, strict=False)
        if title and payload
    )
    texts = [clean(str(one)).replace("\n", " ") for one in form.getall(f"q_{code}", [])]
    varieties = [str(one) for one in form.getall(f"v_{code}", [])]
    rows = list(zip(texts, varieties, strict=False))[:MOST_ROWS]
    rows += [(text, "") for text in typed_text(form, f"more_{code}").split("\n")]
    return Side(
        title=typed_text(form, f"title_{code}").replace("\n", " "),
        text=typed_text(form, f"text_{code}"),
        buttons=buttons,
        questions=tuple(
            Question(text, variety or guessed(text, language))
            for text, variety in ((text.strip(), variety) for text, variety in rows)
            if text
        ),
        stale=before.stale and form.get("fine") != code,
    )


def guessed(text: str, language: Language) -> str:
    """Return the variety that a line seems to be in, one that its language has."""
    found = variety_of(text).value
    known = VARIETIES[language]
    return found if found in known else known[0]


def _day(form: Typed, name: str) -> date | None:
    try:
        return date.fromisoformat(str(form.get(name, "")))
    except ValueError:
        return None


def with_wordings(entry: FaqEntry, asked: Sequence[tuple[str, Language]]) -> FaqEntry:
    """Return an entry with more wordings, but for those that it has once folded."""
    for text, language in asked:
        side = entry.side(language)
        known = {tuple(words(question.text)) for question in side.questions}
        if tuple(words(text)) not in known:
            question = Question(clean(text).replace("\n", " "), guessed(text, language))
            questions = (*side.questions, question)
            entry = entry.with_side(language, replace(side, questions=questions))
    return entry


def may_change(account: Account, entry: FaqEntry) -> bool:
    """Tell whether an account changes an entry: whose account names units changes only theirs."""
    return not account.departments or not entry.owner or entry.owner in account.departments
