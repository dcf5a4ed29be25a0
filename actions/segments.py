"""Which group a person belongs to, from a button or from their words."""

from __future__ import annotations

from cases.model import Segment
from kernel.folding import fold

SEGMENTS = tuple(one.value for one in Segment)

# First match wins: "federal government entity" is federal, "military supplier" is a supplier.
WORDS = {
    "federal_entity": "اتحادي فدرالي وزاره federal ministry itti7adi",
    "financial_institution": "بنك مصرف ماليه bank financial insurance bnk",
    "media": "اعلام صحف صحاف جريده قناه media journalist reporter press sahafi",
    "supplier": "مورد مقاول شركه supplier vendor contractor company mowared muwared sharika",
    "military_retiree": (
        "متقاعد عسكري ارمل معاش retire military widow pension mota8a3ed mtqa3d 3askari"
    ),
    "gov_entity": ("حكوم دائره هيئه بلديه government govt entity municipality 7okoma hkoma"),
    "public": (
        "جمهور مواطن مقيم فرد عادي زائر متعامل public citizen resident individual person myself"
        " customer visitor mwaten muqeem moqeem"
    ),
}


def read_segment(text: str) -> str | None:
    """Return the segment that the words name; None when they name none."""
    folded = fold(text)
    for segment, words in WORDS.items():
        if any(word in folded for word in words.split()):
            return segment
    return None
