"""The words by which a text is found: folded, without what is written on to them, numbers joined.

What is kept and what is asked for pass through here, so that two spellings meet. Every word
is made of letters and digits only; what begins with ``MARK`` nobody can type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cases.contact import COUNTRY, read_contact
from cases.number import find_number
from kernel.folding import fold, split_clitics

MARK = "¤"
LONGEST_WORD = 60
LONGEST_NUMBER = 24
LEAST_STEM = 2

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\+?\d+(?:[ \-./()_,:]{1,3}\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """Return the folded text as words and numbers are read from it."""
    return fold(text).replace("'", "")


def words_of(text: str) -> list[str]:
    """Return the whole words of a text, in order, as they are kept."""
    return [word[:LONGEST_WORD] for word in WORD.findall(plain(text))]


def kept(text: str) -> str:
    """Return the words to keep for a text: as they stand, then in their other forms."""
    whole = words_of(text)
    others = dict.fromkeys(_others(text, whole))
    return " ".join([*whole, *(word for word in others if word not in set(whole))])


def _others(text: str, whole: list[str]) -> Iterator[str]:
    for word in whole:
        yield from stems(word)
        yield from parts(word)
    folded = plain(text)
    for run in NUMBER.finditer(folded):
        yield from numbers(run[0])
    number = find_number(text)
    if number is not None:
        yield digits_of(number)


def stems(word: str) -> list[str]:
    """Return a word without what is written on to it: والفاتورة is فاتورة."""
    if word.isascii():
        return []
    last = split_clitics(word)[-1]
    return [last] if last != word and len(last) >= LEAST_STEM else []


def parts(word: str) -> list[str]:
    """Return letters and digits apart where a word has both: INV2026 is INV and 2026."""
    found = _PARTS.findall(word)
    return found if len(found) > 1 else []


def numbers(run: str) -> list[str]:
    """Return a number as it may be typed: without what parts its digits, and as telephone number.

    A telephone number of this country is kept with its country, with 0, and with neither.
    """
    joined = digits_of(run)
    found = [joined, *(digits_of(one) for one in _THOUSANDS.findall(run))]
    if joined.startswith("00"):
        found.append(joined[2:])
    contact = read_contact(run)
    if contact is not None:
        found += telephone(contact)
    return [one for one in dict.fromkeys(found) if len(one) <= LONGEST_NUMBER]


def telephone(contact: str) -> list[str]:
    """Return the forms in which a telephone number (E.164) is typed."""
    digits = digits_of(contact)
    if not contact.startswith(COUNTRY):
        return [digits]
    local = digits.removeprefix(digits_of(COUNTRY))
    return [digits, f"0{local}", local]


def digits_of(text: str) -> str:
    """Return the digits alone."""
    return "".join(_DIGITS.findall(text))


def secret(contact: str) -> str:
    """Return the one word by which a contact is found: whole only, so that nobody can guess on.

    What is masked on the screen must not be found by its beginning.
    """
    return MARK + "".join(WORD.findall(plain(contact)))[:LONGEST_WORD]
