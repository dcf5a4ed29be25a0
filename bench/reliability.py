"""How often the assistant is right when it is so sure: the picture in decision 0006.

``python -m bench.reliability`` draws what ``make eval`` left in ``var/eval/``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.rasa_process import ROOT

GOLD = ROOT.parent / "shared" / "eval" / "dev.jsonl"
SAID = ROOT / "var" / "eval" / "dev.predictions.jsonl"
PICTURE = ROOT / "docs" / "pictures" / "reliability.svg"
BINS = 10
SIDE, MARGIN = 400, 60


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages whose confidence lies in one tenth: how many, mean confidence, share right."""

    count: int
    confidence: float
    right: float


def bins_of(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Return the tenths that hold messages; pairs are (confidence, right)."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in pairs:
        tenths[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [
        Bin(len(one), sum(c for c, _ in one) / len(one), sum(r for _, r in one) / len(one))
        for one in tenths
        if one
    ]


def error_of(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def picture(bins: Sequence[Bin]) -> str:
    """Return an SVG: one dot per tenth, its area the number of messages, on the diagonal."""

    def place(x: float, y: float) -> tuple[int, int]:
        return round(MARGIN + x * SIDE), round(MARGIN + (1 - y) * SIDE)

    size = SIDE + 2 * MARGIN
    total = sum(one.count for one in bins)
    title = f"{total} messages, expected calibration error {error_of(bins):.3f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
        ' font-family="sans-serif" font-size="13" fill="#333">',
        f"<title>{title}</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
    ]
    for step in range(0, BINS + 1, 2):
        share = step / BINS
        (x, low), (left, y) = place(share, 0), place(0, share)
        high, right = place(share, 1)[1], place(1, share)[0]
        parts.append(f'<path d="M{x} {low}V{high}M{left} {y}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{low + 18}" text-anchor="middle">{share:.1f}</text>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{share:.1f}</text>')
    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    parts.append(f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#888" stroke-dasharray="5 4"/>')
    for one in bins:
        x, y = place(one.confidence, one.right)
        radius = 3 + 14 * (one.count / total) ** 0.5
        parts.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="#1b6b5a" opacity="0.6"/>')
        parts.append(f'<text x="{x}" y="{y - radius - 4:.0f}" text-anchor="middle">')
        parts.append(f"{one.count}</text>")
    parts.append(f'<text x="{size // 2}" y="{size - 14}" text-anchor="middle">confidence</text>')
    parts.append(f'<text x="{size // 2}" y="24" text-anchor="middle">{title}</text>')
    turned = f'transform="translate(16 {size // 2 - 30}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">share right</text></svg>')
    return "\n".join(parts) + "\n"


def read_pairs(gold_file: Path, said_file: Path) -> list[tuple[float, bool]]:
    """Return (confidence, right) of each line; ``nlu_fallback`` counts as out of scope."""
    gold, said = (
        [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        for file in (gold_file, said_file)
    )
    named = {"nlu_fallback": "out_of_scope"}
    return [
        (float(one["confidence"]), named.get(one["intent"], one["intent"]) == want["label"])
        for want, one in zip(gold, said, strict=True)
    ]


def main() -> int:
    """Draw the picture, if there is something to draw it from."""
    if not (GOLD.exists() and SAID.exists()):
        print("skipped: run `make eval` first, beside the shared development set")
        return 0
    bins = bins_of(read_pairs(GOLD, SAID))
    PICTURE.write_text(picture(bins), "utf-8")
    for one in bins:
        print(f"{one.count:>6} messages  sure {one.confidence:.3f}  right {one.right:.3f}")
    print(f"expected calibration error {error_of(bins):.4f}; written: {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
