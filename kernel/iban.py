"""Find international bank account numbers in a text."""

from __future__ import annotations

import re

from kernel.cards import GAP

LENGTHS = {
    "NO": 15,
    **dict.fromkeys(("BE", "BI"), 16),
    **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    "LC": 32,
    "RU": 33,
}
"""Characters of a whole IBAN by country. Source: SWIFT IBAN registry (ISO 13616)."""

# Where a mistyped number is taken for an IBAN too: codes that are no English word.
_TRUSTED = frozenset({"AE", "SA", "KW", "QA", "BH", "OM", "JO", "LB", "EG", "IQ", "PK"})
_LEAST_DIGITS = 14  # after the country code; fewer are an invoice number
_START = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=iban)|(?<=IBAN))([A-Za-z]{{2}}){GAP}{{0,3}}(?=\d{GAP}{{0,3}}\d)"
)
_GAPS = re.compile(f"{GAP}{{0,3}}")
_WITHOUT_COUNTRY = re.compile(rf"(?<![A-Za-z0-9])\d(?:{GAP}{{0,3}}\d){{20}}(?!\d)")
_NOT_A_DIGIT = re.compile(r"\D+")


def find_ibans(plain: str) -> list[tuple[int, int, str, str]]:
    """Return start, end, country and last four characters of each IBAN, left to right.

    Args:
        plain: a text whose digits are 0-9 (``kernel.folding.fold_digits``).
    """
    found: list[tuple[int, int, str, str]] = []
    for match in _START.finditer(plain):
        country = match[1].upper()
        if country not in LENGTHS or (found and match.start() < found[-1][1]):
            continue
        rest = _rest(plain, match.end(), country)
        if rest is not None:
            found.append((match.start(), rest[0], country, rest[1]))
    for match in _WITHOUT_COUNTRY.finditer(plain):
        digits = _NOT_A_DIGIT.sub("", match[0])
        inside = any(start < match.end() and match.start() < end for start, end, _, _ in found)
        if not inside and check_is_right(f"AE{digits}"):
            found.append((*match.span(), "AE", digits[-4:]))
    return sorted(found)


def spans_of_ibans(plain: str) -> list[tuple[int, int, str]]:
    """Return start, end and the bare number of each IBAN, left to right."""
    return [
        (start, end, _bare(plain[start:end], country))
        for start, end, country, _ in find_ibans(plain)
    ]


def ibans_in(plain: str) -> frozenset[str]:
    """Return the bare numbers of all IBANs, such as ``AE070331234567890123456``."""
    return frozenset(bare for _, _, bare in spans_of_ibans(plain))


def _bare(found: str, country: str) -> str:
    bare = "".join(char for char in found if char.isascii() and char.isalnum()).upper()
    return bare if bare.startswith(country) else country + bare


def _rest(plain: str, start: int, country: str) -> tuple[int, str] | None:
    """Return where the number that begins here ends and its last four, if it is one."""
    taken, ends, at = "", [], start
    while len(taken) < LENGTHS[country]:
        gap = _GAPS.match(plain, at)
        at = gap.end() if gap else at
        char = plain[at : at + 1]
        if not (char.isascii() and char.isalnum()):
            break
        taken += char.upper()
        at += 1
        ends.append(at)
    whole = LENGTHS[country] - 2
    if whole <= len(taken) and _ends(plain, ends[whole - 1]):
        number = taken[:whole]
        mostly_digits = sum(map(str.isdigit, number)) > whole // 2
        if check_is_right(country + number) or (country in _TRUSTED and mostly_digits):
            return ends[whole - 1], number[-4:]
    digits = len(taken) - len(taken.lstrip("0123456789"))
    if country in _TRUSTED and digits >= _LEAST_DIGITS and _ends(plain, ends[digits - 1]):
        return ends[digits - 1], taken[digits - 4 : digits]
    return None


def _ends(plain: str, end: int) -> bool:
    after = plain[end : end + 1]
    return not (after.isascii() and after.isalnum())


def check_is_right(number: str) -> bool:
    """Check an IBAN: upper case, no spaces. Source: ISO/IEC 7064, MOD 97-10."""
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1
