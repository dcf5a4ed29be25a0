"""Hide card numbers, IBANs, Emirates IDs and one-time secrets before anything is kept.

What is left cannot be unmasked: cards and IBANs keep their last four digits, the other
two keep nothing. The masked forms use bullets, so they read the same in both languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel.cards import GAP, find_cards
from kernel.folding import fold_digits
from kernel.iban import find_ibans, spans_of_ibans

BULLET = "\u2022"
_CARD = BULLET * 4
_SECRET = BULLET * 3  # one fewer, so that no secret reads as the head of a card
_EMIRATES_ID = f"784-{BULLET * 4}-{BULLET * 7}-{BULLET}"

_THREE_DIGITS = re.compile(r"\d\D{0,3}\d\D{0,3}\d")
_MOST_PASSES = 8

_ID_GAP = GAP.replace("[", "[/_", 1)
_ID = re.compile(
    rf"(?<!\d)7{_ID_GAP}{{0,2}}8{_ID_GAP}{{0,2}}4{_ID_GAP}{{0,3}}"
    rf"(?:1{_ID_GAP}{{0,2}}9|2{_ID_GAP}{{0,2}}0)(?:{_ID_GAP}{{0,3}}\d){{9,10}}(?!\d)"
)
_TELLING_WORD = (
    r"(?:\b(?:cvv2?|cvc2?|cvn|otp|o\.t\.p\.?|pin|mpin|passcode|password|passwd|pwd"
    r"|(?:security|verification|secret|one[ -]time|login|activation|confirmation)"
    r" ?(?:code|number|password|pin|no))\b"
    r"|(?<![ء-ي])(?:و|ال|وال)?(?:رمز|رمزي|كود|كودي|باسورد|باسوورد|باسوردي|او ?تي ?بي|اوتيبي"
    r"|بن ?كود|سي ?في ?في|رقم ال?سري|رقمي السري|كلم[ةه] ال?(?:سر|مرور))(?![ء-ي]))"
)
_LINK_WORD = (
    r"(?:is|was|the|my|number|no|code|pin|password|card|sms|that i (?:got|received)|it|here"
    r"|(?:i )?(?:got|received)|came|هو|هي|حقي|مالي|رقم|كان|اللي (?:وصلني|ياني|جاني)|وصلني|ياني"
    r"|جاني|التحقق|تحقق|التفعيل|السري|السرية|السريه|الأمان|الامان|البطاقة|البطاقه|الكرت|تبعي"
    r"|بتاعي|الدخول|المرور|التأكيد|التاكيد)"
)
_BETWEEN = r"[\s:=#.,،'\"()-]{0,4}"
_VALUE = (
    r"(?:\d{2,3}(?:[ -]\d{2,3}){1,2}(?!\d)|\d(?:[ -]\d){2,7}(?!\d)|\d{3,8}(?!\d)"
    rf"|(?<=[:=\s])(?!DF\W?\d)(?=[^\s{BULLET}]*\d)(?=[^\s{BULLET}]*[A-Za-z])[^\s{BULLET}]{{4,40}})"
)
_TOLD = re.compile(
    rf"({_TELLING_WORD}(?:{_BETWEEN}{_LINK_WORD}(?![A-Za-zء-ي])){{0,4}}{_BETWEEN}){_VALUE}",
    re.IGNORECASE,
)
_EXPIRY = r"(?:0?[1-9]|1[0-2]) ?[/-] ?(?:20)?[2-4]\d(?!\d)"
_AFTER_CARD = re.compile(
    rf"((?<!{BULLET})(?<!{BULLET} ){_CARD} \d{{4}}[\s,،;|/-]{{1,3}})"
    rf"{_EXPIRY}(?:[\s,،;|/-]{{1,3}}\d{{3,4}}(?!\d))?"
)
_EXPIRY_NAMED = re.compile(
    r"((?:\bexp(?:iry|ires|iration)?(?: date)?|\bvalid (?:thru|till|until)|(?:ال)?انتهاء|تنتهي"
    rf"|صلاحيتها|(?:ال)?صلاحي[ةه])[\s:=.]{{0,3}}(?:في |is |on )?){_EXPIRY}",
    re.IGNORECASE,
)
_ABOUT_A_CARD = re.compile(rf"{_CARD} \d|\bcv[vcn]2?\b|سي ?في ?في", re.IGNORECASE)


@dataclass(frozen=True)
class Masked:
    """A text that may be kept, and what was hidden: card, iban, eid, secret."""

    text: str
    kinds: frozenset[str]


def mask(text: str) -> Masked:
    """Hide payment cards, IBANs, Emirates IDs and secrets; masking twice changes nothing.

    Cards are 13 to 19 digits of a known issuer range with a right check digit (Luhn),
    in any script's digits, with spaces, dashes or invisible characters between them.
    A secret is what stands next to a word such as CVV, OTP, PIN or رمز, and a card's
    expiry. Phone numbers, amounts, invoice and case numbers stay as typed.
    """
    kinds: set[str] = set()
    for _ in range(_MOST_PASSES):  # one is enough unless what was hidden parts two numbers
        if not _THREE_DIGITS.search(text):
            break
        before = text
        for kind, hide in (
            ("eid", _hide_ids),
            ("iban", _hide_ibans),
            ("card", _hide_cards),
            ("secret", _hide_secrets),
        ):
            hidden = hide(text)
            if hidden != text:
                kinds.add(kind)
                text = hidden
        if text == before:
            break
    return Masked(text, frozenset(kinds))


def mask_but(text: str, keep: frozenset[str]) -> Masked:
    """Hide as ``mask`` does, but for these IBANs (as ``ibans_in`` gives them)."""
    pieces, kinds, done = [], set[str](), 0
    for start, end, bare in spans_of_ibans(fold_digits(text)):
        if bare in keep:
            masked = mask(text[done:start])
            pieces += [masked.text, text[start:end]]
            kinds |= masked.kinds
            done = end
    masked = mask(text[done:])
    return Masked("".join([*pieces, masked.text]), frozenset(kinds | masked.kinds))


def _replace(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, done = [], 0
    for start, end, hidden in spans:
        pieces += [text[done:start], hidden]
        done = end
    return "".join(pieces) + text[done:]


def _hide_ids(text: str) -> str:
    return _replace(
        text, [(*match.span(), _EMIRATES_ID) for match in _ID.finditer(fold_digits(text))]
    )


def _hide_ibans(text: str) -> str:
    return _replace(
        text,
        [
            (start, end, f"{country}{BULLET * 2} {_CARD} {last}")
            for start, end, country, last in find_ibans(fold_digits(text))
        ],
    )


def _hide_cards(text: str) -> str:
    return _replace(
        text,
        [
            (start, end, f"{_CARD} {last}")
            for start, end, last in find_cards(fold_digits(text), BULLET)
        ],
    )


def _hide_secrets(text: str) -> str:
    for pattern in (_TOLD, _AFTER_CARD, _EXPIRY_NAMED):
        plain = fold_digits(text)
        if pattern is _EXPIRY_NAMED and not _ABOUT_A_CARD.search(plain):
            break
        text = _replace(
            text, [(match.end(1), match.end(), _SECRET) for match in pattern.finditer(plain)]
        )
    return text
