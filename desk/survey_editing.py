"""The form of a campaign: what is typed into it, as questions and a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from aiohttp.web_request import FileField
from multidict import MultiDict, MultiMapping

from accounts.model import Account
from cases.departments import DEPARTMENTS
from kernel.folding import fold_digits, for_display
from surveys.campaigns import SETS, Campaign, Every, Group, Plan, choices
from surveys.questions import (
    LONGEST_INTRO,
    LONGEST_OPTION,
    LONGEST_WORDS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Both,
    Question,
    QuestionKind,
    Questionnaire,
)

LONGEST_NAME = 120
MORE = 50
"""Typed beyond what may be published, so that a problem can be told and nothing is cut silently."""


Sent = MultiMapping[str | bytes | bytearray | FileField]


def texts_of(form: Sent) -> MultiDict[str]:
    """Return the fields of a form that are texts."""
    return MultiDict([(name, value) for name, value in form.items() if isinstance(value, str)])


def seen_in(form: Sent) -> int:
    """Return which save of the campaign the writer had on screen; -1 for none."""
    seen = str(form.get("seen", ""))
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else -1


def written(form: MultiMapping[str], campaign: Campaign, account: Account) -> Campaign:
    """Return the campaign as somebody wrote it: whatever can be kept, ready or not."""
    asked = Questionnaire(
        title=_both(form, "title", LONGEST_NAME),
        intro=_both(form, "intro", LONGEST_INTRO),
        questions=_moved(_questions(form), str(form.get("do", ""))),
    )
    return replace(
        campaign,
        name=_text(form, "name", LONGEST_NAME),
        asked=asked,
        plan=_plan(form, campaign, account),
    )


def _questions(form: MultiMapping[str]) -> list[Question]:
    found = []
    for one in str(form.get("order", "")).split(",")[:MOST_QUESTIONS]:
        kind = str(form.get(f"{one}.kind", ""))
        if not one.isalnum() or len(one) > 8 or kind not in list(QuestionKind):
            continue
        found.append(
            Question(
                id=one,
                kind=QuestionKind(kind),
                words=_both(form, f"{one}.words", LONGEST_WORDS),
                options=_options(form, one) if kind == QuestionKind.CHOICE else (),
                required=f"{one}.required" in form,
            )
        )
    return found


def _options(form: MultiMapping[str], question: str) -> tuple[Both, ...]:
    """Return the options: one a line, the first line of one language with that of the other."""
    ar, en = (
        [for_display(line).strip()[: LONGEST_OPTION + MORE] for line in text.split("\n")]
        for text in (str(form.get(f"{question}.options.{code}", "")) for code in ("ar", "en"))
    )
    length = min(max(len(ar), len(en)), MOST_OPTIONS + 1)
    pairs = [Both(*(side[n] if n < len(side) else "" for side in (ar, en))) for n in range(length)]
    return tuple(one for one in pairs if one.ar or one.en)


def _moved(questions: list[Question], do: str) -> tuple[Question, ...]:
    """Return the questions after a button was pressed: ``add:text``, ``up:q2``, ``remove:q2``."""
    what, _, which = do.partition(":")
    place = next((n for n, one in enumerate(questions) if one.id == which), None)
    if what == "add" and which in list(QuestionKind) and len(questions) < MOST_QUESTIONS:
        taken = {one.id for one in questions}
        fresh = next(f"q{n}" for n in range(1, 1000) if f"q{n}" not in taken)
        kind = QuestionKind(which)
        required = kind is not QuestionKind.TEXT
        questions.append(Question(id=fresh, kind=kind, words=Both(), required=required))
    elif place is not None and what == "remove":
        questions.pop(place)
    elif place and what == "up":
        questions.insert(place - 1, questions.pop(place))
    return tuple(questions)


def _plan(form: MultiMapping[str], campaign: Campaign, account: Account) -> Plan:
    """Return the plan; how often and from when on stays once it was published."""
    was, every = campaign.plan, str(form.get("every", ""))
    fixed = campaign.version > 0
    chosen = {name: set(form.getall(name, [])) for name in SETS}
    group = Group.from_facts(
        {name: [one for one in known if one in chosen[name]] for name, known in choices().items()}
    )
    if account.departments:  # never more than one's own units
        own = frozenset(code for code in DEPARTMENTS if account.serves(code))
        group = replace(group, departments=group.departments & own or own)
    most = _number(form, "most")
    return Plan(
        group=group,
        every=was.every if fixed or every not in list(Every) else Every(every),
        starts_on=was.starts_on if fixed else _day(form, "starts_on"),
        ends_on=_day(form, "ends_on"),
        closed_from=_day(form, "closed_from"),
        closed_to=_day(form, "closed_to"),
        most=most,
        open_days=_number(form, "open_days") or 0,
        cap=_number(form, "cap") or 0,
        cap_days=_number(form, "cap_days") or 0,
    )


def _text(form: MultiMapping[str], name: str, longest: int) -> str:
    typed = for_display(str(form.get(name, ""))).replace("\r\n", "\n")
    return typed.strip()[: longest + MORE]


def _both(form: MultiMapping[str], name: str, longest: int) -> Both:
    return Both(_text(form, f"{name}.ar", longest), _text(form, f"{name}.en", longest))


def _day(form: MultiMapping[str], name: str) -> date | None:
    try:
        return date.fromisoformat(fold_digits(str(form.get(name, ""))).strip())
    except ValueError:
        return None


def _number(form: MultiMapping[str], name: str) -> int | None:
    typed = fold_digits(str(form.get(name, ""))).strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else None


def own_units(account: Account) -> frozenset[str]:
    """Return the units whose results an account sees; empty: all."""
    if not account.departments:
        return frozenset()
    return frozenset(code for code in DEPARTMENTS if account.serves(code))


def may_edit(account: Account, campaign: Campaign) -> bool:
    """Tell whether a campaign asks nobody but people of the account's own units."""
    units = campaign.plan.group.departments
    return not account.departments or (bool(units) and all(account.serves(one) for one in units))


def by_place(problems: Sequence[tuple[str, str]], say: Callable[[str], str]) -> Mapping[str, str]:
    """Return the words of the first problem of each place."""
    found: dict[str, str] = {}
    for where, code in problems:
        found.setdefault(where, say(code))
    return found
