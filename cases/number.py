"""Case numbers: ``DF-26-004173``, said aloud, typed by thumb, and checked.

Two digits of the year, the sequence in at least five digits, and a check digit over
both. So DF-26-004173 is case 417 of 2026 with the check digit 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cases.damm import check_digit, is_right
from cases.errors import NumberMistyped, NumberNotUnderstood
from kernel.folding import fold
from kernel.language import Language

PREFIX = "DF"
FIRST_YEAR = 26  # no number is older, so 20-11-2025 is a date
SEQUENCE_DIGITS = 5
MOST_SEQUENCE_DIGITS = 9
MOST_DIGITS = 2 + MOST_SEQUENCE_DIGITS + 1

_PREFIXED = (
    r"(?<![^\W\d_])(?:d\W{0,2}f|د\W{0,2}ف|دال\W{0,2}فا|دي\W{0,2}ا?ف|di\W?ef)[\W_]{0,3}(?=\d)"
)
_BETWEEN = r"[ \-./_,:،#]{1,3}"
_RUN = re.compile(rf"(?P<prefix>{_PREFIXED})?(?P<run>\d+(?:{_BETWEEN}\d+)*)")
_DIGITS = re.compile(r"\d+")

_SPOKEN = {
    Language.AR: (
        "دال فاء",
        "، ",
        ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"),
    ),
    Language.EN: (
        "D F",
        ", ",
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ),
}


def format_number(year: int, sequence: int) -> str:
    """Return the number of the ``sequence``-th case of ``year``, both counted from 1.

    Raises:
        ValueError: the sequence is below 1 or has too many digits.
    """
    if not 1 <= sequence < 10**MOST_SEQUENCE_DIGITS:
        raise ValueError(f"no case number for sequence {sequence}")
    body = f"{year % 100:02d}{sequence:0{SEQUENCE_DIGITS}d}"
    return _canonical(body + check_digit(body))


def sequence_of(number: str) -> tuple[int, int]:
    """Return of a canonical number what ``format_number`` made it of: year and sequence."""
    _, year, rest = number.split("-")
    return 2000 + int(year), int(rest[:-1])


def spoken(number: str, language: Language) -> str:
    """Return a canonical number in words, digit by digit, for those who hear the screen."""
    letters, pause, names = _SPOKEN[language]
    _, year, rest = number.split("-")
    parts = [" ".join(names[int(digit)] for digit in part) for part in (year, rest)]
    return pause.join([letters, *parts])


def read_number(typed: str) -> str:
    """Return the canonical form of the case number in what a person typed when asked for it.

    Digits of any script, lower case, spaces, odd or missing dashes, a missing or Arabic
    prefix, direction marks and words around it are all accepted.

    Raises:
        NumberNotUnderstood: nothing in it looks like a case number.
        NumberMistyped: something does, but a digit of it is wrong.
    """
    candidates = list(_candidates(typed, asked=True))
    for digits in candidates:
        if is_right(digits):
            return _canonical(digits)
    raise NumberMistyped if candidates else NumberNotUnderstood


def find_number(text: str) -> str | None:
    """Return the canonical case number in any message, or None.

    Stricter than ``read_number``: here amounts, dates and telephone numbers abound.
    """
    return next((_canonical(d) for d in _candidates(text, asked=False) if is_right(d)), None)


def _canonical(digits: str) -> str:
    return f"{PREFIX}-{digits[:2]}-{digits[2:]}"


def _candidates(text: str, *, asked: bool) -> Iterator[str]:
    """Yield digits that may be a number, those behind a prefix first."""
    found = list(_RUN.finditer(fold(text)))
    for match in sorted(found, key=lambda match: match["prefix"] is None):
        groups = _DIGITS.findall(match["run"])
        if match["prefix"]:
            yield from _from_start(groups[:MOST_DIGITS])
        else:
            for start in range(len(groups)):
                yield from _unmarked(groups[start : start + MOST_DIGITS], asked=asked)


def _from_start(groups: list[str]) -> Iterator[str]:
    """Behind a prefix: year, then any grouping; leading zeros may have been left out."""
    digits = ""
    for group in groups:
        digits += group
        if _well_formed(digits):
            yield digits
    year, rest = groups[0], "".join(groups[1:2])
    if len(year) == 2 and 2 <= len(rest) <= SEQUENCE_DIGITS and rest[0] != "0":
        yield from filter(_well_formed, [year + rest.zfill(SEQUENCE_DIGITS + 1)])


def _unmarked(groups: list[str], *, asked: bool) -> Iterator[str]:
    """Without a prefix: 26004173 or 26 004173; any grouping or more digits if asked for."""
    usual = 2 + SEQUENCE_DIGITS + 1
    if len(groups[0]) == usual or [len(group) for group in groups[:2]] == [2, usual - 2]:
        shapes = ["".join(groups[: 1 if len(groups[0]) == usual else 2])]
    elif asked:
        joined = ["".join(groups[: count + 1]) for count in range(len(groups))]
        shapes = [digits for digits in joined if len(digits) >= usual]
    else:
        shapes = []
    yield from filter(_well_formed, shapes)


def _well_formed(digits: str) -> bool:
    """Whether year, length and leading zeros are such as ``format_number`` gives."""
    sequence = digits[2:-1]
    if not SEQUENCE_DIGITS <= len(sequence) <= MOST_SEQUENCE_DIGITS:
        return False
    padded = len(sequence) > SEQUENCE_DIGITS and sequence[0] == "0"
    return int(digits[:2]) >= FIRST_YEAR and not padded and int(sequence) > 0
