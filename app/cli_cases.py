"""``baddala cases``: what was opened, in a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

from app.ledgers import open_cases
from app.settings import Settings
from app.terminal import Terminal
from cases.departments import DEPARTMENTS
from cases.errors import CaseNotFound, NumberMistyped, NumberNotUnderstood
from cases.model import Case, CaseEvent
from cases.number import read_number
from cases.ports import CaseQuery
from kernel.language import Language
from phrases.catalogue import Catalogue
from phrases.days import ZONE

COLUMNS = ("number", "kind", "state", "department", "priority", "opened")
BETWEEN = "  "


def list_cases(
    settings: Settings, *, raw: bool, language: str | None, limit: int, confidential: bool
) -> int:
    """Print the newest cases, one per line."""
    phrases, spoken = Catalogue.load(), Language(language or Language.EN)
    query = CaseQuery(limit=min(max(limit, 1), 500), with_confidential=confidential)

    async def found() -> Sequence[Case]:
        async with open_cases(settings) as cases:
            return await cases.list(query)

    rows = [tuple(phrases.say(f"cli_{name}", spoken) for name in COLUMNS)]
    rows += [_row(case, phrases, spoken) for case in asyncio.run(found())]
    terminal = Terminal(raw=raw)
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        shown = [terminal.word(cell) for cell in cells]
        print(BETWEEN.join(shown).rstrip())
    print(phrases.say("cli_cases", spoken, count=len(rows) - 1))
    return 0


def _row(case: Case, phrases: Catalogue, language: Language) -> tuple[str, ...]:
    return (
        case.number,
        phrases.say(f"kind_{case.kind.value}", language),
        phrases.say(f"state_{case.state.value}", language),
        case.department,
        case.priority.value,
        _moment(case.opened_at),
    )


def show_case(settings: Settings, typed: str, *, raw: bool, language: str | None) -> int:
    """Print one case and what happened to it."""

    async def found() -> tuple[Case, Sequence[CaseEvent]]:
        async with open_cases(settings) as cases:
            number = read_number(typed)
            return await cases.get(number), await cases.timeline(number)

    phrases, terminal = Catalogue.load(), Terminal(raw=raw)
    spoken = Language(language or Language.EN)
    try:
        case, events = asyncio.run(found())
    except (CaseNotFound, NumberMistyped, NumberNotUnderstood) as error:
        said = phrases.say(f"cli_{error.code}", spoken, typed=typed)
        print(*terminal.lines(said), sep="\n", file=sys.stderr)
        return 1
    facts = dict(zip(COLUMNS, _row(case, phrases, spoken), strict=True))
    facts["department"] = DEPARTMENTS[case.department].name(spoken)
    due = case.clocks.resolve_due_at
    facts |= {
        "due": _moment(due) if due else "",
        "channel": case.channel,
        "contact": case.contact or "",
        "reference": case.reference or "",
    }
    for name, fact in facts.items():
        if fact:
            line = f"{phrases.say(f'cli_{name}', spoken)}: {fact}"
            print(*terminal.lines(line), sep="\n")
    print(*terminal.lines(case.text, indent=2), sep="\n")
    for event in events:
        moved = f" → {event.after['state']}" if "state" in event.after else ""
        print(f"  {_moment(event.at)}  {event.kind.value}{moved}  {event.actor}")
        if event.note:
            print(*terminal.lines(event.note, indent=4), sep="\n")
    return 0


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
