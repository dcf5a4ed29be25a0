"""What somebody typed into the search box, as groups of words one of which must be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.contact import read_contact
from cases.errors import CaseError
from cases.number import find_number, read_number
from search.words import NUMBER, WORD, digits_of, numbers, parts, plain, secret, stems

LONGEST = 200
MOST_GROUPS = 8
LEAST = 2
_PREFIX = frozenset({"df", "d", "f", "di", "ef", "دف", "د", "ف", "دال", "فا", "دي", "اف"})
"""Words that only announce a case number, as ``cases.number`` knows them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word to be found; ``begins``: words that begin with it will do."""

    word: str
    begins: bool = False


Way = tuple[Term, ...]
"""Terms that must all be found."""

Group = tuple[Way, ...]
"""Ways, one of which must be found."""


@dataclass(frozen=True, slots=True)
class Question:
    """``number``: the case that was named. ``contact``: the word by which the contact
    that was typed is found, or all that was typed, should it be an address of another kind.

    ``words`` are the whole words in order; ``groups`` is empty when nothing can be looked for.
    """

    typed: str
    words: tuple[str, ...]
    groups: tuple[Group, ...]
    number: str | None
    contact: str

    def __bool__(self) -> bool:
        return bool(self.groups)


def read_question(typed: str) -> Question:
    """Return what is asked for. The last word may be a beginning; single letters are whole."""
    typed = typed[:LONGEST].replace("\0", "").strip()
    folded = plain(typed)
    contact = read_contact(typed)
    number = find_number(typed) if contact is not None else _case_number(typed)
    groups: list[Group] = []
    done = 0
    for run in NUMBER.finditer(folded):
        if run.start() and folded[run.start() - 1].isalnum():
            continue  # INV2026 is a word
        groups += _words(folded[done : run.start()], announcing=number is not None)
        end = run.end() < len(folded) and folded[run.end()].isalnum()
        if not end:
            groups.append(_number(run[0], number))
            done = run.end()
        else:
            done = run.start()
    groups += _words(folded[done:], announcing=number is not None)
    if groups:
        groups[-1] = tuple(_beginning(way) for way in groups[-1])
    meant = [group for group in groups[:MOST_GROUPS] if group]
    enough = sum(len(term.word) for group in meant for term in group[0]) >= LEAST
    return Question(
        typed=typed,
        words=tuple(WORD.findall(folded)),
        groups=tuple(meant) if enough else (),
        number=number,
        contact=secret(contact or typed),
    )


def _case_number(typed: str) -> str | None:
    try:
        return read_number(typed)
    except CaseError:
        return None


def _words(text: str, *, announcing: bool) -> list[Group]:
    found = [word for word in WORD.findall(text) if not (announcing and word in _PREFIX)]
    return [_ways([[word], stems(word), parts(word)]) for word in found]


def _number(run: str, number: str | None) -> Group:
    pieces = [digits_of(one) for one in WORD.findall(run)]
    ways = [[one] for one in numbers(run)]
    if number is not None:
        ways.append([digits_of(number)])
    return _ways([*ways, pieces])


def _ways(ways: Sequence[Sequence[str]]) -> Group:
    return tuple(dict.fromkeys(tuple(Term(word) for word in way) for way in ways if way))


def _beginning(way: Way) -> Way:
    last = way[-1]
    return (*way[:-1], Term(last.word, begins=len(last.word) >= LEAST))
