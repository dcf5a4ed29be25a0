"""The words with which a person wants no more questions about our service."""

from __future__ import annotations

from kernel.folding import fold

_TELLING = frozenset(
    fold(words)
    for words in (
        "إيقاف الاستبيان",
        "إيقاف الاستبيانات",
        "أوقفوا الاستبيان",
        "أوقفوا الاستبيانات",
        "وقف الاستبيان",
        "وقفوا الاستبيان",
        "وقفوا الاستبيانات",
        "إلغاء الاستبيان",
        "إلغاء الاستبيانات",
        "لا أريد استبيانات",
        "ما أبي استبيانات",
        "stop survey",
        "stop surveys",
        "stop the survey",
        "stop the surveys",
        "no surveys",
        "no more surveys",
        "unsubscribe",
        "opt out",
    )
)
_BARE = frozenset(
    fold(words) for words in ("إيقاف", "أوقف", "أوقفوا", "وقف", "وقفوا", "توقف", "stop")
)
_MARKS = ".!،,؛«»\"'… "


def wants_no_surveys(text: str, *, after_a_question: bool) -> bool:
    """Tell whether a whole message says so; a bare "stop" only right after we asked."""
    said = " ".join(fold(text.strip(_MARKS)).split())
    return said in _TELLING or (after_a_question and said in _BARE)


def may_mean_no_surveys(text: str) -> bool:
    """Tell whether it is worth while to look what was asked before."""
    return wants_no_surveys(text, after_a_question=True)
