"""Read a person's answer to what a case form asked; pure, so that it is easy to test."""

from __future__ import annotations

from actions.details import read_detail
from actions.segments import SEGMENTS, read_segment
from actions.slots import NONE_GIVEN
from actions.start_case import TELLING_WORDS, department_slot
from actions.turn import KINDS, NOT_UNDERSTOOD, Turn
from cases.contact import read_contact
from cases.departments import ACTIVE
from kernel.folding import words
from kernel.questions import is_question

Filled = dict[str, str | bool | None]

# Said in the middle of a form these are answered first; the form then asks again.
INTERRUPTING = frozenset(
    {
        "cancel",
        "talk_to_human",
        "change_language",
        "track_case",
        "choose",
        "feedback",
        "greet",
        "help",
    }
)
WAYS_OUT = frozenset({"cancel", "talk_to_human", "change_language"})
SURE = 0.5
PLAIN = 0.9
FIELDS = ("case_text", "case_department", "case_detail", "case_segment", "case_contact")


def interrupts(turn: Turn, asked: str) -> bool:
    """Tell whether a message is something else than an answer to ``asked``."""
    if not turn.text:
        return turn.intent in INTERRUPTING | {"faq"}
    long = len(words(turn.text)) > 8
    if read_contact(turn.text):
        return turn.intent in WAYS_OUT
    if turn.intent == "faq":
        return is_question(turn.text) and turn.confidence >= SURE
    if turn.intent in KINDS and asked in FIELDS[1:] and _another_matter(turn):
        return True
    if turn.intent in INTERRUPTING:
        # A story that mentions an employee or an old case is a story.
        return not (asked == "case_text" and long and turn.confidence < 0.9)
    return turn.intent in ("thank", "goodbye") and asked != "case_text"


def _another_matter(turn: Turn) -> bool:
    """Tell whether somebody plainly begins another kind of case than the open form's."""
    other = turn.form not in (f"{turn.intent}_form", "callback_form")
    return other and turn.confidence >= PLAIN and len(words(turn.text)) >= TELLING_WORDS


def read_answer(turn: Turn) -> Filled:
    """Return the slots that the message fills; a value None says the answer was not understood.

    Empty when the message is no answer: Rasa then lets the rule of its intent speak.
    """
    asked = turn.requested
    if asked is None:
        return {}
    pressed = _pressed(turn, asked)
    if pressed:
        return pressed
    if interrupts(turn, asked):
        return {}
    return _READERS[asked](turn) if asked in _READERS else {}


def _pressed(turn: Turn, asked: str) -> Filled:
    if turn.intent == "correct" and turn.entity("field") in FIELDS:
        return _again(str(turn.entity("field")))
    if turn.intent != "inform":
        return {}
    if turn.entity("skip") and asked in ("case_detail", "case_contact"):
        return {asked: NONE_GIVEN}
    if turn.entity("segment") in SEGMENTS:
        return {"case_segment": turn.entity("segment")}
    if turn.entity("department") in ACTIVE:
        return {"case_department": turn.entity("department")}
    return {}


def _again(field: str) -> Filled:
    return {field: None, "case_confirmed": None, "case_change": None}


def _text(turn: Turn) -> Filled:
    if len(words(turn.text)) < 2:
        return {}
    filled: Filled = {"case_text": turn.text}
    if not turn.slot("case_department"):
        filled |= department_slot(turn)
    if turn.slot("case_detail") is None and turn.slot("case_kind") != "suggestion":
        detail = read_detail(turn.text)
        if detail:
            filled["case_detail"] = detail
    return filled | _contact_in(turn)


def _contact_in(turn: Turn) -> Filled:
    contact = read_contact(turn.text)
    return {"case_contact": contact} if contact else {}


def _department(turn: Turn) -> Filled:
    found = department_slot(turn)
    if found:
        return dict(found)
    # Nobody is sent round in circles: what nobody can place goes to the contact centre.
    return {"case_department": "CUST", **_added(turn)}


def _added(turn: Turn) -> Filled:
    before = turn.slot("case_text") or ""
    return {"case_text": f"{before}\n{turn.text}".strip()}


def _detail(turn: Turn) -> Filled:
    contact = _contact_in(turn)
    if contact:
        return contact
    if turn.intent == "deny" or _none_words(turn.text):
        return {"case_detail": NONE_GIVEN}
    found = read_detail(turn.text)
    if found is None and not any(character.isdigit() for character in turn.text):
        return {"case_detail": NONE_GIVEN, **_added(turn)}
    return {"case_detail": found or turn.text}


def _none_words(text: str) -> bool:
    said = set(words(text))
    return len(said) <= 4 and bool(
        said
        & {
            "لا",
            "ما",
            "مافي",
            "ماشي",
            "بدون",
            "لايوجد",
            "ماعندي",
            "none",
            "no",
            "nothing",
            "skip",
            "without",
            "mafi",
        }
    )


def _segment(turn: Turn) -> Filled:
    return {"case_segment": read_segment(turn.text), **_contact_in(turn)}


def _contact(turn: Turn) -> Filled:
    contact = read_contact(turn.text)
    if contact is None and turn.intent in KINDS and len(words(turn.text)) > 5:
        return {"case_contact": None, **_added(turn)}
    if contact is None and turn.intent == "deny" and turn.form != "callback_form":
        return {"case_contact": NONE_GIVEN}
    return {"case_contact": contact}


def _confirmed(turn: Turn) -> Filled:
    contact = _contact_in(turn)
    if contact:
        return {**contact, "case_confirmed": None}
    if turn.intent == "affirm":
        return {"case_confirmed": True}
    if turn.intent == "deny":
        return {"case_confirmed": False}
    if turn.intent in NOT_UNDERSTOOD or len(words(turn.text)) < 3:
        return {"case_confirmed": None}
    return {"case_confirmed": None, **_added(turn)}


def _change(turn: Turn) -> Filled:
    contact = _contact_in(turn)
    if contact:
        return {**contact, "case_confirmed": None}
    segment = read_segment(turn.text)
    if segment:
        return {"case_segment": segment, "case_confirmed": None}
    detail = read_detail(turn.text)
    if detail:
        return {"case_detail": detail, "case_confirmed": None}
    if len(words(turn.text)) >= 3:
        return {**_added(turn), "case_confirmed": None}
    return {"case_change": None}


_READERS = {
    "case_text": _text,
    "case_department": _department,
    "case_detail": _detail,
    "case_segment": _segment,
    "case_contact": _contact,
    "case_confirmed": _confirmed,
    "case_change": _change,
}
